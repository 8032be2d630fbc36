//! Letters in a case: issued with their whole text, served, and translated (domain brief 16).
//!
//! The text of a letter is personal words of its entry. What its service counts as is an entry of
//! its own beside it, so that the clocks of that duty are started and stopped in one place.

use serde::{Deserialize, Serialize};

use super::informed::contact::{Way, reached};
use super::informed::{self, Method, OutcomeTold, UpdateGiven};
use super::{Case, Context, Effective, Event, Fresh, State, delay_notice};
use crate::day::{Day, in_words};
use crate::letters::fill::{self, Filling};
use crate::letters::{Addressee, Letters, ServesAs, Template};
use crate::refusal::Refusal;

/// A letter was issued. Its text, in each of its languages, is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Its number within the case, from 1.
    pub n: u32,
    /// Which letter, by the key of its template.
    pub letter: String,
    /// To whom: an office, or the key of a recommendation or of somebody who is kept informed.
    pub to: String,
    /// In which languages: `en`, `cy`.
    pub languages: Vec<String>,
    /// The version of the template, as a hash.
    pub template: String,
}

/// A letter was served. The event's day is that on which it counts as given. How that is known is a
/// personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The number of the letter.
    pub n: u32,
    /// How it was sent.
    pub by: Service,
    /// The day on which it was sent.
    pub sent_on: Day,
}

/// The Welsh text of a letter was added, as a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translated {
    /// The number of the letter.
    pub n: u32,
}

/// How a letter was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Handed over.
    InPerson,
    /// Sent by e-mail.
    Email,
    /// Posted.
    Post,
    /// Posted by recorded delivery.
    RecordedDelivery,
    /// Left at the last known address.
    LeftAtAddress,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::InPerson, Self::Email, Self::Post, Self::RecordedDelivery, Self::LeftAtAddress];

    /// Its name in forms.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::InPerson => "in-person",
            Self::Email => "email",
            Self::Post => "post",
            Self::RecordedDelivery => "recorded-delivery",
            Self::LeftAtAddress => "left-at-address",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InPerson => "Handed over in person",
            Self::Email => "By e-mail",
            Self::Post => "By post",
            Self::RecordedDelivery => "By recorded delivery",
            Self::LeftAtAddress => "Left with somebody at the last known address",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.id() == text)
    }

    fn way(self) -> Way {
        match self {
            Self::InPerson => Way::InPerson,
            Self::Email => Way::Email,
            Self::Post | Self::RecordedDelivery | Self::LeftAtAddress => Way::Post,
        }
    }

    fn method(self) -> Method {
        if self == Self::Email { Method::Email } else { Method::Letter }
    }
}

/// The command to issue a letter. It is dated the day of the log's clock, whose record it tells.
#[derive(Debug, Clone)]
pub struct Issue {
    /// Which letter, by the key of its template.
    pub letter: String,
    /// To whom: an office, or the key of a recommendation or of somebody who is kept informed.
    pub to: String,
    /// What is added to it; shown as such.
    pub added: String,
    /// The name of the lead investigator, from the accounts.
    pub lead: Option<String>,
}

/// The command to record that a letter was served.
#[derive(Debug, Clone)]
pub struct Serve {
    /// The number of the letter.
    pub n: u32,
    /// How it was sent.
    pub by: Service,
    /// The day on which it was sent.
    pub sent_on: Day,
    /// The day on which it counts as given, where that is not the day on which it was sent.
    pub given_on: Option<Day>,
    /// How that is known.
    pub proof: String,
    /// Why by a way that was not agreed with its addressee, where it was not.
    pub despite: String,
}

/// The command to add the Welsh text of a letter.
#[derive(Debug, Clone)]
pub struct Translate {
    /// The number of the letter.
    pub n: u32,
    /// When the translation was made.
    pub on: Day,
    /// The text.
    pub text: String,
}

