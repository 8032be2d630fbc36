//! A letter filled from the record: its facts from the case and its personal words, the law as it
//! applies to the matter, and the clocks. The one thing that can be typed is a bounded addition,
//! which stands in the letter under a heading of its own.

use super::fields::{Field, Piece, pieces};
use super::needs::{in_force, period, running, withheld};
use super::{Addressee, Need, Template, Words, after, officer, report};
use crate::case::correction::word_as_corrected;
use crate::case::{Case, Context, Event, Stage, State, delay_notice, power};
use crate::day::{Day, in_words};
use crate::holder::Holder;
use crate::law::id;
use crate::refusal::Refusal;

/// The longest addition to a letter, in characters.
pub const ADDED_CHARS_MAX: usize = 2_000;

/// What a letter is filled from.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// The case, with its personal words.
    pub case: &'a Case,
    /// The law, the body, the day and the bank holidays.
    pub context: Context<'a>,
    /// To whom it goes: an office, or the key of somebody who is kept informed.
    pub to: &'a str,
    /// The name of the lead investigator, from the accounts; none where there is no lead.
    pub lead: Option<&'a str>,
    /// What was added to it.
    pub added: &'a str,
}

/// A letter as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The whole English text.
    pub en: String,
    /// The whole Welsh text, once the template has one.
    pub cy: Option<String>,
}

/// Whom a letter is for: an office, the recipient of a recommendation, or the part of somebody who is
/// kept informed.
#[must_use]
pub fn addressee(state: &State, to: &str) -> Option<Addressee> {
    let person = state.informed(to).filter(|person| person.ended.is_none());
    let recipient = after::is_recommendation(state, to).then_some(Addressee::Recipient);
    Addressee::office(to).or(recipient).or_else(|| person.map(|person| Addressee::of_role(person.role)))
}

/// Everybody to whom a letter could go in a case: what the record calls them.
#[must_use]
pub fn recipients(template: &Template, state: &State) -> Vec<String> {
    let offices = Addressee::OFFICES.into_iter().filter(|office| template.to.contains(office));
    let people = state.informed.iter().filter(|person| person.ended.is_none());
    let people = people.filter(|person| template.to.contains(&Addressee::of_role(person.role)));
    let offices = offices.flat_map(|office| match office {
        Addressee::Recipient => after::recipients(state),
        office => vec![office.id().to_owned()],
    });
    offices.chain(people.map(|person| person.key.clone())).collect()
}

/// Why the letter may not be issued to anybody now, if it may not.
///
/// # Errors
/// In a sentence without its full stop.
pub fn may_issue(template: &Template, state: &State, context: Context<'_>) -> Result<(), String> {
    for need in &template.needs {
        need.check(state, context)?;
    }
    rules(template, state).try_for_each(|rule| in_force(rule, state, context).map(drop))
}

/// The rules under which a letter is sent.
fn rules<'t>(template: &'t Template, state: &State) -> impl Iterator<Item = &'t str> {
    template.rules.iter().map(String::as_str).chain(after::rule(template, state))
}

/// The letter, filled; or why it may not be issued.
///
/// # Errors
/// In words, where the letter would contradict the record or a fact is missing.
pub fn letter(template: &Template, filling: Filling<'_>) -> Result<Filled, Refusal> {
    let (state, context) = (&filling.case.state, filling.context);
    may_issue(template, state, context).map_err(|says| Refusal::of("letter", says))?;
    let Some(whom) = addressee(state, filling.to) else {
        return Err(Refusal::of("to", "Choose to whom the letter goes"));
    };
    if !template.to.contains(&whom) {
        return Err(Refusal::of("to", format!("This letter does not go to {}. Choose somebody else", whom.label())));
    }
    withheld(state, filling.to).map_err(|says| Refusal::of("to", says))?;
    for need in &template.needs {
        let about = if *need == Need::InterviewFixed { "added" } else { "to" };
        need.check_for((whom, filling.to), filling).map_err(|says| Refusal::of(about, says))?;
    }
    let length = filling.added.chars().count();
    if length > ADDED_CHARS_MAX {
        let says = format!("What is added must be {ADDED_CHARS_MAX} characters or fewer; it is {length}");
        return Err(Refusal::of("added", says));
    }
    filled(template, filling)
}

