//! Opening a case that is not one's own, with a reason ("break-glass"): for a few hours, seen by
//! those who answer for the case, and reviewed by somebody else. It crosses no wall.

use serde::{Deserialize, Serialize};

use super::{Entry, Fresh, Rules};
use crate::case::words;
use crate::day::{self, Day};
use crate::law::{Calendar, Nation};
use crate::permit::{Action, Permit};
use crate::refusal::Refusal;

/// The stream that holds them.
pub const STREAM: &str = "body:break-glass";

const MICROS_IN_AN_HOUR: i64 = 3_600_000_000;

crate::case::named::named! {
    /// Why a case is opened.
    Category {
        /// Somebody may come to harm.
        Harm = "harm", "Somebody may come to harm";
        /// Cover for a colleague.
        Cover = "cover", "Cover for a colleague who is away";
        /// A link with a case of one's own.
        Link = "link", "A link with a case of mine";
        /// Advice or an audit that was asked for.
        Advice = "advice", "Advice or an audit that was asked for";
        /// Another.
        Other = "other", "Something else";
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A case was opened with a reason.
    #[serde(rename = "break-glass.opened")]
    Opened(Opened),
    /// Somebody else looked at the reason.
    #[serde(rename = "break-glass.reviewed")]
    Reviewed(Reviewed),
}

/// A case was opened with a reason, which is a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The stream of the case.
    pub case: String,
    /// Why, in a word.
    pub category: Category,
    /// Until when, in microseconds since 1970.
    pub until: i64,
}

/// The review of an opening. Its reasons are a personal word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// The version of the opening.
    pub of: u64,
    /// Whether there was good reason.
    pub justified: bool,
}

/// One opening as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening<'a> {
    /// Its entry.
    pub entry: &'a Entry<Event>,
    /// What it opened.
    pub opened: &'a Opened,
    /// What its review found.
    pub reviewed: Option<(&'a Entry<Event>, bool)>,
}

/// What was opened and reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glass {
    /// Every entry, in order.
    pub entries: Vec<Entry<Event>>,
}

impl Glass {
    /// Every opening, in order.
    pub fn openings(&self) -> impl DoubleEndedIterator<Item = Opening<'_>> {
        self.entries.iter().filter_map(|entry| {
            let Event::Opened(opened) = &entry.event else { return None };
            let reviewed = self.entries.iter().find_map(|review| match &review.event {
                Event::Reviewed(found) if found.of == entry.version => Some((review, found.justified)),
                _ => None,
            });
            Some(Opening { entry, opened, reviewed })
        })
    }

    /// The cases that are open to somebody at a moment, by stream.
    pub fn open_to<'a>(&'a self, person: &'a str, now: i64) -> impl Iterator<Item = &'a str> {
        let open = move |o: &Opening<'_>| o.entry.actor == person && now < o.opened.until && o.reviewed.is_none();
        self.openings().filter(open).map(|o| o.opened.case.as_str())
    }

    /// The entry of the last reason for which a case is open to somebody.
    #[must_use]
    pub fn open_by(&self, person: &str, stream: &str) -> Option<u64> {
        let own = |o: &Opening<'_>| o.entry.actor == person && o.opened.case == stream && o.reviewed.is_none();
        self.openings().filter(own).map(|o| o.entry.version).max()
    }

    /// Until when a case is open to somebody by the last reason that they gave.
    #[must_use]
    pub fn open_until(&self, person: &str, stream: &str) -> Option<i64> {
        let own = |o: &Opening<'_>| o.entry.actor == person && o.opened.case == stream && o.reviewed.is_none();
        self.openings().filter(own).map(|o| o.opened.until).max()
    }

    /// Refuses whoever may open no further case: a review found no good reason or is late, or they
    /// opened as many as the rules allow.
    ///
    /// # Errors
    /// Says which.
    pub fn may_open(&self, person: &str, now: i64, calendar: &Calendar) -> Result<(), Refusal> {
        let rules = &Rules::built_in().break_glass;
        let own: Vec<Opening<'_>> = self.openings().filter(|o| o.entry.actor == person).collect();
        if own.iter().any(|o| matches!(o.reviewed, Some((_, false)))) {
            return Err(Refusal::new(
                "A review found no good reason for a case that you opened, so you can open no other in this way",
            ));
        }
        let today = day::of_instant(now);
        if own.iter().any(|o| o.reviewed.is_none() && o.review_due(calendar) < today) {
            return Err(Refusal::new(
                "A case that you opened has not been reviewed in time, so you can open no other in this way until it \
                 is. Ask a supervisor of that case's region to review it",
            ));
        }
        let since = now - rules.days * 24 * MICROS_IN_AN_HOUR;
        if own.iter().filter(|o| o.entry.recorded_at > since).count() >= rules.most {
            let (most, days) = (rules.most, rules.days);
            let says = format!("You opened {most} cases in this way in the last {days} days, which is the most");
            return Err(Refusal::new(says));
        }
        Ok(())
    }
}

