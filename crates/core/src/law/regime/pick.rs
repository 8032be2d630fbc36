//! The picker: which scheme a matter is handled under, and by which step (domain brief 0.3).
//!
//! The scheme follows the day on which the matter came to attention, with three exceptions that are
//! asked in the order of the regulations: a later matter that relates to an older one still being
//! handled stays with it, a re-investigation or a direction about an old case moves it on, and some
//! bodies have not left the old scheme. Every answer says its step and its provision.

use super::{Body, Grounds, Overlay, Person, Regime, Regimes, Scheme, Trigger, built_in};
use crate::day::{Day, in_words};
use crate::law::Mark;
use crate::refusal::Refusal;

/// What the picker is asked.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The day on which the complaint was made, or the matter came to the appropriate authority's attention.
    pub attention: Day,
    /// The day on which the allegation came to a chief officer's or local policing body's attention,
    /// where that was another one. The conduct side goes by it.
    pub allegation: Option<Day>,
    /// The older matters that it relates to.
    pub linked: Vec<Linked>,
    /// The day on which a re-investigation was determined under section 13B.
    pub reinvestigation_determined: Option<Day>,
    /// The day on which a direction was given under section 28A(1) or (4).
    pub directed_28a: Option<Day>,
    /// The day on which the officer was given notice of referral to proceedings (conduct
    /// regulations, regulation 30(1) or 51(1)); none where none was given or known.
    pub notice_given: Option<Day>,
    /// Whether the person is still an officer.
    pub person: Person,
    /// The body whose officers it is about.
    pub body: &'a str,
}

impl Question<'_> {
    /// A matter about a police force that came to attention on a day, of which nothing else is known.
    #[must_use]
    pub fn new(attention: Day) -> Self {
        Self {
            attention,
            allegation: None,
            linked: Vec::new(),
            reinvestigation_determined: None,
            directed_28a: None,
            notice_given: None,
            person: Person::Serving,
            body: POLICE,
        }
    }
}

/// The body of a matter about a police force.
pub const POLICE: &str = "police";

/// An older matter that a matter relates to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The day on which it came to attention; none where it is only known that this was before the
    /// last change of the regulations that looks at links.
    pub attention: Option<Day>,
    /// Whether it was still being handled when the later matter came to attention.
    pub open_then: bool,
    /// Whether it was an allegation against the same officer, at which the conduct side looks.
    pub against: Against,
}

/// Against whom a linked matter was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The same officer.
    SameOfficer,
    /// Somebody else, or nobody in particular.
    Another,
}

/// The step of the picker that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The body never left the old scheme; none of the steps was asked.
    OldScheme,
    /// 1: it came to attention before the day.
    Before,
    /// 2: it relates to an older matter that was still being handled.
    LinkedOpen,
    /// 3: otherwise.
    New,
    /// 4: a re-investigation was determined or an old case directed, on the day or later.
    Override,
}

impl Step {
    /// Its number in the picker; none where no step was asked.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        match self {
            Self::OldScheme => None,
            Self::Before => Some(1),
            Self::LinkedOpen => Some(2),
            Self::New => Some(3),
            Self::Override => Some(4),
        }
    }

    /// What records and commands call it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OldScheme => "old-scheme",
            Self::Before => "before",
            Self::LinkedOpen => "linked-open",
            Self::New => "new",
            Self::Override => "override",
        }
    }

    /// Whether it brings the matter under the regulations that were asked about.
    #[must_use]
    pub fn applies(self) -> bool {
        matches!(self, Self::New | Self::Override)
    }
}

/// What the picker answers.
#[derive(Debug, Clone)]
pub struct Picked<'a> {
    /// The scheme of the complaints side, by which records and measures know the matter.
    pub regime: &'a Regime,
    /// The scheme of the conduct side; none for a body with conduct rules of its own.
    pub conduct_regime: Option<&'a Regime>,
    /// The overlays that apply, in the order of the file.
    pub overlays: Vec<Laid<'a>>,
    /// The overlays of these schemes that do not apply.
    pub left_out: Vec<Laid<'a>>,
    /// The step that chose `regime`: where it stands to the newest scheme.
    pub step: Step,
    /// The step that chose `conduct_regime`.
    pub conduct_step: Option<Step>,
    /// Why, in sentences that can be read aloud.
    pub because: Vec<String>,
    /// The provision that decided the complaints side.
    pub citation: &'a str,
    /// Where it can be read.
    pub url: Option<&'a str>,
    /// The provision that decided the conduct side.
    pub conduct_citation: Option<&'a str>,
    /// Whether everything that it relies on was read.
    pub mark: Mark,
}

