//! What letters on recommendations and reviews need and say (L17 to L20).

use super::fields::Field;
use super::fill::{Filling, lines, word_of};
use super::needs::{Need, clock, period};
use super::{Addressee, Letters, Template, reminders};
use crate::case::correction::word_as_corrected;
use crate::case::recommendation::{Over, Recommendation, Sort};
use crate::case::review::{Applicant, Family, Invalid, Outcome, Review};
use crate::case::{Case, Context, Event, State};
use crate::day::in_words;
use crate::law::id;

/// The learning recommendations that were made, which is what the letters about them can be about.
fn made(state: &State) -> impl Iterator<Item = &Recommendation> {
    state.recommendations.iter().filter(|r| r.drafted.sort == Sort::Learning && r.issued.is_some())
}

/// What the record calls the recipients of learning recommendations: the one office where one was
/// made, or else the key of each recommendation.
pub(super) fn recipients(state: &State) -> Vec<String> {
    let keys: Vec<String> = made(state).map(Recommendation::key).collect();
    if keys.len() > 1 { keys } else { vec![Addressee::Recipient.id().to_owned()] }
}

/// Whether that is the key of a learning recommendation that was made.
pub(super) fn is_recommendation(state: &State, to: &str) -> bool {
    made(state).any(|r| r.key() == to)
}

/// The recommendations that a letter to somebody is about: its own for a recipient, or else all.
fn about<'s>(state: &'s State, to: &str) -> Vec<&'s Recommendation> {
    let own = is_recommendation(state, to);
    made(state).filter(|r| if own { r.key() == to } else { r.ended.is_none() }).collect()
}

fn review(state: &State) -> Option<&Review> {
    state.reviews.last()
}

/// The name of the recipient of the one recommendation that a letter is about.
pub(super) fn addressed(filling: Filling<'_>) -> Option<String> {
    let state = &filling.case.state;
    let to_it = filling.to == Addressee::Recipient.id() || is_recommendation(state, filling.to);
    let [r] = about(state, filling.to)[..] else { return None };
    word_as_corrected(filling.case, r.entry, "recipient").filter(|name| to_it && !name.trim().is_empty())
}

/// Why a need is not met, if it is not.
pub(super) fn check(need: Need, state: &State, context: Context<'_>) -> Result<(), String> {
    match need {
        Need::RecommendationMade | Need::TimeGiven | Need::ReminderDue => {
            let mut says = Err("The record has no learning recommendation that was made".to_owned());
            for r in made(state) {
                says = fits(need, r, state, context);
                if says.is_ok() {
                    break;
                }
            }
            says
        }
        Need::ReviewReceived
        | Need::ReviewUndecided
        | Need::ReviewInvalid
        | Need::ReviewForwarded
        | Need::ReviewDecided => {
            let review = review(state).ok_or("The record has no application for a review")?;
            of_review(need, review)
        }
        _ => Ok(()),
    }
}

fn fits(need: Need, r: &Recommendation, state: &State, context: Context<'_>) -> Result<(), String> {
    let n = r.drafted.n;
    if let Some((how, on)) = r.ended {
        return Err(format!("Recommendation {n} came to its end on {}: {}", in_words(on), how.label().to_lowercase()));
    }
    if let Some((_, on)) = r.answered {
        return Err(format!("Recommendation {n} was answered on {}", in_words(on)));
    }
    match need {
        Need::TimeGiven => match r.extensions.last() {
            None => Err(format!("The record has no decision that gives more time to answer recommendation {n}")),
            Some((on, None)) => Err(format!("On {} more time to answer recommendation {n} was refused", in_words(*on))),
            Some((_, Some(_))) => Ok(()),
        },
        Need::ReminderDue => {
            let due = reminders::due(Letters::built_in().reminders(), state, context);
            let mine =
                due.iter().any(|(_, clock)| clock.timer.rule == id::LEARNING_RESPONSE && clock.timer.about == r.key());
            if mine {
                Ok(())
            } else {
                Err(format!("No day has come on which the recipient of recommendation {n} is reminded"))
            }
        }
        _ => Ok(()),
    }
}

