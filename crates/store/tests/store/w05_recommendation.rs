//! W5: a recommendation to the College after a death, refused more time, answered late and published;
//! and the same to a health trust after a complaint of no listed type, which is advice instead.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::clocks::{self, Standing};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::mode::{self, DecideMode, Mode};
use candour_core::case::recommendation::acts::Draft;
use candour_core::case::recommendation::{Act, Answer, Does, Ending, Recipient, Sort, Step, What};
use candour_core::case::report::SubmitReport;
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::{Case, Command};
use candour_core::law::id;
use candour_core::permit::{Actor, Role};
use candour_core::reference::Reference;
use candour_store::Store;

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{act, check_whole, context, load, open, somebody};

fn recommend(n: u32, on: &str, does: Does) -> Command {
    Command::Recommend(Act { n, on: iso_day(on), does, words: "Check people in cells every half hour.".to_owned() })
}

fn draft(sort: Sort, to: Recipient) -> Does {
    Does::Draft(Draft { sort, to, recipient: "The recipient".to_owned(), listed: None, together: false })
}

/// The last day of a clock of that rule, and how it stands at the end of a day.
fn clock(case: &Case, rule: &str, day: &str) -> (Option<String>, Standing) {
    let today = iso_day(day);
    let all = clocks::of(&case.state, context(today));
    let clock = all.into_iter().find(|c| c.timer.rule == rule).unwrap();
    (clock.due.map(|due| due.to_string()), clock.standing(today))
}

struct Story<'s> {
    store: &'s Store,
    reference: Reference,
}

impl Story<'_> {
    fn tell(&self, today: &str, actor: &Actor, command: &Command) -> Case {
        let recorded = act(self.store, iso_day(today), actor, &self.reference, command).unwrap();
        let loaded = load(self.store, &self.reference);
        assert_eq!((&recorded.entries, &recorded.state), (&loaded.entries, &loaded.state));
        recorded
    }

    fn refused(&self, today: &str, actor: &Actor, command: &Command, says: &str) {
        let before = load(self.store, &self.reference).version();
        let refusal = act(self.store, iso_day(today), actor, &self.reference, command).unwrap_err().to_string();
        assert!(refusal.contains(says), "{refusal:?} does not say {says:?}");
        assert_eq!(load(self.store, &self.reference).version(), before, "a refusal records nothing");
    }

    /// A matter of that kind, investigated independently and reported on 2 March 2020.
    fn reported(&self, kind: MatterKind) {
        let (au, dm, lead) = (somebody("u-au", Role::Au), somebody("u-dm", Role::Dm), somebody("u-lead", Role::Inv));
        let matter = Matter {
            kind,
            force: "metropolitan".to_owned(),
            number: None,
            route: Some(Route::Mandatory),
            clear_on: Some(iso_day("2019-05-01")),
            incident_on: Some(iso_day("2019-05-01")),
            filed_by: None,
            import: None,
            reinvestigates: None,
            related: Vec::new(),
            scheme: None,
        };
        let summary = "A man was found in a cell.".to_owned();
        let open = Command::Open(Open { how: How::Referred, on: iso_day("2019-05-02"), matter, summary });
        let opened = self.tell("2020-03-02", &au, &open);
        let on = iso_day("2019-05-03");
        let citation = mode::power(&opened.state, context(iso_day("2020-03-02"))).unwrap();
        let (reasons, mode) = ("A death.".to_owned(), Mode::Independent);
        self.tell("2020-03-02", &dm, &Command::DecideMode(DecideMode { mode, on, reasons, citation }));
        let (directorate, pathway) = (Directorate::Core, Pathway::Standard);
        let appoint = AppointLead { lead: lead.id.clone(), on, directorate, pathway };
        self.tell("2020-03-02", &dm, &Command::AppointLead(appoint));
        let terms = Command::DraftTerms(DraftTerms { on: iso_day("2019-05-06"), terms: "What happened.".to_owned() });
        self.tell("2020-03-02", &lead, &terms);
        self.tell("2020-03-02", &dm, &Command::ApproveTerms(ApproveTerms { on: iso_day("2019-05-07") }));
        let conclusion = "He was not checked.".to_owned();
        let report = Command::SubmitReport(SubmitReport { on: iso_day("2020-03-02"), conclusion, sensitive: None });
        self.tell("2020-03-02", &lead, &report);
    }
}