/// The letter's text without asking whether it may be issued.
///
/// # Errors
/// In words, where a fact is missing.
pub fn filled(template: &Template, filling: Filling<'_>) -> Result<Filled, Refusal> {
    let en = whole(template, &template.en, &ENGLISH, filling)?;
    let cy = template.cy.as_ref().map(|words| whole(template, words, &ENGLISH, filling)).transpose()?;
    Ok(Filled { en, cy })
}

/// The words that stand in every letter.
struct Frame {
    next: &'static str,
    added: &'static str,
    law: &'static str,
    policy: &'static str,
    ask: &'static str,
}

const ENGLISH: Frame = Frame {
    next: "What happens next",
    added: "Added to this letter",
    law: "The law under which we write",
    policy: "No provision of law asks for this letter. We write it as a matter of policy.",
    ask: "Whom to ask",
};

fn whole(template: &Template, words: &Words, frame: &Frame, filling: Filling<'_>) -> Result<String, Refusal> {
    let (state, context) = (&filling.case.state, filling.context);
    let fill = |text: &str| fill(text.trim(), filling);
    let law = rules(template, state).map(|rule| in_force(rule, state, context).or_else(|_| any_version(rule, context)));
    let law: Result<Vec<String>, String> = law.collect();
    let law = match law.map_err(|says| Refusal::of("letter", says))?.join(". ") {
        none if none.is_empty() => frame.policy.to_owned(),
        law => format!("{law}."),
    };
    let mut parts = vec![
        fill("{body}")?,
        in_words(context.today),
        fill("Our reference: {reference}")?,
        fill("To: {addressee}")?,
        fill(&words.subject)?,
        fill(&words.text)?,
        format!("{}\n{}", frame.next, fill(&words.next)?),
    ];
    if !filling.added.trim().is_empty() {
        parts.push(format!("{}\n{}", frame.added, filling.added.trim()));
    }
    parts.push(format!("{}\n{law}", frame.law));
    let ask = "If anything in this letter is not clear, ask {lead} at the {body}, and give the reference {reference}.";
    parts.push(format!("{}\n{}", frame.ask, fill(ask)?));
    Ok(parts.join("\n\n"))
}

/// The newest version of a rule that does not apply to the matter; only a letter that may not be
/// issued names one.
fn any_version(rule: &str, context: Context<'_>) -> Result<String, String> {
    let found = context.law.rule(rule).and_then(|rule| rule.versions.last());
    found.map(|version| version.citation.clone()).ok_or_else(|| format!("There is no rule {rule}"))
}

fn fill(text: &str, filling: Filling<'_>) -> Result<String, Refusal> {
    let pieces = pieces(text).map_err(|(_, says)| Refusal::of("letter", says))?;
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => Ok(words.clone()),
            Piece::Field(field) => {
                let value = value(field, filling).filter(|value| !value.trim().is_empty());
                value.ok_or_else(|| {
                    Refusal::of("letter", format!("The record lacks what the letter says: {}", lacks(field)))
                })
            }
        })
        .collect()
}

/// What a field is about, for the sentence that says that it is missing.
fn lacks(field: &Field) -> String {
    match field {
        Field::Law(rule) | Field::Period(rule) => format!("a version of the rule {rule} that applies to the matter"),
        Field::Due(rule) | Field::Arithmetic(rule) => format!("a running clock of the rule {rule}"),
        plain => format!("{plain:?}").chars().flat_map(spaced).collect::<String>().trim().to_owned(),
    }
}

fn spaced(c: char) -> Vec<char> {
    if c.is_ascii_uppercase() { vec![' ', c.to_ascii_lowercase()] } else { vec![c] }
}

