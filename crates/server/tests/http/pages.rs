//! Whole requests: who gets which page, and what a page leaves behind.

use candour_core::permit::{Action, Object, Role, permit};
use candour_store::db::Engine;
use candour_store::reads;

use crate::client::{Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, make};

#[test]
fn every_page_of_staff_asks_for_a_session() {
    on_sqlite(|database| {
        make(database, 1);
        let server = Server::start(database);
        for path in [
            "/staff",
            "/staff/cases",
            "/staff/cases.csv",
            "/staff/users",
            "/staff/delegation",
            "/staff/delegation/grade",
            "/staff/refer",
            "/staff/behind",
            "/staff/behind.csv",
        ]
        .into_iter()
        .chain(crate::board::PAGES)
        .chain(crate::board::FILES)
        {
            let answer = server.visitor().get(path);
            assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in"), "{path}");
        }
    });
}

#[test]
fn each_role_gets_the_pages_that_the_matrix_gives_it_and_no_others() {
    on_sqlite(|database| {
        make(database, 1);
        let server = Server::start(database);
        let pages = [
            ("/staff/cases", Action::ListCases),
            ("/staff/cases.csv", Action::ListCases),
            ("/staff/users", Action::ListUsers),
            ("/staff/delegation", Action::SeeDelegation),
            ("/staff/delegation/grant", Action::Delegate),
            (crate::board::BEHIND, Action::ListCases),
            ("/staff/behind.csv?measure=caseload.opened&on=2019-12-31", Action::ListCases),
        ];
        let board = crate::board::PAGES.into_iter().chain(crate::board::FILES);
        let pages: Vec<_> = pages.into_iter().chain(board.map(|path| (path, Action::SeeFigures))).collect();
        let profile = candour_core::profile::Profile::named("iopc").unwrap();
        for role in [Role::Au, Role::Inv, Role::Sup, Role::Dm, Role::Ned, Role::Adm] {
            let name = account(role, "London", 0);
            let demo = candour_server::generate::demo_accounts(&profile).into_iter().find(|a| a.name == name).unwrap();
            let actor = candour_core::permit::Actor::new(demo.id, role, demo.units);
            let mut client = server.signed_in(name);
            for (path, action) in pages.iter().copied() {
                let wanted = if permit(&actor, action, Object::Body).is_ok() { 200 } else { 403 };
                assert_eq!(client.get(path).status, wanted, "{role:?} {path}");
            }
        }
    });
}

#[test]
fn a_reading_is_in_the_access_log_before_the_page_leaves() {
    on_both_engines("a_reading_is_in_the_access_log_before_the_page_leaves", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let case = reference();
        assert_eq!(assessor.post("/staff/refer", &referral(case.as_plain(), &submission(), "A matter.")).status, 303);
        let record = Engine::at(database).unwrap();
        let access = candour_store::access_beside(&record).unwrap_or(record);
        let readings = || access.read(|tx| reads::readers(tx, "iopc/access/1", &case.stream(), 1000)).unwrap().len();
        for n in 1..=20 {
            assert_eq!(assessor.get(&format!("/staff/cases/{}", case.as_plain())).status, 200);
            assert_eq!(readings(), n);
        }
        // A denied reading shows nothing and so leaves nothing.
        let mut other = server.signed_in(account(Role::Dm, "North West", 0));
        let denied = other.get(&format!("/staff/cases/{}", case.as_plain()));
        assert_eq!(denied.status, 403);
        assert!(!denied.body.contains("A matter."));
        assert_eq!(readings(), 20);
    });
}

