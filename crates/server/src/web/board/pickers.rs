//! The pickers of the Board's pages: which days are asked about, read from the address and given
//! back in their boxes.

use std::collections::BTreeMap;

use candour_core::day::{self, Day};
use candour_core::refusal::{Check, Refusal};
use serde::Serialize;

use crate::web::field;
use crate::web::typed::Typed;

/// A date that a page can be asked with.
#[derive(Debug)]
pub struct Picker {
    /// Its name in the address.
    pub name: &'static str,
    /// What a problem calls it: `The last day`.
    pub called: &'static str,
    /// What the boxes are called: `To the end of`.
    pub legend: &'static str,
    /// What an empty one means.
    pub hint: &'static str,
    /// How far it may go.
    pub until: Until,
}

/// How far a date may go.
#[derive(Debug)]
pub enum Until {
    /// To the day of the log's clock.
    Today,
    /// To another date of the same page.
    Other(&'static str),
}

/// The first day of a period.
pub const FROM: Picker = Picker {
    name: "from",
    called: "The first day",
    legend: "From",
    hint: "Leave empty for the beginning",
    until: Until::Other("on"),
};

/// The last day of a period.
pub const ON: Picker = Picker {
    name: "on",
    called: "The last day",
    legend: "To the end of",
    hint: "Leave empty for today",
    until: Until::Today,
};

/// The day at the end of which a state is asked for.
pub const AT: Picker = Picker { legend: "At the end of", called: "The day", ..ON };

/// The day at the end of which the record held what counts.
pub const KNOWN: Picker = Picker {
    name: "known",
    called: "As known on",
    legend: "As known on",
    hint: "Leave empty for what is known now",
    until: Until::Today,
};

/// The days that were asked for, by picker.
pub type Days = BTreeMap<&'static str, Day>;

/// The boxes of a picker as they are shown.
#[derive(Debug, Serialize)]
pub struct Boxes {
    name: &'static str,
    legend: &'static str,
    hint: &'static str,
    day: String,
    month: String,
    year: String,
    error: Option<String>,
}

/// Reads the days of an address; a picker that is left empty has its day from `defaults`, or none.
pub fn read(pickers: &[Picker], typed: &Typed, defaults: &Days, today: Day) -> Result<Days, Refusal> {
    let mut check = Check::default();
    let mut picked = Days::new();
    for picker in pickers {
        // Addresses that people write by hand say on=2019-10-31; the pickers send three boxes.
        let whole = typed.get(picker.name);
        let read = match whole {
            "" => field::date(typed, picker.name, picker.called),
            whole => day::parse(picker.called, whole).map(Some),
        };
        if let Some(day) = check.field(picker.name, read).flatten() {
            picked.insert(picker.name, day);
        }
    }
    let picked = check.done(Some(picked))?;
    let mut days = defaults.clone();
    days.extend(picked.iter().map(|(name, day)| (*name, *day)));
    for picker in pickers.iter().filter(|picker| !picked.contains_key(picker.name)) {
        // A first day that nobody picked gives way to an earlier last day.
        if let Until::Other(other) = picker.until
            && days.get(picker.name).is_some_and(|first| *first > days.get(other).copied().unwrap_or(today))
        {
            days.remove(picker.name);
        }
    }
    possible(pickers, &days, today)?;
    Ok(days)
}

/// Refuses days that the record cannot answer for, at the box that is to be changed.
fn possible(pickers: &[Picker], days: &Days, today: Day) -> Result<(), Refusal> {
    let mut check = Check::default();
    let clock = day::in_words(today);
    for picker in pickers {
        let Some(day) = days.get(picker.name) else {
            continue;
        };
        match picker.until {
            Until::Today if *day > today => {
                check.problem(picker.name, format!("{} must be today ({clock}) or earlier", picker.called));
            }
            Until::Other(other) => {
                let last = days.get(other).copied().unwrap_or(today);
                let called = pickers.iter().find(|p| p.name == other).map_or("", |p| p.called);
                if *day > last {
                    let (called, last) = (called.to_lowercase(), day::in_words(last));
                    check.problem(picker.name, format!("{} must be on or before {called} ({last})", picker.called));
                }
            }
            Until::Today => {}
        }
    }
    check.done(Some(()))
}

/// The boxes with what was typed, or the days that stand where nothing was, and what is wrong.
#[must_use]
pub fn boxes(pickers: &[Picker], typed: &Typed, standing: &Days, problems: &[(String, String)]) -> Vec<Boxes> {
    let one = |picker: &Picker| {
        let part = |part: &str| typed.get(&format!("{}-{part}", picker.name)).to_owned();
        let parts = [part("day"), part("month"), part("year")];
        let whole = day::parse("", typed.get(picker.name)).ok();
        let standing = if parts.iter().all(String::is_empty) { standing.get(picker.name).copied() } else { None };
        let [day, month, year] = match whole.or(standing) {
            Some(day) => [day.day().to_string(), day.month().to_string(), day.year().to_string()],
            None => parts,
        };
        let error = problems.iter().find(|(id, _)| *id == format!("{}-day", picker.name));
        Boxes {
            name: picker.name,
            legend: picker.legend,
            hint: picker.hint,
            day,
            month,
            year,
            error: error.map(|(_, says)| says.clone()),
        }
    };
    pickers.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day::constant(2020, 3, 31);

    fn says(query: &str) -> String {
        let refusal = read(&[FROM, ON, KNOWN], &Typed::of_query(Some(query)), &Days::new(), TODAY).unwrap_err();
        refusal.to_string()
    }

    #[test]
    fn days_are_read_whole_or_from_three_boxes() {
        let query = Typed::of_query(Some("from=2018-04-01&on-day=31&on-month=3&on-year=2019"));
        let days = read(&[FROM, ON, KNOWN], &query, &Days::new(), TODAY).unwrap();
        assert_eq!(days, Days::from([("from", Day::constant(2018, 4, 1)), ("on", Day::constant(2019, 3, 31))]));
    }

    #[test]
    fn days_that_the_record_cannot_answer_for_are_refused_in_words() {
        assert_eq!(says("on=2020-04-01"), "The last day must be today (31 March 2020) or earlier");
        assert_eq!(says("known=2020-04-01"), "As known on must be today (31 March 2020) or earlier");
        assert_eq!(
            says("from=2019-02-01&on=2019-01-01"),
            "The first day must be on or before the last day (1 January 2019)"
        );
        assert_eq!(says("on=2019-02-29"), "The last day must be a real date, like 2019-03-27");
    }

    #[test]
    fn a_first_day_that_nobody_picked_gives_way() {
        let defaults = Days::from([("from", Day::constant(2018, 11, 1)), ("on", Day::constant(2019, 12, 16))]);
        let asked = |query| read(&[FROM, ON], &Typed::of_query(Some(query)), &defaults, TODAY).unwrap();
        assert_eq!(asked(""), defaults);
        assert_eq!(asked("on=2016-01-04"), Days::from([("on", Day::constant(2016, 1, 4))]));
    }
}
