//! What the entries of a review choose from.

use crate::case::named::named;
use crate::law::id;

named! {
    /// What is to be reviewed.
    Sort {
        /// The outcome of a complaint handled otherwise than by investigation (paragraph 6A).
        Handling = "review-handling", "Review of a complaint handled otherwise than by investigation";
        /// The outcome of a complaint that the force investigated (paragraph 25).
        Investigation = "review-investigation", "Review of a complaint that the force investigated";
        /// Old scheme: that a complaint was not recorded.
        NonRecording = "appeal-non-recording", "Appeal against the decision not to record a complaint";
        /// Old scheme: that the requirements of Schedule 3 were disapplied.
        Disapplication = "appeal-disapplication", "Appeal against a disapplication";
        /// Old scheme: the outcome of local resolution.
        LocalResolution = "appeal-local-resolution", "Appeal against the outcome of local resolution";
        /// Old scheme: that an investigation was discontinued.
        Discontinuance = "appeal-discontinuance", "Appeal against the discontinuance of an investigation";
        /// Old scheme: an investigation by the force, or one supervised.
        OldInvestigation = "appeal-investigation", "Appeal against an investigation";
        /// Our own decision not to refer a case to the prosecutor.
        VictimsRight = "victims-right", "Victims' Right to Review";
    }
}

/// Under what a review is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A review of the new scheme.
    Review,
    /// An appeal of the old scheme.
    Appeal,
    /// The Victims' Right to Review, a policy of the body.
    Victims,
}

impl Sort {
    /// Under what it is held.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Handling | Self::Investigation => Family::Review,
            Self::VictimsRight => Family::Victims,
            _ => Family::Appeal,
        }
    }

    /// The rule that says by when to apply.
    #[must_use]
    pub fn applies_by(self) -> &'static str {
        match self.family() {
            Family::Review => id::REVIEW_APPLY,
            Family::Appeal => id::APPEAL_APPLY,
            Family::Victims => id::VICTIMS_REVIEW_REQUEST,
        }
    }

    /// The rule under which it is decided. It is in force only where there is such a review.
    #[must_use]
    pub fn decided_under(self) -> &'static str {
        match self.family() {
            Family::Review => id::REVIEW_DECIDE,
            Family::Appeal => id::APPEAL_DECIDE,
            Family::Victims => id::VICTIMS_REVIEW_DECIDE,
        }
    }

    /// What the decision answers.
    #[must_use]
    pub fn test(self) -> &'static str {
        match self.family() {
            Family::Review => "Is the outcome of the complaint reasonable and proportionate?",
            Family::Appeal => "Should the appeal be upheld?",
            Family::Victims => "Should the case have been referred to the prosecutor?",
        }
    }
}

named! {
    /// In what capacity somebody applies.
    Applicant {
        /// The complainant.
        Complainant = "complainant", "The complainant";
        /// Somebody who acts for the complainant.
        ForComplainant = "for-complainant", "Somebody who acts for the complainant";
        /// A victim of the suspected offence.
        Victim = "victim", "A victim of the suspected offence, or their family";
        /// Somebody else.
        Other = "other", "Somebody else";
    }
}

impl Applicant {
    /// Whether somebody in that capacity may apply.
    #[must_use]
    pub fn may(self, family: Family) -> bool {
        match family {
            Family::Victims => self == Self::Victim,
            Family::Review | Family::Appeal => matches!(self, Self::Complainant | Self::ForComplainant),
        }
    }
}

named! {
    /// Another body with which an application lies.
    Body {
        /// The local policing body.
        LocalPolicingBody = "local-policing-body", "The local policing body";
        /// The chief officer, as appropriate authority.
        Force = "force", "The force";
        /// Any other.
        Other = "other", "Another body";
    }
}

impl Body {
    /// Its name within a sentence.
    #[must_use]
    pub fn to_label(self) -> &'static str {
        match self {
            Self::LocalPolicingBody => "the local policing body",
            Self::Force => "the force",
            Self::Other => "another body",
        }
    }

    /// Whether the time for which an application lay with it is left out of account: of the new scheme
    /// the local policing body's (regulation 29(3)), of the old one the chief officer's (regulation 11(4)).
    #[must_use]
    pub fn is_left_out(self, family: Family) -> bool {
        matches!((family, self), (Family::Review, Self::LocalPolicingBody) | (Family::Appeal, Self::Force))
    }
}

