//! The severity assessment of a person's conduct, and its revisions. None overwrites another,
//! because the law goes by the date of the first.

use serde::{Deserialize, Serialize};

use super::status::Status;
use super::{Involved, known, not_before, special};
use crate::case::clocks::{Owner, Task, timer::Start};
use crate::case::{Context, Effective, Event, Fresh, State, power};
use crate::day::{Day, in_words};
use crate::law::id;
use crate::refusal::Refusal;

/// What the conduct would be, if it were proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Gross misconduct.
    GrossMisconduct,
    /// Misconduct so serious as to justify disciplinary action.
    Misconduct,
    /// Neither.
    Neither,
}

impl Severity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GrossMisconduct, Self::Misconduct, Self::Neither];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::GrossMisconduct => "gross-misconduct",
            Self::Misconduct => "misconduct",
            Self::Neither => "neither",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::GrossMisconduct => "Gross misconduct",
            Self::Misconduct => "Misconduct",
            Self::Neither => "Neither misconduct nor gross misconduct",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == text)
    }
}

/// Which form disciplinary proceedings would be likely to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A misconduct meeting.
    Meeting,
    /// A misconduct hearing.
    Hearing,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Meeting, Self::Hearing];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Hearing => "hearing",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Meeting => "A misconduct meeting",
            Self::Hearing => "A misconduct hearing",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.id() == text)
    }
}

/// An assessment, or a revision. Why is a personal word; the day is the event's `on`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The stream of the person.
    pub person: String,
    /// What the conduct would be.
    pub severity: Severity,
    /// The likely form of proceedings; not asked of a former officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// When the appropriate authority was consulted.
    pub consulted_on: Day,
    /// The power used, as the id of a rule.
    pub power: String,
    /// Its citation as it stood.
    pub citation: String,
}

/// Who is told of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The appropriate authority.
    Authority,
    /// The person, of a revision.
    Person,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Authority, Self::Person];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Person => "person",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Authority => "The appropriate authority",
            Self::Person => "The person concerned, of the revision",
        }
    }

    /// Who has that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.id() == text)
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Authority => id::SEVERITY_AUTHORITY,
            Self::Person => id::SEVERITY_REVISED_NOTICE,
        }
    }
}

/// Somebody was told of the assessment or its revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notified {
    /// Whose assessment it is, as the stream of the person.
    pub person: String,
    /// Who was told.
    pub told: Told,
}

/// The command to assess or to revise.
#[derive(Debug, Clone)]
pub struct Assess {
    /// The stream of the person.
    pub person: String,
    /// What the conduct would be.
    pub severity: Severity,
    /// The likely form of proceedings.
    pub form: Option<Form>,
    /// When the appropriate authority was consulted, if it was.
    pub consulted_on: Option<Day>,
    /// The day of the assessment.
    pub on: Day,
    /// Why, and which standards of professional behaviour are in question.
    pub reasons: String,
}

/// The command to record that somebody was told.
#[derive(Debug, Clone)]
pub struct Notify {
    /// Whose assessment it is, as the stream of the person.
    pub person: String,
    /// Who was told.
    pub told: Told,
    /// When.
    pub on: Day,
}

/// An assessment as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The version of its entry.
    pub version: u64,
    /// The day of the assessment.
    pub on: Day,
    /// What the conduct would be.
    pub severity: Severity,
    /// The likely form of proceedings.
    pub form: Option<Form>,
}

impl Assess {
    pub(super) fn assessment(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        self.event(id::SEVERITY_ASSESS, state, context, super::Event::SeverityAssessed)
    }

    pub(super) fn revision(self, state: &State, context: Context<'_>) -> Result<Fresh, Refusal> {
        self.event(id::SEVERITY_REVISE, state, context, super::Event::SeverityRevised)
    }

    fn event(
        self,
        rule: &'static str,
        state: &State,
        context: Context<'_>,
        event: fn(Assessment) -> super::Event,
    ) -> Result<Fresh, Refusal> {
        let citation = power::required(rule, state, context, self.on)?;
        let Some(consulted_on) = self.consulted_on else {
            let says = format!(
                "Severity is assessed only after consulting the appropriate authority ({citation}). Enter the date on which it was consulted"
            );
            return Err(Refusal::of("consulted_on", says));
        };
        let (person, severity, form) = (self.person, self.severity, self.form);
        let assessment = Assessment { person, severity, form, consulted_on, power: rule.to_owned(), citation };
        Ok(Fresh::new(Event::Officer(event(assessment)), Some(self.on)).with_words("reasons", self.reasons))
    }
}

impl Notify {
    pub(super) fn event(self) -> Fresh {
        let notified = Notified { person: self.person, told: self.told };
        Fresh::new(Event::Officer(super::Event::SeverityNotified(notified)), Some(self.on))
    }
}

