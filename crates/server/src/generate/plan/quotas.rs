//! How many investigations end in each stretch of time, by origin and by age at the end.
//!
//! The numbers follow from the targets by sums and differences. Where the targets leave a choice,
//! it is what a steady flow of cases would give.

use jiff::civil::date;

use super::calendar::number;
use super::targets::{self as t, share};
use super::{Day, Life};

/// Who opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Anybody.
    Any,
    /// The predecessor.
    Legacy,
    /// The new body.
    New,
}

/// How old it is when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Any,
    WithinSix,
    SixToTwelve,
    OverTwelve,
    /// A matter of some weeks, on the streamlined pathway.
    Streamlined,
}

/// How the ends of a line lie in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Level,
    Rising,
    Falling,
}

/// So many ends of one sort.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub origin: Origin,
    pub age: Age,
    pub count: u32,
    /// First and last day.
    pub window: (i32, i32),
    pub shape: Shape,
}

impl Line {
    fn new(origin: Origin, age: Age, count: u32) -> Self {
        Self { origin, age, count, window: (i32::MIN, i32::MAX), shape: Shape::Level }
    }

    fn between(self, from: Day, to: Day, shape: Shape) -> Self {
        Self { window: (number(from), number(to)), shape, ..self }
    }

    /// Whether an investigation that is open on a day is of this sort on that day.
    pub(super) fn suits(&self, life: &Life, day: i32) -> bool {
        let origin = match self.origin {
            Origin::Any => true,
            Origin::Legacy => life.legacy(),
            Origin::New => !life.legacy(),
        };
        origin
            && match self.age {
                Age::Any => true,
                Age::WithinSix => day < life.six,
                Age::SixToTwelve => life.six <= day && day < life.twelve,
                Age::OverTwelve => life.twelve <= day,
                Age::Streamlined => {
                    life.opened >= number(t::STREAMLINED_SINCE) && (25..=110).contains(&(day - life.opened))
                }
            }
    }
}

/// A stretch of time, and what ends in it. Lines that can be met only in a part of it come first.
pub(super) struct Period {
    pub from: Day,
    pub to: Day,
    /// The rate of ends at its beginning and at its end; only their proportion matters.
    pub rate: (f64, f64),
    pub lines: Vec<Line>,
}

/// What ends within six months, from six to twelve, and later.
struct Bands {
    six: u32,
    twelve: u32,
    over: u32,
}

/// The bands of a year, of all directorates, from the shares of the core ones. None of the majors
/// is over within six months.
fn bands(total: u32, year: usize, core_6: u32, core_12: u32) -> Bands {
    let core = total - t::MAJORS[year];
    let six = share(core, core_6);
    let twelve = share(core, core_12) - six + t::MAJORS_WITHIN_12[year];
    Bands { six, twelve, over: total - six - twelve }
}

/// Discontinued investigations: from when to when, and of whom.
pub(super) const DISCONTINUED: [(Day, Day, Origin); 9] = [
    (date(2016, 5, 2), date(2016, 9, 30), Origin::Any),
    (date(2016, 10, 3), date(2017, 2, 28), Origin::Any),
    (date(2017, 4, 3), date(2017, 8, 31), Origin::Any),
    (date(2017, 9, 1), date(2017, 12, 15), Origin::Any),
    (date(2018, 5, 1), date(2018, 9, 28), Origin::Legacy),
    (date(2018, 7, 2), date(2019, 2, 28), Origin::New),
    (date(2019, 4, 1), date(2019, 9, 30), Origin::Legacy),
    (date(2019, 5, 1), date(2019, 10, 31), Origin::New),
    (date(2019, 11, 1), date(2020, 1, 24), Origin::New),
];

// What the new body inherited is what had been open or opened before, less what had ended.
const _: () = assert!(
    t::OPEN_AT_FIRST + t::OPENED_BEFORE_NEW_BODY[0] + t::OPENED_BEFORE_NEW_BODY[1]
        == t::COMPLETED_2016_17 + t::COMPLETED_BEFORE_NEW_BODY + DISCONTINUED_BEFORE + t::LEGACY_OPEN[0]
);
/// So many of the [`DISCONTINUED`] ended before the new body began.
const DISCONTINUED_BEFORE: u32 = 4;
/// Inherited ones discontinued in 2018/19, and then until December 2019.
const LEGACY_DISCONTINUED: [u32; 2] = [1, 1];

