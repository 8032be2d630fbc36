//! When something is due: a rule counted from a day, as the answer that programs get.

use candour_core::day::{self, Day};
use candour_core::law::deadline::{Limit, Opening, Trigger, deemed_given, worked};
use candour_core::law::rule::Follows;
use candour_core::law::{Calendar, Nation, Rule, Version};
use serde_json::{Value, json};

use super::{not_in_force, word};

/// From when a rule is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What starts the clock.
    pub from: Trigger,
    /// The day on which the matter came to attention, where an older version governs it.
    pub attention: Option<Day>,
    /// Whose bank holidays count.
    pub nation: Nation,
}

impl Question {
    /// The day by which the version of a rule is chosen.
    #[must_use]
    pub fn governs(&self, rule: &Rule) -> Day {
        match (rule.follows, self.attention) {
            (Follows::Matter, Some(attention)) => attention,
            (Follows::Matter, None) | (Follows::Act, _) => self.from.on,
        }
    }

    /// The version that is counted with; none where none was in force.
    #[must_use]
    pub fn version<'a>(&self, rule: &'a Rule) -> Option<&'a Version> {
        rule.on(self.governs(rule))
    }

    /// The answer, with the keys that `docs/law.md` promises.
    #[must_use]
    pub fn answer(&self, rule: &Rule, calendar: &Calendar) -> Value {
        let mut answer = json!({
            "rule": rule.id,
            "title": rule.title,
            "from": self.from.at.map_or_else(|| self.from.on.to_string(), day::instant_in_iso),
            "nation": self.nation.key(),
            "last_day": null, "earliest": null, "first_day": null, "last_moment": null, "first_moment": null,
            "promptly": false, "steps": [], "holidays": [], "provisional": false,
            "citation": null, "url": null, "mark": null, "because": null,
        });
        let Some(version) = self.version(rule) else {
            answer["because"] = json!(not_in_force(rule, self.governs(rule)));
            return answer;
        };
        answer["citation"] = json!(version.citation);
        answer["url"] = json!(version.url);
        answer["mark"] = word(version.mark);
        answer["because"] = json!(self.because(rule, version));
        match worked(version, self.from, calendar, self.nation) {
            Limit::By(worked) => {
                answer["last_day"] = json!(worked.last_day);
                answer["earliest"] = json!(worked.earliest);
                answer["last_moment"] = json!(worked.last_moment.map(day::instant_in_iso));
                answer["promptly"] = json!(worked.promptly);
                how(&mut answer, &worked.steps, &worked.holidays, worked.provisional);
            }
            Limit::NotBefore(opening) => opens(&mut answer, &opening),
            Limit::NoFixedLimit(reason) => match deemed_given(version, self.from, calendar, self.nation) {
                Some(opening) => opens(&mut answer, &opening),
                None => answer["because"] = json!(reason),
            },
        }
        answer
    }

    /// Which version was counted with, and why that one.
    fn because(&self, rule: &Rule, version: &Version) -> String {
        let chosen = match (rule.follows, self.attention) {
            (Follows::Act, _) => "the day that it is counted from, as this rule follows the day of the act",
            (Follows::Matter, Some(_)) => "the day on which the matter came to attention",
            (Follows::Matter, None) => {
                "the day that it is counted from; give the day of attention where the matter is older"
            }
        };
        format!("The version from {} was in force on {}, {chosen}", version.from, self.governs(rule))
    }
}

fn opens(answer: &mut Value, opening: &Opening) {
    answer["first_day"] = json!(opening.first_day);
    answer["first_moment"] = json!(opening.first_moment.map(day::instant_in_iso));
    how(answer, &opening.steps, &opening.holidays, opening.provisional);
}

fn how(answer: &mut Value, steps: &[String], holidays: &[(Day, String)], provisional: bool) {
    answer["steps"] = json!(steps);
    answer["holidays"] = holidays.iter().map(|(day, name)| json!({"day": day, "name": name})).collect();
    answer["provisional"] = json!(provisional);
}

