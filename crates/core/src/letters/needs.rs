//! What the record must hold before a letter may be issued. A letter whose need is not met would
//! contradict the record, and is refused with the sentence that says how.

use serde::Deserialize;

use super::fill::Filling;
use super::{Addressee, after, officer, report};
use crate::case::matter::How;
use crate::case::{Context, State, clocks, delay_notice, power};
use crate::day::in_words;
use crate::holder::Holder;
use crate::law::{Rule, Unit};

/// Something that the record must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The matter was referred.
    Referred,
    /// The mode was decided.
    ModeDecided,
    /// The matter was returned to the force.
    Returned,
    /// A lead investigator was appointed.
    Lead,
    /// Terms of reference were approved.
    TermsApproved,
    /// People are ours to keep informed.
    OursToInform,
    /// The report was not submitted yet.
    NotReported,
    /// A period after which a notice of the delay is owed has ended.
    PeriodEnded,
    /// Completion is expected by a day.
    Forecast,
    /// The investigation is suspended.
    Suspended,
    /// It was suspended and goes on.
    Resumed,
    /// The investigation stood still for proceedings that have ended, and the matter is a complaint.
    ProceedingsOver,
    /// The final report was submitted.
    Reported,
    /// It was decided to tell the prosecutor.
    ProsecutorTold,
    /// It was decided not to tell the prosecutor.
    ProsecutorNotTold,
    /// Everything that is decided on the report was decided.
    Decided,
    /// It was determined to investigate again.
    Reinvestigated,
    /// A proceeding runs whose next step is expected.
    ProceedingRuns,
    /// A proceeding has ended.
    ProceedingEnded,
    /// An appeal was brought.
    AppealBrought,
    /// The severity of the conduct was assessed.
    SeverityAssessed,
    /// The severity assessment was revised.
    SeverityRevised,
    /// The day of an interview was fixed.
    InterviewFixed,
    /// The status of somebody involved was set.
    StatusSet,
    /// The authority's views were sought and may still come.
    ViewsSought,
    /// Proceedings were directed.
    ProceedingsDirected,
    /// A learning recommendation was made.
    RecommendationMade,
    /// More time to answer a recommendation was given.
    TimeGiven,
    /// The day of a reminder has come.
    ReminderDue,
    /// An application for a review was received.
    ReviewReceived,
    /// It was not decided yet, nor found invalid.
    ReviewUndecided,
    /// An application for a review was found invalid.
    ReviewInvalid,
    /// An application for a review was forwarded.
    ReviewForwarded,
    /// A review was decided.
    ReviewDecided,
    /// A complaint about the body's own service was received.
    ServiceComplaint,
    /// The day of publication was set.
    PublicationSet,
}

impl Need {
    /// Whether no entry of a case can meet it yet, because the record has none of that kind.
    #[must_use]
    pub fn is_beyond_the_record(self) -> bool {
        lacking(self).is_some()
    }

    /// Why the need is not met, if it is not.
    ///
    /// # Errors
    /// In a sentence without its full stop.
    pub fn check(self, state: &State, context: Context<'_>) -> Result<(), String> {
        if let Some(says) = lacking(self) {
            return Err(says.to_owned());
        }
        match self {
            Self::Referred => unless(
                state.matter.as_ref().is_some_and(|m| m.how == How::Referred),
                "The matter was not referred, so there is no referral to acknowledge",
            ),
            Self::ModeDecided => mode_decided(state),
            Self::Returned => match (&state.need, &state.mode) {
                (Some(need), _) if !need.necessary => Ok(()),
                (_, Some(mode)) => Err(format!(
                    "The matter was not returned: its mode was decided on {} to be {}",
                    in_words(mode.on),
                    mode.mode.label().to_lowercase()
                )),
                _ => Err("It was not decided that no investigation is necessary".to_owned()),
            },
            Self::Lead => unless(!state.leads.is_empty(), "No lead investigator has been appointed yet"),
            Self::TermsApproved => {
                unless(!state.terms.approved.is_empty(), "The terms of reference have not been approved yet")
            }
            Self::OursToInform => ours_to_inform(state),
            Self::NotReported => match state.report {
                Some(on) => Err(format!("The final report was submitted on {}", in_words(on))),
                None => Ok(()),
            },
            Self::PeriodEnded => period_ended(state, context),
            Self::Forecast => unless(
                !state.forecasts.is_empty(),
                "The record has no estimate of when the report will be submitted. Record the forecast first",
            ),
            _ => self.check_later(state, context),
        }
    }

