//! The Board's pages as their readers meet them: every number leads to as many cases as it says,
//! for those who may see cases and for nobody else.

use candour_core::permit::Role;

use crate::client::Client;
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// The Board's pages.
pub const PAGES: [&str; 8] = [
    "/board",
    "/board/timeliness",
    "/board/caseload",
    "/board/legacy",
    "/board/waiting",
    "/board/streamlined",
    "/board/published",
    "/board/report",
];
/// The same figures as files.
pub const FILES: [&str; 9] = [
    "/board.csv",
    "/board/timeliness.csv",
    "/board/caseload.csv",
    "/board/legacy.csv",
    "/board/waiting.csv",
    "/board/streamlined.csv",
    "/board/published.csv",
    "/board/report.csv",
    "/board/report.json",
];
/// A list behind a number.
pub const BEHIND: &str = "/staff/behind?measure=caseload.opened&on=2019-12-31";

/// The links of a page to cases: the address, and the number that it stands on.
fn links(page: &str) -> Vec<(String, String)> {
    let parts = page.split("href=\"/staff/behind?").skip(1);
    let one = |part: &str| {
        let (address, rest) = part.split_once('"').unwrap();
        let text = rest.split_once('>').unwrap().1.split('<').next().unwrap();
        (format!("/staff/behind?{}", address.replace("&amp;", "&")), text.trim().replace(',', ""))
    };
    parts.map(one).collect()
}

fn rows(client: &mut Client, address: &str) -> usize {
    let answer = client.get(&address.replacen("/staff/behind?", "/staff/behind.csv?", 1));
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    answer.body.lines().count() - 1
}

#[test]
fn every_number_leads_to_as_many_cases_as_it_says() {
    on_both_engines("every_number_leads_to_as_many_cases_as_it_says", |database| {
        make(database, 70);
        let server = Server::start(database);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let mut followed = 0;
        for path in PAGES {
            let page = supervisor.get(&format!("{path}?on=2020-03-01"));
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            for (address, text) in links(&page.body) {
                let Ok(number) = text.parse::<usize>() else {
                    // A share or a mean leads to the cases that it is of.
                    assert!(rows(&mut supervisor, &address) > 0, "{path}: {text} {address}");
                    continue;
                };
                assert_eq!(rows(&mut supervisor, &address), number, "{path}: {address}");
                followed += 1;
            }
        }
        assert!(followed > 50, "{followed} numbers lead to cases");
        let page = supervisor.get(BEHIND).body;
        let listed = rows(&mut supervisor, BEHIND);
        assert!(page.contains(&format!("Opened: {listed}</h1>")), "the heading says how many");
        assert!(page.contains("/staff/cases/"), "cases of the region can be opened from the list");
    });
}

#[test]
fn a_list_is_cut_into_pages_that_say_what_they_hold() {
    on_sqlite(|database| {
        make(database, 130);
        let server = Server::start(database);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let all = "/staff/behind?measure=caseload.referrals&on=2020-03-30";
        let of = rows(&mut supervisor, all);
        let first = supervisor.get(all).body;
        assert!(first.contains("Numbers 1 to 100 are below.") && first.contains("Next page of cases"));
        let second = supervisor.get(&format!("{all}&page=2")).body;
        assert!(second.contains(&format!("Numbers 101 to {of} are below.")) && !second.contains("Next page of cases"));
        assert_eq!(supervisor.get(&format!("{all}&page=0")).status, 422);
        assert!(supervisor.get(&format!("{all}&page=9")).body.contains("it has 2 pages"));
    });
}

#[test]
fn a_member_of_the_board_sees_plain_numbers_and_no_list() {
    on_sqlite(|database| {
        make(database, 40);
        let server = Server::start(database);
        let mut director = server.signed_in(account(Role::Ned, "London", 0));
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        for path in PAGES {
            let answer = director.get(path);
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.body.contains("/staff/"), "{path} leads a director to cases");
        }
        assert!(!links(&supervisor.get("/board/timeliness").body).is_empty());
        for path in [BEHIND, "/staff/behind.csv?measure=caseload.opened&on=2019-12-31"] {
            assert_ne!(director.get(path).status, 200, "{path}");
            let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
            assert_eq!(administrator.get(path).status, 403, "{path}");
        }
    });
}

