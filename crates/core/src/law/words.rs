//! What a rule says about time, in words that can be read aloud: the number, how it is counted and
//! what it bounds. Every number comes from the version.

use super::rule::{Bound, Counted, Extension, Follows, RuleKind, Unit, Version};

impl Version {
    /// The limit as a sentence without its stop, such as `By the end of the next day`.
    #[must_use]
    pub fn limit_in_words(&self) -> String {
        if let Some(deemed) = self.deemed_in_words() {
            return deemed;
        }
        let (Some(value), Some(unit)) = (self.value, self.unit) else {
            let standard = self.standard.as_deref().map(|standard| format!("No fixed limit: {standard}"));
            return standard.unwrap_or_else(|| "No limit".to_owned());
        };
        let number = match self.least {
            Some(least) => format!("{least} to {}", unit.in_words(value)),
            None => unit.in_words(value),
        };
        let period = self.counted.period_in_words(&number, unit);
        match self.bound {
            Bound::By => upper_first(&period),
            Bound::Promptly => format!("Promptly, and at the latest: {period}"),
            Bound::NotBefore => format!("Not before this period has ended: {period}"),
        }
    }

    /// Whether it sets a limit, or words in its place.
    #[must_use]
    pub fn has_limit(&self) -> bool {
        self.value.is_some() || self.standard.is_some() || self.counted.deems()
    }

    fn deemed_in_words(&self) -> Option<String> {
        match self.counted {
            Counted::DeemedWhenSent => {
                let before = self.before?.strftime("%H:%M");
                Some(format!(
                    "Counts as given on the working day on which it was sent before {before}, otherwise on the next \
                     working day"
                ))
            }
            Counted::DeemedAfterPosting => {
                let after = self.unit?.in_words(self.value?);
                Some(format!(
                    "Counts as given {after} after posting if that is a working day, otherwise on the first working \
                     day after posting"
                ))
            }
            _ => None,
        }
    }
}

impl Unit {
    /// So many of it: `1 day`, `5 working days`.
    #[must_use]
    pub fn in_words(self, number: u32) -> String {
        let one = match self {
            Self::Days => "day",
            Self::WorkingDays => "working day",
            Self::Months => "month",
            Self::Weeks => "week",
            Self::Hours => "hour",
        };
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {one}{plural}")
    }
}

impl Counted {
    /// A period of `number`, with the day from which it runs.
    fn period_in_words(self, number: &str, unit: Unit) -> String {
        let working = unit == Unit::WorkingDays;
        match self {
            Self::EndOfNextDay => "by the end of the next day, weekends included".to_owned(),
            Self::WithTheDay if working => format!("{number}, the day itself being the first if it is one"),
            Self::WithTheDay => format!("{number}, the day itself being the first"),
            Self::WorkingDaysAfter => format!("{number}, beginning with the first working day after the day"),
            Self::FromTheDayAfter | Self::FromFirstWorkingDayAfter if working => {
                format!("{number}, beginning with the first working day after the day")
            }
            Self::FromTheDayAfter => format!("{number}, beginning with the day after"),
            Self::FromFirstWorkingDayAfter => format!("{number}, beginning with the first working day after the day"),
            Self::MonthsStartingWith => format!("{number}, starting with the day"),
            Self::MonthsCompletedBeforeAnniversary => {
                format!("within {number}: on or before the day before the anniversary")
            }
            Self::MonthsAfter => format!("{number} after the day"),
            Self::Before => format!("at least {number} before the day"),
            Self::HoursAfter => format!("{number} after the moment"),
            Self::None | Self::DeemedWhenSent | Self::DeemedAfterPosting => number.to_owned(),
        }
    }

    /// Whether counting in this way, in a unit, looks at the bank holidays of a nation.
    #[must_use]
    pub fn looks_at_holidays(self, unit: Option<Unit>) -> bool {
        self.deems() || self == Self::FromFirstWorkingDayAfter || unit == Some(Unit::WorkingDays)
    }
}

impl Extension {
    /// Who may give more time, as a sentence without its stop.
    #[must_use]
    pub fn in_words(&self) -> String {
        let asked = if self.before_expiry { ", if it is asked for before the period ends" } else { "" };
        format!("More time may be given by {}{asked}", self.by)
    }
}

impl RuleKind {
    /// What sort of rule it is, as a person would say.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Deadline => "A limit: something is due by a day",
            Self::Power => "A power: somebody may decide something",
            Self::Requirement => "A requirement: something must be so",
            Self::Measure => "A measure: a published way of counting",
        }
    }
}

impl Follows {
    /// By which day a version is chosen, as a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Matter => "Its version follows the day on which the matter came to attention",
            Self::Act => "Its version follows the day of the act",
        }
    }
}

/// The same words with a capital letter first.
fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::law::Law;

    /// The limit of a version with these fields.
    fn limit(fields: &str) -> String {
        let text = format!(
            "nation = \"england-and-wales\"\n[source]\nchecked_on = 2026-11-22\n[[rule]]\nid = \"a.b\"\n\
             title = \"A rule\"\nkind = \"deadline\"\n[[rule.version]]\nfrom = 2020-02-01\ncitation = \"c\"\n\
             says = \"s\"\nmark = \"from-memory\"\n{fields}"
        );
        Law::read(&[("a.toml", &text)]).unwrap().rules()[0].versions[0].limit_in_words()
    }

    #[test]
    fn a_limit_says_its_number_and_how_it_is_counted() {
        let days = "unit = \"days\"\ncounted";
        assert_eq!(
            limit(&format!("value = 1\n{days} = \"end-of-next-day\"")),
            "By the end of the next day, weekends included"
        );
        assert_eq!(limit(&format!("value = 28\n{days} = \"with-the-day\"")), "28 days, the day itself being the first");
        assert_eq!(
            limit("value = 15\nleast = 10\nunit = \"working-days\"\ncounted = \"from-the-day-after\""),
            "10 to 15 working days, beginning with the first working day after the day"
        );
        assert_eq!(limit("value = 1\nunit = \"months\"\ncounted = \"months-after\""), "1 month after the day");
        assert_eq!(
            limit("value = 5\nunit = \"working-days\"\ncounted = \"before\""),
            "At least 5 working days before the day"
        );
    }

    #[test]
    fn a_backstop_and_a_waiting_time_are_told_from_a_last_day() {
        let period = |bound| limit(&format!("value = 7\nunit = \"days\"\ncounted = \"with-the-day\"\nbound = {bound}"));
        assert_eq!(period("\"promptly\""), "Promptly, and at the latest: 7 days, the day itself being the first");
        assert_eq!(
            period("\"not-before\""),
            "Not before this period has ended: 7 days, the day itself being the first"
        );
    }

    #[test]
    fn rules_without_a_number_say_their_standard_or_nothing() {
        assert_eq!(limit("standard = \"as soon as practicable\""), "No fixed limit: as soon as practicable");
        assert_eq!(limit(""), "No limit");
        assert!(limit("counted = \"deemed-when-sent\"\nbefore = 16:30:00").contains("before 16:30, otherwise"));
    }

    #[test]
    fn every_rule_with_a_number_says_it() {
        for rule in Law::england_and_wales().rules() {
            for version in &rule.versions {
                let says = version.limit_in_words();
                let next_day = version.counted == crate::law::Counted::EndOfNextDay;
                if let Some(value) = version.value.filter(|_| !next_day) {
                    assert!(says.contains(&value.to_string()), "{}: {says}", rule.id);
                }
            }
        }
    }
}
