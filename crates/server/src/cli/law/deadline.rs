//! `candour law deadline`: when something is due, counted aloud.

use candour_core::day::{self, Day};
use candour_core::law::deadline::{Limit, Opening, Trigger, deemed_given, worked};
use candour_core::law::rule::Follows;
use candour_core::law::{Calendar, Law, Nation, Rule, Version};
use clap::Args;
use serde_json::{Value, json};

use super::{date_if_any, not_in_force, row, rules, say_csv, say_json, usage, word};
use crate::cli::{DONE, Ended, Format, Setting, USAGE, say};

/// The columns of the CSV, each a key of the JSON.
const COLUMNS: &[&str] = &[
    "rule",
    "from",
    "nation",
    "last_day",
    "earliest",
    "first_day",
    "last_moment",
    "first_moment",
    "promptly",
    "steps",
    "holidays",
    "provisional",
    "citation",
    "url",
    "mark",
    "because",
];

#[derive(Args)]
pub(in crate::cli) struct Deadline {
    /// A rule's id, or a catalogue number such as D24
    rule: String,
    /// The day on which the clock starts, with a London time where hours are counted: DATE[THH:MM]
    #[arg(long)]
    from: String,
    /// Whose bank holidays count: england-and-wales, scotland or northern-ireland
    #[arg(long, default_value = "england-and-wales")]
    nation: String,
    /// The day on which the matter came to attention, where an older version governs it
    #[arg(long)]
    attention: Option<String>,
}

/// What was asked, read.
struct Question {
    from: Trigger,
    attention: Option<Day>,
    nation: Nation,
}

impl Deadline {
    pub(super) fn run(&self, setting: &Setting, law: &Law) -> Result<u8, Ended> {
        let question = self.question()?;
        let rules = rules(law, &self.rule)?;
        if rules.iter().all(|rule| question.version(rule).is_none()) {
            let gone = rules.iter().map(|rule| not_in_force(rule, question.governs(rule))).collect::<Vec<_>>();
            return Err(Ended::With(USAGE, gone.join("; ")));
        }
        let answers: Vec<Value> = rules.iter().map(|rule| question.answer(rule)).collect();
        match setting.format {
            Format::Json => say_json(answers),
            Format::Csv => say_csv(COLUMNS, answers.iter().map(|answer| row(answer, COLUMNS)).collect())?,
            Format::Text => {
                for (answer, rule) in answers.iter().zip(&rules) {
                    in_text(rule, question.version(rule), answer);
                }
            }
        }
        Ok(DONE)
    }

    fn question(&self) -> Result<Question, Ended> {
        let (day, at) = day::parse_with_time("--from", &self.from).map_err(|refusal| usage(&refusal))?;
        let nation = Nation::named(&self.nation).ok_or_else(|| {
            let known = Nation::ALL.map(Nation::key).join(", ");
            Ended::With(USAGE, format!("no nation is called {}; choose one of {known}", self.nation))
        })?;
        let attention = date_if_any("--attention", self.attention.as_ref())?;
        Ok(Question { from: at.map_or_else(|| Trigger::from(day), Trigger::at), attention, nation })
    }
}

impl Question {
    /// The day by which the version of a rule is chosen.
    fn governs(&self, rule: &Rule) -> Day {
        match (rule.follows, self.attention) {
            (Follows::Matter, Some(attention)) => attention,
            (Follows::Matter, None) | (Follows::Act, _) => self.from.on,
        }
    }

    fn version<'a>(&self, rule: &'a Rule) -> Option<&'a Version> {
        rule.on(self.governs(rule))
    }

    fn answer(&self, rule: &Rule) -> Value {
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
        let calendar = Calendar::built_in();
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
            (Follows::Act, _) => "the day of --from, as this rule follows the day of the act",
            (Follows::Matter, Some(_)) => "the day on which the matter came to attention",
            (Follows::Matter, None) => "the day of --from; give --attention where the matter is older",
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

/// A line that says when, and below it how and why.
fn in_text(rule: &Rule, version: Option<&Version>, answer: &Value) {
    let text = |key: &str| answer[key].as_str();
    let when = match (
        text("last_moment").or(text("last_day")),
        text("earliest"),
        text("first_moment").or(text("first_day")),
    ) {
        (Some(last), Some(earliest), _) => format!("from {earliest} to {last}"),
        (Some(last), None, _) => format!("by {last}"),
        (None, _, Some(first)) => format!("from {first}"),
        (None, _, None) if version.is_none() => "not in force".to_owned(),
        (None, _, None) => "no fixed limit".to_owned(),
    };
    let provisional = if answer["provisional"] == json!(true) { " (provisional)" } else { "" };
    say(&format!("{}: {when}{provisional}", rule.id));
    say(&format!("  {}", rule.title));
    for step in answer["steps"].as_array().into_iter().flatten() {
        say(&format!("  {}", step.as_str().unwrap_or_default()));
    }
    for key in ["because", "citation", "url"] {
        if let Some(line) = text(key) {
            say(&format!("  {line}"));
        }
    }
    if let Some(version) = version {
        let read_in = version.read_in.as_ref().map_or_else(String::new, |place| format!(": {place}"));
        say(&format!("  {}{read_in}", version.mark.in_words()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        question.answer(&law.rules()[0])
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
                let answer = question.answer(rule);
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
        let answer = question.answer(law.rule("referral.dsi").unwrap());
        assert!(answer["because"].as_str().unwrap().contains("is not in force on 2001-01-01"));
        assert_eq!((&answer["last_day"], &answer["citation"]), (&Value::Null, &Value::Null));
    }
}
