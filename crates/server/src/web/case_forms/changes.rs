//! The three kinds of correction: correct a field of an entry, rescind an entry, and change
//! something from a day on.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::correction::{self, Attribute, Change, Correct, Input as Entered, Rescind, fields, value};
use candour_core::case::course::Form;
use candour_core::case::decision::Answer;
use candour_core::case::matter::{MatterKind, Route};
use candour_core::case::mode::Mode;
use candour_core::case::need::Back;
use candour_core::case::{Command, Effective, effective, words};
use candour_core::day;
use candour_core::holder::Holder;
use candour_core::permit::Action;
use candour_core::profile::Profile;
use candour_core::refusal::{Check, Refusal};

use super::lead::{chosen, directorates, investigators, pathways};
use crate::web::case_page::staff_name;
use crate::web::field::{Choice, Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

/// Correct one field of an entry.
pub(super) struct CorrectForm;
/// Rescind an entry.
pub(super) struct RescindForm;
/// Change something from a day on.
pub(super) struct ChangeForm;

/// The entry that the address names, as corrected so far.
fn target(asked: &Asked<'_>) -> Option<Effective> {
    let version: u64 = asked.typed.get("entry").parse().ok()?;
    effective(&asked.case().entries).into_iter().find(|e| e.version == version)
}

/// The entry and the field of it that the address names.
fn target_field(asked: &Asked<'_>) -> Option<(Effective, correction::Field)> {
    let target = target(asked)?;
    let field = *fields(&target.event).iter().find(|f| f.name == asked.typed.get("field"))?;
    Some((target, field))
}

fn reasons_field(asks: &str) -> Field {
    Field::new("reasons", asks, Input::Words).with_hint("Say how you know")
}

fn reasons(check: &mut Check, typed: &Typed, blank_says: &str) -> Option<String> {
    check.field("reasons", words::required(blank_says, "Reasons", typed.get("reasons")))
}

/// A field of the record as it is named within a sentence.
fn the(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| format!("The {}{}", first.to_lowercase(), letters.as_str()))
}

fn gone() -> Refusal {
    Refusal::new("There is no such entry to correct, or it has been rescinded. Go back to the timeline")
}

impl CaseForm for CorrectForm {
    fn slug(&self) -> &'static str {
        "correct"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Correct
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        match target_field(asked) {
            Some((_, field)) => format!("Correct: {}", field.label),
            None => "Correct an entry".to_owned(),
        }
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some((target, field)) = target_field(asked) else {
            return Vec::new();
        };
        let now = match field.input {
            Entered::Words => return vec![("Entry".into(), target.event.title().into())],
            _ => value(&target, field.name).map_or_else(|| "Nothing".to_owned(), |v| in_words(asked, field.input, &v)),
        };
        vec![("Entry".into(), target.event.title().into()), ("It says now".into(), now)]
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut form = vec![Field::new("entry", "", Input::Hidden), Field::new("field", "", Input::Hidden)];
        if let Some((_, field)) = target_field(asked) {
            form.push(Field::new("new", "What should it have said?", input(asked, field.input)));
            if let (Entered::Date | Entered::OptionalDate, Some(new)) = (field.input, form.last_mut()) {
                new.hint = match field.input {
                    Entered::OptionalDate => "For example, 27 3 2019. Leave empty if it is not known".to_owned(),
                    _ => "For example, 27 3 2019".to_owned(),
                };
            }
        }
        form.push(reasons_field("Why does it need correcting?"));
        form
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let (target, field) = target_field(asked).ok_or_else(gone)?;
        let mut check = Check::default();
        let new = match field.input {
            Entered::Date => required_date(&mut check, asked.typed, "new", &the(field.label)).map(|d| d.to_string()),
            Entered::OptionalDate => {
                let day = check.field("new", date(asked.typed, "new", &the(field.label)));
                day.map(|d| d.map_or_else(String::new, |d| d.to_string()))
            }
            Entered::Staff => check.field("new", chosen(asked, asked.typed.get("new"))),
            _ => check.field("new", words::optional(field.label, asked.typed.get("new"))),
        };
        let reasons = reasons(&mut check, asked.typed, "Say why it needs correcting");
        let correct = (|| {
            let (field, on) = (field.name.to_owned(), asked.open.today);
            Some(Command::Correct(Correct { of: target.version, field, new: new?, on, reasons: reasons? }))
        })();
        check.done(correct)
    }

    fn not_now(&self, _: &Asked<'_>) -> Option<&'static str> {
        None
    }

    fn button(&self) -> &'static str {
        "Record the correction"
    }

    fn done(&self) -> &'static str {
        "The correction is recorded. What was known before stays in the record."
    }

    fn stands_alone(&self) -> bool {
        false
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/timeline")
    }
}