/// A letter as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number within the case.
    pub n: u32,
    /// Which letter.
    pub letter: String,
    /// To whom.
    pub to: String,
    /// Its day.
    pub on: Day,
    /// The version of the entry that holds its text.
    pub issued_by: u64,
    /// Whether it has its Welsh text from the beginning.
    pub welsh: bool,
    /// How it was sent, when, and from which day it counts as given.
    pub served: Option<(Service, Day, Day)>,
    /// When the Welsh text was added, and the version of the entry that holds it.
    pub translated: Option<(Day, u64)>,
}

impl Letter {
    /// Whether its Welsh text is still to be made.
    #[must_use]
    pub fn translation_due(&self) -> bool {
        !self.welsh && self.translated.is_none()
    }

    /// Its template, while the letters still have it.
    #[must_use]
    pub fn template(&self) -> Option<&'static Template> {
        Letters::built_in().named(&self.letter)
    }
}

impl State {
    /// The letter of that number.
    #[must_use]
    pub fn letter(&self, n: u32) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.n == n)
    }
}

impl Issue {
    /// What the letter would say.
    ///
    /// # Errors
    /// In words, where it would contradict the record or a fact is missing.
    pub fn text(&self, case: &Case, context: Context<'_>) -> Result<(&'static Template, fill::Filled), Refusal> {
        let template = Letters::built_in().named(&self.letter);
        let template = template.ok_or_else(|| Refusal::of("letter", "Choose one of the letters"))?;
        let filling = Filling { case, context, to: &self.to, lead: self.lead.as_deref(), added: &self.added };
        Ok((template, fill::letter(template, filling)?))
    }

    pub(super) fn event(self, case: &Case, context: Context<'_>) -> Result<Fresh, Refusal> {
        let (template, filled) = self.text(case, context)?;
        // Numbers are never used again, not even those of letters that were rescinded.
        let issued = case.entries.iter().filter(|entry| matches!(entry.event, Event::LetterIssued(_))).count();
        let n = u32::try_from(issued).unwrap_or(u32::MAX).saturating_add(1);
        let languages =
            if filled.cy.is_some() { vec!["en".to_owned(), "cy".to_owned()] } else { vec!["en".to_owned()] };
        let event = Issued { n, letter: self.letter, to: self.to, languages, template: template.version() };
        let fresh = Fresh::new(Event::LetterIssued(event), Some(context.today)).with_words("text", filled.en);
        Ok(fresh.with_words("text_cy", filled.cy.unwrap_or_default()))
    }
}

impl Serve {
    pub(super) fn events(self, case: &Case, context: Context<'_>) -> Result<Vec<Fresh>, Refusal> {
        let state = &case.state;
        let letter = state.letter(self.n).ok_or_else(|| Refusal::of("n", "There is no such letter in this case"))?;
        let on = self.given_on.unwrap_or(self.sent_on);
        reached(state, &letter.to, self.by.way(), self.sent_on, &self.despite)?;
        let served = Served { n: self.n, by: self.by, sent_on: self.sent_on };
        let served = Fresh::new(Event::LetterServed(served), Some(on)).with_words("proof", self.proof);
        let served = served.with_words("despite", self.despite);
        let counts = counts_as(state, letter, self.by, on, context)?;
        Ok([served].into_iter().chain(counts.into_iter().map(|event| Fresh::new(event, Some(on)))).collect())
    }
}