fn of_review(need: Need, review: &Review) -> Result<(), String> {
    if let Some((how @ crate::case::review::Ending::Withdrawn, on)) = review.ended {
        return Err(format!("The application was {} on {}", how.label().to_lowercase(), in_words(on)));
    }
    let says = match (need, review.invalid, review.forwarded, review.decided) {
        (Need::ReviewUndecided, Some((_, on)), ..) => {
            format!("The application was found not to be valid on {}", in_words(on))
        }
        (Need::ReviewUndecided, _, _, Some((_, on))) => format!("The review was decided on {}", in_words(on)),
        (Need::ReviewInvalid, None, ..) => "The record has no application for a review that was found invalid".into(),
        (Need::ReviewInvalid, Some((Invalid::WrongBody, _)), ..) => {
            "The application is for another body to decide, so it is sent on and not refused".into()
        }
        (Need::ReviewForwarded, _, None, _) => "The application for a review was not forwarded".into(),
        (Need::ReviewDecided, _, _, None) => "The record has no decision on the review".into(),
        _ => return Ok(()),
    };
    Err(says)
}

/// Why the letter does not go to this addressee, whatever the record allows for others.
pub(super) fn check_for(
    need: Need,
    (whom, to): (Addressee, &str),
    state: &State,
    context: Context<'_>,
) -> Result<(), String> {
    match need {
        Need::RecommendationMade | Need::TimeGiven | Need::ReminderDue if whom == Addressee::Recipient => {
            let about = about(state, to);
            if about.len() > 1 {
                return Err("Several recommendations were made. Choose the one that the letter is about".to_owned());
            }
            about.into_iter().try_for_each(|r| fits(need, r, state, context))
        }
        Need::ReviewReceived if whom != Addressee::Authority => match review(state).map(|r| r.received.by) {
            Some(Applicant::Complainant | Applicant::ForComplainant) | None => Ok(()),
            Some(_) => {
                Err("The application was not made by or for the complainant, and the record does not say which \
                            of the people who are kept informed made it. Write to the applicant outside this system"
                    .to_owned())
            }
        },
        _ => Ok(()),
    }
}

/// The rules under which a letter is sent because of what the application is for: reviews, appeals
/// and the Victims' Right to Review have each their own.
pub(super) fn rule(template: &Template, state: &State) -> Option<&'static str> {
    let needs = |need| template.needs.contains(&need);
    let sort = review(state).filter(|_| needs(Need::ReviewReceived) && template.rules.is_empty())?.received.sort;
    Some(if needs(Need::ReviewDecided) { sort.decided_under() } else { sort.applies_by() })
}

/// What a field says.
pub(super) fn value(field: &Field, filling: Filling<'_>) -> Option<String> {
    let (case, context) = (filling.case, filling.context);
    let state = &case.state;
    match field {
        Field::Recommendations => {
            let each = about(state, filling.to).into_iter().map(|r| recommended(r, case));
            Some(each.collect::<Option<Vec<String>>>()?.join("\n\n"))
        }
        Field::AnswerBy => {
            let about = about(state, filling.to);
            let each = about.into_iter().map(|r| answer_by(r, state, context));
            Some(each.collect::<Option<Vec<String>>>()?.join(" "))
        }
        of_review => said(of_review, review(state)?, filling),
    }
}

fn recommended(r: &Recommendation, case: &Case) -> Option<String> {
    let word = |field| word_as_corrected(case, r.entry, field).filter(|word| !word.trim().is_empty());
    let (to, text, on) = (word("recipient")?, word("text")?, in_words(r.issued?));
    Some(format!("Recommendation {}, made to {to} on {on}:\n\n{text}", r.drafted.n))
}

fn answer_by(r: &Recommendation, state: &State, context: Context<'_>) -> Option<String> {
    let (n, due) = (r.drafted.n, r.answer_due(state, context)?);
    let by = in_words(due);
    if matches!(r.in_court, Some((Over::Recommendation, _))) {
        return Some(format!("The time to answer recommendation {n} stands still while a court reviews it."));
    }
    let (verb, more) = if context.today > due {
        ("was", " It has gone by.".to_owned())
    } else if r.extensions.is_empty() {
        ("is", format!(" Whoever needs more time must ask for it by {by}."))
    } else {
        ("is", String::new())
    };
    Some(format!("The last day to answer recommendation {n} {verb} {by}.{more}"))
}

