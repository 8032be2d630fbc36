//! What an entry about a review or a recommendation says, in words.

use candour_core::case::Event;
use candour_core::day;

use super::staff_name;
use crate::app::OpenCase;

fn row(label: &str, value: impl Into<String>) -> (String, String) {
    (label.to_owned(), value.into())
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "Yes" } else { "No" }
}

/// What an entry about a review says.
pub(super) fn review(open: &OpenCase, event: &Event) -> Vec<(String, String)> {
    let of = |n: u32| row("Application", n.to_string());
    match event {
        Event::ReviewReceived(e) => {
            let mut says = vec![of(e.n), row("What is to be reviewed", e.sort.label()), row("Made by", e.by.label())];
            says.push(row("Told of the outcome", day::in_words(e.told_on)));
            if let (Some(body), Some(from), Some(to)) = (e.lay_with, e.lay_from_on, e.lay_to_on) {
                let (from, to) = (day::in_words(from), day::in_words(to));
                says.push(row("Lay first with", format!("{}, from {from} to {to}", body.to_label())));
            }
            says.extend(e.complains.iter().map(|ground| row("Ground", ground.label())));
            says
        }
        Event::ReviewValidated(e) => {
            let ground = e.ground.map(|ground| row("Why it is for us", ground.label()));
            [of(e.n)].into_iter().chain(ground).chain([row("Power", e.citation.clone())]).collect()
        }
        Event::ReviewInvalidated(e) => vec![of(e.n), row("Why", e.why.label())],
        Event::ReviewLateAccepted(e) => vec![of(e.n), row("Power", e.citation.clone())],
        Event::ReviewForwarded(e) => vec![of(e.n), row("To", e.to.label())],
        Event::ReviewPapers(e) => vec![of(e.n), row("Papers", e.step.label())],
        Event::ReviewAllocated(e) => vec![of(e.n), row("Reviewer", staff_name(open, &e.to))],
        Event::ReviewDecided(e) => {
            vec![of(e.n), row("Decision", e.outcome.label()), row("Power", e.citation.clone())]
        }
        Event::ReviewRemedied(e) => {
            vec![of(e.n), row("What follows", e.remedy.label()), row("Provision", e.citation.clone())]
        }
        Event::ReviewAnswered(e) => vec![of(e.n), row("Accepted", yes_no(e.accepted))],
        Event::ReviewEnded(e) => vec![of(e.n), row("How", e.how.label())],
        _ => Vec::new(),
    }
}

/// What an entry about a recommendation says.
pub(super) fn recommendation(event: &Event) -> Vec<(String, String)> {
    let of = |n: u32| row("Recommendation", n.to_string());
    match event {
        Event::RecommendationDrafted(e) => {
            let listed = e.listed.map(|listed| row("Type of matter", listed.label()));
            let says = [of(e.n), row("Set", e.set.to_string()), row("Sort", e.sort.label()), row("To", e.to.label())];
            says.into_iter().chain(listed).collect()
        }
        Event::RecommendationNoted(e) => vec![of(e.n), row("Step", e.step.label())],
        Event::RecommendationIssued(e) => vec![of(e.n), row("Power", e.citation.clone())],
        Event::RecommendationExtension(e) => {
            let to = e.to.map_or_else(|| "Refused".to_owned(), day::in_words);
            let asked = day::in_words(e.asked_on);
            vec![of(e.n), row("Asked for", asked), row("New last day", to), row("Provision", e.citation.clone())]
        }
        Event::RecommendationAnswered(e) => {
            let represents = e.represents.then(|| row("Representations against publishing", "Yes"));
            [of(e.n), row("Answer", e.answer.label())].into_iter().chain(represents).collect()
        }
        Event::RecommendationRepresentations(e) => {
            vec![of(e.n), row("All accepted", yes_no(e.accepted)), row("Provision", e.citation.clone())]
        }
        Event::RecommendationPublished(e) => vec![of(e.n), row("What", e.what.label())],
        Event::RecommendationInCourt(e) => {
            vec![of(e.n), row("Decision", e.over.label()), row("Step", e.step.label())]
        }
        Event::RecommendationEnded(e) => {
            let by = e.by.map(|by| row("In its place", format!("Recommendation {by}")));
            [of(e.n), row("How", e.how.label())].into_iter().chain(by).collect()
        }
        _ => Vec::new(),
    }
}
