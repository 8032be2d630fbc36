//! A complaint told by letters: the decision, the introduction, the updates, the notice after twelve
//! months and the outcome, each issued from the record, served, and followed by its clocks.

use candour_core::case::allegation::Allege;
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::clocks::{self, Standing};
use candour_core::case::decision::{Answer, DecideCaseToAnswer};
use candour_core::case::forecast::Forecast;
use candour_core::case::informed::commands::Add;
use candour_core::case::informed::{Method, Role as Part};
use candour_core::case::investigation::AppointLead;
use candour_core::case::letter::{Issue, Serve, Service};
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::views::Act as Views;
use candour_core::case::{Case, Command};
use candour_core::law::id;
use candour_core::permit::{Actor, Role};
use candour_core::reference::Reference;
use candour_store::{Failure, Store};

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{act, check_whole, context, load, open, somebody};

struct Story {
    store: Store,
    reference: Reference,
    au: Actor,
    dm: Actor,
    lead: Actor,
}

impl Story {
    fn tell(&self, on: &str, actor: &Actor, command: &Command) -> Case {
        act(&self.store, iso_day(on), actor, &self.reference, command).unwrap_or_else(|e| panic!("{on}: {e:?}"))
    }

    fn refused(&self, on: &str, command: &Command, says: &str) {
        match act(&self.store, iso_day(on), &self.dm, &self.reference, command) {
            Err(Failure::Refused(refusal)) => {
                assert!(refusal.to_string().contains(says), "{refusal} does not say {says:?}");
            }
            other => panic!("{on}: {other:?}"),
        }
    }

    fn issue(&self, letter: &str, to: &str) -> Command {
        let (letter, to, lead) = (letter.to_owned(), to.to_owned(), Some("Rob Field".to_owned()));
        Command::IssueLetter(Issue { letter, to, added: String::new(), lead })
    }

    /// Issues a letter and serves it on the same day; the text as the record has it.
    fn send(&self, on: &str, letter: &str, to: &str) -> String {
        let issued = self.tell(on, &self.lead, &self.issue(letter, to));
        let last = issued.state.letters.last().unwrap().clone();
        let (by, sent_on, proof) = (Service::Email, iso_day(on), "Receipt.".to_owned());
        self.tell(
            on,
            &self.lead,
            &Command::ServeLetter(Serve { n: last.n, by, sent_on, given_on: None, proof, despite: String::new() }),
        );
        let case = load(&self.store, &self.reference);
        let entry = case.entries.iter().find(|entry| entry.version == last.issued_by).unwrap();
        entry.word("text").unwrap().to_owned()
    }

    /// The last clock of a rule: its last day and how it stands on a day.
    fn clock(&self, rule: &str, on: &str) -> (String, Standing) {
        let case = load(&self.store, &self.reference);
        let all = clocks::of(&case.state, context(iso_day(on)));
        let clock = all.iter().rev().find(|clock| clock.timer.rule == rule).unwrap();
        (clock.due.map_or_else(String::new, |due| due.to_string()), clock.standing(iso_day(on)))
    }
}

