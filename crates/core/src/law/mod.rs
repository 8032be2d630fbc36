//! The law as cited, dated data.
//!
//! `law/ew/*.toml` holds every rule the product uses: its citation, the versions in force, the
//! number and how it is counted, and whether it was read in the source or comes from memory.
//! Rust code names a rule by its id and asks for the version in force on a day.

pub mod deadline;
pub mod holiday;
mod holiday_file;
pub mod rule;

pub use holiday::{Calendar, Nation};
pub use rule::{Bound, Counted, Follows, Law, Mark, Rule, Unit, Version};

/// The ids of the rules that code relies on. A test holds each against the law files.
pub mod id {
    /// When a complaint that must be referred is due.
    pub const REFER_COMPLAINT: &str = "referral.mandatory-complaint";
    /// When a conduct matter that must be referred is due.
    pub const REFER_CONDUCT: &str = "referral.mandatory-conduct";
    /// When a death or serious injury matter is due.
    pub const REFER_DSI: &str = "referral.dsi";
    /// When a matter called in is due.
    pub const REFER_CALL_IN: &str = "referral.call-in";
    /// Voluntary referral, which has no limit.
    pub const REFER_VOLUNTARY: &str = "referral.voluntary";
    /// The power to decide the mode of investigation.
    pub const MODE_DETERMINE: &str = "mode.determine";
    /// The designation of the lead investigator.
    pub const DESIGNATE_LEAD: &str = "investigation.designate-lead";
    /// The final report.
    pub const FINAL_REPORT: &str = "report.final";
    /// Closing a case.
    pub const CLOSE: &str = "case.close";
    /// The written notice that is owed after twelve months.
    pub const NOTICE_12_MONTHS: &str = "notice.12-months";
    /// The published measure of completion within twelve months.
    pub const WITHIN_12_MONTHS: &str = "measure.within-12-months";
    /// The measure of completion within 365 days.
    pub const WITHIN_365_DAYS: &str = "measure.within-365-days";
    /// The duty to give reasons and to notify.
    pub const REASONS: &str = "recording.decision-reasons";

    /// All of them.
    pub const ALL: &[&str] = &[
        REFER_COMPLAINT,
        REFER_CONDUCT,
        REFER_DSI,
        REFER_CALL_IN,
        REFER_VOLUNTARY,
        MODE_DETERMINE,
        DESIGNATE_LEAD,
        FINAL_REPORT,
        CLOSE,
        NOTICE_12_MONTHS,
        WITHIN_12_MONTHS,
        WITHIN_365_DAYS,
        REASONS,
    ];
}
