//! The forms of the officer's side, each as one row: what it asks, whom it is about, and why it is not
//! offered. What they ask stands in `officer_fields.rs`, how the answers are read in
//! `officer_reads.rs`, and the reasons in `officer_whys.rs`.

use candour_core::case::Command;
use candour_core::case::officer::notice::{contents, stage};
use candour_core::case::officer::{Command as Officer, Involved};
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, fact};
use super::officer_fields as ask;
use super::officer_reads::{self as reads, Person};
use super::officer_whys::{self as whys, Why};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

/// A form of the officer's side.
pub struct OfficerForm {
    slug: &'static str,
    action: Action,
    /// The ids of the powers that it decides under, of either scheme.
    decides: &'static [&'static str],
    title: &'static str,
    /// Whether it is about one person; otherwise it is about the matter.
    pub about_person: bool,
    /// The rules under which it is given, the first of which is cited where it is not offered.
    pub rules: &'static [&'static str],
    /// Why it is not offered.
    why: fn(&Asked<'_>, &Involved) -> Why,
    fields: fn(&Asked<'_>) -> Vec<Field>,
    read: fn(&mut Check, &Asked<'_>, Person) -> Option<Officer>,
    button: &'static str,
    done: &'static str,
}

/// Everybody of the case, as the officer's side knows them.
pub fn everybody(asked: &Asked<'_>) -> Vec<Involved> {
    let state = &asked.case().state;
    let one = |person: &str| {
        let new = || Involved { person: person.to_owned(), ..Involved::default() };
        state.involved(person).cloned().unwrap_or_else(new)
    };
    state.people().into_iter().map(one).collect()
}

impl OfficerForm {
    /// Why it is not offered for somebody, or at all where it is about the matter.
    #[must_use]
    pub fn why(&self, asked: &Asked<'_>, involved: &Involved) -> Option<&'static str> {
        (self.why)(asked, involved)
    }

    /// The people for whom it can be filled in now.
    fn fits(&self, asked: &Asked<'_>) -> Vec<Involved> {
        everybody(asked).into_iter().filter(|i| self.why(asked, i).is_none()).collect()
    }

    /// The one it is about, where that is settled.
    fn whom(&self, asked: &Asked<'_>) -> Option<Involved> {
        match (asked.typed.get("person"), self.fits(asked).as_slice()) {
            ("", [only]) => Some(only.clone()),
            (person, _) => everybody(asked).into_iter().find(|i| i.person == person),
        }
    }
}

impl CaseForm for OfficerForm {
    fn slug(&self) -> &'static str {
        self.slug
    }

    fn action(&self, _: &Typed) -> Action {
        self.action
    }

    fn title(&self, _: &Asked<'_>) -> String {
        self.title.to_owned()
    }

    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        self.decides
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(involved) = self.whom(asked).filter(|_| self.about_person) else {
            return Vec::new();
        };
        let mut facts = vec![fact("About", asked.open.person(&involved.person))];
        facts.push(fact("Status", involved.status_on(asked.open.today).label()));
        let severity = involved.severities.iter().map(|s| format!("{}, {}", day::in_words(s.on), s.severity.label()));
        let severity: Vec<String> = severity.collect();
        if !severity.is_empty() {
            facts.push(fact("Severity assessed", severity.join("\n")));
        }
        facts.push(fact("Notice of investigation", stage(&asked.case().state, &involved).label()));
        if self.slug == "notice-draft" {
            let states = contents(&asked.case().state, asked.context(), &involved);
            let states: Vec<&str> = states.into_iter().map(|content| content.label()).collect();
            facts.push(fact("The notice must state", states.join("\n")));
        }
        facts
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        self.rules.to_vec()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.about_person {
            let mut people = self.fits(asked);
            // A form that is sent twice is still about whom it was about.
            people.extend(self.whom(asked).filter(|one| people.iter().all(|p| p.person != one.person)));
            let people = people.iter().map(|i| Choice::new(&i.person, asked.open.person(&i.person))).collect();
            fields.push(Field::new("person", "Whom is it about?", Input::Radios(people)));
        }
        fields.extend((self.fields)(asked));
        fields
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let whom = self.whom(asked).filter(|_| self.about_person);
        whom.map(|one| ("person".to_owned(), one.person)).into_iter().collect()
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let person = if self.about_person {
            let known = everybody(asked).into_iter().find(|i| i.person == asked.typed.get("person"));
            check.field("person", choose(known.map(|i| i.person), "Choose whom it is about"))
        } else {
            None
        };
        let command = (self.read)(&mut check, asked, person).map(Command::Officer);
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        if !self.about_person {
            return self.why(asked, &Involved::default());
        }
        let people = everybody(asked);
        match people.iter().map(|i| self.why(asked, i)).collect::<Vec<_>>().as_slice() {
            [] => Some("Nobody is recorded in this case yet"),
            [only] => *only,
            several if several.iter().all(Option::is_some) => several.first().copied().flatten(),
            _ => None,
        }
    }

    fn button(&self) -> &'static str {
        self.button
    }

    fn done(&self) -> &'static str {
        self.done
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/people")
    }
}

