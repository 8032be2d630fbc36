//! Appoint the lead investigator.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::investigation::{AppointLead, not_under_way};
use candour_core::case::mode::Mode;
use candour_core::case::{Command, State};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::{Action, Role};
use candour_core::refusal::{Check, Refusal};

use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "lead"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::AppointLead
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Allocate the investigation and appoint its lead".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let mode = asked.case().state.mode.as_ref();
        mode.map(|m| {
            vec![("Mode of investigation".into(), m.mode.label().into()), ("Decided".into(), day::in_words(m.on))]
        })
        .unwrap_or_default()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::DESIGNATE_LEAD, id::ALLOCATE]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        vec![
            Field::new("lead", "Who will lead the investigation?", Input::Radios(investigators(asked))),
            Field::new("directorate", "Which directorate works it?", Input::Radios(directorates())),
            Field::new("pathway", "In which way is it worked?", Input::Radios(pathways())),
            Field::new("on", "From which day?", Input::Date).with_hint("For example, 27 3 2019"),
        ]
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &["P.DESIGNATE"]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let lead = check.field("lead", chosen(asked, asked.typed.get("lead")));
        let on = required_date(&mut check, asked.typed, "on", "The date of the appointment");
        let directorate = Directorate::parse(asked.typed.get("directorate"));
        let directorate = directorate.ok_or_else(|| Refusal::new("Choose the directorate"));
        let directorate = check.field("directorate", directorate);
        let pathway = Pathway::parse(asked.typed.get("pathway")).ok_or_else(|| Refusal::new("Choose the pathway"));
        let pathway = check.field("pathway", pathway);
        let appoint = (|| {
            let (directorate, pathway) = (directorate?, pathway?);
            Some(Command::AppointLead(AppointLead { lead: lead?, on: on?, directorate, pathway }))
        })();
        check.done(appoint)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        match &asked.case().state {
            State { mode: Some(m), .. } if m.mode != Mode::Independent => {
                Some("A lead is appointed for independent investigations only")
            }
            State { mode: None, .. } => Some("Decide the mode of investigation first"),
            State { leads, .. } if !leads.is_empty() => Some("A lead investigator has already been appointed"),
            state => not_under_way(state),
        }
    }

    fn button(&self) -> &'static str {
        "Appoint the lead"
    }

    fn done(&self) -> &'static str {
        "The investigation is allocated and its lead is appointed."
    }
}

/// The directorates.
pub(super) fn directorates() -> Vec<Choice> {
    Directorate::ALL.into_iter().map(|d| Choice::new(d.id(), d.label())).collect()
}

/// The pathways.
pub(super) fn pathways() -> Vec<Choice> {
    let hint = |pathway| match pathway {
        Pathway::Standard => "",
        Pathway::StreamlinedDsi => "Only where nothing indicates misconduct; it ends the moment something does",
        Pathway::ParallelAction => "Actions side by side, with the prosecutor and the force engaged from the start",
    };
    Pathway::ALL.into_iter().map(|p| Choice::new(p.id(), p.label()).with_hint(hint(p))).collect()
}

/// The investigators of the case's own region.
pub(super) fn investigators(asked: &Asked<'_>) -> Vec<Choice> {
    let region = asked.case().state.force().and_then(|f| asked.app.profile.region(f)).unwrap_or_default();
    let staff = asked.open.staff.iter().filter(|a| a.role == Role::Inv && a.units.iter().any(|u| u == region));
    staff.map(|a| Choice::new(&a.id, &a.name)).collect()
}

/// The investigator that was chosen, if they are one of those offered.
pub(super) fn chosen(asked: &Asked<'_>, id: &str) -> Result<String, Refusal> {
    let offered = investigators(asked);
    if offered.is_empty() {
        return Err(Refusal::new("There is no investigator for this region. Ask the administrator to add one"));
    }
    let found = offered.into_iter().find(|c| c.value == id);
    found.map(|c| c.value).ok_or_else(|| Refusal::new("Choose the lead investigator"))
}
