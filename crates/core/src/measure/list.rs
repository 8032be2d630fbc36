//! The measures there are, each with its counting rule in words and where the rule comes from.

use crate::day::in_words;
use crate::profile::{LawOf, Population, Profile};

/// A measure.
#[derive(Debug)]
pub struct Measure {
    /// Its name, a promise to those who script it.
    pub name: &'static str,
    /// What it counts.
    pub sort: Sort,
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The share completed within so many months.
    WithinMonths(i32),
    /// The share completed within so many days.
    WithinDays(i32),
    /// How long the completed ones took.
    Duration,
    /// How many were opened.
    Opened,
    /// How many were completed.
    Completed,
    /// How many are open.
    Open,
    /// How many are open of those taken over from the body before.
    Legacy,
    /// Of the legacy expected to be completed by a day, the share that was.
    Forecast,
    /// How many matters were referred.
    Referrals,
    /// The share of referrals whose need or mode was decided within the target.
    ModeDecision,
    /// How many completed ones wait for others, and for how long.
    Waiting,
    /// How many matters were received.
    Matters,
    /// How many allegations against named people.
    Allegations,
    /// How many people are in the register.
    People,
}

/// Every measure.
pub static MEASURES: &[Measure] = &[
    Measure { name: "timeliness.within-3-months", sort: Sort::WithinMonths(3) },
    Measure { name: "timeliness.within-6-months", sort: Sort::WithinMonths(6) },
    Measure { name: "timeliness.within-9-months", sort: Sort::WithinMonths(9) },
    Measure { name: "timeliness.within-12-months", sort: Sort::WithinMonths(12) },
    Measure { name: "timeliness.within-365-days", sort: Sort::WithinDays(365) },
    Measure { name: "timeliness.duration", sort: Sort::Duration },
    Measure { name: "timeliness.mode-decision", sort: Sort::ModeDecision },
    Measure { name: "caseload.referrals", sort: Sort::Referrals },
    Measure { name: "caseload.opened", sort: Sort::Opened },
    Measure { name: "caseload.completed", sort: Sort::Completed },
    Measure { name: "caseload.open", sort: Sort::Open },
    Measure { name: "caseload.legacy", sort: Sort::Legacy },
    Measure { name: "caseload.legacy-forecast", sort: Sort::Forecast },
    Measure { name: "post-report.waiting", sort: Sort::Waiting },
    Measure { name: "count.matters", sort: Sort::Matters },
    Measure { name: "count.allegations", sort: Sort::Allegations },
    Measure { name: "count.people", sort: Sort::People },
];

impl Sort {
    /// Whether it is the state at the end of a day rather than what happened in a period.
    #[must_use]
    pub fn is_stock(self) -> bool {
        matches!(self, Self::Open | Self::Legacy | Self::Waiting)
    }

    /// Whether it is so many of so many.
    #[must_use]
    pub fn is_share(self) -> bool {
        matches!(self, Self::WithinMonths(_) | Self::WithinDays(_) | Self::ModeDecision | Self::Forecast)
    }

    /// Whether it is about how many days something took.
    #[must_use]
    pub fn is_days(self) -> bool {
        matches!(self, Self::Duration | Self::Waiting)
    }

    /// Whether what it counts are cases, which can be listed, rather than people.
    #[must_use]
    pub fn counts_cases(self) -> bool {
        self != Self::People
    }

    /// Whether it needs a span of days that is not negative.
    #[must_use]
    pub(super) fn needs_span(self) -> bool {
        matches!(self, Self::WithinMonths(_) | Self::WithinDays(_) | Self::Duration)
    }
}

