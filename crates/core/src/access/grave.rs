//! Grave acts: what takes more than having signed in some time ago. The list is `access/grave.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::permit::Action;

/// Which acts are grave, and how long showing that it is oneself is good for one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grave {
    /// For how many minutes it is good.
    pub minutes: i64,
    /// The grave acts.
    actions: Vec<Action>,
}

impl Grave {
    /// The list that comes with the product.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static GRAVE: LazyLock<Grave> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../access/grave.toml")).expect("a test reads the built-in list")
        });
        &GRAVE
    }

    /// Whether an act is grave.
    #[must_use]
    pub fn holds(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }
}

/// Whether somebody who showed at `checked_at` that it is they may still do something grave at
/// `now`, both in microseconds since 1970, when it is good for so many minutes. A clock that was
/// put back helps nobody.
#[must_use]
pub fn is_fresh(checked_at: i64, now: i64, minutes: i64) -> bool {
    (0..=minutes * 60 * 1_000_000).contains(&(now - checked_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deciding_is_grave_and_reading_is_not() {
        let grave = Grave::built_in();
        assert!(grave.holds(Action::DecideMode) && grave.holds(Action::Close) && grave.holds(Action::KeepAccounts));
        assert!(!grave.holds(Action::ReadCase) && !grave.holds(Action::Refer));
    }

    #[test]
    fn it_is_good_to_the_last_microsecond_and_never_before_it_was_shown() {
        let (minutes, at) = (Grave::built_in().minutes, 1_000_000_000_000);
        let window = minutes * 60 * 1_000_000;
        for (now, fresh) in [(at, true), (at + window, true), (at + window + 1, false), (at - 1, false)] {
            assert_eq!(is_fresh(at, now, minutes), fresh, "{now}");
        }
    }
}
