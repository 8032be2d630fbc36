//! The domain brief's scenarios about the decision on a report, the mode, and the complainant's wish,
//! each from its referral on, on both engines, with its days as the brief has them.

use candour_core::case::allegation::Allege;
use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::chief_officer::{ChiefOfficerConcerned, Concern};
use candour_core::case::clocks::acts::Miss;
use candour_core::case::clocks::{self, Clock};
use candour_core::case::course::{Form, Step};
use candour_core::case::decision::{Answer, DecideCaseToAnswer};
use candour_core::case::discipline::{Act as Discipline, Does as Disciplines};
use candour_core::case::handover::{HandOver, Item};
use candour_core::case::intake::{Left, left};
use candour_core::case::investigation::AppointLead;
use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::memorandum::Act as Memorandum;
use candour_core::case::mode::{self, DecideMode, Mode, Redetermine};
use candour_core::case::need::{Back, ReturnMatter};
use candour_core::case::report::SubmitReport;
use candour_core::case::second::Approve;
use candour_core::case::suspension::{Resume, Suspend};
use candour_core::case::terms::{ApproveTerms, DraftTerms};
use candour_core::case::views::{self, Act as Views, Considered};
use candour_core::case::wish::{self, About, Does as Wishes};
use candour_core::case::{Case, Command, Event, Stage};
use candour_core::law::id;
use candour_core::permit::{Action, Role};
use candour_core::reference::Reference;
use candour_store::Store;

use crate::caseload::iso_day;
use crate::engines::on_both_engines;
use crate::world::{PROFILE, act, check_whole, context, load, open, somebody};

const LEAD: &str = "u-lead";

/// A case that is told command by command, each on the day on which it happens.
struct Story {
    store: Store,
    reference: Reference,
}

impl Story {
    fn begin(url: &str, name: [u8; 8]) -> Self {
        Self { store: open(url).unwrap(), reference: Reference::from_random(name) }
    }

    fn by(&self, command: &Command) -> candour_core::permit::Actor {
        match command.action() {
            Action::Refer => somebody("u-au", Role::Au),
            Action::SubmitReport | Action::DraftTerms => somebody(LEAD, Role::Inv),
            Action::KeepClocks => somebody("u-adm", Role::Adm),
            _ => somebody("u-dm", Role::Dm),
        }
    }

    /// Tells it on a day, and gives the case as it then is.
    #[track_caller]
    fn tell(&self, day: &str, command: &Command) -> Case {
        let by = self.by(command);
        act(&self.store, iso_day(day), &by, &self.reference, command).unwrap()
    }

    /// Proposes a decision on a day, and lets a second person approve it; alone it is refused.
    #[track_caller]
    fn with_a_second(&self, day: &str, command: Command) -> Case {
        self.refused(day, &command, "A second person has to approve this decision");
        let of = self.tell(day, &Command::Propose(Box::new(command))).version();
        let (second, on) = (somebody("u-second", Role::Sup), iso_day(day));
        act(&self.store, on, &second, &self.reference, &Command::Approve(Approve { of, on })).unwrap()
    }

    /// Tells what is refused on a day, and holds the words of the refusal.
    #[track_caller]
    fn refused(&self, day: &str, command: &Command, says: &str) {
        let by = self.by(command);
        let refusal = act(&self.store, iso_day(day), &by, &self.reference, command).unwrap_err().to_string();
        assert!(refusal.contains(says), "{refusal:?} does not say {says:?}");
    }

    fn case(&self) -> Case {
        load(&self.store, &self.reference)
    }

    /// The last clock of a rule, as at a day.
    fn clock(&self, rule: &str, day: &str) -> Clock {
        let all = clocks::of(&self.case().state, context(iso_day(day)));
        all.into_iter().rfind(|clock| clock.timer.rule == rule).unwrap()
    }

    fn steps(&self) -> Vec<Step> {
        self.case().state.allegations[0].course.steps.iter().map(|(step, _)| *step).collect()
    }
}

fn referral(kind: MatterKind, on: &str, route: Route) -> Command {
    let clear_on = (route != Route::Voluntary).then(|| iso_day(on));
    let matter = Matter {
        kind,
        force: "metropolitan".to_owned(),
        number: None,
        route: Some(route),
        clear_on,
        incident_on: None,
        filed_by: None,
        import: None,
        reinvestigates: None,
        related: Vec::new(),
        scheme: None,
    };
    Command::Open(Open { how: How::Referred, on: iso_day(on), matter, summary: "An invented matter.".to_owned() })
}

fn decide_mode(case: &Case, mode: Mode, on: &str) -> Command {
    let on = iso_day(on);
    let citation = mode::power(&case.state, context(on)).unwrap();
    Command::DecideMode(DecideMode { mode, on, reasons: "Serious.".to_owned(), citation })
}

