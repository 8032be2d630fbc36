//! The clocks of a case explained, and its gates: who may read them, and what they say.

use candour_core::permit::Role;
use candour_store::db::Engine;
use candour_store::reads;
use serde_json::{Value, json};

use crate::client::{Client, reference, referral, submission};
use crate::engines::on_sqlite;
use crate::server::{Server, account, make};

fn data(client: &mut Client, path: &str) -> Value {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Runs `use_it` with a decision maker, the address of a case referred on 2 June 2018, and the database.
fn with_a_case(use_it: impl Fn(&mut Client, &str, &str, &Server)) {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let case = reference();
        let sent = assessor.post("/staff/refer", &referral(case.as_plain(), &submission(), "A matter."));
        assert_eq!(sent.status, 303, "{}", sent.body);
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        use_it(&mut decider, &format!("/staff/cases/{}", case.as_plain()), database, &server);
    });
}

/// Fills a form in, from what it holds when it is opened, and confirms it.
fn record(client: &mut Client, form: &str, answers: &[(&str, &str)]) {
    let opened = client.get(form).body;
    let held: Vec<(&str, String)> =
        ["case", "version", "submission"].map(|name| (name, Client::hidden(&opened, name))).to_vec();
    let mut fields: Vec<(&str, &str)> = held.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("step", "confirm"));
    fields.extend(answers);
    let sent = client.post(form, &fields);
    assert_eq!(sent.status, 303, "{form}: {}", sent.body);
}

#[test]
fn every_clock_of_a_case_is_listed_and_explained() {
    with_a_case(|decider, case, _, _| {
        let clocks = data(decider, &format!("{case}/clocks.json"));
        let list = decider.get(&format!("{case}/clocks")).body;
        let rules: Vec<&str> = clocks.as_array().unwrap().iter().map(|c| c["rule"].as_str().unwrap()).collect();
        assert_eq!(rules, ["referral.mandatory-complaint", "policy.mode-decision-3-working-days"]);
        for clock in clocks.as_array().unwrap() {
            let address = format!("{case}/clocks/{}", clock["clock"].as_str().unwrap());
            assert!(list.contains(&format!("href=\"{address}\"")), "{address} is in the list");
            let page = decider.get(&address);
            assert_eq!(page.status, 200, "{address}");
            for step in clock["steps"].as_array().unwrap() {
                assert!(page.body.contains(step.as_str().unwrap()), "{address}: {step}");
            }
            assert!(page.body.contains(&format!("href=\"/law/rules/{}\"", clock["rule"].as_str().unwrap())));
            assert!(page.body.contains(&format!("href=\"{case}/timeline#entry-1\"")), "{address}: its first entry");
            assert_eq!(&data(decider, &format!("{address}.json")), clock);
        }
        assert_eq!(decider.get(&format!("{case}/clocks/no.such-clock.1")).status, 404);
    });
}