/// Completed by the new body until 31 March 2018: nearly all of them inherited.
const Q4: [(Origin, Age, u32); 3] = [
    (Origin::Legacy, Age::WithinSix, 8),
    (Origin::Legacy, Age::SixToTwelve, 27),
    (Origin::Legacy, Age::OverTwelve, t::COMPLETED_Q4 - 39),
];
const Q4_NEW: u32 = 4;
/// Streamlined ones completed in 2018/19, until October 2019, until 16 December, and after.
const STREAMLINED: [u32; 4] = [20, 34, 9, 18];
/// Completed from 1 November to 16 December 2019, in all and of the inherited ones.
const LATE_AUTUMN: (u32, u32) = (107, 10);
/// Of those opened by the new body, over twelve months when completed in 2018/19: the first that
/// could be.
const NEW_OVER_2018_19: u32 = 3;

/// All stretches of time until the last figures.
pub(super) fn periods() -> Vec<Period> {
    let mut all = before_the_new_body();
    all.push(year_2018_19());
    all.extend(year_2019_20());
    all
}

fn before_the_new_body() -> Vec<Period> {
    use Age::{OverTwelve, SixToTwelve, WithinSix};
    let [first, second, ..] = t::YEARS;
    let whole = |b: &Bands| {
        vec![
            Line::new(Origin::Any, WithinSix, b.six),
            Line::new(Origin::Any, SixToTwelve, b.twelve),
            Line::new(Origin::Any, OverTwelve, b.over),
        ]
    };
    let earlier = bands(t::COMPLETED_2016_17, 0, t::CORE_6_2016_17, t::CORE_12_2016_17);
    let mut later = bands(t::COMPLETED_BEFORE_NEW_BODY + t::COMPLETED_Q4, 1, t::CORE_6_2017_18, t::CORE_12_2017_18);
    // What the new body completed until the end of the year is part of the year.
    later.six -= Q4[0].2 + Q4_NEW;
    later.twelve -= Q4[1].2;
    later.over -= Q4[2].2;
    let mut q4 = vec![Line::new(Origin::New, WithinSix, Q4_NEW).between(date(2018, 2, 26), second.1, Shape::Level)];
    q4.extend(Q4.map(|(origin, age, count)| Line::new(origin, age, count)));
    vec![
        Period { from: first.0, to: first.1, rate: (42.0, 50.0), lines: whole(&earlier) },
        Period { from: second.0, to: t::NEW_BODY, rate: (50.0, 78.0), lines: whole(&later) },
        Period { from: t::NEW_BODY, to: second.1, rate: (20.0, 34.0), lines: q4 },
    ]
}

fn year_2018_19() -> Period {
    use Age::{OverTwelve, SixToTwelve, Streamlined, WithinSix};
    let (from, to) = t::YEARS[2];
    let all = bands(t::COMPLETED_2018_19, 2, t::CORE_6_2018_19, t::CORE_12_2018_19);
    let legacy = t::LEGACY_OPEN[0] - t::LEGACY_OPEN[1] - (t::COMPLETED_Q4 - Q4_NEW) - LEGACY_DISCONTINUED[0];
    let legacy_over = all.over - NEW_OVER_2018_19;
    // An inherited case is within six months until early July 2018, within twelve until early 2019.
    let legacy_six = 32;
    let legacy_twelve = legacy - legacy_over - legacy_six;
    let legacy_twelve_early = legacy_twelve * 61 / 100;
    let new_twelve = all.twelve - legacy_twelve;
    let new_twelve_early = new_twelve * 50 / 100;
    let (july, january) = (date(2018, 7, 6), date(2019, 1, 4));
    let lines = vec![
        Line::new(Origin::New, OverTwelve, NEW_OVER_2018_19).between(date(2019, 2, 11), to, Shape::Level),
        Line::new(Origin::Legacy, WithinSix, legacy_six).between(from, date(2018, 6, 29), Shape::Falling),
        Line::new(Origin::Legacy, SixToTwelve, legacy_twelve_early).between(from, july, Shape::Level),
        Line::new(Origin::Legacy, SixToTwelve, legacy_twelve - legacy_twelve_early).between(
            july,
            date(2018, 11, 30),
            Shape::Falling,
        ),
        Line::new(Origin::New, SixToTwelve, new_twelve_early).between(date(2018, 7, 16), january, Shape::Rising),
        Line::new(Origin::New, SixToTwelve, new_twelve - new_twelve_early).between(january, to, Shape::Level),
        Line::new(Origin::New, Streamlined, STREAMLINED[0]).between(date(2018, 11, 1), to, Shape::Level),
        Line::new(Origin::New, WithinSix, all.six - legacy_six - STREAMLINED[0]),
        Line::new(Origin::Legacy, OverTwelve, legacy_over),
    ];
    Period { from, to, rate: (57.0, 63.0), lines }
}

