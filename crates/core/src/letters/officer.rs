//! What letters to and about the person whose conduct is investigated need and say: the notice of
//! investigation, a revised assessment, an interview, and a status (L05 to L08).

use super::Addressee;
use super::fields::Field;
use super::fill::{Filling, lines, word_of};
use super::needs::{Need, clock, period};
use crate::case::correction::word_as_corrected;
use crate::case::informed::Role;
use crate::case::officer::notice::{Content, Stage, contents, stage};
use crate::case::officer::severity::Assessed;
use crate::case::officer::status::Status;
use crate::case::officer::{Event as Officer, Involved};
use crate::case::{Context, Event, State, power};
use crate::day::in_words;
use crate::law::id;

/// The one person of the officer's side. Letters are addressed to people who are kept informed, and
/// the record does not say which of them is which of several people.
fn person(state: &State) -> Result<&Involved, String> {
    let people = state.people();
    match (people.as_slice(), state.involved.as_slice()) {
        ([_], [involved]) => Ok(involved),
        (_, []) => Err("The record holds nothing about anybody whose conduct is investigated".to_owned()),
        _ => Err("The record has several people whose conduct may be in question, and does not say which of them the \
                  addressee is. Write to each of them outside this system"
            .to_owned()),
    }
}

/// Why a need of the officer's side is not met, if it is not.
pub(super) fn check(need: Need, state: &State, context: Context<'_>) -> Result<(), String> {
    let any = |has: &dyn Fn(&Involved) -> bool| state.involved.iter().any(has);
    match need {
        Need::SeverityAssessed if !any(&|i: &Involved| i.severity().is_some()) => {
            Err("The record has no severity assessment, and the notice must state it".to_owned())
        }
        Need::SeverityAssessed => unserved(state, person(state)?),
        Need::SeverityRevised if !any(&|i: &Involved| i.severities.len() > 1) => {
            Err("The record has no severity assessment that was revised".to_owned())
        }
        Need::SeverityRevised => person(state).map(drop),
        Need::InterviewFixed if !any(&|i: &Involved| i.interview.is_some()) => {
            Err("The record has no day of an interview".to_owned())
        }
        Need::InterviewFixed => interview(person(state)?, context),
        Need::StatusSet if !any(&|i: &Involved| i.status_on(context.today) != Status::Unassessed) => {
            Err("The record does not say whether anybody is a witness or a subject".to_owned())
        }
        Need::StatusSet => person(state).map(drop),
        _ => Ok(()),
    }
}

/// The notice is issued from the draft that was approved.
fn unserved(state: &State, involved: &Involved) -> Result<(), String> {
    let notice = &involved.notice;
    if let Some(on) = notice.withdrawn {
        return Err(format!("The notice of investigation was withdrawn on {}", in_words(on)));
    }
    if let Some((on, _)) = notice.served {
        return Err(format!("The notice of investigation was served on {}", in_words(on)));
    }
    if let Some((since, review)) = notice.withheld {
        let (since, review) = (in_words(since), in_words(review));
        return Err(format!("The notice is withheld since {since}. That is looked at again on {review}"));
    }
    match stage(state, involved) {
        Stage::Approved => Ok(()),
        Stage::Drafted => Err("The draft of the notice has not been approved yet".to_owned()),
        _ => Err("No notice has been drafted that states the assessment in force. Draft it and have it approved first"
            .to_owned()),
    }
}

fn interview(involved: &Involved, context: Context<'_>) -> Result<(), String> {
    match involved.interview {
        None => Err("The record has no day of an interview".to_owned()),
        Some(interview) => match interview.held {
            Some((on, true)) => Err(format!("The interview was held on {}", in_words(on))),
            Some((on, false)) => Err(format!("The person did not come to the interview of {}", in_words(on))),
            None if interview.for_on < context.today => {
                Err(format!("The day of the interview, {}, has gone by", in_words(interview.for_on)))
            }
            None => Ok(()),
        },
    }
}