#[test]
fn an_explanation_says_its_version_its_trigger_and_what_would_change_it() {
    with_a_case(|decider, case, _, _| {
        let clock = data(decider, &format!("{case}/clocks/policy.mode-decision-3-working-days.1.json"));
        // Saturday 2 June 2018, so 4, 5 and 6 June are the three working days.
        assert_eq!((&clock["started"]["on"], &clock["due"]), (&json!("2018-06-02"), &json!("2018-06-06")));
        assert_eq!((&clock["owed_by"], &clock["stopped"]), (&json!("Us"), &Value::Null));
        assert_eq!(clock["started"]["event"], "matter.referred");
        let by = |clock: &Value| -> Vec<String> {
            clock["changes"].as_array().unwrap().iter().map(|c| c["by"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(by(&clock), ["correction", "holiday"]);
        let referred = data(decider, &format!("{case}/clocks/referral.mandatory-complaint.1.json"));
        assert_eq!((&referred["standing"], &referred["version_chosen_by"]), (&json!("met"), &json!("2018-06-01")));
        assert!(referred["citation"].as_str().unwrap().contains("Regulations 2012, regulation 4"));
        assert_eq!(by(&referred), ["correction", "link"]);
        let mode = [
            ("mode", "independent"),
            ("on-day", "5"),
            ("on-month", "6"),
            ("on-year", "2018"),
            ("reasons", "The public interest asks for it."),
        ];
        record(decider, &format!("{case}/mode"), &mode);
        let notice = data(decider, &format!("{case}/clocks.json"));
        let find = |rule: &str| notice.as_array().unwrap().iter().find(|c| c["rule"] == rule).cloned();
        let complete = find("measure.within-12-months").unwrap();
        assert_eq!((&complete["started"]["on"], &complete["due"]), (&json!("2018-06-05"), &json!("2019-06-04")));
        assert_eq!(by(&complete), ["correction"]);
        assert!(find("notice.12-months").is_none(), "the old scheme had no such notice");
        let page = decider.get(&format!("{case}/clocks/referral.mandatory-complaint.1")).body;
        assert!(page.contains("It was in force on 1 June 2018, the day on which the matter came to attention."));
    });
}

#[test]
fn a_limit_that_was_missed_leads_to_the_form_of_exceptional_circumstances() {
    with_a_case(|decider, _, _, server| {
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let (case, id) = (reference(), submission());
        let late = referral(case.as_plain(), &id, "A late matter.").into_iter().map(|(name, value)| match name {
            "clear_on-year" | "on-year" => (name, "2019"),
            "on-day" => (name, "20"),
            _ => (name, value),
        });
        assert_eq!(assessor.post("/staff/refer", &late.collect::<Vec<_>>()).status, 303);
        let case = format!("/staff/cases/{}", case.as_plain());
        let key = "referral.mandatory-complaint.1";
        let clock = data(decider, &format!("{case}/clocks/{key}.json"));
        assert_eq!((&clock["standing"], &clock["days"]), (&json!("met-late"), &json!(18)));
        let change = &clock["changes"][0];
        assert_eq!(
            (&change["by"], &change["rule"]),
            (&json!("exceptional-circumstances"), &json!("time.exceptional-circumstances"))
        );
        assert!(change["says"].as_str().unwrap().contains("Regulations 2012, regulation 34(2)"), "{change}");
        let form = format!("{case}/exceptional-circumstances?clock={key}");
        assert_eq!(change["at"][0], json!(form));
        assert_eq!(decider.get(&form).status, 200);
        let seen = data(&mut assessor, &format!("{case}/clocks/{key}.json"));
        assert_eq!(seen["changes"][0]["by"], "exceptional-circumstances");
    });
}

#[test]
fn a_bank_holiday_that_is_added_late_is_in_the_explanation_and_among_the_holidays() {
    with_a_case(|decider, case, _, server| {
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        let added = [
            ("step", "confirm"),
            ("day-day", "5"),
            ("day-month", "6"),
            ("day-year", "2018"),
            ("nation", "england-and-wales"),
            ("name", "An invented holiday"),
            ("source", "An invented proclamation"),
        ];
        assert_eq!(administrator.post("/staff/holidays/add", &added).status, 303);
        let address = format!("{case}/clocks/policy.mode-decision-3-working-days.1");
        let clock = data(decider, &format!("{address}.json"));
        assert_eq!(clock["due"], "2018-06-07");
        assert_eq!(clock["holidays"], json!([{"day": "2018-06-05", "name": "An invented holiday"}]));
        assert_eq!(clock["moved"][0]["to"], "2018-06-07");
        let page = decider.get(&address).body;
        assert!(page.contains("A bank holiday moved the last day from 6 June 2018 to 7 June 2018"), "{page}");
        let mut visitor = server.visitor();
        let year = data(&mut visitor, "/law/holidays.json?year=2018");
        let kept = year["holidays"].as_array().unwrap().iter().find(|h| h["day"] == "2018-06-05").unwrap();
        assert_eq!((&kept["name"], &kept["recurs"]), (&json!("An invented holiday"), &json!("once")));
        let counted = "/law/rules/policy.mode-decision-3-working-days.json?from=2018-06-02";
        assert_eq!(data(&mut visitor, counted)["deadline"]["last_day"], "2018-06-07");
    });
}

#[test]
fn a_gate_says_why_it_is_shut_and_on_which_rule_it_rests() {
    with_a_case(|decider, case, _, server| {
        let gates = data(decider, &format!("{case}/gates.json"));
        let find = |gates: &Value, step: &str| {
            gates.as_array().unwrap().iter().find(|gate| gate["step"] == step).cloned().unwrap()
        };
        let mode = find(&gates, "mode");
        assert_eq!((&mode["not_now"], &mode["not_yours"]), (&Value::Null, &Value::Null));
        assert_eq!(mode["rules"][0]["rule"], "mode.determine");
        let prosecutor = find(&gates, "prosecutor");
        assert!(prosecutor["not_now"].as_str().unwrap().contains("Submit it first"), "{prosecutor}");
        let page = decider.get(&format!("{case}/gates")).body;
        for gate in gates.as_array().unwrap() {
            let title = gate["title"].as_str().unwrap();
            assert!(page.contains(&title.replace('\'', "&#39;")), "{title}");
            let why = gate["not_now"].as_str().or(gate["not_yours"].as_str());
            assert!(why.is_none_or(|why| page.contains(&why.replace('\'', "&#39;"))), "{title}: {why:?}");
        }
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let gates = data(&mut assessor, &format!("{case}/gates.json"));
        assert!(find(&gates, "mode")["not_yours"].is_string(), "an assessor decides no mode");
    });
}

#[test]
fn clocks_and_gates_are_read_by_those_who_may_and_each_reading_is_noted() {
    with_a_case(|decider, case, database, server| {
        let record = Engine::at(database).unwrap();
        let access = candour_store::access_beside(&record).unwrap_or(record);
        let stream = format!("case:{}", case.rsplit('/').next().unwrap());
        let readings = || access.read(|tx| reads::readers(tx, "iopc/access/1", &stream, 1000)).unwrap().len();
        let before = readings();
        let pages = ["clocks", "clocks.json", "clocks/referral.mandatory-complaint.1", "gates", "gates.json"];
        for (n, page) in pages.into_iter().enumerate() {
            assert_eq!(decider.get(&format!("{case}/{page}")).status, 200, "{page}");
            assert_eq!(readings(), before + n + 1, "{page}");
        }
        let mut stranger = server.signed_in(account(Role::Dm, "North West", 0));
        for page in pages {
            assert_eq!(stranger.get(&format!("{case}/{page}")).status, 403, "{page}");
            assert_eq!(server.visitor().get(&format!("{case}/{page}")).status, 303, "{page}");
        }
        assert_eq!(readings(), before + pages.len());
    });
}
