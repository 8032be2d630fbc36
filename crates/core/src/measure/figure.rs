//! A figure: the numbers, and everything needed to check them.

use serde_json::{Map, Value as Json, json};

use super::Member;
use super::list::Sort;
use crate::day::Day;

/// What the record held when a figure was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// So many events of the log.
    pub position: u64,
    /// The London day at the end of which that was so.
    pub day: Day,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The measure's name.
    pub measure: &'static str,
    /// What it is called on a page.
    pub title: String,
    /// The first day, if one was asked for.
    pub from: Option<Day>,
    /// The last day.
    pub on: Day,
    /// What the record held.
    pub known: Known,
    /// The filters, each as field and value.
    pub filters: Vec<(String, String)>,
    /// The counting rule in words.
    pub rule: String,
    /// Where it comes from.
    pub citation: String,
    /// The same numbers by group: field, value, numbers.
    pub groups: Vec<(String, String, Value)>,
    /// The numbers.
    pub value: Value,
}

/// The numbers of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A plain count.
    Count(u64),
    /// So many of so many.
    Share {
        /// Those in time.
        met: u64,
        /// All.
        of: u64,
    },
    /// Days taken.
    Days {
        /// How many took them.
        count: u64,
        /// Their sum.
        total: i64,
        /// The two middle ones added, so that half of it is the median.
        middle_twice: i64,
        /// The longest.
        max: i64,
    },
}

impl Value {
    /// The numbers of some members.
    #[must_use]
    pub(super) fn of(sort: Sort, members: &[&Member]) -> Self {
        let count = members.len() as u64;
        match sort {
            Sort::WithinMonths(_) | Sort::WithinDays(_) | Sort::ModeDecision | Sort::Forecast => {
                Self::Share { met: members.iter().filter(|m| m.met).count() as u64, of: count }
            }
            Sort::Duration | Sort::Waiting => {
                let days = members.iter().filter_map(|m| m.span);
                let mut days: Vec<i64> = days.map(|(a, b)| i64::from(b) - i64::from(a)).collect();
                days.sort_unstable();
                let middle = |i: usize| days.get(i).copied().unwrap_or(0);
                let half = days.len() / 2;
                let low = if days.len().is_multiple_of(2) { half.saturating_sub(1) } else { half };
                Self::Days {
                    count,
                    total: days.iter().sum(),
                    middle_twice: middle(low) + middle(half),
                    max: days.last().copied().unwrap_or(0),
                }
            }
            _ => Self::Count(count),
        }
    }

    /// The number of things counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Count(count) | Self::Days { count, .. } => *count,
            Self::Share { of, .. } => *of,
        }
    }

    /// The share in per cent with one decimal, half up; none of an empty population.
    #[must_use]
    pub fn percent(&self) -> Option<String> {
        let Self::Share { met, of } = *self else {
            return None;
        };
        tenths(i128::from(met) * 100, i128::from(of))
    }

    /// The share in whole per cent, half up from the exact fraction.
    #[must_use]
    pub fn percent_whole(&self) -> Option<u64> {
        let Self::Share { met, of } = *self else {
            return None;
        };
        u64::try_from(half_up(i128::from(met) * 100, i128::from(of))?).ok()
    }

    /// The mean number of days with one decimal.
    #[must_use]
    pub fn mean_days(&self) -> Option<String> {
        let Self::Days { count, total, .. } = *self else {
            return None;
        };
        tenths(i128::from(total), i128::from(count))
    }

    /// The mean number of days in tenths, as shown: half up.
    #[must_use]
    pub fn mean_tenths(&self) -> Option<i64> {
        let Self::Days { count, total, .. } = *self else {
            return None;
        };
        i64::try_from(half_up(i128::from(total) * 10, i128::from(count))?).ok()
    }

    /// The median number of days with one decimal.
    #[must_use]
    pub fn median_days(&self) -> Option<String> {
        let Self::Days { count, middle_twice, .. } = *self else {
            return None;
        };
        if count == 0 { None } else { tenths(i128::from(middle_twice), 2) }
    }

    /// The longest number of days.
    #[must_use]
    pub fn max_days(&self) -> Option<i64> {
        match *self {
            Self::Days { count: 1.., max, .. } => Some(max),
            _ => None,
        }
    }

    /// The numbers as JSON members, in the promised order.
    #[must_use]
    pub fn json(&self) -> Map<String, Json> {
        let pairs = match self {
            Self::Count(count) => vec![("count", json!(count))],
            Self::Share { met, of } => vec![
                ("met", json!(met)),
                ("of", json!(of)),
                ("percent", json!(self.percent())),
                ("percent_whole", json!(self.percent_whole())),
            ],
            Self::Days { count, .. } => vec![
                ("count", json!(count)),
                ("mean_days", json!(self.mean_days())),
                ("median_days", json!(self.median_days())),
                ("max_days", json!(self.max_days())),
            ],
        };
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }
}