    fn check_later(self, state: &State, context: Context<'_>) -> Result<(), String> {
        match self {
            Self::Suspended => unless(state.paused().is_some(), "The investigation is not suspended"),
            Self::Resumed => unless(
                state.pauses.last().is_some_and(|pause| pause.to.is_some()),
                "The investigation was not suspended and resumed",
            ),
            Self::ProceedingsOver => proceedings_over(state),
            Self::Reported => unless(state.report.is_some(), "The final report has not been submitted yet"),
            Self::ProsecutorTold => prosecutor(state, true),
            Self::ProsecutorNotTold => prosecutor(state, false),
            Self::Decided => decided(state),
            Self::Reinvestigated => {
                unless(!state.reinvestigated.is_empty(), "It was not determined that the matter is investigated again")
            }
            Self::ProceedingRuns => unless(state.waiting_on().next().is_some(), "No proceeding is running"),
            Self::ProceedingEnded => {
                unless(state.proceedings.iter().any(|p| p.ended.is_some()), "No proceeding has ended yet")
            }
            Self::AppealBrought => unless(
                state.proceedings.iter().any(|p| p.owner() == Holder::Tribunal),
                "The record has no appeal to a tribunal",
            ),
            _ => officer::check(self, state, context)
                .and_then(|()| report::check(self, state, context))
                .and_then(|()| after::check(self, state, context)),
        }
    }

    /// Why a letter with this need does not go to one addressee, whatever the record allows for others.
    ///
    /// # Errors
    /// In a sentence without its full stop.
    pub(super) fn check_for(self, whom: (Addressee, &str), filling: Filling<'_>) -> Result<(), String> {
        let (state, context) = (&filling.case.state, filling.context);
        officer::check_for(self, whom.0, filling.added, state)?;
        after::check_for(self, whom, state, context)
    }
}

fn unless(met: bool, says: &str) -> Result<(), String> {
    if met { Ok(()) } else { Err(says.to_owned()) }
}

fn mode_decided(state: &State) -> Result<(), String> {
    match &state.need {
        Some(need) if !need.necessary => {
            let on = in_words(need.on);
            Err(format!("It was decided on {on} that no investigation is necessary, so there is no mode to tell of"))
        }
        _ => unless(state.mode.is_some(), "The mode of investigation has not been decided yet"),
    }
}

fn ours_to_inform(state: &State) -> Result<(), String> {
    mode_decided(state)?;
    if let Some(on) = state.closed {
        return Err(format!("The case was closed on {}", in_words(on)));
    }
    let says = "The force handles the matter, so the appropriate authority keeps people informed";
    unless(state.informs_since().is_some(), says)
}

fn period_ended(state: &State, context: Context<'_>) -> Result<(), String> {
    let Some((_, clock)) = delay_notice::period(state, context) else {
        return Err("No period runs after which a written notice of the delay would be owed".to_owned());
    };
    match clock.due {
        Some(ended) if ended < context.today => Ok(()),
        Some(ended) => Err(format!("The period ends on {}. The notice is owed once it has ended", in_words(ended))),
        None => Err("The law that applies to this matter knows no written notice of the delay".to_owned()),
    }
}