fn again(mode: Mode, on: &str) -> Command {
    Command::Redetermine(Redetermine { mode, on: iso_day(on), reasons: "The film shows more.".to_owned() })
}

/// Referral, mode, lead and terms, all by a day.
fn under_way(story: &Story, kind: MatterKind, on: &str) {
    let opened = story.tell(on, &referral(kind, on, Route::Mandatory));
    story.tell(on, &decide_mode(&opened, Mode::Independent, on));
    let (directorate, pathway) = (Directorate::Core, Pathway::Standard);
    let lead = AppointLead { lead: LEAD.to_owned(), on: iso_day(on), directorate, pathway };
    story.tell(on, &Command::AppointLead(lead));
    story.tell(on, &Command::DraftTerms(DraftTerms { on: iso_day(on), terms: "What happened.".to_owned() }));
    story.tell(on, &Command::ApproveTerms(ApproveTerms { on: iso_day(on) }));
}

/// The same, with an allegation and a report on another day.
fn reported(story: &Story, on: &str, report: &str, category: &str) {
    under_way(story, MatterKind::Conduct, on);
    let person = candour_core::person::derived_stream("story", "1");
    let (category, what) = (category.to_owned(), "Used force without need.".to_owned());
    story.tell(on, &Command::Allege(Allege { person, category, on: iso_day(on), what }));
    let conclusion = "A case to answer.".to_owned();
    story.tell(report, &Command::SubmitReport(SubmitReport { on: iso_day(report), conclusion, sensitive: None }));
}

fn seek(on: &str) -> Command {
    let opinion = "A case to answer for gross misconduct.".to_owned();
    Command::Views(Views::Request { on: iso_day(on), special: true, opinion })
}

fn determine(answer: Answer, on: &str) -> Command {
    let reasons = "On the evidence.".to_owned();
    Command::DecideCaseToAnswer(DecideCaseToAnswer { n: 1, answer, on: iso_day(on), reasons })
}

fn discipline(does: Disciplines, on: &str) -> Command {
    Command::Discipline(Discipline { does, n: 1, on: iso_day(on), reasons: "It is serious.".to_owned() })
}

fn wish(does: Wishes, on: &str) -> Command {
    Command::Wish(wish::Act { does, on: iso_day(on), words: "As the letter says.".to_owned() })
}

#[test]
fn w03_chief_officer() {
    on_both_engines("w03_chief_officer", |url| {
        let concern = |not_ruled_out, indication| {
            let (found, on) = (ChiefOfficerConcerned { not_ruled_out, indication }, iso_day("2020-03-02"));
            Command::ConcernChiefOfficer(Concern { found, on, reasons: "It names the chief constable.".to_owned() })
        };
        let store = Story::begin(url, *b"w3-compl");
        let day = "2020-03-02";
        // A complaint that cannot be ruled out from the complaint alone was not referred voluntarily.
        let opened = store.tell(day, &referral(MatterKind::Complaint, day, Route::Voluntary));
        store.refused(
            day,
            &concern(true, false),
            "must be referred (Police (Complaints and Misconduct) Regulations 2020, regulations 4(1)(c)",
        );
        drop(opened);
        let dsi = Story { reference: Reference::from_random(*b"w3-dsi.."), ..store };
        let opened = dsi.tell(day, &referral(MatterKind::Dsi, day, Route::Mandatory));
        let modes = |case: &Case| mode::offered(&case.state, context(iso_day(day)));
        assert_eq!(modes(&opened), [Mode::Local, Mode::Independent, Mode::Directed]);
        let found = dsi.tell(day, &concern(false, false));
        assert_eq!(modes(&found), [Mode::Independent, Mode::Directed]);
        dsi.refused(day, &decide_mode(&found, Mode::Local, day), "A local investigation is not offered");
        let back = ReturnMatter { back: Back::Handle, on: iso_day(day), reasons: "Small.".to_owned() };
        dsi.refused(day, &Command::ReturnMatter(back), "regulations 5, 8 and 10");
        dsi.tell(day, &decide_mode(&found, Mode::Directed, day));
        dsi.refused("2020-03-09", &again(Mode::Local, "2020-03-09"), "A local investigation is not offered");
        dsi.tell("2020-03-09", &again(Mode::Independent, "2020-03-09"));
        check_whole(&dsi.store);
    });
}

