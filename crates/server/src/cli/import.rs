//! `candour import`: another system's data through a mapping file.

use std::path::PathBuf;

use clap::Args;

use super::{COULD_NOT, DONE, Ended, NO, Setting, USAGE, progress, say};
use crate::import::{ImportError, Options, import};

#[derive(Args)]
pub(super) struct Import {
    /// The mapping file
    mapping: PathBuf,
    /// The files, known to the mapping by their base names
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only look; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write what was refused and what was kept with a warning to this CSV file
    #[arg(long)]
    report: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let body = self.body(setting);
        let setting =
            Setting { database: setting.database.clone(), body, high_water: None, backup_keys: None, ..*setting };
        let (law, profile) = setting.law()?;
        let store = setting.store()?;
        let options = Options {
            mapping: &self.mapping,
            files: &self.files,
            dry_run: self.dry_run,
            progress: &|rows, what| progress(&format!("{rows} {what}")),
        };
        let report = import(&store, (&law, &profile), &options).map_err(|e| ended(&e))?;
        progress("");
        if let Some(path) = &self.report {
            let failed = |says: String| Ended::With(COULD_NOT, format!("{}: {says}", path.display()));
            let csv = report.to_csv().map_err(|e| failed(e.to_string()))?;
            std::fs::write(path, csv).map_err(|e| failed(e.to_string()))?;
        }
        say(report.to_string().trim_end());
        Ok(if report.refused.is_empty() { DONE } else { NO })
    }

    /// The body that was asked for, else the one that the mapping names.
    fn body(&self, setting: &Setting) -> String {
        if setting.body_named {
            return setting.body.clone();
        }
        let text = std::fs::read_to_string(&self.mapping).unwrap_or_default();
        let table: Option<toml::Table> = text.parse().ok();
        let named = table.and_then(|t| t.get("body")?.as_str().map(str::to_owned));
        // A mapping that cannot be read is refused in its own words when it is read in full.
        named.unwrap_or_else(|| setting.body.clone())
    }
}

fn ended(error: &ImportError) -> Ended {
    let code = match error {
        ImportError::Unreadable { .. } | ImportError::Moved => COULD_NOT,
        ImportError::Store(candour_store::Failure::Db(_)) => COULD_NOT,
        _ => USAGE,
    };
    Ended::With(code, error.to_string())
}