fn value(field: &Field, filling: Filling<'_>) -> Option<String> {
    let (case, context) = (filling.case, filling.context);
    let state = &case.state;
    match field {
        Field::Addressee => addressed(filling),
        Field::Reference => Some(case.reference.to_string()),
        Field::Body => Some(context.profile.title.clone()),
        Field::Short => Some(context.profile.short.clone()),
        Field::Force => state.force().map(|force| context.profile.force_name(force).to_owned()),
        Field::Law(rule) => power::cited(rule, state, context, context.today),
        Field::Period(rule) => period(rule, state, context),
        Field::Due(rule) => running(rule, filling.to, state, context)?.due.map(in_words),
        Field::Arithmetic(rule) => Some(running(rule, filling.to, state, context)?.steps.join(". ")),
        Field::Lead => Some(filling.lead.map_or_else(|| "the person who handles the case".to_owned(), str::to_owned)),
        Field::Stage => Some(Stage::of(state, context.profile).label().to_owned()),
        Field::LastUpdate => state.informed(filling.to).map(|person| match person.updates.iter().max() {
            Some(on) => format!("We last told you of our progress on {}.", in_words(*on)),
            None => "This is the first time that we tell you of our progress.".to_owned(),
        }),
        Field::Progress => Some(progress(state)),
        Field::VictimsReview => Some(match power::cited(id::VICTIMS_REVIEW, state, context, context.today) {
            Some(citation) => format!("A victim may ask us to have this decision looked at again ({citation})."),
            None => "The policy under which a victim may ask us to have this decision looked at again had not begun on the day of this letter.".to_owned(),
        }),
        Field::PeriodNumber => delay_notice::period(state, context).map(|(n, _)| n.to_string()),
        Field::PeriodEnded => delay_notice::period(state, context)?.1.due.map(in_words),
        early => of_the_course(early, case)
            .or_else(|| of_the_end(early, case, context))
            .or_else(|| officer::value(early, filling))
            .or_else(|| report::value(early, filling))
            .or_else(|| after::value(early, filling)),
    }
}

/// The facts of assessment and investigation.
fn of_the_course(field: &Field, case: &Case) -> Option<String> {
    let state = &case.state;
    let matter = state.matter.as_ref()?;
    let returned = state.need.as_ref().filter(|need| !need.necessary);
    let reasons = |of: fn(&Event) -> bool| last_word(case, of, "reasons");
    match field {
        Field::Kind => state.kind_on(crate::day::LAST_DAY).map(|kind| match kind {
            crate::case::matter::MatterKind::Complaint => "complaint".to_owned(),
            crate::case::matter::MatterKind::Conduct => "conduct matter".to_owned(),
            crate::case::matter::MatterKind::Dsi => "death or serious injury matter".to_owned(),
        }),
        Field::Received => Some(in_words(matter.received)),
        Field::Attention => Some(in_words(matter.attention())),
        Field::Mode => state.mode.as_ref().map(|mode| mode.mode.label().to_lowercase()),
        Field::ModeOn => state.mode.as_ref().map(|mode| in_words(mode.on)),
        Field::ModeReasons => reasons(|event| matches!(event, Event::ModeDecided(_))),
        Field::ReturnedOn => returned.map(|need| in_words(need.on)),
        Field::ReturnedHow => returned.and_then(|need| need.back).map(|back| back.label().to_owned()),
        Field::ReturnedReasons => reasons(|event| matches!(event, Event::NeedDecided(e) if !e.necessary)),
        Field::Terms => {
            let (of, _) = state.terms.approved.last()?;
            word_as_corrected(case, *of, "terms")
        }
        Field::TermsOn => state.terms.approved.last().map(|(_, on)| in_words(*on)),
        Field::Forecast => {
            state.forecasts.last().map(|(_, by)| format!("We expect to submit the final report by {}.", in_words(*by)))
        }
        Field::ForecastReasons => reasons(|event| matches!(event, Event::CompletionExpected(_))),
        Field::SuspendedOn => state.pauses.last().map(|pause| in_words(pause.from)),
        Field::SuspensionReview => state.pauses.last().map(|pause| in_words(pause.review_on)),
        Field::ResumedOn => state.pauses.last().and_then(|pause| pause.to).map(in_words),
        _ => None,
    }
}

/// The facts of the report and of what follows it.
fn of_the_end(field: &Field, case: &Case, context: Context<'_>) -> Option<String> {
    let state = &case.state;
    let name = |stage: &str| context.profile.lists.stage(stage).map_or(stage.to_owned(), |s| s.name.clone());
    match field {
        Field::ReportOn => state.report.map(in_words),
        Field::Decisions => Some(decisions(state)),
        Field::ProsecutorOn => state.prosecutor.map(|(_, on)| in_words(on)),
        Field::ReinvestigatedOn => state.reinvestigated.last().map(|(on, _)| in_words(*on)),
        Field::ReinvestigatedAs => state.reinvestigated.last().map(|(_, anew)| {
            crate::reference::Reference::parse(anew).map_or_else(|_| anew.clone(), |reference| reference.to_string())
        }),
        Field::Hearings => Some(lines(state.waiting_on().map(|p| match p.next_expected() {
            Some(day) => format!("{}: the next step is expected on {}", name(&p.stage), in_words(day)),
            None => name(&p.stage),
        }))),
        Field::Outcomes => Some(lines(state.proceedings.iter().filter_map(|p| {
            let (on, outcome) = p.ended.as_ref()?;
            let stage = context.profile.lists.stage(&p.stage);
            let outcome = stage.map_or(outcome.as_str(), |stage| stage.outcome_name(outcome));
            Some(format!("{}: it ended on {}. Outcome: {outcome}", name(&p.stage), in_words(*on)))
        }))),
        Field::Appeals => {
            let appeals = state.proceedings.iter().filter(|p| p.owner() == Holder::Tribunal);
            Some(lines(appeals.map(|p| format!("{}: brought on {}", name(&p.stage), in_words(p.begun)))))
        }
        _ => None,
    }
}

