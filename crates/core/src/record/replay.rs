//! The rules of the house, looked at again from the record alone (decision 009): whoever decided
//! held the power on that day, and whoever made something is not the one who approved it.
//!
//! It reads the stored JSON and nothing else of this program, so that `verify/replay.py` can say the
//! same. A hash shows that an entry is what was recorded; this shows that it could be recorded.

mod scheme;

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::{Header, json};
use scheme::Scheme;

/// Whoever decided did not hold the power, or the entry does not say under what it was decided.
pub const DELEGATION: &str = "rule-delegation";
/// It took a second person, and there was none.
pub const SECOND_PERSON: &str = "rule-second-person";

/// The stream of the scheme of delegation.
const SCHEME: &str = "body:delegation";

/// Which powers an entry of a kind is decided under.
const DECIDING: [(&str, &[&str]); 28] = [
    ("accelerated.decided", &["P.ACCEL_DIRECT"]),
    ("case-to-answer.decided", &["P.CTA", "P.OLD_MEMO"]),
    ("conversion.decided", &["P.DSI_CONVERT"]),
    ("direction.given", &["P.FORM", "P.OLD_DIRECT"]),
    ("direction.withdrawn", &["P.FORM", "P.OLD_DIRECT"]),
    ("fact.changed", &["P.DESIGNATE"]),
    ("form.decided", &["P.FORM"]),
    ("investigation.discontinued", &["P.OLD_DISCONTINUE"]),
    ("investigation.resumed", &["P.RESUME"]),
    ("investigation.suspended", &["P.SUSPEND"]),
    ("lead.appointed", &["P.DESIGNATE"]),
    ("memorandum.accepted", &["P.OLD_MEMO"]),
    ("mode.decided", &["P.MOI", "P.MOI_CHANGE", "P.REINVEST_FORM"]),
    ("need.decided", &["P.NEED", "P.REINVEST_FORM", "P.RETURN"]),
    ("proceedings.recommended", &["P.OLD_RECOMMEND"]),
    ("prosecutor.decided", &["P.CPS"]),
    ("public-interest.decided", &["P.WITHDRAWN_PI"]),
    ("recommendation.extension-decided", &["P.28B_EXT"]),
    ("recommendation.issued", &["P.28A", "P.28ZA", "P.S10"]),
    ("recommendation.representations-decided", &["P.28B_WITHHOLD"]),
    ("reinvestigation.determined", &["P.REINVEST"]),
    ("review.decided", &["P.REVIEW", "P.VRR"]),
    ("review.late-accepted", &["P.OUT_OF_TIME"]),
    ("severity.assessed", &["P.SEVERITY"]),
    ("severity.revised", &["P.SEVERITY"]),
    ("terms.approved", &["P.TOR"]),
    ("update.withheld", &["P.NONDISCLOSE"]),
    ("views.requested", &["P.VIEWS"]),
];

/// Kinds that are a decision under some schemes of the law only, so that none need be named.
const AT_TIMES: [&str; 4] =
    ["recommendation.extension-decided", "review.decided", "severity.assessed", "severity.revised"];