#[test]
fn w05_a_late_answer_is_recorded_and_published_though_more_time_was_refused() {
    on_both_engines("w05_a_late_answer_is_recorded_and_published_though_more_time_was_refused", |url| {
        let store = open(url).unwrap();
        let story = Story { store: &store, reference: Reference::from_random(*b"w05 dsi.") };
        let dm = somebody("u-dm", Role::Dm);
        story.reported(MatterKind::Dsi);
        story.tell("2020-03-02", &dm, &recommend(0, "2020-03-02", draft(Sort::Learning, Recipient::College)));
        story.refused("2020-03-02", &dm, &recommend(1, "2020-03-02", Does::Issue), "legal and quality assurance");
        story.tell("2020-03-02", &dm, &recommend(1, "2020-03-02", Does::Note(Step::LegalCheck)));
        let made = story.tell("2020-03-02", &dm, &recommend(1, "2020-03-02", Does::Issue));
        let due = Some("2020-04-26".to_owned());
        assert_eq!(clock(&made, id::LEARNING_RESPONSE, "2020-04-26"), (due.clone(), Standing::Running(0)));
        assert_eq!(clock(&made, id::LEARNING_RESPONSE, "2020-04-27"), (due, Standing::Overdue(1)));

        let extend =
            |to: Option<&str>| recommend(1, "2020-04-27", Does::Extend(iso_day("2020-04-27"), to.map(iso_day)));
        story.refused(
            "2020-04-27",
            &dm,
            &extend(Some("2020-05-26")),
            "out of time: more time had to be asked for by 26 April 2020",
        );
        story.tell("2020-04-27", &dm, &extend(None));
        let answered =
            story.tell("2020-05-04", &dm, &recommend(1, "2020-05-04", Does::Answer(Answer::Accepted, false)));
        assert_eq!(clock(&answered, id::LEARNING_RESPONSE, "2020-05-04").1, Standing::MetLate(8));
        assert_eq!(
            clock(&answered, id::PUBLISH_RESPONSE, "2020-05-24"),
            (Some("2020-05-24".to_owned()), Standing::Running(0))
        );
        story.refused(
            "2020-05-24",
            &dm,
            &recommend(1, "2020-05-24", Does::End(Ending::Closed, None)),
            "must be published",
        );
        let published = story.tell("2020-05-24", &dm, &recommend(1, "2020-05-24", Does::Publish(What::Answer)));
        assert_eq!(clock(&published, id::PUBLISH_RESPONSE, "2020-05-24").1, Standing::Met);
        story.tell("2020-05-24", &dm, &recommend(1, "2020-05-24", Does::End(Ending::Closed, None)));
        check_whole(&store);
    });
}

#[test]
fn w05_a_health_trust_is_advised_where_the_type_of_matter_is_not_listed() {
    on_both_engines("w05_a_health_trust_is_advised_where_the_type_of_matter_is_not_listed", |url| {
        let store = open(url).unwrap();
        let story = Story { store: &store, reference: Reference::from_random(*b"w05 rude") };
        let dm = somebody("u-dm", Role::Dm);
        story.reported(MatterKind::Complaint);
        let learning = recommend(0, "2020-03-02", draft(Sort::Learning, Recipient::Health));
        story.refused("2020-03-02", &dm, &learning, "of no type listed in regulation 31");
        story.refused("2020-03-02", &dm, &learning, "Advise this recipient under section 10(1)(e) instead");
        story.tell("2020-03-02", &dm, &recommend(0, "2020-03-02", draft(Sort::General, Recipient::Health)));
        story.tell("2020-03-02", &dm, &recommend(1, "2020-03-02", Does::Note(Step::LegalCheck)));
        let made = story.tell("2020-03-02", &dm, &recommend(1, "2020-03-02", Does::Issue));
        assert!(made.state.timers.all().iter().all(|timer| timer.about != "recommendation-1"));
        assert_eq!(made.state.recommendations_made().made, 1);
        check_whole(&store);
    });
}