/// An overlay that was asked about, and where the matter stands to each side that it amends.
#[derive(Debug, Clone)]
pub struct Laid<'a> {
    /// The overlay.
    pub overlay: &'a Overlay,
    /// The complaints regulations; none where it does not amend those of the matter.
    pub complaints: Option<Stands<'a>>,
    /// The conduct regulations.
    pub conduct: Option<Stands<'a>>,
}

impl Laid<'_> {
    /// Whether it applies to one side at least.
    #[must_use]
    pub fn applies(&self) -> bool {
        [self.complaints, self.conduct].into_iter().flatten().any(|stands| stands.step.applies())
    }
}

/// Where a matter stands to one change of the regulations, on one side.
#[derive(Debug, Clone, Copy)]
pub struct Stands<'a> {
    /// The step that decided.
    pub step: Step,
    /// The provision.
    pub citation: &'a str,
    /// Where the transition can be read.
    pub url: Option<&'a str>,
    /// Whether it was read.
    pub mark: Mark,
}

/// Which scheme a matter is handled under, by the schemes that come with the product.
///
/// # Errors
/// As [`Regimes::pick`].
pub fn pick(question: &Question<'_>) -> Result<Picked<'static>, Refusal> {
    built_in().pick(question)
}

/// The two sides of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Complaints,
    Conduct,
}

/// What one side of the base schemes answers.
struct Chosen<'a> {
    regime: &'a Regime,
    /// Where the matter stands to the newest scheme.
    decided: Stands<'a>,
    because: Vec<String>,
    mark: Mark,
}

