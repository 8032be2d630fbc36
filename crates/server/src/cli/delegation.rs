//! `candour delegation`: the scheme of delegation from the command line, by the operator.

use candour_core::day::{self, Day};
use candour_core::delegation::{Change, Delegations, Holder};
use candour_core::law::powers::{Power, Powers};
use candour_core::permit::{Action, Actor, Object, permit};
use candour_store::plain::account::{self, Account};
use candour_store::record::Write;
use candour_store::{Failure, Store, delegations, reads};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{DONE, Ended, Format, NO, Setting, USAGE, say};

#[derive(Subcommand)]
pub(super) enum Delegation {
    /// Delegate every power to its level, as the law files have it
    Adopt(Adopt),
    /// Who may decide what on a day
    List(List),
    /// Delegate powers to a grade or to a person
    Grant(Grant),
    /// Give a person a grade
    Grade(Grade),
    /// End a grade, a delegation or an exclusion
    End(End),
    /// Whether a person holds a power on a day
    Check(Check),
}

#[derive(Args)]
pub(super) struct Adopt {
    /// The first day
    #[arg(long)]
    from: String,
    /// The day of the instrument; without it the first day, or today where that is earlier
    #[arg(long)]
    on: Option<String>,
    /// The instrument that delegates
    #[arg(long, default_value = "")]
    instrument: String,
}

#[derive(Args)]
pub(super) struct List {
    /// The day; without it today
    #[arg(long)]
    on: Option<String>,
}

#[derive(Args)]
pub(super) struct Grant {
    /// The powers, such as P.MOI
    #[arg(required = true)]
    powers: Vec<String>,
    /// A grade such as L3, or a person by name or id
    #[arg(long)]
    to: String,
    /// The first day
    #[arg(long)]
    from: String,
    /// The last day; without it until it is ended
    #[arg(long)]
    until: Option<String>,
    /// The day of the instrument; without it the first day, or today where that is earlier
    #[arg(long)]
    on: Option<String>,
    /// The instrument that delegates
    #[arg(long)]
    instrument: String,
}

#[derive(Args)]
pub(super) struct Grade {
    /// Who, by name or id
    #[arg(long)]
    person: String,
    /// The grade, such as L3
    #[arg(long)]
    grade: String,
    /// The first day
    #[arg(long)]
    from: String,
    /// The last day; without it until it is ended
    #[arg(long)]
    to: Option<String>,
    /// The day of the instrument; without it the first day, or today where that is earlier
    #[arg(long)]
    on: Option<String>,
}

#[derive(Args)]
pub(super) struct End {
    /// The number of the entry
    entry: u64,
    /// The last day on which it holds
    #[arg(long)]
    last: String,
    /// The day on which the end was decided; without it the last day, or today where that is earlier
    #[arg(long)]
    on: Option<String>,
    /// Why
    #[arg(long)]
    reasons: String,
}

#[derive(Args)]
pub(super) struct Check {
    /// The power, such as P.MOI
    power: String,
    /// The day; without it today
    #[arg(long)]
    on: Option<String>,
    /// Who, by name or id
    #[arg(long)]
    person: String,
}

impl Delegation {
    pub(super) fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        match self {
            Self::Adopt(adopt) => adopt.run(setting),
            Self::List(list) => list.run(setting),
            Self::Grant(grant) => grant.run(setting),
            Self::Grade(grade) => grade.run(setting),
            Self::End(end) => end.run(setting),
            Self::Check(check) => check.run(setting),
        }
    }
}

fn read_day(name: &str, text: &str) -> Result<Day, Ended> {
    day::parse(name, text).map_err(|refusal| Ended::With(USAGE, refusal.to_string()))
}

fn optional_day(name: &str, text: Option<&str>) -> Result<Option<Day>, Ended> {
    text.map(|text| read_day(name, text)).transpose()
}

/// Makes a change as the operator. `change` is given the day of the log's clock.
fn record(setting: &Setting, change: impl Fn(Day) -> Change + Send + 'static) -> Result<u8, Ended> {
    let store = setting.existing_store()?;
    store.record.write(move |w| make(w, change(w.today())))?;
    say("recorded");
    Ok(DONE)
}

/// Makes a change of the scheme as the operator.
pub(super) fn make(w: &mut Write<'_>, change: Change) -> Result<(), Failure> {
    let operator = Actor::operator();
    let given = permit(&operator, Action::Delegate, Object::Body)?;
    delegations::change(w, &operator, &given, change)
}

/// What the command needs of the record to print it.
struct Read {
    scheme: Delegations,
    staff: Vec<Account>,
    today: Day,
}

fn read(store: &Store) -> Result<Read, Ended> {
    let log = &store.record.log;
    let read = store.record.engine.read(|tx| {
        let now = match store.record.clock {
            candour_store::record::Clock::Real => crate::app::machine_time(),
            candour_store::record::Clock::Demonstration => reads::head(tx, log)?.map_or(0, |(_, _, at)| at),
        };
        let (scheme, staff) = (delegations::load(tx, log)?, account::all(tx, log)?);
        Ok::<_, Failure>(Read { scheme, staff, today: day::of_instant(now) })
    });
    Ok(read?)
}