#[test]
fn w07_no_reply_after_trial() {
    on_both_engines("w07_no_reply_after_trial", |url| {
        let story = Story::begin(url, *b"w7-trial");
        under_way(&story, MatterKind::Complaint, "2020-02-03");
        let suspend =
            Suspend { on: iso_day("2020-02-10"), review_on: iso_day("2020-08-10"), reasons: "A trial.".to_owned() };
        story.tell("2020-02-10", &Command::Suspend(suspend));
        story.refused("2020-07-30", &wish(Wishes::Ask(About::Resumption), "2020-07-30"), "Record that first");
        story.tell("2020-07-31", &wish(Wishes::EndProceedings, "2020-07-31"));
        story.tell("2020-08-03", &wish(Wishes::Ask(About::Resumption), "2020-08-03"));
        let clock = story.clock(id::RESUME_REPLY, "2020-08-03");
        assert_eq!(clock.due, Some(iso_day("2020-08-31")), "the summer bank holiday moves nothing");
        let decide = |required, on: &str| wish(Wishes::Decide(About::Resumption, required), on);
        story.refused("2020-08-31", &decide(false, "2020-08-31"), "until the end of 31 August 2020");
        let resume = Resume { on: iso_day("2020-08-31"), reasons: "It can go on.".to_owned() };
        story.refused("2020-08-31", &Command::Resume(resume), "may answer until the end of 31 August 2020");
        story.tell("2020-09-01", &Command::MissClock(Miss { clock: clock.timer.key(), on: iso_day("2020-09-01") }));
        let silent = story.case();
        assert_eq!(silent.state.closed, None, "silence closes nothing");
        assert_eq!(Stage::of(&silent.state, &PROFILE), Stage::Suspended);
        let due = |day: &str| wish::decision_due(&silent.state, context(iso_day(day)), iso_day(day));
        assert_eq!((due("2020-08-31"), due("2020-09-01")), (None, Some(About::Resumption)));
        assert_eq!(clock.timer.task.label(), "A decision maker of the region");
        let resume = Resume { on: iso_day("2020-09-01"), reasons: "It can go on.".to_owned() };
        story.refused("2020-09-01", &Command::Resume(resume), "Decide first whether the public interest requires");
        let ceased = story.tell("2020-09-01", &decide(false, "2020-09-01"));
        let Event::PublicInterestDecided(decided) = &ceased.entries.last().unwrap().event else { panic!() };
        assert!(decided.no_answer && decided.citation.contains("41"), "{}", decided.citation);
        assert_eq!(left(&ceased.state), Some((Left::Ceased, iso_day("2020-09-01"))));
        check_whole(&story.store);
    });
}

#[test]
fn w10_authority_silent() {
    on_both_engines("w10_authority_silent", |url| {
        let story = Story::begin(url, *b"w10-sile");
        reported(&story, "2020-02-03", "2020-06-01", "iopc-2020:B4");
        story.refused(
            "2020-06-02",
            &determine(Answer::GrossMisconduct, "2020-06-02"),
            "Seek the authority's views first",
        );
        story.tell("2020-06-02", &seek("2020-06-02"));
        assert_eq!(story.clock(id::VIEWS, "2020-06-02").due, Some(iso_day("2020-06-30")));
        story.refused("2020-06-30", &determine(Answer::GrossMisconduct, "2020-06-30"), "until the end of 30 June 2020");
        let sought = story.case();
        let standing = |day: &str| views::standing(&sought.state, context(iso_day(day)), iso_day(day));
        assert_eq!(standing("2020-06-30"), views::Standing::Requested(Some(iso_day("2020-06-30"))));
        assert_eq!(standing("2020-07-01"), views::Standing::Expired(iso_day("2020-06-30")));
        let decided = story.tell("2020-07-01", &determine(Answer::GrossMisconduct, "2020-07-01"));
        let Event::CaseToAnswerDecided(entry) = &decided.entries.last().unwrap().event else { panic!() };
        assert_eq!(entry.views, Some(Considered::NoneReceived));
        assert_eq!(story.steps(), [Step::ViewsRequested, Step::ViewsExpired, Step::Determined]);
        check_whole(&story.store);
    });
}