/// Why the letter does not go to this addressee, whatever the record allows for others.
pub(super) fn check_for(need: Need, whom: Addressee, added: &str, state: &State) -> Result<(), String> {
    if !matches!(need, Need::SeverityAssessed | Need::SeverityRevised | Need::InterviewFixed | Need::StatusSet) {
        return Ok(());
    }
    let involved = person(state)?;
    let subjects = state.informed.iter().filter(|person| person.ended.is_none() && person.role == Role::Subject);
    if whom == Addressee::Subject && subjects.count() > 1 {
        return Err("Several people are kept informed as persons whose conduct is investigated, and the record does \
                    not say which of them this letter is about"
            .to_owned());
    }
    match (need, whom) {
        (Need::SeverityRevised, Addressee::Subject) if involved.notice.served.is_none() => {
            Err("The notice of investigation has not been served. It states the assessment as it was revised"
                .to_owned())
        }
        (Need::SeverityRevised, Addressee::Subject)
            if !state.timers.runs(id::SEVERITY_REVISED_NOTICE, &involved.person) =>
        {
            Err("There is no revision of which the person has still to be told".to_owned())
        }
        (Need::SeverityRevised, Addressee::Authority)
            if !state.timers.runs(id::SEVERITY_AUTHORITY, &involved.person) =>
        {
            Err("The authority has already been told of the assessment that stands".to_owned())
        }
        (Need::InterviewFixed, _) if added.trim().is_empty() => {
            Err("The record holds the day of the interview only. Put its time and its place into what is added"
                .to_owned())
        }
        _ => Ok(()),
    }
}

/// What a field of the officer's side says.
pub(super) fn value(field: &Field, filling: Filling<'_>) -> Option<String> {
    let (case, context) = (filling.case, filling.context);
    let state = &case.state;
    if *field == Field::Notices {
        return Some(notices(state));
    }
    let involved = person(state).ok()?;
    match field {
        Field::Conduct => word_as_corrected(case, involved.notice.draft?.0, "conduct"),
        Field::Severity => involved.severity().map(assessed),
        Field::NoticeSays => {
            let says = contents(state, context, involved).into_iter().filter_map(says);
            Some(lines(says.map(str::to_owned)))
        }
        Field::AnswerTime => answer_time(state, context),
        Field::Revision => {
            let [.., before, now] = involved.severities.as_slice() else { return None };
            let told = format!("{} {}", assessed(now), before_it(before));
            // The old scheme's further notice gives the reasons; the new one's tells the result.
            if !contents(state, context, involved).contains(&Content::Changes) {
                return Some(told);
            }
            let reasons = word_of(case, "reasons", |event, version| {
                version == now.version && matches!(event, Event::Officer(Officer::SeverityRevised(_)))
            })?;
            Some(format!("{told}\n\nIt was revised for these reasons:\n\n{reasons}"))
        }
        Field::InterviewOn => Some(in_words(involved.interview?.for_on)),
        Field::InterviewOther => another_time(involved, state, context),
        Field::Status => status(involved.status_on(context.today)).map(str::to_owned),
        Field::StatusOn => {
            let now = involved.status_on(context.today);
            let since = involved.statuses.iter().filter(|(from, status)| *from <= context.today && *status == now);
            since.map(|(from, _)| *from).max().map(in_words)
        }
        _ => None,
    }
}

fn notices(state: &State) -> String {
    let mut given: Vec<_> = state.involved.iter().filter_map(|i| i.notice.served.map(|(_, given)| given)).collect();
    given.sort_unstable();
    match given.as_slice() {
        [] => "The record holds no notice of investigation to an officer.".to_owned(),
        given => {
            let days: Vec<String> = given.iter().copied().map(in_words).collect();
            format!("A notice of investigation was given on {}.", days.join(", and another on "))
        }
    }
}

