//! What those who are kept informed were told: progress, outcomes, what was withheld, and the notice
//! of an investigation that is not finished.

use candour_core::case::delay_notice::{self, Give};
use candour_core::case::informed::commands::{GiveUpdate, TellOutcome, Withhold};
use candour_core::case::informed::{INVESTIGATION, Method, Purpose};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, has_power, note, note_field, reasons, reasons_field};
use super::contact::{despite, despite_field, facts_of_all};
use super::informed::{methods, nobody, who, who_field};
use crate::web::case_page::says::outcome_name;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct GiveForm;
pub(super) struct WithholdForm;
pub(super) struct DelayForm;

/// The choice of progress, which is no outcome.
const PROGRESS: &str = "progress";

impl CaseForm for GiveForm {
    fn slug(&self) -> &'static str {
        "give-update"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::KeepInformed
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record that somebody was told".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        facts_of_all(asked)
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::UPDATE_FIRST, id::UPDATE_NEXT, id::UPDATE_OUTCOME, id::UPDATE_IN_WRITING]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let outcomes = asked.case().state.outcomes().into_iter();
        let outcomes = outcomes.map(|of| Choice::new(&of, outcome_name(asked.app, asked.open, &of)));
        let told = [Choice::new(PROGRESS, "Progress")].into_iter().chain(outcomes).collect();
        let mut fields = vec![
            who_field(asked, "Who was told?"),
            Field::new("of", "What of?", Input::Radios(told)),
            Field::new("method", "How?", Input::Radios(methods())),
            date_field("on", "When?"),
            Field::new("note", "What were they told?", Input::Words),
        ];
        fields.extend(despite_field(asked.case().state.informed.iter()));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let key = who(&mut check, asked);
        let of = typed.get("of").to_owned();
        let known = of == PROGRESS || of == INVESTIGATION || of.starts_with("proceeding-");
        let of = check.field("of", choose(known.then_some(of), "Choose what they were told of"));
        let method = check.field("method", choose(Method::parse(typed.get("method")), "Choose how they were told"));
        let on = required_date(&mut check, typed, "on", "The date on which they were told");
        let note = words::required("Say what they were told", "What they were told", typed.get("note"));
        let note = check.field("note", note);
        let despite = despite(&mut check, typed);
        let told = || {
            let (key, of, method, on, note, despite) = (key?, of?, method?, on?, note?, despite?);
            Some(if of == PROGRESS {
                Command::GiveUpdate(GiveUpdate { key, method, on, note, despite })
            } else {
                Command::TellOutcome(TellOutcome { key, of, method, on, note, despite })
            })
        };
        check.done(told())
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        nobody(asked)
    }

    fn button(&self) -> &'static str {
        "Record that they were told"
    }

    fn done(&self) -> &'static str {
        "It is recorded that they were told."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}

impl CaseForm for WithholdForm {
    fn slug(&self) -> &'static str {
        "withhold-update"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::WithholdUpdate
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.NONDISCLOSE"]
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Withhold an update".to_owned()
    }

    fn facts(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::UPDATE_WITHHOLD]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let purposes = Purpose::ALL.into_iter().map(|purpose| Choice::new(purpose.id(), purpose.label())).collect();
        vec![
            who_field(asked, "From whom is it withheld?"),
            Field::new("purpose", "For which purpose is that necessary?", Input::Radios(purposes)),
            date_field("on", "From which day?"),
            date_field("review_on", "When is it to be looked at again?"),
            reasons_field(
                "What is the real risk, and why would the effect be significant?",
                "Say what could be disclosed, and what harm that would do",
            ),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let key = who(&mut check, asked);
        let purpose = check.field("purpose", choose(Purpose::parse(typed.get("purpose")), "Choose the purpose"));
        let on = required_date(&mut check, typed, "on", "The day from which it is withheld");
        let review_on = required_date(&mut check, typed, "review_on", "The date of the review");
        let reasons = reasons(&mut check, typed, "Say what the real risk is and why the effect would be significant");
        let withhold =
            || Some(Withhold { key: key?, purpose: purpose?, on: on?, review_on: review_on?, reasons: reasons? });
        check.done(withhold().map(Command::WithholdUpdate))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if !has_power(asked, id::UPDATE_WITHHOLD) {
            return Some("The law that applies to this matter gives no power to withhold an update");
        }
        nobody(asked)
    }

    fn button(&self) -> &'static str {
        "Withhold the update"
    }

    fn done(&self) -> &'static str {
        "The update is withheld, and the day of its review is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}

impl CaseForm for DelayForm {
    fn slug(&self) -> &'static str {
        "delay-notice"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::IssueLetter
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record that notice of the delay was given".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some((n, clock)) = delay_notice::period(&asked.case().state, asked.context()) else {
            return Vec::new();
        };
        let ends = clock.due.map(|due| fact("It ends or ended on", day::in_words(due)));
        [fact("Period", n.to_string())].into_iter().chain(ends).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::NOTICE_12_MONTHS, id::NOTICE_6_MONTHS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![date_field("on", "When was it given to the local policing body?"), note_field()]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, asked.typed, "on", "The date on which it was given");
        let note = note(&mut check, asked.typed);
        let give = || Some(Give { on: on?, note: note? });
        check.done(give().map(Command::GiveDelayNotice))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let period = delay_notice::period(&asked.case().state, asked.context());
        let Some((_, clock)) = period else {
            return Some("No period of regulation 13 runs: the matter is not of the new scheme, not ours, or reported");
        };
        let ended = clock.due.is_some_and(|due| due < asked.open.today);
        (!ended).then_some("The period of regulation 13 has not ended yet. The notice is owed once it has")
    }

    fn button(&self) -> &'static str {
        "Record the notice"
    }

    fn done(&self) -> &'static str {
        "The notice is recorded, and the next period runs."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}