#[cfg(test)]
mod tests {
    use super::*;
    use candour_core::law::Law;
    use jiff::civil::date;

    /// The answer of a rule with these fields to a clock that starts on 3 April 2020 at 16:00.
    fn answered(fields: &str) -> Value {
        let text = format!(
            "nation = \"england-and-wales\"\n[source]\nchecked_on = 2026-11-22\n[[rule]]\nid = \"a.b\"\n\
             title = \"A rule\"\nkind = \"deadline\"\n[[rule.version]]\nfrom = 2020-02-01\ncitation = \"c\"\n\
             says = \"s\"\nmark = \"from-memory\"\n{fields}"
        );
        let law = Law::read(&[("a.toml", &text)]).unwrap();
        let at = day::parse_with_time("--from", "2020-04-03T16:00").unwrap().1.unwrap();
        let question = Question { from: Trigger::at(at), attention: None, nation: Nation::EnglandAndWales };
        question.answer(&law.rules()[0], Calendar::built_in())
    }

    #[test]
    fn a_window_has_an_earliest_and_a_last_day() {
        let answer = answered("value = 15\nleast = 10\nunit = \"working-days\"\ncounted = \"from-the-day-after\"");
        assert_eq!((&answer["earliest"], &answer["last_day"]), (&json!("2020-04-21"), &json!("2020-04-28")));
        assert_eq!((&answer["first_day"], &answer["mark"]), (&Value::Null, &json!("from-memory")));
    }

    #[test]
    fn a_period_that_has_to_end_first_has_a_first_day_and_no_last_one() {
        let period = "value = 28\nunit = \"days\"\ncounted = \"with-the-day\"\nbound = \"not-before\"";
        let answer = answered(period);
        assert_eq!((&answer["first_day"], &answer["last_day"]), (&json!("2020-05-01"), &Value::Null));
        assert!(answer["because"].as_str().unwrap().starts_with("The version from 2020-02-01"));
    }

    #[test]
    fn hours_and_deemed_service_look_at_the_time() {
        let hours = answered("value = 72\nunit = \"hours\"\ncounted = \"hours-after\"");
        assert_eq!(
            (&hours["last_moment"], &hours["last_day"]),
            (&json!("2020-04-06T16:00+01:00"), &json!("2020-04-06"))
        );
        let sent =
            |before| answered(&format!("counted = \"deemed-when-sent\"\nbefore = {before}"))["first_day"].clone();
        assert_eq!((sent("16:30:00"), sent("15:30:00")), (json!("2020-04-03"), json!("2020-04-06")));
    }

    #[test]
    fn every_version_of_every_rule_answers_with_its_citation_and_a_day_or_a_reason() {
        for rule in Law::england_and_wales().rules() {
            for version in &rule.versions {
                let question = Question { from: version.from.into(), attention: None, nation: Nation::EnglandAndWales };
                let answer = question.answer(rule, Calendar::built_in());
                assert_eq!(answer["citation"], json!(version.citation), "{}", rule.id);
                let day = answer["last_day"].is_string() || answer["first_day"].is_string();
                assert_eq!(day, version.value.is_some() || version.before.is_some(), "{answer}");
                assert_eq!(day, !answer["steps"].as_array().unwrap().is_empty(), "{answer}");
                assert!(answer["because"].is_string(), "{answer}");
            }
        }
    }

    #[test]
    fn a_rule_that_is_not_in_force_says_so_in_its_answer() {
        let law = Law::england_and_wales();
        let from = Trigger::from(date(2001, 1, 1));
        let question = Question { from, attention: None, nation: Nation::EnglandAndWales };
        let answer = question.answer(law.rule("referral.dsi").unwrap(), Calendar::built_in());
        assert!(answer["because"].as_str().unwrap().contains("is not in force on 2001-01-01"));
        assert_eq!((&answer["last_day"], &answer["citation"]), (&Value::Null, &Value::Null));
    }
}