fn assessed(assessed: &Assessed) -> String {
    let form = assessed.form.map_or_else(String::new, |form| {
        format!(" If there are disciplinary proceedings, they are likely to be {}.", form.label().to_lowercase())
    });
    let severity = assessed.severity.label().to_lowercase();
    format!("On {} it was assessed that the conduct, if proved, would be {severity}.{form}", in_words(assessed.on))
}

fn before_it(before: &Assessed) -> String {
    let form = before.form.map_or_else(String::new, |form| {
        format!(", and the likely form of proceedings {}", form.label().to_lowercase())
    });
    format!(
        "Before that, the assessment of {} was {}{form}.",
        in_words(before.on),
        before.severity.label().to_lowercase()
    )
}

/// What the notice must state besides the conduct, the investigation, and the assessment.
fn says(content: Content) -> Option<&'static str> {
    match content {
        Content::Conduct | Content::Investigation | Content::Severity => None,
        Content::Changes => {
            Some("If the assessment or the likely form of proceedings changes, you will be told, with the reasons")
        }
        Content::BarredList => {
            Some("Dismissal leads to the police barred list, and may be published for up to five years")
        }
        Content::FormerFinding => Some(
            "It may be found that you would have been dismissed if you still were an officer, which leads to the police \
             barred list",
        ),
        Content::Advice => Some("You have the right to seek advice from your staff association or any other body"),
        Content::PoliceFriend => Some(
            "You may have a police friend, who may advise you, come with you to an interview, and make representations \
             for you",
        ),
        Content::Representations => Some(
            "You may make representations, within the time that this notice gives below, and may be legally represented \
             at a hearing",
        ),
        Content::Attendance => Some("It may harm your case to fail to attend an interview"),
        Content::Silence => Some(
            "You do not have to say anything, but it may harm your case if you do not mention something that you later \
             rely on in proceedings",
        ),
    }
}

fn answer_time(state: &State, context: Context<'_>) -> Option<String> {
    let answer = period(id::REPRESENTATIONS, state, context)?;
    Some(match period(id::NOTICE_TERMS, state, context) {
        Some(terms) => format!(
            "With this notice, or else within {terms} of the day on which it counts as given, you receive the terms of \
             reference of the investigation, or notice that they are not given and why. You or your police friend may \
             then hand in a statement or documents within {answer}, starting with the day after that."
        ),
        None => format!(
            "You or your police friend may hand in a statement or documents within {answer}, starting with the day \
             after the day on which this notice was given."
        ),
    })
}

fn another_time(involved: &Involved, state: &State, context: Context<'_>) -> Option<String> {
    let interview = involved.interview?;
    if interview.agreed {
        return Some("This is the day that was agreed with you.".to_owned());
    }
    if interview.moved {
        return Some("This is the day that you proposed.".to_owned());
    }
    let cannot =
        "If you or your police friend cannot come then, you may propose another time, which must be reasonable";
    let other = clock(id::INTERVIEW_OTHER_TIME, &involved.person, state, context).and_then(|clock| {
        let (by, length) = (in_words(clock.due?), period(id::INTERVIEW_OTHER_TIME, state, context)?);
        let citation = clock.citation;
        Some(format!(
            "{cannot} and no later than {by}: within {length}, starting with the first working day after the day that we \
             specified ({citation})."
        ))
    });
    let former = || {
        let cited = power::cited(id::INTERVIEW_FORMER, state, context, context.today)?;
        Some(format!("{cannot} ({cited})."))
    };
    other.or_else(former)
}

fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Unassessed => None,
        Status::Witness => Some("You are a witness"),
        Status::SubjectMisconduct => {
            Some("Your conduct is investigated. It was assessed that, if proved, it would be misconduct")
        }
        Status::SubjectGrossMisconduct => {
            Some("Your conduct is investigated. It was assessed that, if proved, it would be gross misconduct")
        }
        Status::Suspect => Some("You are suspected of a criminal offence. That is no finding that you committed it"),
        Status::NoFurtherAction => Some("No further action follows for you from this investigation"),
    }
}
