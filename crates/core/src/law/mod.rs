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
    /// What may not be given to others of a report.
    pub const SENSITIVE_REPORT: &str = "report.sensitive";
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
    /// The assessment of the severity of a person's conduct.
    pub const SEVERITY_ASSESS: &str = "severity.assess";
    /// Its revision.
    pub const SEVERITY_REVISE: &str = "severity.revise";
    /// That the authority is told of both.
    pub const SEVERITY_AUTHORITY: &str = "severity.tell-authority";
    /// That the officer is told of a revision.
    pub const SEVERITY_REVISED_NOTICE: &str = "severity.revised-notice";
    /// The notice of investigation.
    pub const NOTICE: &str = "notice.investigation";
    /// The power to hold it back.
    pub const NOTICE_WITHHOLD: &str = "notice.withhold";
    /// By when that is looked at again.
    pub const NOTICE_WITHHELD_REVIEW: &str = "policy.notice-withheld-review";
    /// How it is given.
    pub const NOTICE_MANNER: &str = "notice.manner";
    /// When a notice sent by e-mail counts as given; in force only where it may be sent so.
    pub const DEEMED_ELECTRONIC: &str = "notice.deemed-electronic";
    /// When a posted notice counts as given.
    pub const DEEMED_POST: &str = "notice.deemed-post";
    /// The terms of reference for the officer, which the old scheme does not have.
    pub const NOTICE_TERMS: &str = "notice.terms-of-reference";
    /// The officer's time to answer.
    pub const REPRESENTATIONS: &str = "representations.officer";
    /// The notice of an interview.
    pub const INTERVIEW: &str = "interview.officer";
    /// The limit for another time.
    pub const INTERVIEW_OTHER_TIME: &str = "interview.alternative-time";
    /// That a former officer's other time need only be reasonable.
    pub const INTERVIEW_FORMER: &str = "interview.former-officer";
    /// The commitment to confirm a status within three months.
    pub const STATUS_3_MONTHS: &str = "policy.status-3-months";
    /// From which last day of service former officers are reached.
    pub const FORMER_REACHED: &str = "former-officer.reached";
    /// Conditions A, B and C.
    pub const FORMER_CONDITION: &str = "former-officer.condition";
    /// The determination that condition C needs.
    pub const SPECIAL_DETERMINATION: &str = "former-officer.special-determination";
    /// What a warning in force at the assessment opens and rules out.
    pub const EARLIER_WARNING: &str = "outcome.earlier-warning";
    /// The conversion of a death or serious injury matter.
    pub const DSI_CONVERT: &str = "dsi.convert";
    /// That the authority records it as a conduct matter.
    pub const DSI_RECORD: &str = "dsi.record-conduct";
    /// The submission for the accelerated procedure.
    pub const ACCELERATED_SUBMIT: &str = "accelerated.submit";
    /// The direction to certify.
    pub const ACCELERATED_DIRECT: &str = "accelerated.direct";
    /// The answer to a memorandum after the report.
    pub const ACCELERATED_NO_OBJECTION: &str = "accelerated.no-objection";

    /// The authority's views on the report, and the power to seek them.
    pub const VIEWS: &str = "views.authority";
    /// The authority's memorandum under the old scheme.
    pub const MEMORANDUM: &str = "memorandum.authority";
    /// When the authority must tell the officer why it has not decided.
    pub const EXPLAIN_DELAY: &str = "determination.explain-delay";
    /// The authority's answer to a recommendation on proceedings.
    pub const PROCEEDINGS_ANSWER: &str = "recommendation.proceedings-answer";
    /// The power to decide on and direct disciplinary proceedings.
    pub const DIRECT: &str = "report.direct-proceedings";
    /// The complainant's answer after criminal proceedings.
    pub const RESUME_REPLY: &str = "resume.complainant-reply";
    /// The complainant's answer on an unsigned withdrawal.
    pub const WITHDRAWAL_REPLY: &str = "complaint.unsigned-withdrawal-reply";
    /// The decision on a withdrawn complaint.
    pub const WITHDRAWN: &str = "complaint.withdrawn";
    /// That a matter about a chief officer must be referred.
    pub const REFER_CHIEF_OFFICER: &str = "referral.chief-officer";
    /// That a matter about a chief officer must be investigated, and not locally.
    pub const CHIEF_OFFICER: &str = "mode.chief-officer";
    /// What is sent to the authority when an investigation steps down.
    pub const HANDOVER: &str = "mode.handover";
    /// What is taken over when an investigation becomes independent.
    pub const HANDOVER_TO_US: &str = "mode.handover-to-us";
    /// The power to combine and to split investigations.
    pub const COMBINE: &str = "mode.combine";
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
        SENSITIVE_REPORT,
        CLOSE,
        NOTICE_12_MONTHS,
        NOTICE_6_MONTHS,
        EXCEPTIONAL,
        WITHIN_12_MONTHS,
        WITHIN_365_DAYS,
        REASONS,
        SEVERITY_ASSESS,
        SEVERITY_REVISE,
        SEVERITY_AUTHORITY,
        SEVERITY_REVISED_NOTICE,
        NOTICE,
        NOTICE_WITHHOLD,
        NOTICE_WITHHELD_REVIEW,
        NOTICE_MANNER,
        DEEMED_ELECTRONIC,
        DEEMED_POST,
        NOTICE_TERMS,
        REPRESENTATIONS,
        INTERVIEW,
        INTERVIEW_OTHER_TIME,
        INTERVIEW_FORMER,
        STATUS_3_MONTHS,
        FORMER_REACHED,
        FORMER_CONDITION,
        SPECIAL_DETERMINATION,
        EARLIER_WARNING,
        DSI_CONVERT,
        DSI_RECORD,
        ACCELERATED_SUBMIT,
        ACCELERATED_DIRECT,
        ACCELERATED_NO_OBJECTION,
        VIEWS,
        MEMORANDUM,
        EXPLAIN_DELAY,
        PROCEEDINGS_ANSWER,
        DIRECT,
        RESUME_REPLY,
        WITHDRAWAL_REPLY,
        WITHDRAWN,
        REFER_CHIEF_OFFICER,
        CHIEF_OFFICER,
        HANDOVER,
        HANDOVER_TO_US,
        COMBINE,
        UPDATE_FIRST,
        UPDATE_NEXT,
        UPDATE_OUTCOME,
        UPDATE_IN_WRITING,
        UPDATE_WITHHOLD,
        VICTIMS_REVIEW,
    ];
}
