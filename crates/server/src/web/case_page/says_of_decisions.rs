//! What the entries say that lead to a decision on a report, decide the mode again, hear the
//! complainant or end the assessment in another way.

use candour_core::case::Event;
use candour_core::day;

use super::says::{allegation_name, in_full};
use crate::app::{App, OpenCase};

/// What such an entry says; nothing for the others.
pub(super) fn says(app: &App, open: &OpenCase, event: &Event) -> Vec<(String, String)> {
    let row = |label: &str, value: String| (label.to_owned(), value);
    let yes = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let allegation = |n: u32| row("Allegation", allegation_name(app, open, n));
    let provision = |citation: &str| row("Provision", citation.to_owned());
    match event {
        Event::ViewsRequested(e) => vec![row("Special procedure", yes(e.special)), provision(&e.citation)],
        Event::MemorandumRequested(e) => {
            vec![row("Authority received the report", day::in_words(e.report_on)), provision(&e.citation)]
        }
        Event::MemorandumReceived(e) => vec![
            allegation(e.n),
            row("Authority’s answer", e.answer.label().into()),
            row("What it will do", e.form.label().into()),
        ],
        Event::MemorandumAccepted(e) => vec![allegation(e.n), provision(&e.citation)],
        Event::ProceedingsRecommended(e) => vec![
            allegation(e.n),
            row("Answer", e.answer.label().into()),
            row("What follows", e.form.label().into()),
            provision(&e.citation),
        ],
        Event::AuthorityAnswered(e) => vec![allegation(e.n), row("Accepted", yes(e.accepts))],
        Event::FormDecided(e) => {
            vec![allegation(e.n), row("What follows", e.form.label().into()), provision(&e.citation)]
        }
        Event::DirectionGiven(e) => vec![allegation(e.n), provision(&e.citation)],
        Event::DirectionWithdrawn(e) => vec![allegation(e.n), provision(&e.citation)],
        Event::HandedOver(e) => vec![row("Handed over", e.item.label().into()), provision(&e.citation)],
        Event::ChiefOfficerConcerned(e) => vec![
            row("Proceedings cannot be ruled out from the complaint alone", yes(e.not_ruled_out)),
            row("Indication of a crime or of conduct that would justify discipline", yes(e.indication)),
        ],
        Event::WithdrawalIndicated(e) => vec![row("Signed", yes(e.signed))],
        Event::WishAsked(e) => vec![row("About", e.about.label().into()), provision(&e.citation)],
        Event::WishAnswered(e) => {
            vec![row("About", e.about.label().into()), row("Answer", e.reply.label().into())]
        }
        Event::PublicInterestDecided(e) => {
            let silent = e.no_answer.then(|| row("Complainant’s answer", "None was received in time".into()));
            let power = [row("About", e.about.label().into()), row("Power", e.citation.clone())];
            power.into_iter().chain(silent).collect()
        }
        Event::Merged(e) => vec![row("Goes on as", in_full(&e.into)), provision(&e.citation)],
        Event::Split(e) => vec![row("Part goes on as", in_full(&e.off)), provision(&e.citation)],
        _ => Vec::new(),
    }
}
