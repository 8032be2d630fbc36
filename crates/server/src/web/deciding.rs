//! What every form that decides something shows of its power and asks about a second person.
//!
//! Whether the reader holds the power is decided by the record's own rules when the form is sent;
//! what stands here is the same answer for today, so that nobody fills in a form in vain.

use candour_core::case::made::untold;
use candour_core::case::{Command, second};
use candour_core::day::in_words;
use candour_core::delegation::{Delegations, Holder};
use candour_core::law::powers::{Power, Powers};
use candour_core::permit::{Actor, permit};
use candour_core::profile::LawOf;
use candour_core::refusal::Refusal;
use candour_store::cases;
use serde::Serialize;

use super::field::{Choice, Field, Input};
use super::form::{Asked, CaseForm};
use crate::app::OpenCase;

/// What the button of a proposal says.
pub(super) const PROPOSE: &str = "Propose this decision";
/// What a case's page is told once a decision is proposed.
pub(crate) const PROPOSED: &str = "proposed";
/// The question whether a second person has to approve.
const TWO: &str = "two";

/// A power, and what the reader is told of it.
#[derive(Serialize)]
pub(super) struct PowerShown {
    /// Whether the reader holds it today.
    held: bool,
    /// Under what they would decide, or why they may not.
    says: String,
    /// What else there is to know of it.
    notes: Vec<String>,
}

/// The powers of a form, as they stand today for somebody.
pub(super) fn shown(form: &dyn CaseForm, asked: &Asked<'_>, person: &str) -> Vec<PowerShown> {
    powers(form, asked).map(|power| one(power, asked.open, person)).collect()
}

/// The powers of a form that exist under the scheme of the matter; none where no law of ours applies.
fn powers(form: &dyn CaseForm, asked: &Asked<'_>) -> impl Iterator<Item = &'static Power> {
    let named = form.decides(asked).iter().filter_map(|id| Powers::built_in().power(id));
    let scheme = asked.case().state.scheme().filter(|_| asked.app.profile.law != LawOf::None);
    let regime = scheme.map(|scheme| scheme.regime);
    named.filter(move |power| regime.as_ref().is_some_and(|regime| power.regimes.contains(regime)))
}

fn one(power: &Power, open: &OpenCase, person: &str) -> PowerShown {
    let (raised, eyes) = untold(power);
    let mut notes = Vec::new();
    notes.extend((!raised.is_empty()).then(|| format!("It takes {}.", raised.join(", and "))));
    let told = power.four_eyes.iter().filter(|case| second::is_told(case.fact)).map(|case| case.when.as_str());
    let all: Vec<&str> = told.chain(eyes.iter().map(String::as_str)).collect();
    notes.extend(
        (!all.is_empty()).then(|| format!("A second person has to approve it when {}.", all.join(", or when "))),
    );
    notes.extend(power.exclusion.clone());
    match open.delegations.holds(power, person, open.today, None) {
        Ok(held) => {
            let to = to_in_words(&open.delegations, held.delegation);
            let until = held.until.map_or_else(String::new, |last| format!(" until {}", in_words(last)));
            let (name, id, since) = (&power.name, &power.id, in_words(held.from));
            let says = format!("You decide this under “{name}” ({id}), delegated to {to} since {since}{until}.");
            PowerShown { held: true, says, notes }
        }
        Err(lacking) => PowerShown { held: false, says: format!("{lacking}."), notes },
    }
}

/// To whom an entry of the scheme delegated, as its reader is told.
pub(crate) fn to_in_words(scheme: &Delegations, of: u64) -> String {
    match scheme.grants.iter().find(|grant| grant.of == of).map(|grant| &grant.to) {
        Some(Holder::Grade(level)) => format!("grade {} or higher", Powers::built_in().level_in_words(level)),
        Some(Holder::Person(_)) => "a person by name".to_owned(),
        None => "nobody any more".to_owned(),
    }
}

/// What a form asks, with the question about a second person where the record cannot tell.
pub(super) fn fields(form: &dyn CaseForm, asked: &Asked<'_>) -> Vec<Field> {
    let mut fields = form.fields(asked);
    fields.extend(question(form, asked));
    fields
}

/// The question about a second person, where a power of the form has such cases and the record
/// cannot tell whether this is one.
fn question(form: &dyn CaseForm, asked: &Asked<'_>) -> Option<Field> {
    let eyes: Vec<String> = powers(form, asked).flat_map(|power| untold(power).1).collect();
    if eyes.is_empty() || !form.asks_about_a_second() || !form.one_of(asked).is_empty() {
        return None;
    }
    let choices = vec![Choice::new("no", "No"), Choice::new("yes", "Yes: propose it to a second person")];
    let hint = format!("Choose yes when {}. The record cannot tell this for you", eyes.join(", or when "));
    Some(Field::new(TWO, "Does a second person have to approve this?", Input::Radios(choices)).with_hint(hint))
}

/// Reads the answers: the form's own command, or the proposal of it where a second person has to
/// approve.
pub(crate) fn command(form: &dyn CaseForm, asked: &Asked<'_>, actor: &Actor) -> Result<Command, Refusal> {
    let asks = question(form, asked).is_some();
    let answer = match asked.typed.get(TWO) {
        "yes" if asks => Ok(true),
        "no" if asks => Ok(false),
        _ if asks => Err(Refusal::of(TWO, "Say whether a second person has to approve this")),
        _ => Ok(false),
    };
    match (form.command(asked), answer) {
        (Ok(command), Ok(two)) if two || is_needed(asked, actor, &command) => Ok(Command::Propose(Box::new(command))),
        (Ok(command), Ok(_)) => Ok(command),
        (Err(mut refusal), Err(other)) => {
            refusal.problems.extend(other.problems);
            Err(refusal)
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    }
}

/// Whether the record tells that a second person has to approve.
fn is_needed(asked: &Asked<'_>, actor: &Actor, command: &Command) -> bool {
    let (app, case) = (asked.app, asked.case());
    let stream = case.reference.stream();
    let given = permit(actor, command.action(), cases::object(case, &stream, &app.profile));
    given.is_ok_and(|given| second::is_needed(case, &given, asked.context(), command))
}