fn referral() -> Command {
    let matter = Matter {
        kind: MatterKind::Complaint,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(Route::Mandatory),
        clear_on: Some(iso_day("2020-03-14")),
        incident_on: Some(iso_day("2020-03-14")),
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    let summary = "Force was used at an arrest.".to_owned();
    Command::Open(Open { how: How::Referred, on: iso_day("2020-03-15"), matter, summary })
}

fn decide_mode(case: &Case) -> Command {
    let on = iso_day("2020-03-16");
    let citation = mode::power(&case.state, context(on)).unwrap();
    let reasons = "The force cannot look into this itself.".to_owned();
    Command::DecideMode(DecideMode { mode: Mode::Independent, on, reasons, citation })
}

#[test]
fn a_complaint_is_told_by_letters_from_the_decision_to_the_outcome() {
    on_both_engines("a_complaint_is_told_by_letters_from_the_decision_to_the_outcome", |url| {
        let story = Story {
            store: open(url).unwrap(),
            reference: Reference::from_random(*b"letters."),
            au: somebody("u-au", Role::Au),
            dm: somebody("u-dm", Role::Dm),
            lead: somebody("u-lead", Role::Inv),
        };
        let key = begun(&story);
        updated(&story, &key);
        explained(&story);
        ended(&story, &key);
        check_whole(&story.store);
    });
}

/// L02 and L04: the decision, and who investigates what.
fn begun(story: &Story) -> String {
    let opened = story.tell("2020-03-15", &story.au, &referral());
    story.refused("2020-03-15", &story.issue("L02", "authority"), "has not been decided yet");
    story.tell("2020-03-16", &story.dm, &decide_mode(&opened));
    let (role, method, on) = (Part::Complainant, Method::Email, iso_day("2020-03-16"));
    let add = Add { role, method, welsh: false, on, name: "Ann Marsh".to_owned() };
    let case = story.tell("2020-03-16", &story.dm, &Command::AddInformed(add));
    let key = case.state.informed[0].key.clone();
    story.refused("2020-03-17", &story.issue("L03", "authority"), "decided on 16 March 2020 to be independent");
    story.refused("2020-03-17", &story.issue("L04", &key), "No lead investigator has been appointed yet");
    let (directorate, pathway, on) = (Directorate::Core, Pathway::Standard, iso_day("2020-03-17"));
    let appoint = AppointLead { lead: story.lead.id.clone(), on, directorate, pathway };
    story.tell("2020-03-17", &story.dm, &Command::AppointLead(appoint));
    let text = story.send("2020-03-17", "L02", &key);
    assert!(text.contains("To: Ann Marsh") && text.contains("The force cannot look into this itself."), "{text}");
    let draft = DraftTerms { on: iso_day("2020-03-18"), terms: "Whether the force was lawful.".to_owned() };
    story.tell("2020-03-18", &story.lead, &Command::DraftTerms(draft));
    story.refused("2020-03-18", &story.issue("L04", &key), "have not been approved yet");
    story.tell("2020-03-19", &story.dm, &Command::ApproveTerms(ApproveTerms { on: iso_day("2020-03-19") }));
    let text = story.send("2020-03-19", "L04", &key);
    assert!(text.contains("led by Rob Field") && text.contains("Whether the force was lawful."), "{text}");
    // Neither was an update: 16 + 28 = 44 March.
    assert_eq!(story.clock(id::UPDATE_FIRST, "2020-03-19"), ("2020-04-13".to_owned(), Standing::Running(25)));
    key
}

/// L09: the first update in time, and the next four weeks after it was given.
fn updated(story: &Story, key: &str) {
    let text = story.send("2020-04-09", "L09", key);
    assert!(text.contains("This is the first time") && text.contains("within 4 weeks"), "{text}");
    assert_eq!(story.clock(id::UPDATE_FIRST, "2020-04-09").1, Standing::Met);
    assert_eq!(story.clock(id::UPDATE_NEXT, "2020-04-09"), ("2020-05-07".to_owned(), Standing::Running(28)));
    let text = story.send("2020-05-08", "L09", key);
    assert!(text.contains("We last told you of our progress on 9 April 2020."), "{text}");
    assert_eq!(story.clock(id::UPDATE_NEXT, "2020-05-08"), ("2020-06-05".to_owned(), Standing::Running(28)));
}

/// L10: the first period is 12 months starting with 14 March 2020; it ends on 13 March 2021.
fn explained(story: &Story) {
    story.refused("2021-03-13", &story.issue("L10", "policing-body"), "The period ends on 13 March 2021");
    story.refused("2021-03-15", &story.issue("L10", "policing-body"), "no estimate");
    let (on, by) = (iso_day("2021-03-15"), iso_day("2021-06-30"));
    let forecast = Forecast { on, by, reasons: "An expert is awaited; then the officers are interviewed.".to_owned() };
    story.tell("2021-03-15", &story.lead, &Command::Forecast(forecast));
    let text = story.send("2021-03-15", "L10", "policing-body");
    for part in ["came to the authority's attention on 14 March 2020", "by 30 June 2021", "An expert is awaited"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let next = ("2021-09-13".to_owned(), Standing::Running(182));
    assert_eq!(story.clock(id::NOTICE_6_MONTHS, "2021-03-15"), next);
    story.refused("2021-03-16", &story.issue("L10", "policing-body"), "The period ends on 13 September 2021");
}

/// L14: the outcome, within five working days of the last decision on the report.
fn ended(story: &Story, key: &str) {
    let person = "person:0123456789A".to_owned();
    let (category, on) = ("iopc-2020:B4".to_owned(), iso_day("2021-03-17"));
    let allege = Allege { person, category, on, what: "Used force without need.".to_owned() };
    story.tell("2021-03-17", &story.lead, &Command::Allege(allege));
    story.refused("2021-03-17", &story.issue("L14", key), "has not been submitted yet");
    let report =
        SubmitReport { on: iso_day("2021-06-24"), conclusion: "The force was unlawful.".to_owned(), sensitive: None };
    story.tell("2021-06-24", &story.lead, &Command::SubmitReport(report));
    story.refused("2021-06-24", &story.issue("L14", key), "Allegation 1 has not been decided yet");
    let seek = Views::Request { on: iso_day("2021-06-24"), special: true, opinion: "A case to answer.".to_owned() };
    story.tell("2021-06-24", &story.dm, &Command::Views(seek));
    let (on, reasons) = (iso_day("2021-06-28"), "On the film.".to_owned());
    let agrees = Views::Receive { on, views: "The authority agrees.".to_owned() };
    story.tell("2021-06-28", &story.dm, &Command::Views(agrees));
    let decide = DecideCaseToAnswer { n: 1, answer: Answer::GrossMisconduct, on, reasons };
    story.tell("2021-06-28", &story.dm, &Command::DecideCaseToAnswer(decide));
    // 29 and 30 June, 1, 2 and 5 July.
    assert_eq!(story.clock(id::UPDATE_OUTCOME, "2021-06-28"), ("2021-07-05".to_owned(), Standing::Running(7)));
    let text = story.send("2021-07-05", "L14", key);
    assert!(text.contains("Allegation 1: Case to answer for gross misconduct, decided on 28 June 2021."), "{text}");
    assert_eq!(story.clock(id::UPDATE_OUTCOME, "2021-07-05").1, Standing::Met);
    let case = load(&story.store, &story.reference);
    assert!(case.state.letters.iter().all(|letter| letter.served.is_some() && letter.translation_due()));
    let letters: Vec<&str> = case.state.letters.iter().map(|letter| letter.letter.as_str()).collect();
    assert_eq!(letters, ["L02", "L04", "L09", "L09", "L10", "L14"]);
}
