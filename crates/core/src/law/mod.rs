//! The law as cited, dated data.
//!
//! `law/ew/*.toml` holds every rule the product uses: its citation, the versions in force, the
//! number and how it is counted, and whether it was read in the source or comes from memory.
//! Rust code names a rule by its id and asks for the version in force on a day. Who may decide
//! what stands beside it, in `law/ew/powers.toml`.

pub mod deadline;
pub mod holiday;
mod holiday_file;
pub mod powers;
pub mod regime;
pub mod rule;
mod words;

pub use holiday::{Calendar, Nation};
pub(crate) use rule::toml_day;
pub use rule::{Bound, Counted, Extension, Follows, Law, Mark, Rule, RuleKind, Unit, Version};

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
    /// The power to decide whether an investigation is necessary.
    pub const NEED: &str = "mode.need";
    /// The return of a matter to the force.
    pub const RETURN: &str = "need.return";
    /// The power to decide the mode of investigation.
    pub const MODE_DETERMINE: &str = "mode.determine";
    /// The designation of the lead investigator.
    pub const DESIGNATE_LEAD: &str = "investigation.designate-lead";
    /// The allocation to a directorate and a pathway.
    pub const ALLOCATE: &str = "case.allocate";
    /// The terms of reference.
    pub const TERMS: &str = "investigation.terms-of-reference";
    /// The power to suspend an investigation.
    pub const SUSPEND: &str = "investigation.suspend";
    /// The power to resume it.
    pub const RESUME: &str = "investigation.resume";
    /// The power of the old scheme to discontinue it.
    pub const DISCONTINUE: &str = "investigation.discontinue";
    /// The forecast of completion.
    pub const FORECAST: &str = "forecast.completion";
    /// The power to decide whether there is a case to answer.
    pub const CASE_TO_ANSWER: &str = "report.case-to-answer";
    /// The duty to tell the Director of Public Prosecutions.
    pub const REFER_TO_CPS: &str = "report.refer-to-cps";
    /// Proceedings after the report.
    pub const AFTER_REPORT: &str = "proceeding.after-report";
    /// The power to investigate again.
    pub const REINVESTIGATE: &str = "case.reinvestigate";
    /// The published target for mode decisions.
    pub const MODE_IN_3_DAYS: &str = "policy.mode-decision-3-working-days";
    /// The final report.
    pub const FINAL_REPORT: &str = "report.final";
    /// Closing a case.
    pub const CLOSE: &str = "case.close";
    /// The written notice that is owed after twelve months.
    pub const NOTICE_12_MONTHS: &str = "notice.12-months";
    /// The written notice that is owed after each further six months.
    pub const NOTICE_6_MONTHS: &str = "notice.6-months";
    /// That a limit does not apply in exceptional circumstances.
    pub const EXCEPTIONAL: &str = "time.exceptional-circumstances";
    /// The published measure of completion within twelve months.
    pub const WITHIN_12_MONTHS: &str = "measure.within-12-months";
    /// The measure of completion within 365 days.
    pub const WITHIN_365_DAYS: &str = "measure.within-365-days";
    /// The duty to give reasons and to notify.
    pub const REASONS: &str = "recording.decision-reasons";
    /// When the complainant is first told of progress.
    pub const UPDATE_FIRST: &str = "update.first";
    /// When the complainant is next told of progress.
    pub const UPDATE_NEXT: &str = "update.next";
    /// When the complainant is told of an outcome.
    pub const UPDATE_OUTCOME: &str = "update.outcome";
    /// That an update is given in writing.
    pub const UPDATE_IN_WRITING: &str = "update.in-writing";
    /// The exceptions to the duty to keep people informed.
    pub const UPDATE_WITHHOLD: &str = "update.withhold";
    /// The request for a review of a decision not to refer a case to the prosecutor.
    pub const VICTIMS_REVIEW: &str = "challenge.victims-review-request";

    /// All of them.
    pub const ALL: &[&str] = &[
        REFER_COMPLAINT,
        REFER_CONDUCT,
        REFER_DSI,
        REFER_CALL_IN,
        REFER_VOLUNTARY,
        NEED,
        RETURN,
        MODE_DETERMINE,
        DESIGNATE_LEAD,
        ALLOCATE,
        TERMS,
        SUSPEND,
        RESUME,
        DISCONTINUE,
        FORECAST,
        CASE_TO_ANSWER,
        REFER_TO_CPS,
        AFTER_REPORT,
        REINVESTIGATE,
        MODE_IN_3_DAYS,
        FINAL_REPORT,
        CLOSE,
        NOTICE_12_MONTHS,
        NOTICE_6_MONTHS,
        EXCEPTIONAL,
        WITHIN_12_MONTHS,
        WITHIN_365_DAYS,
        REASONS,
        UPDATE_FIRST,
        UPDATE_NEXT,
        UPDATE_OUTCOME,
        UPDATE_IN_WRITING,
        UPDATE_WITHHOLD,
        VICTIMS_REVIEW,
    ];
}
