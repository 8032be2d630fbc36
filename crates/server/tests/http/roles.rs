//! The roles that are not the investigating staff: a force sees stubs of its own cases, an auditor
//! says first for what, an adviser reads until a day; and every reading is in the access log before
//! its page goes out.

use candour_core::permit::Role;

use crate::access::{CANARY, REASON, ask_to_read, confirmed, other_force, referred, say_for_what};
use crate::client::{Answer, Client, reference};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

fn out(database: &str, arguments: &[&str]) -> String {
    let done = candour(database, arguments);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Today by the machine, by which the access log runs.
fn today() -> String {
    candour_core::day::of_instant(candour_server::app::machine_time()).to_string()
}

#[test]
fn a_force_sees_stubs_of_its_own_cases_and_no_trace_of_others() {
    on_both_engines("a_force_sees_stubs_of_its_own_cases_and_no_trace_of_others", |database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let mut own = server.signed_in(account(Role::Psd, "metropolitan", 0));
        let mut foreign = server.signed_in(account(Role::Psd, other_force(), 0));
        let (page, unknown) = (format!("/force/cases/{case}"), format!("/force/cases/{}", reference().as_plain()));
        let stub = own.get(&page);
        assert!(stub.status == 200 && stub.body.contains("Complaint") && !stub.body.contains(CANARY), "{}", stub.body);
        assert!(own.get("/force").body.contains(&case) && own.get("/force/cases.csv").body.contains("complaint"));
        let none = foreign.get("/force").body;
        assert!(!none.contains(&case) && none.contains("There is no case here"), "{none}");
        assert_eq!(foreign.get("/force/cases.csv").body.lines().count(), 1);
        let (denied, absent) = (foreign.get(&page), foreign.get(&unknown));
        assert_eq!((denied.status, absent.status), (404, 404));
        assert_eq!(denied.body, absent.body, "byte for byte");
        assert_eq!(denied.headers, absent.headers);
        assert!(!out(database, &["alerts", "--on", &today()]).contains("not their force"), "two are not three");
        foreign.get(&unknown);
        let alerts = out(database, &["alerts", "--on", &today()]);
        assert!(alerts.contains("not their force's\t3 on the day"), "{alerts}");
        let json = out(database, &["alerts", "--on", &today(), "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["alerts"][0]["rule"], "other-force", "{json}");
        assert!(
            out(database, &["alerts", "--on", &today(), "--format", "csv"]).starts_with("at,who,rule,numbers,case")
        );
        assert_eq!(candour(database, &["alerts", "--on", "yesterday"]).status.code(), Some(2));
        // The session of one face is none of another, and the roles hold besides.
        for client in [&mut own, &mut foreign] {
            for address in ["/staff", "/staff/cases", "/board", &format!("/staff/cases/{case}"), "/staff/alerts"] {
                let answer = client.get(address);
                assert!(answer.status == 403 && !answer.body.contains(CANARY), "{address}: {}", answer.status);
            }
        }
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let seen = supervisor.get(&format!("/staff/cases/{case}/readers")).body;
        assert!(seen.contains("that the case exists, not what is in it"), "{seen}");
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}

#[test]
fn an_auditor_says_first_for_what_reads_then_and_changes_nothing_until_their_last_day() {
    on_both_engines("an_auditor_says_first_for_what_reads_then_and_changes_nothing_until_their_last_day", |database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let (page, purpose) = (format!("/staff/cases/{case}"), format!("/staff/cases/{case}/purpose"));
        let name = account(Role::Aud, "London", 0);
        let mut auditor = server.signed_in(name);
        let asked = auditor.get(&page);
        assert!(asked.status == 403 && asked.body.contains(&purpose) && !asked.body.contains(CANARY), "{}", asked.body);
        let form = auditor.get(&purpose);
        assert!(form.status == 200 && !form.body.contains(CANARY));
        let short = auditor.post(&purpose, &[("says", "Because.")]);
        assert!(short.status == 422 && short.body.contains("20 characters") && short.body.contains("Choose why"));
        let says = "The audit of referrals by the inspectorate.";
        assert_eq!(auditor.post(&purpose, &[("category", "audit"), ("says", says)]).status, 303);
        assert!(auditor.get(&page).body.contains(CANARY));
        assert_eq!(auditor.get(&purpose).status, 303, "it need not be said twice on a day");
        for form in ["mode", "allege", "issue-letter", "correct", "assign"] {
            assert_eq!(auditor.get(&format!("{page}/{form}")).status, 403, "{form}");
        }
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        for address in ["readers", "readers.csv"] {
            let seen = supervisor.get(&format!("{page}/{address}")).body;
            assert!(seen.contains(name) && seen.contains(says) && seen.contains("A purpose that they gave"), "{seen}");
        }
        let alerts = supervisor.get("/staff/alerts").body;
        assert!(alerts.contains(name) && alerts.contains("Read a case outside their own work"), "{alerts}");
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        let alerts = administrator.get("/staff/alerts").body;
        assert!(alerts.contains(name) && !alerts.contains(&case), "an administrator sees no case: {alerts}");
        let mut elsewhere = server.signed_in(account(Role::Sup, "North West", 0));
        assert!(!elsewhere.get("/staff/alerts").body.contains(name), "not a case of theirs");
        out(database, &["user", "leaves", name, "--last-day", "2018-01-01"]);
        for address in [&*page, "/staff/cases"] {
            let gone = auditor.get(address);
            assert_eq!(
                (gone.status, gone.location.as_str()),
                (303, "/sign-in"),
                "their session ended with their last day"
            );
        }
        let refused = candour(database, &["user", "leaves", name]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("an auditor's account has a last day"));
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}

#[test]
fn an_adviser_reads_the_case_that_they_were_asked_to_read_until_it_is_ended() {
    on_both_engines("an_adviser_reads_the_case_that_they_were_asked_to_read_until_it_is_ended", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, other) = (referred(&server), referred(&server));
        let page = format!("/staff/cases/{case}");
        let name = account(Role::Leg, "London", 0);
        let mut adviser = server.signed_in(name);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        assert_eq!(adviser.get(&page).status, 403);
        let at = format!("{page}/assign");
        let nobody = confirmed(&mut supervisor, &at, &[("what", "Advise.".to_owned())]);
        assert!(nobody.status == 422 && nobody.body.contains("Choose whom"), "{}", nobody.body);
        ask_to_read(&mut supervisor, &case, Role::Leg);
        let read = adviser.get(&page);
        assert!(read.status == 200 && read.body.contains(CANARY));
        assert_eq!(adviser.get(&format!("/staff/cases/{other}")).status, 403, "no other case");
        assert_eq!(adviser.get(&format!("{page}/mode")).status, 403, "to be read and nothing else");
        let readers = format!("{page}/readers");
        let seen = supervisor.get(&readers).body;
        assert!(
            seen.contains("They were asked to (legal adviser)") && seen.contains("Advise on the footage."),
            "{seen}"
        );
        let end = [("of", "1".to_owned())];
        assert_eq!(confirmed(&mut supervisor, &format!("{page}/assign-end"), &end).status, 303);
        assert_eq!(adviser.get(&page).status, 403);
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}

/// The file of the access log beside a record.
fn access_file(database: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(database.strip_prefix("sqlite:").unwrap());
    path.with_file_name(format!("{}-access.db", path.file_stem().unwrap().to_string_lossy()))
}

#[test]
fn when_the_access_log_cannot_be_written_nothing_is_shown() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        let mut liaison = server.signed_in(account(Role::Psd, "metropolitan", 0));
        let page = format!("/staff/cases/{case}");
        let own: Vec<String> = ["", "/timeline", "/gates.json", "/clocks.json", "/readers.csv", "/allege"]
            .iter()
            .map(|of| format!("{page}{of}"))
            .chain(["/staff/alerts".to_owned(), "/staff/alerts.csv".to_owned()])
            .collect();
        let others = ["/staff/users", "/staff/access"].map(str::to_owned);
        let stubs = [format!("/force/cases/{case}"), format!("/force/cases/{}", reference().as_plain())];
        let statuses =
            |client: &mut Client, of: &[String]| of.iter().map(|at| client.get(at).status).collect::<Vec<_>>();
        assert!(statuses(&mut supervisor, &own).iter().all(|status| *status == 200), "there is something to keep back");
        let log = rusqlite::Connection::open(access_file(database)).unwrap();
        log.execute_batch("alter table head rename to gone").unwrap();
        for (client, addresses) in
            [(&mut supervisor, &own[..]), (&mut administrator, &others[..]), (&mut liaison, &stubs[..])]
        {
            for address in addresses {
                let answer = client.get(address);
                assert!(answer.status >= 500, "{address}: {}", answer.status);
                assert!(!answer.body.contains(CANARY) && !answer.body.contains("Complaint"), "{address}");
            }
        }
        log.execute_batch("alter table gone rename to head").unwrap();
        assert!(supervisor.get(&page).body.contains(CANARY), "and all is well again");
    });
}

/// What one step of the walk may bring into the access log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Noted {
    Case,
    Stub,
    Refused,
    Accounts,
    Alerts,
}

/// What an answer holds that has to be in the access log.
fn holds(address: &str, answer: &Answer) -> Option<Noted> {
    let shown = answer.status == 200;
    match address {
        "/staff/users" if shown => Some(Noted::Accounts),
        "/staff/alerts" if shown => Some(Noted::Alerts),
        at if at.starts_with("/force/cases/") && shown => Some(Noted::Stub),
        at if at.starts_with("/force/cases/") && answer.status == 404 => Some(Noted::Refused),
        at if at.ends_with("/purpose") || at.ends_with("/break-glass") => None,
        at if at.starts_with("/staff/cases/") && shown => Some(Noted::Case),
        _ => None,
    }
}

#[test]
fn as_many_answers_hold_a_case_as_the_access_log_has_readings() {
    on_sqlite(|database| {
        let rounds: usize = std::env::var("CANDOUR_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
        make(database, 0);
        let server = Server::start(database);
        let cases = [referred(&server), referred(&server)];
        let mut people: Vec<Client> = [
            (Role::Au, "London"),
            (Role::Inv, "London"),
            (Role::Sup, "London"),
            (Role::Dm, "London"),
            (Role::Dm, "North West"),
            (Role::Ned, "London"),
            (Role::Adm, "London"),
            (Role::Leg, "London"),
            (Role::Qsi, "London"),
            (Role::Aud, "London"),
            (Role::Psd, "metropolitan"),
            (Role::Psd, other_force()),
            (Role::Lpb, "metropolitan"),
        ]
        .into_iter()
        .map(|(role, region)| server.signed_in(account(role, region, 0)))
        .collect();
        people.push(server.visitor());
        ask_to_read(&mut server.signed_in(account(Role::Sup, "London", 0)), &cases[0], Role::Leg);
        say_for_what(&mut server.signed_in(account(Role::Qsi, "London", 0)), &cases[1]);
        let log = rusqlite::Connection::open(access_file(database)).unwrap();
        let count = |kind: &str| -> i64 {
            log.query_row("select count(*) from event where kind = ?1", [kind], |row| row.get(0)).unwrap()
        };
        let kinds = [
            (Noted::Case, "case.read"),
            (Noted::Stub, "stub.read"),
            (Noted::Refused, "reading.refused"),
            (Noted::Accounts, "accounts.read"),
            (Noted::Alerts, "alerts.read"),
        ];
        let before = kinds.map(|(_, kind)| count(kind));
        let pages = [
            "",
            "/timeline",
            "/clocks",
            "/clocks.json",
            "/gates",
            "/gates.json",
            "/letters",
            "/material",
            "/people",
            "/learning",
        ];
        let besides = [
            "/staff/cases",
            "/staff/cases.csv",
            "/staff/work",
            "/staff/users",
            "/staff/alerts",
            "/board",
            "/force",
            "/",
        ];
        let mut chance = 20_201_130_u64;
        let mut draw = |of: usize| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) as usize % of
        };
        let mut held = std::collections::HashMap::new();
        for step in 0..rounds {
            let (who, case) = (draw(people.len()), &cases[draw(2)]);
            let address = match draw(8) {
                0 => besides[draw(besides.len())].to_owned(),
                1 => format!("/force/cases/{case}"),
                2 => format!("/staff/cases/{case}/{}", ["purpose", "break-glass"][draw(2)]),
                _ => format!("/staff/cases/{case}{}", pages[draw(pages.len())]),
            };
            let answer = people[who].get(&address);
            assert!(answer.status < 500, "{step} {address}: {}", answer.body);
            let found = holds(&address, &answer);
            assert!(!answer.body.contains(CANARY) || found == Some(Noted::Case), "{step} {address}");
            if let Some(noted) = found {
                *held.entry(noted).or_insert(0) += 1;
            }
            // Now and then somebody opens a case with a reason, and reads on by it.
            if step % 97 == 5 {
                let fields = [("category", "cover".to_owned()), ("reason", REASON.to_owned())];
                confirmed(&mut people[4], &format!("/staff/cases/{case}/break-glass"), &fields);
            }
        }
        let rows: Vec<i64> = kinds.iter().zip(before).map(|((_, kind), before)| count(kind) - before).collect();
        for ((noted, kind), rows) in kinds.iter().zip(&rows) {
            assert_eq!(held.get(noted).copied().unwrap_or(0), *rows, "{kind}");
        }
        println!("{rounds} requests; answers that hold a case: {}, readings in the access log: {}", rows[0], rows[0]);
        println!("stubs {}, refusals {}, accounts {}, alerts {}", rows[1], rows[2], rows[3], rows[4]);
        assert!(rows[0] > 0);
    });
}
