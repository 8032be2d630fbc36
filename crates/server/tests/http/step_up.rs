//! Grave acts ask their actor to show again that it is they, and keep what was typed.

use candour_core::access::grave::Grave;
use candour_core::permit::Role;
use candour_server::web::case_forms::FORMS;
use candour_server::web::typed::Typed;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{PASSWORD, candour, make};
use crate::within::{MINUTE, Within, clock, first};

const ASKS: &str = "Show that it is you";
const REASONS: &str = "It is \"grave\" & it\r\nhas two lines.";

fn referred(server: &Within) -> String {
    let case = reference().as_plain().to_owned();
    let summary = "An invented matter.";
    let sent = server.signed_in(first(Role::Au)).post("/staff/refer", &referral(&case, &submission(), summary));
    assert_eq!(sent.status, 303, "{}", sent.body);
    case
}

fn mode<'a>(case: &'a str, id: &'a str) -> Vec<(&'static str, &'a str)> {
    let day = [("on-day", "5"), ("on-month", "6"), ("on-year", "2018")];
    let rest = [("case", case), ("version", "1"), ("submission", id), ("step", "confirm")];
    let answers = [("mode", "independent"), ("reasons", REASONS)];
    rest.into_iter().chain(answers).chain(day).collect()
}

/// The form of a page that asks, as a browser would send it with a password.
fn again(client: &mut Client, page: &Answer, password: &str) -> Answer {
    let unescaped = |text: &str| {
        let plain = [
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&#39;", "'"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&#x2f;", "/"),
            ("&amp;", "&"),
        ];
        plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let form = page.body.split_once("<main").unwrap().1;
    let (_, form) = form.split_once("<form method=\"post\" action=\"").unwrap();
    let (address, form) = form.split_once('"').unwrap();
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (unescaped(name), unescaped(rest.split_once('"').unwrap().0))
    });
    let hidden: Vec<(String, String)> = hidden.collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.push(("again-password", password));
    client.post(&unescaped(address), &fields)
}

#[test]
fn a_grave_act_asks_again_after_a_quarter_of_an_hour_and_nothing_typed_is_lost() {
    on_both_engines("a_grave_act_asks_again_after_a_quarter_of_an_hour_and_nothing_typed_is_lost", |database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let (case, id) = (referred(&server), submission());
        let mut client = server.signed_in(first(Role::Dm));
        let address = format!("/staff/cases/{case}/mode");
        clock.pass(Grave::built_in().minutes * MINUTE + 1);
        let checked: Vec<(&str, &str)> = mode(&case, &id).into_iter().filter(|(name, _)| *name != "step").collect();
        assert_eq!(client.post(&address, &checked).status, 200, "looking at the answers is not grave");
        let asked = client.post(&address, &mode(&case, &id));
        assert!(asked.status == 403 && asked.body.contains(ASKS), "{}", asked.body);
        let wrong = again(&mut client, &asked, "not this at all");
        assert!(wrong.status == 403 && wrong.body.contains("The password is wrong"), "{}", wrong.body);
        assert!(!wrong.body.contains("not this at all"));
        let old = client.cookie.clone();
        let done = again(&mut client, &wrong, PASSWORD);
        assert_eq!(done.status, 303, "{}", done.body);
        assert!(done.location.starts_with(&format!("/staff/cases/{case}?done=mode")), "{}", done.location);
        assert_ne!(client.cookie, old, "the session has a new token");
        let mut stolen = client.again(&server.url);
        stolen.cookie = old;
        assert_eq!(stolen.get("/staff").status, 303, "and the one before opens nothing");
        let timeline = client.get(&format!("/staff/cases/{case}/timeline")).body;
        assert!(timeline.contains("has two lines."), "{timeline}");
        clock.pass(Grave::built_in().minutes * MINUTE);
        let page = client.get("/account").body;
        let ended = client.post("/account/sessions", &[("session", "no such session")]);
        assert_eq!(ended.status, 303, "good to the last moment: {page}");
        clock.pass(1);
        assert!(client.post("/account/sessions", &[]).body.contains(ASKS));
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}

#[test]
fn every_grave_form_asks_and_no_other_does() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let grave = Grave::built_in();
        let empty = Typed::default();
        let slugs: Vec<&str> = FORMS.iter().filter(|f| grave.holds(f.action(&empty))).map(|f| f.slug()).collect();
        for slug in ["mode", "close", "rescind", "case-to-answer", "prosecutor"] {
            assert!(slugs.contains(&slug), "{slug} is grave: {slugs:?}");
        }
        let mut admin = server.signed_in(first(Role::Adm));
        let somebody = server.id(first(Role::Sup));
        clock.pass(grave.minutes * MINUTE + 1);
        let day = [("from-day", "1"), ("from-month", "4"), ("from-year", "2020")];
        let on = [("on-day", "1"), ("on-month", "3"), ("on-year", "2020"), ("step", "confirm")];
        let grade = [("person", somebody.as_str()), ("grade", "L3")];
        let grade: Vec<(&str, &str)> = grade.into_iter().chain(day).chain(on).collect();
        let declared = [
            ("staff", somebody.as_str()),
            ("sort", "party"),
            ("about", "force"),
            ("force", "kent"),
            ("step", "confirm"),
        ];
        let confirm = [("step", "confirm")];
        let users = |form: &str| format!("/staff/users/{somebody}/{form}");
        for (address, fields) in [
            ("/staff/delegation/grade", grade.as_slice()),
            ("/staff/access/declare", &declared),
            (&users("start-code"), &confirm),
            (&users("end-sessions"), &confirm),
            ("/account/second-factor", &[("step", "set")]),
        ] {
            let asked = admin.post(address, fields);
            assert!(asked.status == 403 && asked.body.contains(ASKS), "{address}: {} {}", asked.status, asked.body);
        }
        let holiday = [("day-day", "5"), ("day-month", "6"), ("day-year", "2020"), ("nation", "scotland")];
        let source = [("name", "A day"), ("source", "A proclamation"), ("step", "confirm")];
        let holiday: Vec<(&str, &str)> = holiday.into_iter().chain(source).collect();
        assert_eq!(admin.post("/staff/holidays/add", &holiday).status, 303, "a bank holiday is not grave");
        let asked = admin.post("/staff/delegation/grade", &grade);
        let done = again(&mut admin, &asked, PASSWORD);
        assert_eq!(done.location, "/staff/delegation?done=grade", "{}", done.body);
        assert_eq!(admin.post(&users("end-sessions"), &confirm).status, 303, "and is not asked again at once");
    });
}

#[test]
fn nobody_is_asked_who_is_not_signed_in() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let answer =
            server.visitor().post("/staff/delegation/grade", &[("again-password", PASSWORD), ("reasons", "kept")]);
        assert!(answer.status == 403 && answer.body.contains("You have been signed out"), "{}", answer.body);
        assert!(
            answer.body.contains("kept") && !answer.body.contains(PASSWORD),
            "what was typed is kept, the password not"
        );
        let mut client = server.signed_in(first(Role::Adm));
        for says in ["is wrong", "is wrong", "is wrong", "is wrong", "is wrong", "Too many attempts"] {
            let tried = client.post("/staff/delegation/grade", &[("again-password", "not this at all")]);
            assert!(tried.body.contains(says), "{says}: {}", tried.body);
            clock.pass(1);
        }
        assert_eq!(server.sign_in(first(Role::Adm), PASSWORD).1.status, 429, "it counts with other tries");
    });
}
