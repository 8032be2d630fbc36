//! What entries say of a clock: when it was started, and what became of it.

use crate::day::Day;

/// Who has to act before a clock runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The body.
    Us,
    /// The force, as appropriate authority.
    Force,
    /// The officer whom it is about, or the police friend.
    Officer,
    /// Who complained.
    Complainant,
    /// Who was recommended to do something.
    Recipient,
}

impl Owner {
    /// Its name on a page, as it begins a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Us => "Us",
            Self::Force => "The force",
            Self::Officer => "The officer",
            Self::Complainant => "The complainant",
            Self::Recipient => "The recipient",
        }
    }
}

/// Whose work it becomes when a clock is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The assessment unit.
    Assessment,
    /// The lead investigator.
    Lead,
    /// The supervisor of the region.
    Supervisor,
    /// The decision maker of the region.
    DecisionMaker,
}

impl Task {
    /// Its name in the derived table: the role that has the work.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Assessment => "AU",
            Self::Lead => "LEAD",
            Self::Supervisor => "SUP",
            Self::DecisionMaker => "DM",
        }
    }

    /// Its name on a page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Assessment => "The assessment unit",
            Self::Lead => "The lead investigator",
            Self::Supervisor => "The supervisor of the region",
            Self::DecisionMaker => "A decision maker of the region",
        }
    }
}

/// What starts a clock, besides its day and its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The rule, by id.
    pub rule: &'static str,
    /// What is due, where the rule's own title does not say it best.
    pub title: Option<&'static str>,
    /// Who owes it.
    pub owner: Owner,
    /// To whom, in words that name nobody: `the complainant`.
    pub to: &'static str,
    /// Whose work it is when it is missed.
    pub missed: Task,
    /// Which of several people or things it is about, as an opaque key; empty where there is one.
    pub about: String,
}

impl Start {
    /// A clock of which a case has one.
    #[must_use]
    pub fn of(rule: &'static str, owner: Owner, to: &'static str, missed: Task) -> Self {
        Self { rule, title: None, owner, to, missed, about: String::new() }
    }

    /// The same under a title of its own.
    #[must_use]
    pub fn titled(self, title: &'static str) -> Self {
        Self { title: Some(title), ..self }
    }

    /// The same about one of several people or things.
    #[must_use]
    pub fn about(self, about: &str) -> Self {
        Self { about: about.to_owned(), ..self }
    }
}

/// A clock as entries have left it. `u64` is always the version of the entry that did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The rule, by id.
    pub rule: &'static str,
    /// What is due, where the rule's own title does not say it best.
    pub title: Option<&'static str>,
    /// Who owes it.
    pub owner: Owner,
    /// To whom.
    pub to: &'static str,
    /// Whose work it is when it is missed.
    pub task: Task,
    /// Which of several people or things it is about; empty where there is one.
    pub about: String,
    /// The day from which it is counted.
    pub on: Day,
    /// What started it.
    pub started_by: u64,
    /// When it was done.
    pub stopped: Option<(Day, u64)>,
    /// When it was no longer owed, though it was not done.
    pub fallen: Option<(Day, u64)>,
    /// The times that do not count: from a day to a day.
    pub pauses: Vec<(Day, Option<Day>)>,
    /// The last day as extended.
    pub extended: Option<(Day, u64)>,
    /// The entry that says that exceptional circumstances prevented it from being met.
    pub excused: Option<u64>,
    /// The last day that was missed, and the entry that says so.
    pub missed: Option<(Day, u64)>,
    /// How a bank holiday moved the last day: from, to.
    pub moved: Vec<(Day, Day, u64)>,
}

impl Timer {
    /// Its name in addresses and entries: the rule and the entry that started it.
    #[must_use]
    pub fn key(&self) -> String {
        if self.about.is_empty() {
            format!("{}.{}", self.rule, self.started_by)
        } else {
            format!("{}.{}.{}", self.rule, self.started_by, self.about)
        }
    }

    /// Whether it stands still: a time that does not count has begun and not ended.
    #[must_use]
    pub fn stands_still(&self) -> bool {
        self.pauses.last().is_some_and(|(_, to)| to.is_none())
    }

    /// Whether it is neither done nor fallen.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.stopped.is_none() && self.fallen.is_none()
    }
}

/// The clocks of a case as entries have left them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timers(Vec<Timer>);

impl Timers {
    /// All of them, in the order in which they started.
    #[must_use]
    pub fn all(&self) -> &[Timer] {
        &self.0
    }

    /// Starts a clock, counted from `on`, by the entry `by`.
    pub fn start(&mut self, start: Start, on: Day, by: u64) {
        self.0.push(Timer {
            rule: start.rule,
            title: start.title,
            owner: start.owner,
            to: start.to,
            task: start.missed,
            about: start.about,
            on,
            started_by: by,
            stopped: None,
            fallen: None,
            pauses: Vec::new(),
            extended: None,
            excused: None,
            missed: None,
            moved: Vec::new(),
        });
    }

    /// Stops every running clock of a rule about one thing: it was done on `on`.
    pub fn stop(&mut self, rule: &str, about: &str, on: Day, by: u64) {
        for timer in self.running(rule, about) {
            timer.stopped = Some((on, by));
        }
    }

    /// Lets every running clock of a rule about one thing fall: it is no longer owed from `on`.
    pub fn fall(&mut self, rule: &str, about: &str, on: Day, by: u64) {
        for timer in self.running(rule, about) {
            timer.fallen = Some((on, by));
        }
    }

    /// The running clocks of a rule about one thing.
    pub fn running(&mut self, rule: &str, about: &str) -> impl Iterator<Item = &mut Timer> {
        self.0.iter_mut().filter(move |timer| timer.runs() && timer.rule == rule && timer.about == about)
    }

    /// Whether a clock of a rule about one thing runs.
    #[must_use]
    pub fn runs(&self, rule: &str, about: &str) -> bool {
        self.0.iter().any(|timer| timer.runs() && timer.rule == rule && timer.about == about)
    }

    /// The clock of that key.
    pub(super) fn named(&mut self, key: &str) -> Option<&mut Timer> {
        self.0.iter_mut().find(|timer| timer.key() == key)
    }

    /// Lets everything that still runs fall.
    pub(in crate::case) fn end(&mut self, on: Day, by: u64) {
        for timer in self.0.iter_mut().filter(|timer| timer.runs()) {
            timer.fallen = Some((on, by));
        }
    }
}