impl Figure {
    /// The figure as the promised JSON object.
    #[must_use]
    pub fn json(&self) -> Json {
        let mut map = Map::new();
        map.insert("measure".into(), json!(self.measure));
        map.insert("from".into(), json!(self.from.map(|d| d.to_string())));
        map.insert("on".into(), json!(self.on.to_string()));
        map.insert("known".into(), json!({"position": self.known.position, "day": self.known.day.to_string()}));
        map.insert("where".into(), self.filters_json());
        map.insert("rule".into(), json!(self.rule));
        map.insert("citation".into(), json!(self.citation));
        let groups = self.groups.iter().map(|(field, name, value)| {
            let mut group = Map::new();
            group.insert("by".into(), json!({ field.as_str(): name }));
            group.extend(value.json());
            Json::Object(group)
        });
        map.insert("groups".into(), groups.collect());
        map.extend(self.value.json());
        Json::Object(map)
    }

    /// A field asked for twice holds a list.
    fn filters_json(&self) -> Json {
        let mut map: Map<String, Json> = Map::new();
        for (field, value) in &self.filters {
            let next = match map.remove(field) {
                None => json!(value),
                Some(Json::Array(mut list)) => {
                    list.push(json!(value));
                    Json::Array(list)
                }
                Some(first) => json!([first, value]),
            };
            map.insert(field.clone(), next);
        }
        Json::Object(map)
    }
}

/// A count as a page shows it: `1,254`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `numerator / denominator` rounded half up to an integer; none by zero.
fn half_up(numerator: i128, denominator: i128) -> Option<i128> {
    (denominator != 0).then(|| (2 * numerator + denominator).div_euclid(2 * denominator))
}

/// The same with one decimal.
fn tenths(numerator: i128, denominator: i128) -> Option<String> {
    let tenths = half_up(numerator * 10, denominator)?;
    let sign = if tenths < 0 { "-" } else { "" };
    Some(format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up_from_the_exact_fraction() {
        let share = |met, of| Value::Share { met, of };
        assert_eq!(share(566, 717).percent().unwrap(), "78.9");
        assert_eq!(share(566, 717).percent_whole(), Some(79));
        // 82.45 per cent: the one-decimal figure is 82.5, the whole one still 82.
        assert_eq!(share(1649, 2000).percent().unwrap(), "82.5");
        assert_eq!(share(1649, 2000).percent_whole(), Some(82));
        assert_eq!(share(1, 8).percent_whole(), Some(13));
        assert_eq!(share(0, 0).percent(), None);
        assert_eq!(share(0, 0).percent_whole(), None);
    }

    #[test]
    fn thousands_are_set_apart() {
        let says: Vec<String> = [0, 12, 999, 1000, 1254, 1_234_567].into_iter().map(thousands).collect();
        assert_eq!(says, ["0", "12", "999", "1,000", "1,254", "1,234,567"]);
    }

    #[test]
    fn an_empty_population_has_no_mean() {
        let none = Value::Days { count: 0, total: 0, middle_twice: 0, max: 0 };
        assert_eq!((none.mean_days(), none.median_days(), none.max_days()), (None, None, None));
    }

    #[test]
    fn days_have_one_decimal() {
        let days = Value::Days { count: 4, total: 1001, middle_twice: 351, max: 700 };
        assert_eq!(days.mean_days().unwrap(), "250.3");
        assert_eq!(days.median_days().unwrap(), "175.5");
    }
}