#[test]
fn signing_in_is_throttled_and_every_failure_gets_the_same_answer() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let try_in =
            |name: &str| server.visitor().post("/sign-in", &[("name", name), ("password", "wrong password 1")]);
        let (known, unknown) = (try_in(account(Role::Sup, "London", 0)), try_in("Nobody At-all"));
        assert_eq!((known.status, unknown.status), (422, 422));
        let masked = |body: &str, name: &str| body.replace(name, "NAME");
        assert_eq!(masked(&known.body, account(Role::Sup, "London", 0)), masked(&unknown.body, "Nobody At-all"));
        for _ in 0..4 {
            try_in("Nobody At-all");
        }
        let late = try_in("Nobody At-all");
        assert_eq!(late.status, 429);
        assert!(late.body.contains("Wait 15 minutes"));
        assert_eq!(try_in(account(Role::Dm, "London", 0)).status, 422, "another name is not throttled yet");
    });
}

#[test]
fn a_cross_site_post_is_refused() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let sent = agent
            .post(format!("{}/sign-in", server.url))
            .header("origin", "https://elsewhere.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .send("name=a&password=b");
        assert_eq!(sent.unwrap().status().as_u16(), 403);
    });
}

#[test]
fn the_csv_holds_exactly_the_cases_of_its_filters() {
    on_both_engines("the_csv_holds_exactly_the_cases_of_its_filters", |database| {
        make(database, 60);
        let server = Server::start(database);
        let mut client = server.signed_in(account(Role::Sup, "London", 0));
        let rows = |client: &mut Client, query: &str| {
            let answer = client.get(&format!("/staff/cases.csv?{query}"));
            assert_eq!(answer.status, 200);
            answer.body.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        let all = rows(&mut client, "closed=1");
        assert_eq!(all.len(), 60);
        let kent = rows(&mut client, "closed=1&force=kent");
        assert_eq!(kent.len(), all.iter().filter(|row| row.contains(",kent,")).count());
        let open = rows(&mut client, "all=1");
        assert_eq!(open.len(), all.iter().filter(|row| !row.contains(",closed,")).count());
        assert_eq!(client.get("/staff/cases?force=atlantis").status, 422);
    });
}

#[test]
fn what_is_not_there_and_what_is_malformed_look_the_same() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let mut client = server.signed_in(account(Role::Sup, "London", 0));
        let missing = reference();
        for path in [
            format!("/staff/cases/{}", missing.as_plain()),
            "/staff/cases/nonsense".into(),
            "/nowhere".into(),
            "/assets/../Cargo.toml".into(),
        ] {
            assert_eq!(client.get(&path).status, 404, "{path}");
        }
    });
}

#[test]
fn a_form_sent_twice_counts_once_and_other_answers_are_not_the_same_form() {
    on_both_engines("a_form_sent_twice_counts_once_and_other_answers_are_not_the_same_form", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let (case, id) = (reference(), submission());
        let first = referral(case.as_plain(), &id, "What was sent first.");
        for _ in 0..3 {
            let answer = assessor.post("/staff/refer", &first);
            assert_eq!((answer.status, answer.location.contains(case.as_plain())), (303, true));
        }
        let other = assessor.post("/staff/refer", &referral(case.as_plain(), &id, "Other answers."));
        assert_eq!(other.status, 422, "{}", other.body);
        assert!(
            other.body.contains("has been sent before with other answers") && other.body.contains("Other answers.")
        );
        let timeline = assessor.get(&format!("/staff/cases/{}/timeline", case.as_plain())).body;
        assert_eq!(timeline.matches("What was sent first.").count(), 1);
        assert!(!timeline.contains("Other answers."));
    });
}

#[test]
fn where_a_fault_is_told_is_said_when_the_operator_says_it() {
    on_sqlite(|database| {
        make(database, 0);
        let at = "/.well-known/security.txt";
        assert_eq!(Server::start(database).visitor().get(at).status, 404);
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("candour.toml");
        std::fs::write(&config, "security_contact = \"mailto:security@example.org\"\n").unwrap();
        let server = Server::start_with(database, &["--config", &config.display().to_string()]);
        let said = server.visitor().get(at);
        assert_eq!(said.status, 200);
        assert!(said.body.starts_with("Contact: mailto:security@example.org\nExpires: 2"), "{}", said.body);
    });
}