/// The fields of an application and its decision.
fn said(field: &Field, review: &Review, filling: Filling<'_>) -> Option<String> {
    let (case, context) = (filling.case, filling.context);
    let (state, n, sort) = (&case.state, review.received.n, review.received.sort);
    match field {
        Field::ReviewSort => Some(sort.label().to_owned()),
        Field::ReviewOn => Some(in_words(review.on)),
        Field::ReviewWhy => {
            let (why, on) = review.invalid?;
            let says =
                format!("On {} we found that the application is not valid: {}", in_words(on), lower(why.label()));
            let found = |event: &Event, _| matches!(event, Event::ReviewInvalidated(e) if e.n == n);
            let last = clock(sort.applies_by(), &review.key(), state, context).and_then(|clock| clock.due);
            let late = last.filter(|_| why == Invalid::OutOfTime);
            let late = late.map_or_else(String::new, |last| format!(" The last day was {}.", in_words(last)));
            let reasons = word_of(case, "reasons", found).filter(|reasons| !reasons.trim().is_empty());
            let reasons = reasons.map_or_else(String::new, |reasons| format!("\n\nOur reasons:\n\n{reasons}"));
            Some(format!("{says}.{late}{reasons}"))
        }
        Field::ReviewAgain => Some(match review.invalid?.0 {
            Invalid::OutOfTime => {
                let time = period(sort.applies_by(), state, context)
                    .map_or_else(String::new, |time| format!("The time to apply is {time}. "));
                format!(
                    "{time}We can extend the time to apply where special circumstances make that just. If there were any, tell \
                     us of them."
                )
            }
            Invalid::Incomplete => "Tell us what was missing, and we look at the application again.".to_owned(),
            Invalid::NotComplainant => {
                "Only the complainant may apply, or somebody who acts for the complainant.".to_owned()
            }
            Invalid::NoRight | Invalid::WrongBody => "We take no further step on this application.".to_owned(),
        }),
        Field::ReviewNext => Some(match review.valid {
            None => "We first check that the application is valid and that it is for us to decide. We write again \
                     when that is decided."
                .to_owned(),
            Some((ground, on)) => {
                let on = in_words(on);
                let ground =
                    ground.map_or_else(String::new, |ground| format!(" It is for us because: {}.", ground.label()));
                format!(
                    "On {on} we found that the application is valid and for us to decide.{ground} We write again when the review is decided."
                )
            }
        }),
        Field::ReviewForwarded => {
            review.forwarded.map(|(body, on)| format!("On {} we sent it on to {}", in_words(on), body.to_label()))
        }
        Field::ReviewDecision => {
            let (outcome, on) = review.decided?;
            let ground = review.valid.and_then(|(ground, _)| ground);
            let ground =
                ground.map_or_else(String::new, |g| format!(" It was for us to decide because: {}.", g.label()));
            let made = |event: &Event, _| matches!(event, Event::ReviewDecided(e) if e.n == n);
            let reasons = word_of(case, "reasons", made).filter(|reasons| !reasons.trim().is_empty())?;
            let (on, outcome) = (in_words(on), lower(outcome.label()));
            let what = if sort.family() == Family::Appeal { "appeal" } else { "review" };
            Some(format!("On {on} we decided: the {what} is {outcome}.{ground}\n\nOur reasons:\n\n{reasons}"))
        }
        Field::ReviewRemedies => Some(remedies(review, state, context)),
        _ => None,
    }
}

fn remedies(review: &Review, state: &State, context: Context<'_>) -> String {
    if review.remedies.is_empty() {
        let none = matches!(review.decided, Some((Outcome::NotUpheld, _)));
        return if none { "Nothing follows from it." } else { "What follows from it will be told separately." }
            .to_owned();
    }
    let each = review.remedies.iter().map(|remedy| {
        let about = format!("{}-{}", review.key(), remedy.m);
        let clock = clock(id::REMEDY_RESPONSE, &about, state, context).filter(|_| remedy.answered.is_none());
        let by = clock.and_then(|clock| clock.due).map(in_words);
        let by = by.map_or_else(String::new, |by| format!(". It must be answered by {by}"));
        format!("{}, made on {}{by}", remedy.remedy.label(), in_words(remedy.on))
    });
    format!("This follows from it:\n\n{}", lines(each))
}

fn lower(label: &str) -> String {
    label.to_lowercase()
}
