//! The server's configuration file. Every key is optional; an unknown one is refused by name.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use candour_core::permit::Role;
use serde::Deserialize;

use crate::provider;

/// What a configuration file may set. The command line comes before it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the database is.
    pub database: Option<String>,
    /// Which body's record is served.
    pub body: Option<String>,
    /// On which address to listen.
    pub listen: Option<SocketAddr>,
    /// Where it is kept how far this installation has seen the record come.
    pub high_water: Option<PathBuf>,
    /// The key file of backups, of which the server reads how old the newest verified one is.
    pub backup_keys: Option<PathBuf>,
    /// Whether cookies are sent over TLS only; on unless the server listens on this machine alone.
    pub secure_cookies: Option<bool>,
    /// The address under which people reach it, as `https://candour.example`; passkeys need it.
    pub origin: Option<String>,
    /// The body's identity provider, through which people may sign in.
    pub provider: Option<provider::Settings>,
    /// The key file of second factors; beside a SQLite database unless named.
    pub factor_key: Option<PathBuf>,
    /// The roles that sign in with a second factor only, in place of the body's own list.
    pub second_factor: Option<Vec<Role>>,
    /// A list of breached passwords: SHA-1 in hex, a line each, in order.
    pub breached_passwords: Option<PathBuf>,
    /// How often each token may ask the API in a minute.
    pub api_per_minute: Option<u32>,
    /// The socket of clamd, which scans files that are sent.
    pub clamd: Option<PathBuf>,
    /// The most mebibytes of a file that is sent.
    pub upload_max_mib: Option<u64>,
    /// The file in which the signer publishes the newest checkpoint.
    pub checkpoint: Option<PathBuf>,
    /// The policy whose witnesses are named on pages.
    pub witnesses: Option<PathBuf>,
    /// Where a fault of this installation's security is told, as an address like `mailto:...`.
    pub security_contact: Option<String>,
}

impl Config {
    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |says: String| format!("configuration file {}: {says}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| named(e.to_string()))?;
        toml::from_str(&text).map_err(|e| named(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name_and_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("candour.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:8000\"\nlisten_on = 3\n").unwrap();
        let says = Config::read(&path).unwrap_err();
        assert!(says.contains("candour.toml") && says.contains("listen_on") && says.contains("line 2"), "{says}");
    }
}