#[test]
fn w17_old_regime_direction() {
    on_both_engines("w17_old_regime_direction", |url| {
        let old = Story::begin(url, *b"w17-2012");
        reported(&old, "2019-03-04", "2019-09-02", "ipcc-2010:C");
        old.refused("2019-09-03", &seek("2019-09-03"), "(ew-2012) the authority decides first");
        old.refused("2019-09-03", &determine(Answer::GrossMisconduct, "2019-09-03"), "paragraph 23(6) to (8)");
        let memorandum = |does| Command::Memorandum(does);
        let on = iso_day("2019-09-03");
        old.tell("2019-09-03", &memorandum(Memorandum::Request { on, report_on: on }));
        let (on, says) = (iso_day("2019-09-20"), "No case to answer.".to_owned());
        let receive = Memorandum::Receive { n: 1, on, answer: Answer::None, form: Form::None, says };
        old.tell("2019-09-20", &memorandum(receive));
        old.refused("2019-09-23", &discipline(Disciplines::Direct, "2019-09-23"), "once the authority has refused");
        let (answer, form) = (Answer::GrossMisconduct, Form::MisconductHearing);
        let (on, reasons) = (iso_day("2019-09-24"), "The film.".to_owned());
        old.tell("2019-09-24", &memorandum(Memorandum::Recommend { n: 1, on, answer, form, reasons }));
        assert_eq!(old.clock(id::PROCEEDINGS_ANSWER, "2019-09-24").due, None, "the Act sets no time");
        let (on, says) = (iso_day("2019-10-14"), "We stand by our memorandum.".to_owned());
        old.tell("2019-10-14", &memorandum(Memorandum::Answer { n: 1, on, accepts: false, says }));
        assert_eq!(old.case().state.allegations[0].answer, None);
        let directed = old.with_a_second("2019-10-21", discipline(Disciplines::Direct, "2019-10-21"));
        let recorded = [
            Step::MemorandumRequested,
            Step::MemorandumReceived,
            Step::Recommended,
            Step::AuthorityRefuses,
            Step::Directed,
        ];
        assert_eq!(old.steps(), recorded);
        assert_eq!(directed.state.allegations[0].answer, Some((answer, iso_day("2019-10-21"))));
        let new = Story { reference: Reference::from_random(*b"w17-2020"), ..old };
        reported(&new, "2020-02-03", "2020-09-01", "iopc-2020:B4");
        let on = iso_day("2020-09-02");
        let wrong = memorandum(Memorandum::Request { on, report_on: on });
        new.refused("2020-09-02", &wrong, "(ew-2020) the authority's views are sought and then it is determined");
        new.tell("2020-09-02", &seek("2020-09-02"));
        let views = "No case to answer.".to_owned();
        new.tell("2020-09-21", &Command::Views(Views::Receive { on: iso_day("2020-09-21"), views }));
        new.tell("2020-09-24", &determine(answer, "2020-09-24"));
        new.tell("2020-09-24", &discipline(Disciplines::Decide(form), "2020-09-24"));
        new.with_a_second("2020-09-24", discipline(Disciplines::Direct, "2020-09-24"));
        let recorded = [Step::ViewsRequested, Step::ViewsReceived, Step::Determined, Step::FormDecided, Step::Directed];
        assert_eq!(new.steps(), recorded);
        check_whole(&new.store);
    });
}

#[test]
fn w18_redetermination() {
    on_both_engines("w18_redetermination", |url| {
        let story = Story::begin(url, *b"w18-mode");
        let opened = story.tell("2020-03-02", &referral(MatterKind::Conduct, "2020-03-02", Route::Mandatory));
        story.tell("2020-03-03", &decide_mode(&opened, Mode::Directed, "2020-03-03"));
        let explain = story.clock(id::NOTICE_12_MONTHS, "2020-03-03");
        assert_eq!((explain.timer.on, explain.due), (iso_day("2020-03-02"), Some(iso_day("2021-03-01"))));
        story.refused("2020-03-24", &decide_mode(&opened, Mode::Independent, "2020-03-24"), "already been decided");
        story.tell("2020-03-24", &again(Mode::Independent, "2020-03-24"));
        let case = story.case();
        let rows = case.entries.iter().filter_map(|e| match &e.event {
            Event::ModeDecided(decided) => Some((decided.mode, e.on.unwrap().to_string(), decided.supersedes)),
            _ => None,
        });
        let rows: Vec<_> = rows.collect();
        let [(first, ..), second] = rows.as_slice() else { panic!("two rows: {rows:?}") };
        assert_eq!((*first, second), (Mode::Directed, &(Mode::Independent, "2020-03-24".to_owned(), Some(3))));
        assert_eq!(story.clock(id::WITHIN_12_MONTHS, "2020-03-24").timer.on, iso_day("2020-03-24"));
        let unchanged = story.clock(id::NOTICE_12_MONTHS, "2020-03-24");
        assert_eq!((unchanged.timer.key(), unchanged.due), (explain.timer.key(), explain.due));
        assert!(unchanged.runs());
        let owed = case.state.handover.as_ref().unwrap();
        assert_eq!((owed.to_us, owed.left()), (true, vec![Item::Documentation, Item::Evidence]));
        for item in Item::ALL {
            let (on, what) = (iso_day("2020-03-26"), "Received from the force.".to_owned());
            story.tell("2020-03-26", &Command::HandOver(HandOver { item, on, what }));
        }
        assert!(story.case().state.handover.unwrap().left().is_empty());
        check_whole(&story.store);
    });
}