impl Regimes {
    /// Which scheme a matter is handled under.
    ///
    /// # Errors
    /// In words: a body that is not known, a day before the first scheme, and days that cannot be,
    /// such as a re-investigation determined before the matter came to attention.
    pub fn pick(&self, question: &Question<'_>) -> Result<Picked<'_>, Refusal> {
        possible(question)?;
        let Some(body) = self.bodies.iter().find(|body| body.id == question.body) else {
            let known: Vec<&str> = self.bodies.iter().map(|body| body.id.as_str()).collect();
            return Err(Refusal::new(format!(
                "There is no body {}; choose one of {}",
                question.body,
                known.join(", ")
            )));
        };
        match &body.scheme {
            Scheme::Old { regime, from, citation, mark } => {
                if question.attention < *from {
                    let says =
                        format!("The regulations for {} begin on {from}; ask for a matter from then on", body.name);
                    return Err(Refusal::new(says));
                }
                Ok(self.on_the_old_scheme(body, regime, citation, *mark))
            }
            Scheme::Current => self.on_the_current_scheme(question),
        }
    }

    fn on_the_current_scheme(&self, question: &Question<'_>) -> Result<Picked<'_>, Refusal> {
        let complaints = self.side(question, Side::Complaints)?;
        let conduct = self.side(question, Side::Conduct)?;
        let mut because = complaints.because;
        because.extend(conduct.because.iter().map(|says| format!("Conduct side: {}", lower_first(says))));
        let mut mark = complaints.mark.weaker(conduct.mark);
        let (mut overlays, mut left_out) = (Vec::new(), Vec::new());
        for overlay in &self.overlays {
            let (laid, says) = self.laid(overlay, question, complaints.regime, conduct.regime);
            because.extend(says);
            mark = [laid.complaints, laid.conduct]
                .into_iter()
                .flatten()
                .map(|stands| stands.mark)
                .fold(mark, Mark::weaker);
            if laid.applies() {
                overlays.push(laid);
            } else if laid.complaints.is_some() || laid.conduct.is_some() {
                left_out.push(laid);
            }
        }
        Ok(Picked {
            regime: complaints.regime,
            conduct_regime: Some(conduct.regime),
            overlays,
            left_out,
            step: complaints.decided.step,
            conduct_step: Some(conduct.decided.step),
            because,
            citation: complaints.decided.citation,
            url: complaints.decided.url,
            conduct_citation: Some(conduct.decided.citation),
            mark,
        })
    }

    fn on_the_old_scheme<'a>(&'a self, body: &Body, regime: &str, citation: &'a str, mark: Mark) -> Picked<'a> {
        let regime = self.regimes.iter().find(|known| known.id == regime);
        let says = format!("It is about {}, which has regulations of its own on the old scheme", body.name);
        Picked {
            regime: regime.expect("a body's scheme is checked when the file is read"),
            conduct_regime: None,
            overlays: Vec::new(),
            left_out: Vec::new(),
            step: Step::OldScheme,
            conduct_step: None,
            because: vec![format!("{says}, whatever the day ({citation}).")],
            citation,
            url: None,
            conduct_citation: None,
            mark,
        }
    }

    /// The base scheme of one side: the newest that the matter reaches.
    fn side(&self, question: &Question<'_>, side: Side) -> Result<Chosen<'_>, Refusal> {
        let mut because = Vec::new();
        let mut decided = None;
        for regime in self.regimes.iter().rev() {
            let grounds = match side {
                Side::Complaints => &regime.complaints,
                Side::Conduct => &regime.conduct,
            };
            let Some((stands, says)) = self.stands(regime.from, grounds, question, side) else {
                break;
            };
            // The steps are those to the newest scheme; before it, there was nothing but the day.
            because.push(if decided.is_none() {
                numbered(&says, stands)
            } else {
                format!("{says} ({}).", stands.citation)
            });
            let decided = *decided.get_or_insert(stands);
            if stands.step.applies() {
                return Ok(Chosen { regime, decided, because, mark: decided.mark.weaker(stands.mark) });
            }
        }
        let first = self.regimes.first().map(|regime| regime.from.to_string()).unwrap_or_default();
        Err(Refusal::new(format!("There is no scheme before {first}; ask for a matter from then on")))
    }

    /// Where the matter stands to the regulations of `from`, and why; none before the first of them.
    ///
    /// The override is asked first, because it holds whatever the other steps would say.
    fn stands<'a>(
        &self,
        from: Day,
        grounds: &'a Grounds,
        question: &Question<'_>,
        side: Side,
    ) -> Option<(Stands<'a>, String)> {
        let regulations = &grounds.regulations;
        let answer = |step, citation, says| Some((stands(grounds, step, citation), says));
        if let Some((citation, how)) = moved_on(from, grounds, question) {
            let says = format!("{how}, so {regulations} applies, whatever the day of attention");
            return answer(Step::Override, citation, says);
        }
        let (what, older, day) = match side {
            Side::Complaints => ("It", "an older matter", question.attention),
            Side::Conduct => (
                "The allegation",
                "an older one against the same officer",
                question.allegation.unwrap_or(question.attention),
            ),
        };
        let (came, change) = (format!("{what} came to attention on {}", in_words(day)), in_words(from));
        if day < from {
            let says = format!("{came}, before {change}, so {regulations} does not apply");
            return answer(Step::Before, grounds.before.as_ref()?, says);
        }
        let Some(citation) = &grounds.linked else {
            return answer(Step::New, &grounds.new, format!("{came}, not before {change}, so {regulations} applies"));
        };
        if let Some(linked) = self.kept_by(from, question, side) {
            let when =
                linked.attention.map_or_else(|| format!("before {change}"), |day| format!("on {}", in_words(day)));
            let under = grounds.handled_under.as_deref().unwrap_or_default();
            let says = format!(
                "{came}, not before {change}, but relates to {older} that came to attention {when} and was then still \
                 being handled under {under}, so {regulations} does not apply"
            );
            return answer(Step::LinkedOpen, citation, says);
        }
        let says = format!(
            "{came}, not before {change}, and does not relate to {older} from before that day that was still being \
             handled, so {regulations} applies"
        );
        answer(Step::New, &grounds.new, says)
    }

    /// The linked matter from before `from` that keeps a later one with it, where there is one.
    fn kept_by<'q>(&self, from: Day, question: &'q Question<'_>, side: Side) -> Option<&'q Linked> {
        let last = self.last_change_with_links(question.attention);
        question.linked.iter().find(|linked| {
            // Where the day is not known, it lies before the last change and maybe not before an earlier one.
            let older = linked.attention.map_or(last == Some(from), |day| day < from);
            let counts = side == Side::Complaints || linked.against == Against::SameOfficer;
            linked.open_then && older && counts
        })
    }

    /// The last change of the regulations up to `attention` that looks at links.
    fn last_change_with_links(&self, attention: Day) -> Option<Day> {
        let base = self.regimes.iter().map(|regime| (regime.from, Some(&regime.complaints)));
        let over = self.overlays.iter().map(|overlay| (overlay.from, overlay.complaints.as_ref()));
        let links = |side: Option<&Grounds>| side.is_some_and(|grounds| grounds.linked.is_some());
        base.chain(over).filter(|(from, side)| *from <= attention && links(*side)).map(|(from, _)| from).max()
    }

    /// Where the matter stands to an overlay, and a sentence about each side of it that was asked.
    fn laid<'a>(
        &self,
        overlay: &'a Overlay,
        question: &Question<'_>,
        complaints: &Regime,
        conduct: &Regime,
    ) -> (Laid<'a>, Vec<String>) {
        let mut because = Vec::new();
        let mut laid = Laid { overlay, complaints: None, conduct: None };
        if overlay.only.is_some_and(|only| only != question.person) {
            return (laid, because);
        }
        let mut ask = |side: Side, grounds: &'a Option<Grounds>, regime: &Regime| {
            let grounds = grounds.as_ref().filter(|_| regime.id == overlay.over)?;
            let (stands, says) = match overlay.trigger {
                Trigger::Attention => self.stands(overlay.from, grounds, question, side)?,
                Trigger::Notice => by_notice(overlay.from, grounds, question),
            };
            let says = if overlay.trigger == Trigger::Attention {
                numbered(&says, stands)
            } else {
                format!("{says} ({}).", stands.citation)
            };
            because.push(format!("{}: {}", overlay.id, lower_first(&says)));
            Some(stands)
        };
        laid.complaints = ask(Side::Complaints, &overlay.complaints, complaints);
        laid.conduct = ask(Side::Conduct, &overlay.conduct, conduct);
        (laid, because)
    }
}