impl Opening<'_> {
    /// The last day on which it is reviewed in time.
    #[must_use]
    pub fn review_due(&self, calendar: &Calendar) -> Day {
        let (opened, days) =
            (day::of_instant(self.entry.recorded_at), Rules::built_in().break_glass.review_working_days);
        calendar.working_days_after(opened, days, Nation::EnglandAndWales).day
    }
}

/// Opens a case for somebody from `now` on.
///
/// # Errors
/// In words and by field: no permission, a reason that is too short, and what [`Glass::may_open`]
/// refuses.
pub fn open(
    glass: &Glass,
    permit: &Permit,
    (now, calendar): (i64, &Calendar),
    case: &str,
    category: Category,
    reason: &str,
) -> Result<Fresh<Event>, Refusal> {
    if !permit.is_for(Action::BreakGlass, case) {
        return Err(Refusal::new("You were not given permission for this"));
    }
    let rules = &Rules::built_in().break_glass;
    let reason = words::required("Say why you have to open this case", "The reason", reason)
        .map_err(|refusal| refusal.about("reason"))?;
    if reason.chars().count() < rules.reason_characters {
        let says = format!("The reason must have {} characters or more", rules.reason_characters);
        return Err(Refusal::of("reason", says));
    }
    glass.may_open(permit.actor(), now, calendar)?;
    let until = now + rules.hours * MICROS_IN_AN_HOUR;
    let event = Event::Opened(Opened { case: case.to_owned(), category, until });
    Ok(Fresh { event, words: vec![("reason".to_owned(), reason)] })
}

/// Reviews an opening of the case that the permit is for. From then on it opens the case no more.
///
/// # Errors
/// In words and by field: no permission, no such opening, one's own, and reasons that are missing.
pub fn review(
    glass: &Glass,
    permit: &Permit,
    of: u64,
    justified: bool,
    reasons: &str,
) -> Result<Fresh<Event>, Refusal> {
    let opening = glass.openings().find(|o| o.entry.version == of);
    let opening = opening.filter(|o| permit.is_for(Action::ReviewGlass, &o.opened.case));
    let Some(opening) = opening else {
        return Err(Refusal::of("of", "There is no such opening that you may review"));
    };
    if opening.reviewed.is_some() {
        return Err(Refusal::of("of", "This opening has already been reviewed"));
    }
    if opening.entry.actor == permit.actor() {
        return Err(Refusal::of("of", "You opened this case, so somebody else has to review it"));
    }
    let reasons =
        words::required("Say what you found", "What you found", reasons).map_err(|refusal| refusal.about("reasons"))?;
    let event = Event::Reviewed(Reviewed { of, justified });
    Ok(Fresh { event, words: vec![("reasons".to_owned(), reasons)] })
}
