//! What the entries of a recommendation choose from.

use crate::case::named::named;

named! {
    /// What sort of recommendation.
    Sort {
        /// Under paragraph 28A: to be published, and answered within 56 days.
        Learning = "learning", "Learning recommendation (paragraph 28A)";
        /// Under paragraph 28ZA: to remedy the complainant's dissatisfaction.
        Remedy = "remedy", "Recommendation to remedy a complaint (paragraph 28ZA)";
        /// Under section 10(1)(e): nobody has to answer.
        General = "general", "General recommendation or advice (section 10(1)(e))";
        /// While an investigation goes on, under section 10(1)(e).
        Early = "early", "Early learning, while the investigation goes on (section 10(1)(e))";
    }
}

named! {
    /// To what sort of body a recommendation is made. Its name is a personal word.
    Recipient {
        /// The appropriate authority of the matter.
        Authority = "appropriate-authority", "The appropriate authority";
        /// Another police force.
        Force = "other-force", "Another police force";
        /// A local policing body.
        LocalPolicingBody = "local-policing-body", "A local policing body";
        /// The College of Policing.
        College = "college-of-policing", "The College of Policing";
        /// The National Police Chiefs' Council.
        Chiefs = "npcc", "The National Police Chiefs' Council";
        /// The Home Office.
        HomeOffice = "home-office", "The Home Office";
        /// A body of the health service.
        Health = "nhs", "A body of the health service";
        /// A council.
        Council = "council", "A council";
        /// Anybody else.
        Other = "other", "Another body or person";
    }
}

named! {
    /// The types of matter of regulation 31 on which a recommendation under paragraph 28A may be made to
    /// anybody.
    Listed {
        /// Regulation 31(1)(a) and (2)(a).
        Death = "death-or-serious-injury", "It is about a death or a serious injury";
        /// Regulation 31(1)(b)(i) and (2)(b)(i).
        Assault = "serious-assault", "It is about a serious assault";
        /// Regulation 31(1)(b)(ii) and (2)(b)(ii).
        SexualOffence = "serious-sexual-offence", "It is about a serious sexual offence";
        /// Regulation 31(1)(b)(iii) and (2)(b)(iii).
        Corruption = "serious-corruption", "It is about serious corruption, which includes abuse of position for a sexual purpose";
        /// Regulation 31(1)(b)(iv) and (2)(b)(iv).
        Discrimination = "discrimination", "It is about an offence or misconduct aggravated by discrimination";
        /// Regulation 31(1)(b)(v) and (2)(b)(v).
        RelevantOffence = "relevant-offence", "It is about a relevant offence";
        /// Regulation 31(1)(b)(vi) and (2)(c).
        SameIncident = "same-incident", "It arises from the same incident as such conduct";
        /// Regulation 31(1)(c) and (2)(d).
        ChiefOfficer = "chief-officer", "It is about a chief officer, and the Director General determined that it must be investigated";
        /// Regulation 31(1)(d) and (2)(e).
        CalledIn = "called-in", "The Director General required it to be referred";
        /// Regulation 31(1)(e) and (2)(f).
        TreatedAsReferred = "treated-as-referred", "The Director General treats it as having been referred";
    }
}

named! {
    /// A step on the way.
    Step {
        /// A lawyer and quality assurance looked at it.
        LegalCheck = "legal-check", "Checked by legal and quality assurance";
        /// The recipient was consulted on the draft.
        Consulted = "consulted", "The recipient was consulted";
        /// It was followed up after the answer.
        FollowedUp = "followed-up", "Followed up";
    }
}

named! {
    /// What an answer says.
    Answer {
        /// It accepts the recommendation.
        Accepted = "accepted", "Accepted";
        /// It accepts a part of it.
        Part = "part", "Accepted in part";
        /// It does not accept it.
        NotAccepted = "not-accepted", "Not accepted";
        /// It says that nothing was or will be done, and why.
        NoAction = "no-action", "No action, with reasons";
    }
}

named! {
    /// What was published.
    What {
        /// The recommendation.
        Recommendation = "recommendation", "The recommendation";
        /// The answer to it.
        Answer = "answer", "The answer";
    }
}

named! {
    /// Of which decision judicial review is sought.
    Over {
        /// The decision to make the recommendation (paragraph 28B(4)).
        Recommendation = "recommendation", "The decision to make the recommendation";
        /// The decision to reject representations against publishing the answer (paragraph 28B(9)).
        Publication = "publication", "The decision to publish the answer against representations";
    }
}

named! {
    /// The beginning and the end of judicial review.
    CourtStep {
        /// It was started.
        Started = "started", "Judicial review started";
        /// It is no longer in progress, and the decision stands.
        Stands = "stands", "Judicial review over, and the decision stands";
        /// It is no longer in progress, and the decision was quashed.
        Quashed = "quashed", "Judicial review over, and the decision was quashed";
    }
}

named! {
    /// How a recommendation came to its end.
    Ending {
        /// Nothing more is to be done about it.
        Closed = "closed", "Closed";
        /// It was withdrawn.
        Withdrawn = "withdrawn", "Withdrawn";
        /// Another took its place.
        Superseded = "superseded", "Superseded";
    }
}