/// What the service of a letter counts as.
fn counts_as(
    state: &State,
    letter: &Letter,
    by: Service,
    on: Day,
    context: Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let (key, method, n) = (letter.to.clone(), by.method(), Some(letter.n));
    let person = state.informed(&letter.to).filter(|person| person.ended.is_none());
    let told = |of: String| Event::OutcomeTold(OutcomeTold { key: letter.to.clone(), of, method, letter: n });
    Ok(match letter.template().and_then(|template| template.serves_as) {
        Some(ServesAs::Update) if person.is_some() => vec![Event::UpdateGiven(UpdateGiven { key, method, letter: n })],
        Some(ServesAs::Outcome) if person.is_some() => vec![told(informed::INVESTIGATION.to_owned())],
        Some(ServesAs::ProceedingOutcome) => {
            let Some(person) = person else { return Ok(Vec::new()) };
            let ended = state.proceedings.iter().filter(|p| p.ended.as_ref().is_some_and(|(day, _)| *day <= letter.on));
            let new = ended.map(|p| informed::of_proceeding(p.n));
            new.filter(|of| person.outcomes.iter().all(|(told, _)| told != of)).map(told).collect()
        }
        Some(ServesAs::DelayNotice) if letter.to == Addressee::PolicingBody.id() => {
            let owed = delay_notice::owed(state, context, on)?;
            vec![Event::DelayNoticeGiven(delay_notice::DelayNoticeGiven { letter: n, ..owed })]
        }
        _ => Vec::new(),
    })
}

impl Translate {
    pub(super) fn event(self) -> Fresh {
        Fresh::new(Event::LetterTranslated(Translated { n: self.n }), Some(self.on)).with_words("text_cy", self.text)
    }
}

pub(super) fn lawful(state: &State, event: &Effective) -> Result<(), Refusal> {
    let (Some(matter), Some(on)) = (&state.matter, event.on) else {
        return Err(Refusal::of("on", "Enter the date"));
    };
    match &event.event {
        Event::LetterIssued(e) => {
            if on < matter.received {
                return Err(Refusal::of("on", "A letter is dated on or after the day the matter was received"));
            }
            if fill::addressee(state, &e.to).is_none() {
                informed::current(state, &e.to).map_err(|refusal| Refusal::of("to", refusal.to_string()))?;
            }
            let unserved = state.letters.iter().find(|l| l.letter == e.letter && l.to == e.to && l.served.is_none());
            match unserved {
                Some(letter) => Err(Refusal::of(
                    "to",
                    format!(
                        "Letter {} says the same to them and has not been served. Record its service, or rescind it first",
                        letter.n
                    ),
                )),
                None => Ok(()),
            }
        }
        Event::LetterServed(e) => lawful_service(state, e, on),
        Event::LetterTranslated(e) => match state.letter(e.n) {
            None => Err(Refusal::of("n", "There is no such letter in this case")),
            Some(letter) if !letter.translation_due() => Err(Refusal::of("n", "This letter has its Welsh text")),
            Some(letter) if on < letter.on => Err(Refusal::of(
                "on",
                format!("It must be on or after the day of the letter ({})", in_words(letter.on)),
            )),
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn lawful_service(state: &State, served: &Served, given: Day) -> Result<(), Refusal> {
    let letter = state.letter(served.n).ok_or_else(|| Refusal::of("n", "There is no such letter in this case"))?;
    if letter.served.is_some() {
        return Err(Refusal::of("n", "The service of this letter has already been recorded"));
    }
    if served.sent_on < letter.on {
        let says = format!("It must have been sent on or after the day of the letter ({})", in_words(letter.on));
        return Err(Refusal::of("sent_on", says));
    }
    if given < served.sent_on {
        let says = "It cannot count as given before the day on which it was sent";
        return Err(Refusal::of("given_on", says));
    }
    Ok(())
}

pub(super) fn apply(state: &mut State, event: &Effective) {
    let Some(on) = event.on else { return };
    match &event.event {
        Event::LetterIssued(e) => state.letters.push(Letter {
            n: e.n,
            letter: e.letter.clone(),
            to: e.to.clone(),
            on,
            issued_by: event.version,
            welsh: e.languages.iter().any(|language| language == "cy"),
            served: None,
            translated: None,
        }),
        Event::LetterServed(e) => {
            if let Some(letter) = state.letters.iter_mut().find(|letter| letter.n == e.n) {
                letter.served = Some((e.by, e.sent_on, on));
            }
        }
        Event::LetterTranslated(e) => {
            if let Some(letter) = state.letters.iter_mut().find(|letter| letter.n == e.n) {
                letter.translated = Some((on, event.version));
            }
        }
        _ => {}
    }
}
