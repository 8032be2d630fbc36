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
    /// By when to apply for a review.
    pub const REVIEW_APPLY: &str = "review.apply";
    /// Which body decides a review.
    pub const REVIEW_BODY: &str = "review.body";
    /// The power to decide a review.
    pub const REVIEW_DECIDE: &str = "review.decide";
    /// The power to accept a late application.
    pub const REVIEW_LATE: &str = "review.late";
    /// The forwarding of an application made to the wrong body.
    pub const REVIEW_FORWARD: &str = "review.forward";
    /// By when to appeal under the old scheme.
    pub const APPEAL_APPLY: &str = "challenge.appeal-old-scheme";
    /// The power to decide an appeal under the old scheme.
    pub const APPEAL_DECIDE: &str = "appeal.decide";
    /// By when to ask for a Victims' Right to Review.
    pub const VICTIMS_REVIEW_REQUEST: &str = "challenge.victims-review-request";
    /// The decision on such a request.
    pub const VICTIMS_REVIEW_DECIDE: &str = "challenge.victims-review-decision";
    /// The power to recommend a remedy for a complainant.
    pub const REMEDY: &str = "recommendation.remedy";
    /// By when such a recommendation is answered.
    pub const REMEDY_RESPONSE: &str = "recommendation.remedy-response";
    /// The general power to recommend and advise.
    pub const ADVICE: &str = "recommendation.advice";
    /// The power to make a recommendation that must be published and answered.
    pub const LEARNING: &str = "recommendation.learning";
    /// On which matters it may go to others than the appropriate authority.
    pub const LEARNING_RECIPIENTS: &str = "recommendation.recipients";
    /// By when it is answered.
    pub const LEARNING_RESPONSE: &str = "recommendation.response";
    /// By when more time is asked for.
    pub const LEARNING_EXTENSION: &str = "recommendation.extension-request";
    /// What judicial review does to that period.
    pub const LEARNING_IN_COURT: &str = "recommendation.judicial-review";
    /// By when the answer is published.
    pub const PUBLISH_RESPONSE: &str = "recommendation.publish-response";
    /// By when it is after representations were rejected.
    pub const PUBLISH_AFTER_REJECTION: &str = "recommendation.publish-after-rejection";
    /// By when it is after judicial review.
    pub const PUBLISH_AFTER_COURT: &str = "recommendation.publish-after-court";
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
        REVIEW_APPLY,
        REVIEW_BODY,
        REVIEW_DECIDE,
        REVIEW_LATE,
        REVIEW_FORWARD,
        APPEAL_APPLY,
        APPEAL_DECIDE,
        VICTIMS_REVIEW_REQUEST,
        VICTIMS_REVIEW_DECIDE,
        REMEDY,
        REMEDY_RESPONSE,
        ADVICE,
        LEARNING,
        LEARNING_RECIPIENTS,
        LEARNING_RESPONSE,
        LEARNING_EXTENSION,
        LEARNING_IN_COURT,
        PUBLISH_RESPONSE,
        PUBLISH_AFTER_REJECTION,
        PUBLISH_AFTER_COURT,
        FINAL_REPORT,
        CLOSE,
        NOTICE_12_MONTHS,
        NOTICE_6_MONTHS,
        EXCEPTIONAL,
        WITHIN_12_MONTHS,
        WITHIN_365_DAYS,
        REASONS,
    ];
}