fn addressed(filling: Filling<'_>) -> Option<String> {
    let (case, profile) = (filling.case, filling.context.profile);
    if let Some(person) = case.state.informed(filling.to) {
        return word_as_corrected(case, person.added_by, "name");
    }
    if let Some(name) = after::addressed(filling) {
        return Some(name);
    }
    let office = Addressee::office(filling.to)?;
    let force = case.state.force().map(|force| profile.force_name(force));
    let label = office.label();
    match (office, force) {
        (Addressee::Authority | Addressee::ChiefOfficer | Addressee::PolicingBody, Some(force)) => {
            Some(format!("{label}, {force}"))
        }
        _ => Some(label.to_owned()),
    }
}

fn progress(state: &State) -> String {
    let mut said: Vec<(Day, String)> = Vec::new();
    let mut say = |on: Option<Day>, what: &str| said.extend(on.map(|on| (on, what.to_owned())));
    say(state.matter.as_ref().map(|matter| matter.received), "the matter was received");
    let mode = state.mode.as_ref();
    say(
        mode.map(|mode| mode.on),
        &mode.map_or_else(String::new, |mode| {
            format!("the investigation was decided to be {}", mode.mode.label().to_lowercase())
        }),
    );
    say(state.leads.first().map(|(on, _)| *on), "a lead investigator was appointed");
    say(state.terms.approved.first().map(|(_, on)| *on), "the terms of reference were approved");
    for pause in &state.pauses {
        say(Some(pause.from), "the investigation was suspended");
        say(pause.to, "it was resumed");
    }
    say(state.discontinued, "the investigation was discontinued");
    say(state.report, "the final report was submitted");
    for proceeding in &state.proceedings {
        say(Some(proceeding.begun), "proceedings began that others are responsible for");
        say(proceeding.ended.as_ref().map(|(on, _)| *on), "one of these proceedings ended");
    }
    said.sort_by_key(|(on, _)| *on);
    lines(said.into_iter().map(|(on, what)| format!("{}: {what}", in_words(on))))
}

fn decisions(state: &State) -> String {
    if state.allegations.is_empty() {
        return "No allegation against anybody was recorded.".to_owned();
    }
    lines(state.allegations.iter().map(|allegation| {
        let answer = match (&allegation.answer, &allegation.finding) {
            (Some((answer, on)), _) => {
                let form =
                    allegation.course.form.map(|(form, _)| format!(". What follows: {}", form.label().to_lowercase()));
                format!("{}, decided on {}{}", answer.label(), in_words(*on), form.unwrap_or_default())
            }
            (None, Some(_)) => "Decided before the case came to us".to_owned(),
            (None, None) => "Not decided yet".to_owned(),
        };
        format!("Allegation {}: {answer}", allegation.alleged.n)
    }))
}

/// One sentence a line.
pub(super) fn lines(said: impl Iterator<Item = String>) -> String {
    said.map(|line| format!("- {line}.")).collect::<Vec<_>>().join("\n")
}

/// The personal word of the last entry of a kind that was not rescinded.
fn last_word(case: &Case, of: fn(&Event) -> bool, field: &str) -> Option<String> {
    word_of(case, field, |event, _| of(event))
}

/// The same of the last entry that is `of` its event and its version.
pub(super) fn word_of(case: &Case, field: &str, of: impl Fn(&Event, u64) -> bool) -> Option<String> {
    let effective = crate::case::effective(&case.entries);
    let entry = effective.iter().rev().find(|entry| of(&entry.event, entry.version))?;
    word_as_corrected(case, entry.version, field)
}