impl CaseForm for RescindForm {
    fn slug(&self) -> &'static str {
        "rescind"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Rescind
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Rescind an entry that should not have been made".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let version = asked.typed.get("entry").parse::<u64>().ok();
        let entry = asked.case().entries.iter().find(|e| Some(e.version) == version);
        let Some(entry) = entry else {
            return Vec::new();
        };
        let on = entry.on.map_or_else(|| "No date".to_owned(), day::in_words);
        vec![
            ("Entry".into(), entry.event.title().into()),
            ("Dated".into(), on),
            ("Recorded".into(), day::instant_in_words(entry.recorded_at)),
        ]
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![Field::new("entry", "", Input::Hidden), reasons_field("Why should it not have been made?")]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let of: u64 = asked.typed.get("entry").parse().map_err(|_| gone())?;
        let mut check = Check::default();
        let reasons = reasons(&mut check, asked.typed, "Say why the entry should not have been made");
        check.done(reasons.map(|reasons| Command::Rescind(Rescind { of, on: asked.open.today, reasons })))
    }

    fn not_now(&self, _: &Asked<'_>) -> Option<&'static str> {
        None
    }

    fn button(&self) -> &'static str {
        "Rescind the entry"
    }

    fn done(&self) -> &'static str {
        "The entry is rescinded. It stays in the record and no longer counts."
    }

    fn stands_alone(&self) -> bool {
        false
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/timeline")
    }
}

impl CaseForm for ChangeForm {
    fn slug(&self) -> &'static str {
        "change"
    }

    fn action(&self, typed: &Typed) -> Action {
        // The permit of the command itself is asked again when it is carried out.
        match Attribute::parse(typed.get("what")) {
            Some(Attribute::Lead | Attribute::Directorate | Attribute::Pathway) => Action::AppointLead,
            _ => Action::Correct,
        }
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        let what = Attribute::parse(asked.typed.get("what")).map_or("something", |a| a.label());
        format!("Change from a day on: {what}")
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let state = &asked.case().state;
        let now = match Attribute::parse(asked.typed.get("what")) {
            Some(Attribute::Force) => state.force().map(|f| asked.app.profile.force_name(f).to_owned()),
            Some(Attribute::Kind) => state.kind_on(asked.open.today).map(|k| k.label().to_owned()),
            Some(Attribute::Lead) => state.lead().map(|id| staff_name(asked.open, id)),
            Some(Attribute::Directorate) => state.directorate().map(|d| d.label().to_owned()),
            Some(Attribute::Pathway) => state.pathway().map(|p| p.label().to_owned()),
            None => None,
        };
        now.map(|now| vec![("It is now".to_owned(), now)]).unwrap_or_default()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let to = match Attribute::parse(asked.typed.get("what")) {
            Some(Attribute::Kind) => Entered::Kind,
            Some(Attribute::Lead) => Entered::Staff,
            Some(Attribute::Directorate) => Entered::Directorate,
            Some(Attribute::Pathway) => Entered::Pathway,
            _ => Entered::Force,
        };
        vec![
            Field::new("what", "", Input::Hidden),
            Field::new("to", "What is it from then on?", input(asked, to)),
            Field::new("on", "From which day?", Input::Date).with_hint("For example, 27 3 2019"),
            reasons_field("Why did it change?"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let what = Attribute::parse(asked.typed.get("what"))
            .ok_or_else(|| Refusal::new("Go back to the case and choose what changes"))?;
        let mut check = Check::default();
        let to = asked.typed.get("to");
        let to = match what {
            Attribute::Lead => chosen(asked, to),
            _ if to.is_empty() => Err(Refusal::new("Choose what it is from then on")),
            _ => Ok(to.to_owned()),
        };
        let to = check.field("to", to);
        let on = required_date(&mut check, asked.typed, "on", "The day from which it changed");
        let reasons = reasons(&mut check, asked.typed, "Say why it changed");
        let change = (|| Some(Command::Change(Change { what, to: to?, on: on?, reasons: reasons? })))();
        check.done(change)
    }

    fn not_now(&self, _: &Asked<'_>) -> Option<&'static str> {
        None
    }

    fn button(&self) -> &'static str {
        "Record the change"
    }

    fn done(&self) -> &'static str {
        "The change is recorded."
    }

    fn stands_alone(&self) -> bool {
        false
    }
}