impl Read {
    /// The opaque id of an account, which may be named by it or by its name.
    fn person(&self, text: &str) -> Result<String, Ended> {
        let found = self.staff.iter().find(|a| a.id == text || a.name == text);
        let missing = || Ended::With(USAGE, format!("there is no account {text:?}; candour user list names them"));
        found.map(|a| a.id.clone()).ok_or_else(missing)
    }

    fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Grade(level) => level.clone(),
            Holder::Person(person) => {
                self.staff.iter().find(|a| a.id == *person).map_or_else(|| person.clone(), |a| a.name.clone())
            }
        }
    }
}

fn power(id: &str) -> Result<&'static Power, Ended> {
    let missing = || Ended::With(USAGE, format!("there is no power {id:?}; candour delegation list has them"));
    Powers::built_in().power(id).ok_or_else(missing)
}

impl Adopt {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (from, on) = (read_day("--from", &self.from)?, optional_day("--on", self.on.as_deref())?);
        let instrument = self.instrument.clone();
        record(setting, move |today| {
            let on = on.unwrap_or(from.min(today));
            Change::Adopt { on, from, instrument: instrument.clone() }
        })
    }
}

impl Grant {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (from, on) = (read_day("--from", &self.from)?, optional_day("--on", self.on.as_deref())?);
        let until = optional_day("--until", self.until.as_deref())?;
        let to = match Powers::built_in().level(&self.to) {
            Some(level) => Holder::Grade(level.id.clone()),
            None => Holder::Person(read(&setting.existing_store()?)?.person(&self.to)?),
        };
        let (powers, instrument) = (self.powers.clone(), self.instrument.clone());
        record(setting, move |today| {
            let (powers, to, on) = (powers.clone(), to.clone(), on.unwrap_or(from.min(today)));
            Change::Grant { powers, to, on, from, until, instrument: instrument.clone() }
        })
    }
}

impl Grade {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (from, on) = (read_day("--from", &self.from)?, optional_day("--on", self.on.as_deref())?);
        let to = optional_day("--to", self.to.as_deref())?;
        let person = read(&setting.existing_store()?)?.person(&self.person)?;
        let grade = self.grade.clone();
        record(setting, move |today| {
            let (person, grade) = (person.clone(), grade.clone());
            Change::SetGrade { person, grade, on: on.unwrap_or(from.min(today)), from, to }
        })
    }
}

impl End {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let (last, on) = (read_day("--last", &self.last)?, optional_day("--on", self.on.as_deref())?);
        let (of, reasons) = (self.entry, self.reasons.clone());
        record(setting, move |today| Change::End {
            of,
            on: on.unwrap_or(last.min(today)),
            last,
            reasons: reasons.clone(),
        })
    }
}

impl Check {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let on = optional_day("--on", self.on.as_deref())?;
        let power = power(&self.power)?;
        let read = read(&setting.existing_store()?)?;
        let (person, on) = (read.person(&self.person)?, on.unwrap_or(read.today));
        let held = read.scheme.holds(power, &person, on, None);
        match setting.format {
            Format::Json => say(&match &held {
                Ok(held) => json!({"power": power.id, "on": on.to_string(), "holds": true, "entry": held.delegation}),
                Err(_) => json!({"power": power.id, "on": on.to_string(), "holds": false, "entry": null}),
            }
            .to_string()),
            Format::Text | Format::Csv => match &held {
                Ok(held) => say(&format!("yes: {} on {on}, by entry {} of the scheme", power.id, held.delegation)),
                Err(_) => say(&format!("no: {} on {on}", power.id)),
            },
        }
        Ok(if held.is_ok() { DONE } else { NO })
    }
}

impl List {
    fn run(&self, setting: &Setting) -> Result<u8, Ended> {
        let on = optional_day("--on", self.on.as_deref())?;
        let read = read(&setting.existing_store()?)?;
        let on = on.unwrap_or(read.today);
        let rows = Powers::built_in().powers().iter().flat_map(|power| rows(&read, power, on));
        match setting.format {
            Format::Json => {
                let all: Vec<_> = rows.map(|row| json!({"power": row[0], "name": row[1], "to": row[2], "from": row[3], "until": row[4], "entry": row[5]})).collect();
                say(&serde_json::Value::Array(all).to_string());
            }
            Format::Csv => {
                say("power,name,to,from,until,entry");
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| quoted(&crate::file::disarmed(cell))).collect();
                    say(&cells.join(","));
                }
            }
            Format::Text => {
                for [power, name, to, from, until, entry] in rows {
                    let to = if to.is_empty() {
                        "nobody".to_owned()
                    } else {
                        format!("{to}, {from} to {until} (entry {entry})")
                    };
                    say(&format!("{power}\t{name}\t{to}"));
                }
            }
        }
        Ok(DONE)
    }
}

/// The delegations of a power on a day, or one row without a holder.
fn rows(read: &Read, power: &Power, on: Day) -> Vec<[String; 6]> {
    let row = |to: String, from: String, until: String, entry: String| {
        [power.id.clone(), power.name.clone(), to, from, until, entry]
    };
    let grants = read.scheme.grants_on(&power.id, on).map(|grant| {
        let until = grant.until.map_or_else(|| "...".to_owned(), |last| last.to_string());
        row(read.holder(&grant.to), grant.from.to_string(), until, grant.of.to_string())
    });
    let found: Vec<_> = grants.collect();
    if found.is_empty() { vec![row(String::new(), String::new(), String::new(), String::new())] } else { found }
}

/// A cell of a CSV file.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