named! {
    /// Why we are the body that decides: the paragraphs of regulation 32, of which the complainant is told.
    Ground {
        /// Regulation 32(a).
        SeniorOfficer = "a", "(a) It is about the conduct of a senior officer";
        /// Regulation 32(b).
        MayBeSerious = "b", "(b) From the complaint alone, criminal or disciplinary proceedings or an infringement of Article 2 or 3 cannot be ruled out";
        /// Regulation 32(c).
        Referred = "c", "(c) It has been referred, or must be";
        /// Regulation 32(d).
        TreatedAsReferred = "d", "(d) It is treated as having been referred";
        /// Regulation 32(e).
        SameIncident = "e", "(e) It arises from the same incident as such a complaint";
        /// Regulation 32(f).
        AnyPart = "f", "(f) One of these applies to a part of it";
    }
}

named! {
    /// What an appeal against an investigation complains of.
    Complaint {
        /// Of not having been told enough.
        Informed = "informed", "The complainant was not given enough information";
        /// Of what was found.
        Findings = "findings", "The findings of the investigation";
        /// Of what is to be done.
        Action = "action", "The action that is proposed";
        /// Of what was not sent to the prosecutor.
        Prosecutor = "prosecutor", "That the report was not referred to the prosecutor";
    }
}

named! {
    /// Why an application is not valid.
    Invalid {
        /// It was made after the last day, and nothing makes it just to extend it.
        OutOfTime = "out-of-time", "Out of time";
        /// The outcome is one against which there is no review.
        NoRight = "no-right", "No right to a review";
        /// Who applied is not the complainant.
        NotComplainant = "not-complainant", "Not made by or for the complainant";
        /// Another body decides it.
        WrongBody = "wrong-body", "For another body to decide";
        /// It does not say what it must.
        Incomplete = "incomplete", "Incomplete";
    }
}

named! {
    /// What became of the papers of the case.
    Papers {
        /// They were asked for.
        Requested = "requested", "Asked for";
        /// They came.
        Received = "received", "Received";
    }
}

named! {
    /// How a review was decided.
    Outcome {
        /// It was upheld.
        Upheld = "upheld", "Upheld";
        /// It was not.
        NotUpheld = "not-upheld", "Not upheld";
        /// It was in part.
        Part = "part", "Upheld in part";
    }
}

named! {
    /// What follows when a review is upheld.
    Remedy {
        /// The complaint must be investigated (paragraph 6A(5)(a)).
        Investigate = "investigate", "The complaint must be investigated";
        /// Our findings in place of the investigation's (paragraph 25(4C)).
        OwnFindings = "own-findings", "Our own findings in place of the investigation's";
        /// The complaint is to be investigated again (paragraphs 25(4C) and 26).
        InvestigateAgain = "investigate-again", "The complaint is to be investigated again";
        /// A recommendation on a case to answer, performance or disciplinary proceedings (paragraph 25(4C)(c)).
        Proceedings = "proceedings", "A recommendation on a case to answer, performance or disciplinary proceedings";
        /// The Director of Public Prosecutions is notified.
        NotifyProsecutor = "notify-prosecutor", "The case is referred to the prosecutor";
        /// Old scheme: the force is directed.
        Directions = "directions", "Directions to the force";
        /// Regulation 30(1)(a).
        Apology = "apology", "A recommendation to apologise to the complainant";
        /// Regulation 30(1)(b).
        ReturnProperty = "return-property", "A recommendation to return property seized from the complainant";
        /// Regulation 30(1)(c).
        Reflective = "reflective-practice", "A recommendation of the reflective practice review process";
        /// Regulation 30(1)(d).
        Other = "other-remedy", "Another recommendation to remedy the dissatisfaction";
        /// Asked for, and never lawful: regulation 30(1)(d) leaves it out.
        Compensation = "compensation", "A recommendation to pay compensation";
    }
}

impl Remedy {
    /// Whether it is a recommendation of the kinds of regulation 30(1), which must be answered.
    #[must_use]
    pub fn is_recommended(self) -> bool {
        matches!(self, Self::Apology | Self::ReturnProperty | Self::Reflective | Self::Other)
    }
}

named! {
    /// How a review ended.
    Ending {
        /// Everything that follows from it is done.
        Closed = "closed", "Closed";
        /// The applicant withdrew it.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}