#[test]
fn a_list_that_makes_no_sense_is_refused_in_words() {
    on_sqlite(|database| {
        make(database, 5);
        let server = Server::start(database);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        for (query, says) in [
            ("", "on=DATE"),
            ("measure=no.such&on=2019-12-31", "no measure no.such"),
            ("measure=caseload.opened&on=2030-01-01", "log&#39;s clock"),
            ("measure=caseload.opened&on=2019-12-31&known=9999999", "9999999"),
            ("measure=caseload.opened&on=2019-12-31&where=kind=murder", "murder"),
            ("measure=caseload.opened&on=2019-12-31&where=kind=dsi&where=colour=red", "no field"),
            ("measure=caseload.opened&on=2019-12-31&met=yes", "not asked with met"),
            ("measure=caseload.open&from=2019-01-01&on=2019-12-31", "takes no first day"),
            ("measure=count.people&on=2019-12-31", "counts no cases"),
            ("measure=post-report.waiting&on=2019-12-31&also=nobody", "no holder"),
        ] {
            let answer = supervisor.get(&format!("/staff/behind?{query}"));
            assert_eq!(answer.status, 422, "{query}");
            assert!(answer.body.contains(says), "{query}: {}", answer.body);
        }
    });
}

#[test]
fn what_is_published_about_a_later_day_is_not_shown() {
    on_sqlite(|database| {
        make(database, 20);
        let server = Server::start(database);
        let mut director = server.signed_in(account(Role::Ned, "London", 0));
        let now = director.get("/board/published").body;
        assert!(now.contains("Opened in 2019/20") && !now.contains("later days"));
        let then = director.get("/board/published?on=2019-12-16").body;
        assert!(!then.contains("Opened in 2019/20") && then.contains("more are about later days"));
        assert!(director.get("/board/published?on=2016-01-01").body.contains("Nothing is recorded as published"));
    });
}

fn report(database: &str, arguments: &[&str]) -> (i32, String, String) {
    let out = candour(database, &[&["report", "accountability"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn the_report_keeps_its_promised_keys_and_leaves_later_figures_out() {
    on_both_engines("the_report_keeps_its_promised_keys_and_leaves_later_figures_out", |database| {
        make(database, 60);
        let (code, text, says) = report(database, &["--on", "2019-12-16", "--format", "json"]);
        assert_eq!(code, 0, "{says}");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&json["report"], &json["on"]), (&"accountability".into(), &"2019-12-16".into()));
        let chapters = json["chapters"].as_array().unwrap();
        let ids: Vec<&str> = chapters.iter().map(|c| c["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["timeliness", "quality", "scrutiny", "impact"]);
        assert!(chapters.iter().skip(1).all(|c| c["figures"].as_array().unwrap().is_empty()));
        let figures = chapters[0]["figures"].as_array().unwrap();
        for figure in figures {
            assert!(figure["figure"]["on"].as_str().unwrap() <= "2019-12-16", "{figure}");
            assert_eq!(figure["figure"]["known"], json["known"], "one position for the whole report");
            for key in ["id", "title", "source", "published", "computed", "agrees"] {
                assert!(figure.get(key).is_some(), "{key}: {figure}");
            }
        }
        let one = figures.iter().find(|f| f["id"] == "all-completed-2018-19").unwrap();
        assert_eq!((&one["published"], &one["computed"]), (&717.into(), &one["figure"]["count"]));
        assert_eq!(one["agrees"], false, "a small caseload does not give the published figure");
    });
}

#[test]
fn the_same_report_can_be_made_again_to_the_byte() {
    on_sqlite(|database| {
        make(database, 40);
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (a, b) = (file("a.html"), file("b.HTML"));
        let asked = ["--on", "2019-12-16", "--known", "2020-03-31", "--out"];
        assert_eq!(report(database, &[&asked[..], &[&a]].concat()).0, 0);
        assert_eq!(candour(database, &["clock", "--to", "2020-06-01"]).status.code(), Some(0));
        assert_eq!(report(database, &[&asked[..], &[&b]].concat()).0, 0);
        let html = std::fs::read_to_string(&a).unwrap();
        assert_eq!(html, std::fs::read_to_string(&b).unwrap());
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains("<style>") && !html.contains("href="));
        let out = file("c.json");
        assert_eq!(report(database, &["--on", "2019-12-16", "--out", &out]).0, 0);
        serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(&out).unwrap()).unwrap();
        for (ending, says) in
            [("r.pdf", "pdf yet"), ("r.ods", "ods yet"), ("r.doc", "html or json"), ("r", "html or json")]
        {
            let (code, _, told) = report(database, &["--on", "2019-12-16", "--out", &file(ending)]);
            assert!(code == 2 && told.contains(says) && told.trim().lines().count() == 1, "{ending}: {code} {told}");
        }
        assert_eq!(report(database, &["--on", "2021-01-01"]).0, 2);
        assert_eq!(report(database, &["--on", "2019-02-29"]).0, 2);
        assert_eq!(report(database, &["--on", "2019-12-16", "--format", "csv"]).0, 2);
        assert_eq!(report(database, &["--on", "2019-12-16", "--out", "/nowhere/at/all.html"]).0, 3);
    });
}