pub(super) static LEFT: OfficerForm = OfficerForm {
    slug: "left-service",
    action: Action::SetStatus,
    decides: &[],
    title: "Record that a person is no longer an officer",
    about_person: true,
    rules: &[id::FORMER_CONDITION, id::FORMER_REACHED],
    why: whys::left,
    fields: ask::left,
    read: reads::left,
    button: "Record it",
    done: "It is recorded that the person left.",
};

pub(super) static EARLIER: OfficerForm = OfficerForm {
    slug: "earlier-action",
    action: Action::SetStatus,
    decides: &[],
    title: "Record an earlier warning or reduction in rank",
    about_person: true,
    rules: &[id::EARLIER_WARNING],
    why: whys::earlier,
    fields: ask::earlier,
    read: reads::earlier,
    button: "Record it",
    done: "The earlier disciplinary action is recorded.",
};

pub(super) static SEVERITY: OfficerForm = OfficerForm {
    slug: "severity",
    action: Action::AssessSeverity,
    decides: &["P.SEVERITY"],
    title: "Assess the severity of a person's conduct",
    about_person: true,
    rules: &[id::SEVERITY_ASSESS],
    why: whys::severity,
    fields: ask::severity,
    read: reads::severity,
    button: "Record the assessment",
    done: "The severity assessment is recorded. The notice of investigation is to be drafted.",
};

pub(super) static REVISE: OfficerForm = OfficerForm {
    slug: "severity-revision",
    action: Action::AssessSeverity,
    decides: &["P.SEVERITY"],
    title: "Revise a severity assessment",
    about_person: true,
    rules: &[id::SEVERITY_REVISE, id::SEVERITY_REVISED_NOTICE],
    why: whys::revise,
    fields: ask::severity,
    read: reads::revise,
    button: "Record the revision",
    done: "The revision is recorded.",
};

pub(super) static TOLD: OfficerForm = OfficerForm {
    slug: "severity-told",
    action: Action::FollowAuthority,
    decides: &[],
    title: "Record who was told of a severity assessment",
    about_person: true,
    rules: &[id::SEVERITY_AUTHORITY, id::SEVERITY_REVISED_NOTICE],
    why: whys::told,
    fields: ask::told,
    read: reads::told,
    button: "Record it",
    done: "It is recorded who was told.",
};

pub(super) static DRAFT: OfficerForm = OfficerForm {
    slug: "notice-draft",
    action: Action::DraftNotice,
    decides: &[],
    title: "Draft a notice of investigation",
    about_person: true,
    rules: &[id::NOTICE],
    why: whys::draft,
    fields: ask::draft,
    read: reads::draft,
    button: "Record the draft",
    done: "The notice is drafted. Somebody else has to approve it.",
};

pub(super) static APPROVE: OfficerForm = OfficerForm {
    slug: "notice-approval",
    action: Action::ApproveNotice,
    decides: &[],
    title: "Approve a notice of investigation",
    about_person: true,
    rules: &[id::NOTICE],
    why: whys::approve,
    fields: ask::date_only,
    read: reads::approve,
    button: "Approve the notice",
    done: "The notice is approved.",
};

pub(super) static WITHHOLD: OfficerForm = OfficerForm {
    slug: "notice-withheld",
    action: Action::ApproveNotice,
    decides: &[],
    title: "Withhold a notice of investigation",
    about_person: true,
    rules: &[id::NOTICE_WITHHOLD, id::NOTICE_WITHHELD_REVIEW],
    why: whys::draft,
    fields: ask::withhold,
    read: reads::withhold,
    button: "Withhold the notice",
    done: "The notice is withheld.",
};