impl Measure {
    /// The measure of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|m| m.name == name)
    }

    /// What it is called on a page.
    #[must_use]
    pub fn title(&self) -> String {
        let fixed = match self.sort {
            Sort::WithinMonths(n) => return format!("Completed within {n} months"),
            Sort::WithinDays(n) => return format!("Completed within {n} days"),
            Sort::Duration => "Days taken",
            Sort::Opened => "Opened",
            Sort::Completed => "Completed",
            Sort::Open => "Open",
            Sort::Legacy => "Legacy still open",
            Sort::Forecast => "Legacy completed as expected",
            Sort::Referrals => "Referrals",
            Sort::ModeDecision => "Decided within 3 working days of referral",
            Sort::Waiting => "Waiting for others after the report",
            Sort::Matters => "Matters received",
            Sort::Allegations => "Allegations against named people",
            Sort::People => "People in the register",
        };
        fixed.to_owned()
    }

    /// Whether the measure means something for a body: it decides modes, or took a caseload over.
    #[must_use]
    pub fn is_offered(&self, profile: &Profile) -> bool {
        match self.sort {
            Sort::Legacy | Sort::Forecast => profile.legacy.is_some(),
            Sort::Waiting | Sort::Referrals | Sort::ModeDecision => profile.law == LawOf::EnglandAndWales,
            _ => true,
        }
    }

    /// The counting rule in words, for a body.
    #[must_use]
    pub fn rule(&self, profile: &Profile) -> String {
        let counting = &profile.counting;
        let (what, opened, completed) = (&counting.population, &counting.opened, &counting.completed);
        let span = format!(
            "The clock runs from {opened} to {completed}; pauses are counted. Those completed before they were opened are left out."
        );
        match self.sort {
            Sort::WithinMonths(n) => format!(
                "Of the {what} completed in the period, those completed on or before the day before the {n}-month anniversary of being opened. A day that the month lacks counts as the first of the next month. {span}"
            ),
            Sort::WithinDays(n) => format!(
                "Of the {what} completed in the period, those that took {n} days or fewer, counted as the later date minus the earlier. {span}"
            ),
            Sort::Duration => format!(
                "Days taken by the {what} completed in the period, counted as the later date minus the earlier. {span}"
            ),
            Sort::Opened => format!("The {what} opened in the period. Opened is {opened}."),
            Sort::Completed => format!("The {what} completed in the period. Completed is {completed}."),
            Sort::Open => format!(
                "The {what} opened and neither completed nor discontinued by the end of the day. Opened is {opened}; completed is {completed}."
            ),
            Sort::Legacy => format!(
                "The {what} that were open at the start of {} and are neither completed nor discontinued by the end of the day. Opened is {opened}; completed is {completed}.",
                legacy_day(profile)
            ),
            Sort::Forecast => format!(
                "Of the {what} that were open at the start of {} and still open at the end of the first day, those whose expected completion, as last told by then, fell on or before the last day; met are those completed by the last day. A forecast dated after the first day does not count.",
                legacy_day(profile)
            ),
            Sort::Referrals => "The matters referred in the period, of every mode, by the day of receipt. Matters that reached the body in another way are not counted.".to_owned(),
            Sort::ModeDecision => "Of the referrals decided in the period (returned to the force, or given a mode, whichever came first), those decided on or before the third working day after the day of receipt.".to_owned(),
            Sort::Waiting => format!(
                "The {what} completed by the end of the day with at least one proceeding that has begun and not ended, each counted once. Days are counted from {completed} to that day. When several are responsible at once, the day belongs to the first of: {}.",
                order(profile)
            ),
            Sort::Matters => "The matters received in the period, by the day of receipt.".to_owned(),
            Sort::Allegations => {
                "The allegations against named people in matters received in the period, by the day of receipt."
                    .to_owned()
            }
            Sort::People => "The people in the register. People without a date always count.".to_owned(),
        }
    }

    /// Where the rule comes from.
    #[must_use]
    pub fn citation(&self, profile: &Profile) -> String {
        match self.sort {
            Sort::Matters | Sort::Allegations | Sort::People => "Candour's own count of the record".to_owned(),
            Sort::WithinDays(_) if profile.population == Population::Investigations => {
                "Candour's own comparison measure: the published one counts months".to_owned()
            }
            Sort::Legacy | Sort::Forecast => {
                "IOPC response to the Home Secretary, December 2019, legacy cases; the rule of scoring is Candour's".to_owned()
            }
            Sort::Referrals => "Annual report: matters referred in the year".to_owned(),
            Sort::ModeDecision => {
                "Published target of 80% within three days; that the days are working days is from memory".to_owned()
            }
            Sort::Waiting => {
                "IOPC response to the Home Secretary, December 2019, post final report caseload; the order of owners is Candour's".to_owned()
            }
            _ => profile.counting.citation.clone(),
        }
    }
}

fn legacy_day(profile: &Profile) -> String {
    profile.legacy.as_ref().map_or_else(|| "the body's first day".to_owned(), |l| in_words(l.from))
}

/// The holders in the order in which a day belongs to one of them.
fn order(profile: &Profile) -> String {
    let names: Vec<String> = profile.holders.iter().map(|h| h.label().to_owned()).collect();
    names.join(", ")
}
