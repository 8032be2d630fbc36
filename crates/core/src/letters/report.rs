//! What letters on the decisions after the report need and say: the request for the authority's
//! views, and the direction to bring proceedings (L12 and L16).

use super::fields::Field;
use super::fill::{Filling, lines, word_of};
use super::needs::Need;
use crate::case::allegation::Allegation;
use crate::case::course::{Path, Step};
use crate::case::views::{self, Standing};
use crate::case::{Context, Event, State};
use crate::day::in_words;

/// Why a need is not met, if it is not.
pub(super) fn check(need: Need, state: &State, context: Context<'_>) -> Result<(), String> {
    match need {
        Need::ViewsSought => match Path::Views.barred(state, context) {
            Some(says) => Err(says),
            None => sought(state, context),
        },
        Need::ProceedingsDirected => directed(state),
        _ => Ok(()),
    }
}

fn sought(state: &State, context: Context<'_>) -> Result<(), String> {
    match views::standing(state, context, context.today) {
        Standing::NotRequested => {
            Err("The record does not say that the authority's views were sought. Record the request first".to_owned())
        }
        Standing::Received(on) => Err(format!("The authority's views were received on {}", in_words(on))),
        Standing::Expired(on) => Err(format!("The time for the authority's views ended on {}", in_words(on))),
        Standing::Requested(None) => {
            Err("Exceptional circumstances keep the authority from giving its views, so there is no last day to name"
                .to_owned())
        }
        Standing::Requested(Some(_)) => Ok(()),
    }
}

fn standing_directions(state: &State) -> impl Iterator<Item = &Allegation> {
    state.allegations.iter().filter(|allegation| allegation.course.at() == Some(Step::Directed))
}

fn directed(state: &State) -> Result<(), String> {
    if standing_directions(state).next().is_some() {
        return Ok(());
    }
    let at = |step| state.allegations.iter().find(|allegation| allegation.course.at() == Some(step));
    if let Some(allegation) = at(Step::DirectionWithdrawn) {
        let on = allegation.course.since().map_or_else(String::new, |on| format!(" on {}", in_words(on)));
        return Err(format!("The direction on allegation {} was withdrawn{on}", allegation.alleged.n));
    }
    if let Some(allegation) = state.allegations.iter().find(|allegation| allegation.course.direction_owed()) {
        let n = allegation.alleged.n;
        return Err(format!("The form of proceedings on allegation {n} was decided, but they have not been directed"));
    }
    if state.allegations.iter().any(Allegation::is_decided) {
        return Err("No disciplinary proceedings have been directed".to_owned());
    }
    Err("The record has no determination and no direction. Proceedings are directed only after both".to_owned())
}

/// What a field says.
pub(super) fn value(field: &Field, filling: Filling<'_>) -> Option<String> {
    let case = filling.case;
    let state = &case.state;
    match field {
        Field::ViewsOn => state.views.requested.map(in_words),
        Field::Opinion => {
            let sought = |event: &Event, _| matches!(event, Event::ViewsRequested(_));
            Some(match word_of(case, "opinion", sought).filter(|opinion| !opinion.trim().is_empty()) {
                Some(opinion) => format!("This is our own opinion:\n\n{opinion}"),
                None => "The special procedure does not apply to this investigation, so no opinion of ours comes with \
                         this letter."
                    .to_owned(),
            })
        }
        Field::Directions => {
            let each = standing_directions(state).map(|allegation| {
                let n = allegation.alleged.n;
                let (answer, _) = allegation.answer?;
                let (form, _) = allegation.course.form?;
                let on = in_words(allegation.course.since()?);
                let given = |event: &Event, _| matches!(event, Event::DirectionGiven(given) if given.n == n);
                let reasons = word_of(case, "reasons", given).filter(|reasons| !reasons.trim().is_empty())?;
                let (answer, form) = (answer.label().to_lowercase(), form.label().to_lowercase());
                Some(format!(
                    "Allegation {n}: {answer}. On {on} you were directed to bring proceedings in this form: {form}. Our \
                     reasons: {}",
                    reasons.trim().trim_end_matches('.')
                ))
            });
            each.collect::<Option<Vec<String>>>().map(|each| lines(each.into_iter()))
        }
        _ => None,
    }
}
