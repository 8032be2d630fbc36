//! Values that go into SQL and rows that come out of it, the same for both engines.

use postgres::types::{IsNull, ToSql, Type, private::BytesMut};

use super::Error;
use super::error::{chain, of_sqlite};

/// A value for a parameter.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// An integer.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value<'_> {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}
impl From<u64> for Value<'_> {
    fn from(int: u64) -> Self {
        // Positions and versions are far below 2^63.
        Self::Int(i64::try_from(int).unwrap_or(i64::MAX))
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row that SQL returned.
pub enum Row<'r> {
    #[doc(hidden)]
    Sqlite(&'r rusqlite::Row<'r>),
    #[doc(hidden)]
    Postgres(&'r postgres::Row),
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(int) => int.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA | Type::VARCHAR)
    }

    postgres::types::to_sql_checked!();
}

impl Row<'_> {
    /// The integer in a column.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(|e| of_sqlite(&e)),
            Self::Postgres(row) => row.try_get(column).map_err(|e| Error::Content(chain(&e))),
        }
    }

    /// The integer in a column that is never negative.
    pub fn count(&self, column: usize) -> Result<u64, Error> {
        u64::try_from(self.int(column)?).map_err(|_| Error::Content(format!("column {column} is negative")))
    }

    /// The integer in a column that may be null.
    pub fn int_or_null(&self, column: usize) -> Result<Option<i64>, Error> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(|e| of_sqlite(&e)),
            Self::Postgres(row) => row.try_get(column).map_err(|e| Error::Content(chain(&e))),
        }
    }

    /// The text in a column.
    pub fn text(&self, column: usize) -> Result<String, Error> {
        self.str(column).map(str::to_owned)
    }

    /// The text in a column, without a copy.
    pub fn str(&self, column: usize) -> Result<&str, Error> {
        match self {
            Self::Sqlite(row) => {
                let text = row.get_ref(column).map_err(|e| of_sqlite(&e))?;
                text.as_str().map_err(|e| Error::Content(format!("column {column}: {e}")))
            }
            Self::Postgres(row) => row.try_get(column).map_err(|e| Error::Content(chain(&e))),
        }
    }

    /// The text in a column that may be null, without a copy.
    pub fn str_or_null(&self, column: usize) -> Result<Option<&str>, Error> {
        match self {
            Self::Sqlite(row) => {
                let text = row.get_ref(column).map_err(|e| of_sqlite(&e))?;
                text.as_str_or_null().map_err(|e| Error::Content(format!("column {column}: {e}")))
            }
            Self::Postgres(row) => row.try_get(column).map_err(|e| Error::Content(chain(&e))),
        }
    }

    /// The bytes in a column.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(|e| of_sqlite(&e)),
            Self::Postgres(row) => row.try_get(column).map_err(|e| Error::Content(chain(&e))),
        }
    }
}

/// Reading without trust, for verification: a value of another type is none.
impl Row<'_> {
    /// The integer in a column, if it is one.
    #[must_use]
    pub fn maybe_int(&self, column: usize) -> Option<i64> {
        match self {
            Self::Sqlite(row) => row.get_ref(column).ok()?.as_i64().ok(),
            Self::Postgres(row) => row.try_get(column).ok(),
        }
    }

    /// The text in a column, if it is text in UTF-8.
    #[must_use]
    pub fn maybe_str(&self, column: usize) -> Option<&str> {
        match self {
            Self::Sqlite(row) => row.get_ref(column).ok()?.as_str().ok(),
            Self::Postgres(row) => row.try_get(column).ok(),
        }
    }

    /// The bytes in a column, if they are bytes.
    #[must_use]
    pub fn maybe_bytes(&self, column: usize) -> Option<&[u8]> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column).ok()? {
                rusqlite::types::ValueRef::Blob(bytes) => Some(bytes),
                _ => None,
            },
            Self::Postgres(row) => row.try_get(column).ok(),
        }
    }
}
