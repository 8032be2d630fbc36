//! The matrix: read from `access/matrix.toml`, and printed as a page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Action, Cell, Role};

/// One row of the matrix.
pub(super) struct Row {
    pub(super) id: String,
    says: String,
    pub(super) cells: BTreeMap<Role, Cell>,
}

pub(super) struct Matrix {
    pub(super) actions: BTreeMap<Action, Row>,
}

pub(super) static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    Matrix::read(include_str!("../../../../access/matrix.toml")).expect("the built-in matrix is checked by a test")
});

impl Matrix {
    fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            action: Vec<FileRow>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FileRow {
            id: Action,
            says: String,
            #[serde(default)]
            allow: BTreeMap<Role, Cell>,
        }
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut actions = BTreeMap::new();
        for row in file.action {
            let id = row.id.id();
            let old = actions.insert(row.id, Row { id: id.clone(), says: row.says, cells: row.allow });
            if old.is_some() {
                return Err(format!("{id} stands twice"));
            }
        }
        match Action::ALL.iter().find(|a| !actions.contains_key(a)) {
            Some(missing) => Err(format!("{missing:?} has no row")),
            None => Ok(Self { actions }),
        }
    }
}

/// The matrix as a page of Markdown: the whole policy, readable. `docs/access.md` is this text.
#[must_use]
pub fn in_markdown() -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Made from `access/matrix.toml` by a test, which fails when the two differ.\n\
         An empty cell is a denial.\n\
         *yes*: always. *unit*: on cases of their own regions. *assessment*: on cases whose mode has not been decided.\n\
         *own-force*: on cases of the force that they are of. *reason*: once they have said for what they read the case, for that day.\n\
         *assigned*: on cases that they were asked to read, until the day that was named.\n\
         *named*: on cases of which they are kept informed, once they were given an account for it there.\n\
         LEAD is what an investigator is on the cases they lead.\n\n| role | who that is |\n|---|---|\n",
    );
    for role in Role::ALL {
        page.push_str(&format!("| {} | {} |\n", role.id(), role.label()));
    }
    page.push_str("\n| action |");
    for role in Role::ALL {
        page.push_str(&format!(" {} |", role.id()));
    }
    page.push_str(" what it is |\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len() + 1));
    for row in MATRIX.actions.values() {
        page.push_str(&format!("\n| {} |", row.id));
        for role in Role::ALL {
            page.push_str(&format!(" {} |", row.cells.get(&role).map_or("", |c| c.id())));
        }
        page.push_str(&format!(" {} |", row.says));
    }
    page.push('\n');
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_matrix_is_the_one_in_force() {
        let printed = include_str!("../../../../docs/access.md");
        assert_eq!(in_markdown(), printed, "run: cargo xtask docs");
    }

    #[test]
    fn a_matrix_with_a_row_missing_or_misspelt_is_refused() {
        let text = include_str!("../../../../access/matrix.toml");
        assert!(Matrix::read(&text.replacen("id = \"close\"", "id = \"shut\"", 1)).is_err());
        assert!(Matrix::read(&text.replacen("id = \"close\"", "id = \"correct\"", 1)).is_err());
        assert!(Matrix::read(&text.replacen("AU = \"yes\"", "AU = \"always\"", 1)).is_err());
        assert!(Matrix::read(&text.replacen("AU = \"yes\"", "XYZ = \"yes\"", 1)).is_err());
    }
}
