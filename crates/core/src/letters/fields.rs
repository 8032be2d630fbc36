//! The merge fields of letters: `{name}` or `{name RULE}`. Each is a fact of the record, of the law
//! as it applies to the matter, or of a clock; none can be typed.

/// A piece of a letter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand.
    Words(String),
    /// A fact.
    Field(Field),
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A merge field.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Field {
            $($(#[$doc])* $variant,)*
            /// Where a rule stands, in the version that applies to the matter.
            Law(String),
            /// The number of a rule and what it counts: `4 weeks`.
            Period(String),
            /// The last day of the running clock of a rule.
            Due(String),
            /// How the last day of the running clock of a rule was worked out.
            Arithmetic(String),
        }

        impl Field {
            /// The names of the fields that take no rule.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            fn plain(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    /// Who it is addressed to.
    Addressee = "addressee",
    /// The case's public reference.
    Reference = "reference",
    /// The body's name in full.
    Body = "body",
    /// The body's name in short.
    Short = "short",
    /// The force responsible.
    Force = "force",
    /// What sort of matter it is, as it stands in a sentence: `complaint`.
    Kind = "kind",
    /// When the matter was received.
    Received = "received",
    /// When it came to the authority's attention.
    Attention = "attention",
    /// The mode of investigation, as it stands in a sentence.
    Mode = "mode",
    /// When the mode was decided.
    ModeOn = "mode-on",
    /// Why that mode.
    ModeReasons = "mode-reasons",
    /// When it was decided to return the matter.
    ReturnedOn = "returned-on",
    /// How the matter goes back to the force.
    ReturnedHow = "returned-how",
    /// Why it goes back.
    ReturnedReasons = "returned-reasons",
    /// The lead investigator.
    Lead = "lead",
    /// The terms of reference in force.
    Terms = "terms",
    /// When they were approved.
    TermsOn = "terms-on",
    /// What has happened so far, a line each.
    Progress = "progress",
    /// Where the case stands.
    Stage = "stage",
    /// When the addressee was last told of progress, as a sentence.
    LastUpdate = "last-update",
    /// When completion is expected, as a sentence.
    Forecast = "forecast",
    /// On what the forecast rests.
    ForecastReasons = "forecast-reasons",
    /// The number of the period that ended last without its notice.
    PeriodNumber = "period-number",
    /// The last day of that period.
    PeriodEnded = "period-ended",
    /// What notices were given to officers, as a sentence.
    Notices = "notices",
    /// Since when the investigation is suspended.
    SuspendedOn = "suspended-on",
    /// When the suspension is looked at again.
    SuspensionReview = "suspension-review",
    /// When it was resumed.
    ResumedOn = "resumed-on",
    /// When the final report was submitted.
    ReportOn = "report-on",
    /// What was decided on the report, a line each.
    Decisions = "decisions",
    /// When it was decided whether the prosecutor is told.
    ProsecutorOn = "prosecutor-on",
    /// Whether a victim may ask for the decision not to refer to be looked at again, as a sentence.
    VictimsReview = "victims-review",
    /// When it was determined to investigate again.
    ReinvestigatedOn = "reinvestigated-on",
    /// The reference of the new case.
    ReinvestigatedAs = "reinvestigated-as",
    /// The proceedings that run, a line each.
    Hearings = "hearings",
    /// The proceedings that have ended, a line each.
    Outcomes = "outcomes",
    /// The appeals that were brought, a line each.
    Appeals = "appeals",
    /// The conduct that is investigated, as the notice states it.
    Conduct = "conduct",
    /// The severity assessment in force, as sentences.
    Severity = "severity",
    /// What else the notice must state, a line each.
    NoticeSays = "notice-says",
    /// By when the person may answer the notice, as sentences.
    AnswerTime = "answer-time",
    /// The revised assessment and the one before it, as sentences.
    Revision = "revision",
    /// The day of the interview.
    InterviewOn = "interview-on",
    /// Whether and until when another time may be proposed, as a sentence.
    InterviewOther = "interview-other",
    /// What the person is to the investigation, as sentences.
    Status = "status",
    /// Since when.
    StatusOn = "status-on",
    /// When the authority's views were sought.
    ViewsOn = "views-on",
    /// Our own opinion for the authority, or that there is none.
    Opinion = "opinion",
    /// The directions that stand, with their reasons, a line each.
    Directions = "directions",
    /// The recommendations that the letter is about, each with its recipient, its day and its text.
    Recommendations = "recommendations",
    /// By when each of them must be answered, as sentences.
    AnswerBy = "answer-by",
    /// What an application is for.
    ReviewSort = "review-sort",
    /// When the application was received.
    ReviewOn = "review-on",
    /// Why the application is not valid, as sentences.
    ReviewWhy = "review-why",
    /// What can still be done about an application that is not valid.
    ReviewAgain = "review-again",
    /// What happens next with an application, as sentences.
    ReviewNext = "review-next",
    /// When and to whom it was sent on, as the beginning of a sentence.
    ReviewForwarded = "review-forwarded",
    /// How a review was decided and why, as sentences.
    ReviewDecision = "review-decision",
    /// What follows from the decision of a review.
    ReviewRemedies = "review-remedies",
}

impl Field {
    /// The rule that it names.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::Law(rule) | Self::Period(rule) | Self::Due(rule) | Self::Arithmetic(rule) => Some(rule),
            _ => None,
        }
    }

    /// The field that is written so, without its braces.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        match written.split_once(' ') {
            None => Self::plain(written),
            Some((_, rule)) if rule.trim() != rule || rule.is_empty() => None,
            Some(("law", rule)) => Some(Self::Law(rule.to_owned())),
            Some(("period", rule)) => Some(Self::Period(rule.to_owned())),
            Some(("due", rule)) => Some(Self::Due(rule.to_owned())),
            Some(("arithmetic", rule)) => Some(Self::Arithmetic(rule.to_owned())),
            Some(_) => None,
        }
    }
}

/// A text as its words and its fields, in order.
///
/// # Errors
/// What is written where, and what is wrong with it: a brace left open, or a field nobody knows.
pub fn pieces(text: &str) -> Result<Vec<Piece>, (String, String)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((written, after)) = after.split_once('}') else {
            return Err(("{".to_owned(), "a brace is left open".to_owned()));
        };
        let Some(field) = Field::parse(written) else {
            return Err((format!("{{{written}}}"), format!("there is no field {{{written}}}")));
        };
        pieces.push(Piece::Words(words.to_owned()));
        pieces.push(Piece::Field(field));
        rest = after;
    }
    if rest.contains('}') {
        return Err(("}".to_owned(), "a brace closes what was not opened".to_owned()));
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Ok(pieces)
}