/// 2019/20 in three parts: until October, until 16 December, and the rest.
fn year_2019_20() -> [Period; 3] {
    let (from, to) = t::YEARS[3];
    let all = bands(t::COMPLETED_2019_20, 3, t::CORE_6_2019_20, t::CORE_12_2019_20);
    let until_december = t::COMPLETED_BY_NEW_BODY - t::COMPLETED_Q4 - t::COMPLETED_2018_19;
    let totals = [until_december - LATE_AUTUMN.0, LATE_AUTUMN.0, t::COMPLETED_2019_20 - until_december];
    let legacy_until_december = t::LEGACY_OPEN[1] - t::LEGACY_OPEN[2] - LEGACY_DISCONTINUED[1];
    let legacy = [legacy_until_december - LATE_AUTUMN.1, LATE_AUTUMN.1, t::LEGACY_OPEN[2] - t::LEGACY_OPEN[3]];
    let new_over = new_over_in_2019_20(all.over - legacy.iter().sum::<u32>(), totals[0] - legacy[0]);
    let new_total: u32 = totals.iter().sum::<u32>() - legacy.iter().sum::<u32>();
    let within = all.six + all.twelve;
    debug_assert_eq!(within + new_over.iter().sum::<u32>(), new_total);
    // Those within six months are dealt evenly; what is left of each part is from six to twelve.
    let six = |part: usize| all.six * (totals[part] - legacy[part] - new_over[part]) / within;
    let sixes = [six(0), six(1), all.six - six(0) - six(1)];
    let starts = [from, date(2019, 11, 1), date(2019, 12, 17)];
    let ends = [t::NEW_CASES_UNTIL, t::DECEMBER_2019, to];
    let rates = [(44.0, 63.0), (66.0, 70.0), (70.0, 74.0)];
    [0, 1, 2].map(|part| {
        let parallel = if part == 0 { t::PARALLEL as u32 } else { 0 };
        let streamlined = STREAMLINED[part + 1];
        let lines = vec![
            Line::new(Origin::New, Age::Streamlined, streamlined),
            // The parallel action ones are ended apart from these.
            Line::new(Origin::New, Age::WithinSix, sixes[part] - streamlined - parallel),
            Line::new(Origin::New, Age::SixToTwelve, totals[part] - legacy[part] - new_over[part] - sixes[part]),
            Line::new(Origin::New, Age::OverTwelve, new_over[part]),
            Line::new(Origin::Legacy, Age::OverTwelve, legacy[part]),
        ];
        Period { from: starts[part], to: ends[part], rate: rates[part], lines }
    })
}

/// The new body's own cases over twelve months, dealt to the parts of 2019/20 so that the share
/// until October is the published one.
fn new_over_in_2019_20(over: u32, new_until_october: u32) -> [u32; 3] {
    let new_in_2018_19 =
        t::COMPLETED_2018_19 + t::COMPLETED_Q4 - (t::LEGACY_OPEN[0] - t::LEGACY_OPEN[1]) + LEGACY_DISCONTINUED[0];
    let counted = new_in_2018_19 + new_until_october;
    // The share is a rounded one: within its tolerance, take more of the long ones early.
    let until_october = counted - share(counted, t::NEW_12) + 2 - NEW_OVER_2018_19;
    let rest = over - until_october;
    [until_october, rest * 3 / 10, rest - rest * 3 / 10]
}