/// What is kept of an entry for those after it.
enum Kept {
    Draft { kind: &'static str, by: String },
    Proposal { by: String, kind: String, data: Map<String, Json>, open: bool },
    Approval { of: u64, by: String },
    Decision { by: String, powers: Vec<String> },
}

/// The rules of one log, or of one stream of it, fed with events in their order.
#[derive(Default)]
pub struct Replay {
    /// The scheme of delegation; none where its stream is not at hand.
    scheme: Option<Scheme>,
    /// Whether a decision has named its powers yet. Records from before that are not held to it.
    begun: bool,
    kept: HashMap<String, HashMap<u64, Kept>>,
}

/// The rule about delegations and the one about second persons, where an entry breaks them.
type Broken = [Option<&'static str>; 2];

/// Under what a decision says that it was made.
#[derive(Default)]
struct Made {
    under: Vec<Under>,
    /// The proposal's entry, and who made it.
    proposed: Option<(u64, String)>,
}

struct Under {
    power: String,
    delegation: u64,
    grade: Option<u64>,
}

impl Replay {
    /// For a whole log, with its scheme of delegation.
    #[must_use]
    pub fn of_log() -> Self {
        Self { scheme: Some(Scheme::default()), ..Self::default() }
    }

    /// For one case without the scheme: who held what cannot be told, what took two people can.
    #[must_use]
    pub fn of_case() -> Self {
        Self::default()
    }

    /// Takes the next event and says which rules it breaks.
    pub fn event(&mut self, event: &Header<'_>) -> Vec<&'static str> {
        let powers = DECIDING.iter().find(|(kind, _)| *kind == event.kind).map(|(_, powers)| *powers);
        let related = matches!(
            event.kind,
            "terms.drafted"
                | "notice.drafted"
                | "notice.approved"
                | "decision.proposed"
                | "decision.approved"
                | "decision.sent-back"
                | "entry.corrected"
        );
        if powers.is_none() && !related && event.stream != SCHEME {
            return Vec::new();
        }
        // What is no object is found as such, and says nothing that could be held against a rule.
        let Some(data) = json::object(event.data) else { return Vec::new() };
        let broken = match (&mut self.scheme, powers) {
            (Some(scheme), _) if event.stream == SCHEME => [None, scheme.event(event, &data)],
            _ if event.stream == SCHEME => [None, None],
            (_, Some(powers)) => self.decision(event, &data, powers),
            _ => self.other(event, &data),
        };
        broken.into_iter().flatten().collect()
    }

    /// An entry that may be a decision.
    fn decision(&mut self, event: &Header<'_>, data: &Map<String, Json>, powers: &[&str]) -> Broken {
        let lead = event.kind != "fact.changed" || text(data, "what") == Some("lead");
        let draft = (event.kind == "terms.approved").then(|| number(data, "of"));
        let same = draft.is_some_and(|of| !self.drafted_by_another(event, of, "terms.drafted"));
        let due = lead && !AT_TIMES.contains(&event.kind) && !is_imported(event.authority);
        let made = data.get("made").map_or_else(|| Some(Made::default()), Made::read);
        let Some(made) = made else { return [Some(DELEGATION), same.then_some(SECOND_PERSON)] };
        let held = self.held(event, &made, if lead { powers } else { &[] }, due);
        let alone = made.proposed.is_none() && !made.under.is_empty() && takes_two(event.kind, data);
        let approved = made.proposed.as_ref().is_none_or(|(of, by)| self.approved(event, data, *of, by));
        let powers: Vec<String> = made.under.into_iter().map(|under| under.power).collect();
        if !powers.is_empty() {
            self.keep(event, Kept::Decision { by: event.actor.to_owned(), powers });
        }
        [(!held).then_some(DELEGATION), (same || alone || !approved).then_some(SECOND_PERSON)]
    }

    /// A draft, a proposal and what becomes of them; a correction of a decision's day.
    fn other(&mut self, event: &Header<'_>, data: &Map<String, Json>) -> Broken {
        let of = number(data, "of");
        match event.kind {
            "terms.drafted" => self.keep(event, Kept::Draft { kind: "terms.drafted", by: event.actor.to_owned() }),
            "notice.drafted" => self.keep(event, Kept::Draft { kind: "notice.drafted", by: event.actor.to_owned() }),
            "notice.approved" => {
                let another = self.drafted_by_another(event, of, "notice.drafted");
                return [None, (!another).then_some(SECOND_PERSON)];
            }
            "decision.proposed" => return self.proposal(event, data),
            "decision.approved" => {
                let another =
                    matches!(self.kept(event, of), Some(Kept::Proposal { by, open: true, .. }) if by != event.actor);
                self.keep(event, Kept::Approval { of: of.unwrap_or(0), by: event.actor.to_owned() });
                return [None, (!another).then_some(SECOND_PERSON)];
            }
            "decision.sent-back" => self.settle(event, of),
            _ => return [(!self.redated(event, data, of)).then_some(DELEGATION), None],
        }
        [None, None]
    }

    fn proposal(&mut self, event: &Header<'_>, data: &Map<String, Json>) -> Broken {
        let proposed = data.get("decision").and_then(Json::as_object);
        let kind = proposed.and_then(|p| text(p, "kind")).unwrap_or_default();
        let inner = proposed.and_then(|p| p.get("data")).and_then(Json::as_object);
        let powers = DECIDING.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, powers)| powers);
        let made = data.get("made").map_or_else(|| Some(Made::default()), Made::read);
        let held = made.is_some_and(|made| self.held(event, &made, powers, true));
        let (by, kind) = (event.actor.to_owned(), kind.to_owned());
        self.keep(event, Kept::Proposal { by, kind, data: inner.cloned().unwrap_or_default(), open: true });
        [(!held).then_some(DELEGATION), None]
    }

    /// Whether the powers are those of the kind, and each was held on the day, as far as it can be
    /// told. None need be named where none is due, or before decisions named any.
    fn held(&mut self, event: &Header<'_>, made: &Made, powers: &[&str], due: bool) -> bool {
        if made.under.is_empty() {
            return !(due && self.begun);
        }
        self.begun = true;
        made.under.iter().all(|Under { power, delegation, grade }| {
            let under = (*delegation, *grade);
            let holds = |scheme: &Scheme| scheme.holds(power, event.actor, event.on_date, Some(under));
            powers.contains(&power.as_str()) && self.scheme.as_ref().is_none_or(holds)
        })
    }

    /// Whether the decision is the one that somebody else proposed, and was approved just before.
    fn approved(&mut self, event: &Header<'_>, data: &Map<String, Json>, of: u64, by: &str) -> bool {
        let before = self.kept(event, event.version.checked_sub(1));
        let approval = matches!(before, Some(Kept::Approval { of: at, by }) if *at == of && by == event.actor);
        let proposal = match self.kept(event, Some(of)) {
            Some(Kept::Proposal { by: who, kind, data: proposed, open: true }) => {
                who == by && by != event.actor && kind == event.kind && same_facts(proposed, data)
            }
            _ => false,
        };
        self.settle(event, Some(of));
        approval && proposal
    }

    fn drafted_by_another(&self, event: &Header<'_>, of: Option<u64>, draft: &str) -> bool {
        matches!(self.kept(event, of), Some(Kept::Draft { kind, by }) if *kind == draft && by != event.actor)
    }

    /// Whether a decision is dated by this correction to a day on which its author held its powers.
    fn redated(&self, event: &Header<'_>, data: &Map<String, Json>, of: Option<u64>) -> bool {
        let (Some("on"), Some(day), Some(scheme)) = (text(data, "field"), text(data, "new"), &self.scheme) else {
            return true;
        };
        match self.kept(event, of) {
            Some(Kept::Decision { by, powers }) => powers.iter().all(|power| scheme.holds(power, by, day, None)),
            _ => true,
        }
    }

    fn kept(&self, event: &Header<'_>, version: Option<u64>) -> Option<&Kept> {
        self.kept.get(event.stream)?.get(&version?)
    }

    fn keep(&mut self, event: &Header<'_>, kept: Kept) {
        self.kept.entry(event.stream.to_owned()).or_default().insert(event.version, kept);
    }

    fn settle(&mut self, event: &Header<'_>, of: Option<u64>) {
        let kept = self.kept.get_mut(event.stream).and_then(|kept| kept.get_mut(&of?));
        if let Some(Kept::Proposal { open, .. }) = kept {
            *open = false;
        }
    }
}

impl Made {
    fn read(made: &Json) -> Option<Self> {
        let made = made.as_object()?;
        let under = made.get("under")?.as_array()?.iter().map(Under::read).collect::<Option<_>>()?;
        let proposed = match made.get("proposed") {
            None => None,
            Some(proposed) => {
                let proposed = proposed.as_object()?;
                Some((number(proposed, "of")?, text(proposed, "by")?.to_owned()))
            }
        };
        Some(Self { under, proposed })
    }
}

impl Under {
    fn read(under: &Json) -> Option<Self> {
        let under = under.as_object()?;
        let grade = if under.contains_key("grade") { Some(number(under, "grade")?) } else { None };
        Some(Self { power: text(under, "power")?.to_owned(), delegation: number(under, "delegation")?, grade })
    }
}

/// Whether the entry itself tells that the decision takes two people.
fn takes_two(kind: &str, data: &Map<String, Json>) -> bool {
    match kind {
        "direction.given" => true,
        "prosecutor.decided" => data.get("referred") == Some(&Json::Bool(false)),
        "accelerated.decided" => data.get("directed") == Some(&Json::Bool(true)),
        _ => false,
    }
}

/// Whether an entry was taken over from another system, where nobody decided anything.
fn is_imported(authority: &str) -> bool {
    authority.split(' ').nth(1) == Some("import")
}

/// Whether a decision is word for word the proposed one, leaving out what recording adds.
fn same_facts(proposed: &Map<String, Json>, decided: &Map<String, Json>) -> bool {
    let facts = |data: &Map<String, Json>| {
        let kept = data.iter().filter(|(key, _)| !matches!(key.as_str(), "made" | "texts"));
        kept.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>()
    };
    same(&Json::Object(facts(proposed)), &Json::Object(facts(decided)))
}

/// Equality in which a number is what it comes to, however it is written.
fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len() && one.iter().all(|(key, a)| other.get(key).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}

fn text<'j>(data: &'j Map<String, Json>, key: &str) -> Option<&'j str> {
    data.get(key)?.as_str()
}

/// The version that a number stands for: whole, from 1 to 2^53.
fn number(data: &Map<String, Json>, key: &str) -> Option<u64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let number = data.get(key)?.as_f64().filter(|n| n.fract() == 0.0 && (1.0..=MOST).contains(n))?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within bounds")]
    Some(number as u64)
}

#[cfg(test)]
mod tests;
