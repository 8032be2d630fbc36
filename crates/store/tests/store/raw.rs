//! The tables from outside: what somebody with the database's own tools can do to them.

use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A connection that is not the store's.
pub enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Client),
}

/// A value in a table, of whatever type.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// Text that is not UTF-8; only SQLite can store it.
    BadText(Vec<u8>),
}

pub type Row = Vec<Cell>;

impl Raw {
    pub fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
                Self::Sqlite(connection)
            }
            None => Self::Postgres(postgres::Client::connect(url, postgres::NoTls).unwrap()),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Runs statements without parameters.
    pub fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).unwrap(),
            Self::Postgres(client) => client.batch_execute(sql).unwrap(),
        }
    }

    /// Runs one statement with parameters and says how many rows it touched.
    pub fn execute(&mut self, sql: &str, cells: &[&Cell]) -> u64 {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql).unwrap();
                for (i, cell) in cells.iter().enumerate() {
                    let index = statement.parameter_index(&format!("${}", i + 1)).unwrap().unwrap();
                    statement.raw_bind_parameter(index, cell).unwrap();
                }
                statement.raw_execute().unwrap() as u64
            }
            Self::Postgres(client) => {
                let cells: Vec<&(dyn ToSql + Sync)> = cells.iter().map(|cell| *cell as _).collect();
                client.execute(sql, &cells).unwrap_or_else(|e| panic!("{sql}: {e:?}"))
            }
        }
    }

    /// All rows of a table, the columns in their order.
    pub fn rows(&mut self, table: &str, order: &str) -> Vec<Row> {
        let sql = format!("select * from {table} order by {order}");
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(&sql).unwrap();
                let width = statement.column_count();
                let read = |row: &rusqlite::Row<'_>| (0..width).map(|c| Ok(Cell::of_sqlite(row.get_ref(c)?))).collect();
                statement.query_map([], read).unwrap().map(Result::unwrap).collect()
            }
            Self::Postgres(client) => {
                let rows = client.query(&sql, &[]).unwrap();
                let read = |row: &postgres::Row| (0..row.len()).map(|c| Cell::of_postgres(row, c)).collect();
                rows.iter().map(read).collect()
            }
        }
    }

    /// Inserts a row, the columns in their order.
    pub fn insert(&mut self, table: &str, row: &Row) {
        let marks: Vec<String> = (1..=row.len()).map(|i| format!("${i}")).collect();
        let sql = format!("insert into {table} values ({})", marks.join(", "));
        self.execute(&sql, &row.iter().collect::<Vec<_>>());
    }

    /// Makes a table hold these rows and no others.
    pub fn replace(&mut self, table: &str, rows: &[Row]) {
        self.run(&format!("begin; delete from {table}"));
        for row in rows {
            self.insert(table, row);
        }
        self.run("commit");
    }
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn as_int(&self) -> i64 {
        match self {
            Self::Int(int) => *int,
            other => panic!("{other:?} is no integer"),
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("{other:?} is no bytes"),
        }
    }

    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    /// Another value of the same type.
    pub fn changed(&self) -> Self {
        match self {
            Self::Int(int) => Self::Int(int + 1_000_000),
            Self::Text(text) => Self::Text(format!("{text}x")),
            Self::Bytes(bytes) => {
                let mut bytes = bytes.clone();
                bytes[0] ^= 1;
                Self::Bytes(bytes)
            }
            Self::Null => Self::Int(17),
            other => panic!("no test changes {other:?}"),
        }
    }

    fn of_sqlite(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(int) => Self::Int(int),
            ValueRef::Real(real) => Self::Real(real),
            ValueRef::Text(text) => Self::Text(std::str::from_utf8(text).unwrap().to_owned()),
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_vec()),
        }
    }

    fn of_postgres(row: &postgres::Row, column: usize) -> Self {
        match *row.columns()[column].type_() {
            Type::INT8 => row.get::<_, Option<i64>>(column).map_or(Self::Null, Self::Int),
            Type::TEXT => row.get::<_, Option<String>>(column).map_or(Self::Null, Self::Text),
            _ => row.get::<_, Option<Vec<u8>>>(column).map_or(Self::Null, Self::Bytes),
        }
    }
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::BadText(bytes) => ValueRef::Text(bytes),
        }))
    }
}

impl ToSql for Cell {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(int) => int.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            other => Err(format!("PostgreSQL cannot store {other:?}").into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    postgres::types::to_sql_checked!();
}
