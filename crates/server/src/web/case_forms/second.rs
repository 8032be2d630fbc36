//! Approve a decision that somebody else proposed, or send it back.

use candour_core::case::made::powers_of;
use candour_core::case::second::{Approve, Proposal, SendBack};
use candour_core::case::{Command, Entry};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, reasons_field};
use crate::web::case_page::says::{says, word_label};
use crate::web::case_page::staff_name;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// The proposal that is named, or the only one that waits. One that was answered meanwhile is still
/// the one named, so that what was typed about it is given back.
fn proposal<'a>(asked: &Asked<'a>) -> Option<&'a Proposal> {
    let state = &asked.open.case.state;
    let waiting: Vec<&Proposal> = state.waiting_for_a_second().collect();
    match (asked.typed.get("of"), waiting.as_slice()) {
        ("", [only]) => Some(only),
        (of, _) => state.proposals.iter().find(|p| p.of.to_string() == of),
    }
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "second"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::ApproveDecision
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Approve a proposed decision, or send it back".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(proposal) = proposal(asked) else {
            return Vec::new();
        };
        let entry = asked.case().entries.iter().find(|e| e.version == proposal.of);
        let by = entry.map(|e| staff_name(asked.open, &e.actor)).unwrap_or_default();
        let mut facts = vec![
            fact("Decision", proposal.decision.title()),
            fact("Proposed", format!("{} by {by}", day::in_words(proposal.on))),
        ];
        if let Some(entry) = entry {
            // What the decision would say, as its own entry would say it.
            let decision = Entry { event: proposal.decision.clone(), ..entry.clone() };
            facts.extend(says(asked.app, asked.open, &decision));
            facts.extend(entry.words.iter().map(|(field, words)| (word_label(field), words.clone())));
        }
        facts
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REASONS]
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        if proposal(asked).is_some() {
            return Vec::new();
        }
        let waiting = asked.case().state.waiting_for_a_second();
        let says = |p: &Proposal| format!("{}, proposed on {}", p.decision.title(), day::in_words(p.on));
        waiting.map(|p| (format!("of={}", p.of), says(p))).collect()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        if proposal(asked).is_none() {
            return Vec::new();
        }
        let choices = vec![
            Choice::new("approve", "Approve it").with_hint("The decision is then made, and names both of you"),
            Choice::new("send-back", "Send it back").with_hint("Nothing is decided, and it may be proposed again"),
        ];
        vec![
            Field::new("of", "", Input::Hidden),
            Field::new("answer", "What do you decide?", Input::Radios(choices)),
            date_field("on", "On which day?"),
            reasons_field("Why do you send it back?", "Leave empty if you approve it"),
        ]
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        proposal(asked).map(|p| ("of".to_owned(), p.of.to_string())).into_iter().collect()
    }

    fn decides(&self, asked: &Asked<'_>) -> &'static [&'static str] {
        proposal(asked).map_or(&[], |p| powers_of(&asked.case().state, &p.decision))
    }

    fn asks_about_a_second(&self) -> bool {
        false
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let of = check.field("of", choose(asked.typed.get("of").parse().ok(), "Choose the proposal"));
        let answer = Some(asked.typed.get("answer")).filter(|answer| matches!(*answer, "approve" | "send-back"));
        let answer = check.field("answer", choose(answer, "Choose whether you approve it or send it back"));
        let on = required_date(&mut check, asked.typed, "on", "The date");
        let reasons = match answer {
            Some("send-back") => super::asks::reasons(&mut check, asked.typed, "Say why you send it back"),
            _ => Some(String::new()),
        };
        if answer == Some("approve") && !asked.typed.get("reasons").trim().is_empty() {
            check.problem("reasons", "Leave this empty if you approve the proposal: its own reasons are kept");
        }
        let command = (|| {
            let (of, on, reasons) = (of?, on?, reasons?);
            Some(match answer? {
                "approve" => Command::Approve(Approve { of, on }),
                _ => Command::SendBack(SendBack { of, on, reasons }),
            })
        })();
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let waits = asked.case().state.waiting_for_a_second().next().is_some();
        (!waits).then_some("No proposed decision waits for a second person")
    }

    fn button(&self) -> &'static str {
        "Record this"
    }

    fn done(&self) -> &'static str {
        "Your answer to the proposed decision is recorded."
    }
}
