//! Whether an account can be used: not while it is disabled, and not after its last day.

use candour_core::day::Day;

use crate::db::{Error, Row, Tx};

/// How an account stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is disabled.
    pub disabled: bool,
    /// The last day on which it can be used.
    pub last_day: Option<Day>,
}

impl Standing {
    /// Whether it can be used on a day.
    #[must_use]
    pub fn is_open(&self, today: Day) -> bool {
        !self.disabled && self.last_day.is_none_or(|last| today <= last)
    }
}

/// How an account stands; without a row nothing stands against it.
pub fn of(tx: &mut Tx<'_>, log: &str, account: &str) -> Result<Standing, Error> {
    let found = tx.query_one(
        "select disabled, last_day from standing where log = $1 and account = $2",
        &[log.into(), account.into()],
        |row| read(row, 0),
    )?;
    Ok(found.unwrap_or_default())
}

/// The accounts against which something stands, by id.
pub fn all(tx: &mut Tx<'_>, log: &str) -> Result<Vec<(String, Standing)>, Error> {
    tx.query("select account, disabled, last_day from standing where log = $1 order by account", &[log.into()], |row| {
        Ok((row.text(0)?, read(row, 1)?))
    })
}

fn read(row: &Row<'_>, from: usize) -> Result<Standing, Error> {
    let last_day = row.text(from + 1)?;
    let bad = |_| Error::Content(format!("an account has the last day {last_day:?}"));
    let last_day = if last_day.is_empty() { None } else { Some(last_day.parse().map_err(bad)?) };
    Ok(Standing { disabled: row.int(from)? != 0, last_day })
}

/// Puts it.
pub fn put(tx: &mut Tx<'_>, log: &str, account: &str, standing: Standing) -> Result<(), Error> {
    let last_day = standing.last_day.map_or_else(String::new, |day: Day| day.to_string());
    tx.execute(
        "insert into standing (log, account, disabled, last_day) values ($1, $2, $3, $4) \
         on conflict (log, account) do update set disabled = excluded.disabled, last_day = excluded.last_day",
        &[log.into(), account.into(), i64::from(standing.disabled).into(), (&last_day).into()],
    )?;
    Ok(())
}