fn proceedings_over(state: &State) -> Result<(), String> {
    if state.paused().is_none() {
        return Err("The investigation is not suspended, so nobody is asked whether it is to go on".to_owned());
    }
    let kind = state.kind_on(crate::day::LAST_DAY);
    if kind != Some(crate::case::matter::MatterKind::Complaint) {
        return Err("The matter is not a complaint, so there is no complainant to ask".to_owned());
    }
    let criminal = |p: &&crate::case::proceeding::Proceeding| p.owners.iter().any(|(_, owner)| *owner == Holder::Court);
    let mut courts = state.proceedings.iter().filter(criminal).peekable();
    let over = courts.peek().is_some() && courts.all(|p| p.ended.is_some());
    unless(over, "The record has no criminal proceedings that have ended. Record their end first")
}

fn prosecutor(state: &State, told: bool) -> Result<(), String> {
    match state.prosecutor {
        None => Err("It was not decided yet whether the Director of Public Prosecutions is told".to_owned()),
        Some((referred, _)) if referred == told => Ok(()),
        Some((true, on)) => Err(format!("The case was referred to the prosecutor on {}", in_words(on))),
        Some((false, on)) => Err(format!("It was decided on {} not to refer the case", in_words(on))),
    }
}

fn decided(state: &State) -> Result<(), String> {
    unless(state.report.is_some(), "The final report has not been submitted, so there is no outcome yet")?;
    let open = state.allegations.iter().find(|allegation| !allegation.is_decided());
    match open {
        Some(allegation) => Err(format!("Allegation {} has not been decided yet", allegation.alleged.n)),
        None => Ok(()),
    }
}

/// What the record lacks for needs that no entry of a case can meet yet.
fn lacking(need: Need) -> Option<&'static str> {
    match need {
        Need::ServiceComplaint => Some("The record has no complaint about our own service"),
        Need::PublicationSet => Some("The record has no day on which the report is to be published"),
        _ => None,
    }
}

/// Whether a rule that a letter is sent under applies to the matter; else why it does not.
pub(super) fn in_force(rule: &str, state: &State, context: Context<'_>) -> Result<String, String> {
    power::cited(rule, state, context, context.today).ok_or_else(|| {
        let title = context.law.rule(rule).map_or_else(|| rule.to_owned(), |rule| rule.title.clone());
        format!("The law that applies to this matter does not have the rule this letter is sent under: {title}")
    })
}

/// Whether the clock of a rule about one thing runs, counted.
pub(super) fn running(rule: &str, about: &str, state: &State, context: Context<'_>) -> Option<clocks::Clock> {
    let found = clocks::of(state, context).into_iter().rev();
    let mut found = found.filter(|clock| clock.timer.rule == rule && clock.runs());
    let about_it = |clock: &clocks::Clock| clock.timer.about.is_empty() || clock.timer.about == about;
    found.find(about_it)
}

/// The last clock of a rule about one thing, counted, whether it runs or not.
pub(super) fn clock(rule: &str, about: &str, state: &State, context: Context<'_>) -> Option<clocks::Clock> {
    clocks::of(state, context).into_iter().rfind(|clock| clock.timer.rule == rule && clock.timer.about == about)
}

/// A number of a rule with its unit, as people say it.
pub(super) fn period(rule: &str, state: &State, context: Context<'_>) -> Option<String> {
    let found: &Rule = context.law.rule(rule)?;
    let version = clocks::version(found, state, context.today)?;
    let (value, unit) = (version.value?, version.unit?);
    let name = match unit {
        Unit::Days => "day",
        Unit::WorkingDays => "working day",
        Unit::Months => "month",
        Unit::Weeks => "week",
        Unit::Hours => "hour",
    };
    Some(if value == 1 { format!("1 {name}") } else { format!("{value} {name}s") })
}

/// Whether updates to somebody are withheld now, in words.
pub(super) fn withheld(state: &State, to: &str) -> Result<(), String> {
    match state.informed(to).and_then(|person| person.withheld) {
        Some(withheld) => Err(format!(
            "Since {} nothing is told to them; that is looked at again on {}",
            in_words(withheld.on),
            in_words(withheld.review_on)
        )),
        None => Ok(()),
    }
}