/// How a field of the record is entered on a form.
fn input(asked: &Asked<'_>, entered: Entered) -> Input {
    let profile = &asked.app.profile;
    match entered {
        Entered::Date | Entered::OptionalDate => Input::Date,
        Entered::Force => Input::Select(profile.forces.iter().map(|f| Choice::new(&f.id, &f.name)).collect()),
        Entered::Kind => Input::Radios(profile.kinds.iter().map(|k| Choice::new(k.id(), k.label())).collect()),
        Entered::Route => Input::Radios(Route::ALL.into_iter().map(|r| Choice::new(r.id(), r.label())).collect()),
        Entered::Mode => {
            let modes = candour_core::case::mode::offered(&asked.case().state, asked.context());
            Input::Radios(modes.into_iter().map(|m| Choice::new(m.id(), m.label())).collect())
        }
        Entered::Staff => Input::Radios(investigators(asked)),
        Entered::Back => Input::Radios(Back::ALL.into_iter().map(|b| Choice::new(b.id(), b.label())).collect()),
        Entered::Directorate => Input::Radios(directorates()),
        Entered::Pathway => Input::Radios(pathways()),
        Entered::Answer => Input::Radios(Answer::ALL.into_iter().map(|a| Choice::new(a.id(), a.label())).collect()),
        Entered::Form => Input::Radios(Form::ALL.into_iter().map(|f| Choice::new(f.id(), f.label())).collect()),
        Entered::Owner => Input::Radios(owners(profile)),
        Entered::Stage => Input::Radios(profile.lists.stages.iter().map(|s| Choice::new(&s.id, &s.name)).collect()),
        Entered::Line => Input::Line,
        Entered::Words => Input::Words,
    }
}

/// Those who may be responsible for a proceeding.
pub(super) fn owners(profile: &Profile) -> Vec<Choice> {
    profile.holders.iter().map(|h| Choice::new(h.id(), h.label())).collect()
}

/// A value of the record in words.
pub(crate) fn in_words(asked: &Asked<'_>, entered: Entered, value: &str) -> String {
    let words = match entered {
        Entered::Date | Entered::OptionalDate => day::parse("", value).ok().map(day::in_words),
        Entered::Force => Some(asked.app.profile.force_name(value).to_owned()),
        Entered::Kind => MatterKind::parse(value).map(|k| k.label().to_owned()),
        Entered::Route => Route::parse(value).map(|r| r.label().to_owned()),
        Entered::Mode => Mode::parse(value).map(|m| m.label().to_owned()),
        Entered::Staff => Some(staff_name(asked.open, value)),
        Entered::Back => Back::parse(value).map(|b| b.label().to_owned()),
        Entered::Directorate => Directorate::parse(value).map(|d| d.label().to_owned()),
        Entered::Pathway => Pathway::parse(value).map(|p| p.label().to_owned()),
        Entered::Answer => Answer::parse(value).map(|a| a.label().to_owned()),
        Entered::Form => Form::parse(value).map(|f| f.label().to_owned()),
        Entered::Owner => Holder::parse(value).map(|h| h.label().to_owned()),
        Entered::Stage => asked.app.profile.lists.stage(value).map(|s| s.name.clone()),
        Entered::Line | Entered::Words => None,
    };
    words.unwrap_or_else(|| value.to_owned())
}
