//! What a database has been made into: its tables, and the version of its schema.

use super::{Connection, Error, Tx, migrations};

/// The newest version of the schema that this release knows.
#[must_use]
pub fn schema_known() -> u32 {
    let runner = migrations::migrations::runner();
    runner.get_migrations().iter().map(|m| u32::try_from(m.version()).unwrap_or(0)).max().unwrap_or(0)
}

impl Tx<'_> {
    /// The names of the tables that there are.
    pub fn tables(&mut self) -> Result<Vec<String>, Error> {
        let sql = match self.connection {
            Connection::Sqlite(_) => "select name from sqlite_master where type = 'table'",
            Connection::Postgres(_) => {
                "select cast(table_name as text) from information_schema.tables where table_schema = current_schema()"
            }
        };
        self.query(sql, &[], |row| row.text(0))
    }

    /// The version of the schema, 0 where there is none.
    pub fn schema(&mut self) -> Result<i64, Error> {
        if !self.tables()?.iter().any(|name| name == "refinery_schema_history") {
            return Ok(0);
        }
        let sql = "select cast(max(version) as bigint) from refinery_schema_history";
        let version = self.query_one(sql, &[], |row| row.int_or_null(0))?;
        Ok(version.flatten().unwrap_or(0))
    }
}