pub(super) static SERVE: OfficerForm = OfficerForm {
    slug: "notice-service",
    action: Action::ServeNotice,
    decides: &[],
    title: "Record that a notice of investigation was served",
    about_person: true,
    rules: &[id::NOTICE_MANNER, id::DEEMED_ELECTRONIC, id::DEEMED_POST],
    why: whys::serve,
    fields: ask::serve,
    read: reads::serve,
    button: "Record the service",
    done: "The service of the notice is recorded.",
};

pub(super) static TERMS: OfficerForm = OfficerForm {
    slug: "notice-terms",
    action: Action::ServeNotice,
    decides: &[],
    title: "Record that the terms of reference were given to the person",
    about_person: true,
    rules: &[id::NOTICE_TERMS, id::REPRESENTATIONS],
    why: whys::terms,
    fields: ask::terms,
    read: reads::terms,
    button: "Record it",
    done: "It is recorded what was given. The person's time to answer runs.",
};

pub(super) static ANSWER: OfficerForm = OfficerForm {
    slug: "notice-answer",
    action: Action::ServeNotice,
    decides: &[],
    title: "Record the answer to a notice of investigation",
    about_person: true,
    rules: &[id::REPRESENTATIONS],
    why: whys::answer,
    fields: ask::answer,
    read: reads::answer,
    button: "Record the answer",
    done: "The answer is recorded.",
};

pub(super) static WITHDRAW: OfficerForm = OfficerForm {
    slug: "notice-withdrawal",
    action: Action::ApproveNotice,
    decides: &[],
    title: "Withdraw a notice of investigation",
    about_person: true,
    rules: &[id::NOTICE],
    why: whys::answer,
    fields: ask::decision,
    read: reads::withdraw,
    button: "Withdraw the notice",
    done: "The notice is withdrawn.",
};

pub(super) static INTERVIEW: OfficerForm = OfficerForm {
    slug: "interview",
    action: Action::ServeNotice,
    decides: &[],
    title: "Record that notice of an interview was given",
    about_person: true,
    rules: &[id::INTERVIEW, id::INTERVIEW_OTHER_TIME],
    why: whys::interview,
    fields: ask::interview,
    read: reads::interview,
    button: "Record the notice",
    done: "The notice of the interview is recorded.",
};

pub(super) static MOVE: OfficerForm = OfficerForm {
    slug: "interview-moved",
    action: Action::ServeNotice,
    decides: &[],
    title: "Move an interview to a time that the person proposed",
    about_person: true,
    rules: &[id::INTERVIEW_OTHER_TIME, id::INTERVIEW_FORMER],
    why: whys::moved,
    fields: ask::moved,
    read: reads::moved,
    button: "Move the interview",
    done: "The interview is moved.",
};

pub(super) static HELD: OfficerForm = OfficerForm {
    slug: "interview-held",
    action: Action::ServeNotice,
    decides: &[],
    title: "Record what became of an interview",
    about_person: true,
    rules: &[id::INTERVIEW],
    why: whys::held,
    fields: ask::held,
    read: reads::held,
    button: "Record it",
    done: "It is recorded what became of the interview.",
};

pub(super) static SPECIAL: OfficerForm = OfficerForm {
    slug: "special-determination",
    action: Action::DetermineSpecially,
    decides: &[],
    title: "Determine whether proceedings against a former officer may go on",
    about_person: true,
    rules: &[id::SPECIAL_DETERMINATION],
    why: whys::determine,
    fields: ask::determine,
    read: reads::determine,
    button: "Make this determination",
    done: "The special determination is recorded.",
};

pub(super) static CONVERSION: OfficerForm = OfficerForm {
    slug: "indication",
    action: Action::SubmitIndication,
    decides: &[],
    title: "Submit that there is an indication of crime or misconduct",
    about_person: false,
    rules: &[id::DSI_CONVERT],
    why: whys::submit,
    fields: ask::submission,
    read: reads::submit,
    button: "Submit it",
    done: "The submission is recorded. A decision maker decides on it.",
};