pub(super) fn lawful_assessment(
    state: &State,
    assessment: &Assessment,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &assessment.person)?;
    if let Some(first) = involved.severities.first() {
        let says = format!(
            "The severity was assessed on {}, and the law goes by that date. Revise the assessment instead",
            in_words(first.on)
        );
        return Err(Refusal::new(says));
    }
    lawful(state, assessment, on, &involved)
}

pub(super) fn lawful_revision(
    state: &State,
    assessment: &Assessment,
    event: &Effective,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let on = special(state, event, context)?;
    let involved = known(state, &assessment.person)?;
    let Some(last) = involved.severity() else {
        return Err(Refusal::new("The severity has not been assessed yet. Assess it first"));
    };
    not_before(on, last.on, "of the last assessment")?;
    if last.severity == assessment.severity && last.form == assessment.form {
        return Err(Refusal::of("severity", "This is the assessment that stands. A revision must change it"));
    }
    lawful(state, assessment, on, &involved)
}

fn lawful(state: &State, assessment: &Assessment, on: Day, involved: &Involved) -> Result<(), Refusal> {
    if assessment.consulted_on > on {
        let says = "The authority must be consulted on or before the day of the assessment";
        return Err(Refusal::of("consulted_on", says));
    }
    if let Some(received) = state.matter.as_ref().map(|m| m.received).filter(|day| assessment.consulted_on < *day) {
        let says = format!("It must be on or after the day the matter was received ({})", in_words(received));
        return Err(Refusal::of("consulted_on", says));
    }
    if let Some(left) = involved.left.as_ref().filter(|left| left.condition.is_some()) {
        let citation = &left.citation;
        if assessment.severity == Severity::Misconduct {
            let says = format!(
                "Of a former officer only one thing is asked: whether the conduct, if proved, would be gross misconduct ({citation}). Choose gross misconduct, or neither"
            );
            return Err(Refusal::of("severity", says));
        }
        if assessment.form.is_some() {
            let says = format!("The likely form of proceedings is not assessed for a former officer ({citation})");
            return Err(Refusal::of("form", says));
        }
        return Ok(());
    }
    match (assessment.severity, assessment.form) {
        (Severity::Neither, Some(_)) => {
            Err(Refusal::of("form", "If the conduct would be neither, no proceedings are likely. Leave the form empty"))
        }
        (Severity::Misconduct | Severity::GrossMisconduct, None) => {
            Err(Refusal::of("form", "Choose the form that disciplinary proceedings would be likely to take"))
        }
        _ => Ok(()),
    }
}

pub(super) fn lawful_notice(state: &State, notified: &Notified, event: &Effective) -> Result<(), Refusal> {
    let Some(on) = event.on else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    let involved = known(state, &notified.person)?;
    let Some(last) = involved.severity() else {
        return Err(Refusal::new("The severity has not been assessed yet, so there is nothing to tell"));
    };
    if !state.timers.runs(notified.told.rule(), &notified.person) {
        let says = match notified.told {
            Told::Authority => "The authority has already been told of the assessment that stands",
            Told::Person => "There is no revision of which the person has still to be told",
        };
        return Err(Refusal::of("told", says));
    }
    not_before(on, last.on, "of the last assessment")
}

pub(super) fn apply(state: &mut State, assessment: &Assessment, on: Day, by: u64) {
    let person = &assessment.person;
    let involved = state.involve(person);
    let revised = !involved.severities.is_empty();
    let served = involved.notice.served.is_some() && involved.notice.withdrawn.is_none();
    involved.severities.push(Assessed { version: by, on, severity: assessment.severity, form: assessment.form });
    let subject = match assessment.severity {
        Severity::GrossMisconduct => Some(Status::SubjectGrossMisconduct),
        Severity::Misconduct => Some(Status::SubjectMisconduct),
        Severity::Neither => None,
    };
    involved.statuses.extend(subject.map(|status| (on, status)));
    // Each revision is told anew; the one before it no longer has to be.
    state.timers.fall(id::SEVERITY_AUTHORITY, person, on, by);
    let tell = Start::of(id::SEVERITY_AUTHORITY, Owner::Us, "the appropriate authority", Task::Lead);
    state.timers.start(tell.about(person), on, by);
    if revised && served {
        state.timers.fall(id::SEVERITY_REVISED_NOTICE, person, on, by);
        let tell = Start::of(id::SEVERITY_REVISED_NOTICE, Owner::Us, "the officer", Task::Lead);
        state.timers.start(tell.about(person), on, by);
    } else if !revised {
        let give = Start::of(id::NOTICE, Owner::Us, "the officer", Task::Lead);
        state.timers.start(give.about(person), on, by);
    }
}

pub(super) fn apply_notice(state: &mut State, notified: &Notified, on: Day, by: u64) {
    state.timers.stop(notified.told.rule(), &notified.person, on, by);
}
