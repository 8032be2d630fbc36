//! The published figures that a plan makes come out, and the few free choices about their size.
//!
//! Sources, by short name: *December 2019* is the IOPC's response to the Home Secretary, which gives
//! the position on 16 December 2019 and looks back to 8 January 2018; *Report 18/19* and *Report
//! 19/20* are its annual reports for those years. `bodies/iopc/published.toml` quotes each.
//! What has no source is our choice, and says so.

use jiff::civil::date;

use super::Day;

/// The first day of the record; what was open then enters with its own dates.
pub const RECORD_BEGINS: Day = date(2016, 4, 1);
/// The day the present body took over from its predecessor.
pub const NEW_BODY: Day = date(2018, 1, 8);
/// The day of the December 2019 figures.
pub const DECEMBER_2019: Day = date(2019, 12, 16);
/// The day of the last figures. Nothing happens on it.
pub const LAST_DAY: Day = date(2020, 3, 31);
/// Matters that came to attention from this day on are under the reformed law.
pub const REFORM: Day = date(2020, 2, 1);

/// First and last days of the years reported on.
pub const YEARS: [(Day, Day); 4] = [
    (date(2016, 4, 1), date(2017, 3, 31)),
    (date(2017, 4, 1), date(2018, 3, 31)),
    (date(2018, 4, 1), date(2019, 3, 31)),
    (date(2019, 4, 1), date(2020, 3, 31)),
];

/// Completed in 2016/17; our choice.
pub const COMPLETED_2016_17: u32 = 515;
/// Completed from 1 April 2017 until the new body began; our choice.
pub const COMPLETED_BEFORE_NEW_BODY: u32 = 548;
/// Completed by the new body until 31 March 2018; our choice, between 60 and 100.
pub const COMPLETED_Q4: u32 = 66;
/// Completed in 2018/19 (Report 18/19).
pub const COMPLETED_2018_19: u32 = 717;
/// Completed in 2019/20 (Report 19/20).
pub const COMPLETED_2019_20: u32 = 718;
/// Completed since the new body began (December 2019).
pub const COMPLETED_BY_NEW_BODY: u32 = 1254;

/// Of the core investigations of 2017/18, the percentage within twelve months (December 2019).
pub const CORE_12_2017_18: u32 = 69;
/// Of all completed in 2018/19, the percentage within twelve months (December 2019).
pub const ALL_12_2018_19: u32 = 79;
/// The same of the core ones (December 2019).
pub const CORE_12_2018_19: u32 = 82;
/// Within six months, core, 2018/19 (Report 19/20 looking back).
pub const CORE_6_2018_19: u32 = 30;
/// Within twelve months, core, 2019/20 (Report 19/20).
pub const CORE_12_2019_20: u32 = 83;
/// Within six months, core, 2019/20 (Report 19/20).
pub const CORE_6_2019_20: u32 = 35;
/// Of those opened and completed by the new body up to [`NEW_CASES_UNTIL`], the percentage within
/// twelve months (December 2019).
pub const NEW_12: u32 = 93;
/// The last day counted for [`NEW_12`].
pub const NEW_CASES_UNTIL: Day = date(2019, 10, 31);
/// Shares of the two earlier years that nobody published; our choice, for a steady improvement.
pub const CORE_12_2016_17: u32 = 59;
/// See [`CORE_12_2016_17`].
pub const CORE_6_2016_17: u32 = 22;
/// See [`CORE_12_2016_17`].
pub const CORE_6_2017_18: u32 = 26;

/// Major investigations among the completed of each year, and how many of them within twelve
/// months; our choice, but for 2018/19, where the latter follows from the published shares.
pub const MAJORS: [u32; 4] = [24, 26, 30, 33];
/// See [`MAJORS`].
pub const MAJORS_WITHIN_12: [u32; 4] =
    [1, 1, share(COMPLETED_2018_19, ALL_12_2018_19) - share(COMPLETED_2018_19 - MAJORS[2], CORE_12_2018_19), 3];

/// Open on [`RECORD_BEGINS`]; our choice.
pub const OPEN_AT_FIRST: u32 = 520;
/// Opened from [`RECORD_BEGINS`] until the new body began: in 2016/17 and after; our choice.
pub const OPENED_BEFORE_NEW_BODY: [u32; 2] = [590, 495];
/// Opened by the new body until 31 March 2018; our choice.
pub const OPENED_Q4: u32 = 160;
/// Opened in 2018/19 (Report 18/19: 30 fewer than were completed).
pub const OPENED_2018_19: u32 = 687;
/// Opened in 2019/20 (Report 19/20).
pub const OPENED_2019_20: u32 = 508;

/// Inherited cases still open on 8 January 2018 and 31 March 2019 (Report 18/19), 16 December 2019
/// (December 2019), and 31 March 2020 (Report 19/20).
pub const LEGACY_OPEN: [u32; 4] = [538, 93, 27, 18];
/// Of the inherited cases open in December 2019, so many were expected to be completed by
/// 31 March 2020 (December 2019).
pub const EXPECTED_SOON: u32 = 21;

/// By how many days the mean length of those completed in 2016/17 and 2017/18 is above that of
/// 2018/19 (Report 18/19: "almost six weeks" and "almost three weeks").
pub const MEAN_ABOVE_2018_19: [f64; 3] = [40.5, 19.5, 0.0];
/// The mean days of the ordinary death or serious injury cases (December 2019).
pub const DSI_MEAN: i32 = 208;
/// The last day counted for [`DSI_MEAN`]; the streamlined pathway gives its first reports after it.
pub const DSI_UNTIL: Day = date(2018, 10, 31);
/// The mean days of the streamlined ones completed by 16 December 2019 (December 2019).
pub const STREAMLINED_MEAN: i32 = 58;
/// The first day on which one may be opened as streamlined.
pub const STREAMLINED_SINCE: Day = date(2018, 9, 3);
/// Parallel action ones completed by 16 December 2019 (December 2019).
pub const PARALLEL: usize = 2;

/// Waiting after the report when the new body began, and their mean days (December 2019).
pub const WAITING_AT_FIRST: (u32, i32) = (303, 122);
/// Waiting after the report on 16 December 2019, and their mean days (December 2019).
pub const WAITING_IN_DECEMBER: (u32, i32) = (349, 200);
/// Of those, completed by the predecessor (December 2019).
pub const WAITING_FROM_PREDECESSOR: u32 = 40;

/// Referrals received in each year, from and to. 2018/19: Report 18/19; the others are our choice.
pub const REFERRALS: [(u32, u32); 4] = [(3600, 3700), (3850, 3950), (4097, 4097), (4250, 4350)];

/// So many of a number as make a percentage, to the nearest whole one.
pub(super) const fn share(of: u32, percent: u32) -> u32 {
    (of * percent + 50) / 100
}