pub(super) static CONVERT: OfficerForm = OfficerForm {
    slug: "conversion",
    action: Action::ConvertDsi,
    decides: &["P.DSI_CONVERT"],
    title: "Decide whether the matter becomes a conduct matter",
    about_person: false,
    rules: &[id::DSI_CONVERT],
    why: whys::convert,
    fields: ask::convert,
    read: reads::convert,
    button: "Make this decision",
    done: "The decision is recorded.",
};

pub(super) static CONVERSION_TOLD: OfficerForm = OfficerForm {
    slug: "conversion-told",
    action: Action::FollowAuthority,
    decides: &[],
    title: "Record that the authority was told of the indication",
    about_person: false,
    rules: &[id::DSI_CONVERT],
    why: whys::converted,
    fields: ask::converted,
    read: reads::converted,
    button: "Record it",
    done: "It is recorded that the authority was told.",
};

pub(super) static CONVERSION_RECORDED: OfficerForm = OfficerForm {
    slug: "conversion-recorded",
    action: Action::FollowAuthority,
    decides: &[],
    title: "Record that the authority recorded the conduct matter",
    about_person: false,
    rules: &[id::DSI_RECORD],
    why: whys::recorded,
    fields: ask::date_only,
    read: reads::recorded,
    button: "Record it",
    done: "It is recorded that the authority recorded the conduct matter.",
};

pub(super) static ACCELERATE: OfficerForm = OfficerForm {
    slug: "accelerate",
    action: Action::SubmitIndication,
    decides: &[],
    title: "Submit a case for the accelerated procedure",
    about_person: true,
    rules: &[id::ACCELERATED_SUBMIT],
    why: whys::accelerate,
    fields: ask::submission,
    read: reads::accelerate,
    button: "Submit it",
    done: "The submission is recorded.",
};

pub(super) static ACCELERATED_ANSWER: OfficerForm = OfficerForm {
    slug: "accelerated-answer",
    action: Action::FollowAuthority,
    decides: &[],
    title: "Record the authority's answer on the accelerated procedure",
    about_person: true,
    rules: &[id::ACCELERATED_DIRECT],
    why: whys::authority,
    fields: ask::authority,
    read: reads::authority,
    button: "Record the answer",
    done: "The authority's answer is recorded.",
};

pub(super) static DIRECT: OfficerForm = OfficerForm {
    slug: "accelerated-direction",
    action: Action::DirectAccelerated,
    decides: &["P.ACCEL_DIRECT"],
    title: "Decide whether to direct the authority to certify a case",
    about_person: true,
    rules: &[id::ACCELERATED_DIRECT],
    why: whys::direct,
    fields: ask::direct,
    read: reads::direct,
    button: "Make this decision",
    done: "The decision on the authority's memorandum is recorded.",
};

pub(super) static MEMORANDUM: OfficerForm = OfficerForm {
    slug: "accelerated-memorandum",
    action: Action::FollowAuthority,
    decides: &[],
    title: "Record the authority's memorandum after the report",
    about_person: true,
    rules: &[id::ACCELERATED_NO_OBJECTION],
    why: whys::memorandum,
    fields: ask::date_only,
    read: reads::memorandum,
    button: "Record the memorandum",
    done: "The memorandum is recorded. The time to answer it runs.",
};

pub(super) static OBJECTION: OfficerForm = OfficerForm {
    slug: "accelerated-objection",
    action: Action::DirectAccelerated,
    decides: &[],
    title: "Decide whether to object to the accelerated procedure",
    about_person: true,
    rules: &[id::ACCELERATED_NO_OBJECTION],
    why: whys::objection,
    fields: ask::objection,
    read: reads::objection,
    button: "Make this decision",
    done: "The decision on the authority's memorandum is recorded.",
};

/// All of them, in the order in which a case comes to need them.
pub static OFFICER_FORMS: &[&OfficerForm] = &[
    &LEFT,
    &EARLIER,
    &SEVERITY,
    &REVISE,
    &TOLD,
    &DRAFT,
    &APPROVE,
    &WITHHOLD,
    &SERVE,
    &TERMS,
    &ANSWER,
    &WITHDRAW,
    &INTERVIEW,
    &MOVE,
    &HELD,
    &SPECIAL,
    &CONVERSION,
    &CONVERT,
    &CONVERSION_TOLD,
    &CONVERSION_RECORDED,
    &ACCELERATE,
    &ACCELERATED_ANSWER,
    &DIRECT,
    &MEMORANDUM,
    &OBJECTION,
];