fn stands<'a>(grounds: &'a Grounds, step: Step, citation: &'a str) -> Stands<'a> {
    Stands { step, citation, url: grounds.url.as_deref(), mark: grounds.mark }
}

/// A sentence with the step and the provision that it rests on.
fn numbered(says: &str, stands: Stands<'_>) -> String {
    match stands.step.number() {
        Some(number) => format!("{says} (step {number}: {}).", stands.citation),
        None => format!("{says} ({}).", stands.citation),
    }
}

/// The provision by which a determination or a direction, on the day or later, moves the matter on.
fn moved_on<'a>(from: Day, grounds: &'a Grounds, question: &Question<'_>) -> Option<(&'a str, String)> {
    let ways = [
        (
            &grounds.reinvestigated,
            question.reinvestigation_determined,
            "A re-investigation was determined under section 13B",
        ),
        (&grounds.directed, question.directed_28a, "A direction was given under section 28A"),
    ];
    ways.into_iter().find_map(|(citation, on, how)| {
        let (citation, on) = (citation.as_deref()?, on.filter(|on| from <= *on)?);
        Some((citation, format!("{how} on {}, not before {}", in_words(on), in_words(from))))
    })
}

/// Where a matter stands to an overlay that goes by the notice of referral to proceedings.
fn by_notice<'a>(from: Day, grounds: &'a Grounds, question: &Question<'_>) -> (Stands<'a>, String) {
    let (notice, change, regulations) = ("otice of referral to proceedings", in_words(from), &grounds.regulations);
    let applies = stands(grounds, Step::New, &grounds.new);
    match (question.notice_given, grounds.before.as_deref()) {
        (Some(given), Some(before)) if given < from => {
            let given = in_words(given);
            let says = format!("N{notice} was given on {given}, before {change}, so {regulations} does not apply");
            (stands(grounds, Step::Before, before), says)
        }
        (Some(given), _) => {
            let given = in_words(given);
            (applies, format!("N{notice} was given on {given}, not before {change}, so {regulations} applies"))
        }
        (None, _) => {
            (applies, format!("No n{notice} is known to have been given before {change}, so {regulations} applies"))
        }
    }
}

/// Refuses days that cannot be.
fn possible(question: &Question<'_>) -> Result<(), Refusal> {
    let attention = question.attention;
    let first = question.allegation.map_or(attention, |day| day.min(attention));
    let later = [
        ("A re-investigation cannot have been determined", question.reinvestigation_determined, attention),
        ("A direction under section 28A cannot have been given", question.directed_28a, attention),
        ("Notice of referral to proceedings cannot have been given", question.notice_given, first),
    ];
    for (what, on, earliest) in later {
        if let Some(on) = on.filter(|on| *on < earliest) {
            return Err(Refusal::new(format!(
                "{what} on {on}, before the matter came to attention on {earliest}; correct one of the days"
            )));
        }
    }
    let after = question.linked.iter().filter_map(|linked| linked.attention).find(|day| *day > attention);
    match after {
        Some(day) => Err(Refusal::new(format!(
            "A matter of {attention} cannot relate back to one that came to attention on {day}; give the older matter's day"
        ))),
        None => Ok(()),
    }
}

/// `It came` after a colon: `it came`.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
