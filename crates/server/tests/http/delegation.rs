//! Who may decide: the page and the forms of the scheme, the commands, and a decision that two make.

use candour_core::permit::Role;

use crate::client::{Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

const REASONS: &str = "Because the record says so.";

/// Sends a form about a case as it stands, and gives the answer.
fn decide(client: &mut Client, case: &str, slug: &str, answers: &[(&str, &str)]) -> crate::client::Answer {
    let address = format!("/staff/cases/{case}/{slug}");
    let page = client.get(&address).body;
    let version = Client::hidden(&page, "version");
    let (id, of, lead) = (submission(), Client::hidden(&page, "of"), first_lead(&page));
    let mut fields = vec![("case", case), ("version", &version), ("submission", &id), ("step", "confirm")];
    fields.extend([("of", of.as_str()), ("lead", lead.as_str()), ("reasons", REASONS)]);
    fields.retain(|(name, _)| answers.iter().all(|(other, _)| other != name));
    fields.extend(answers);
    client.post(&address, &fields)
}

/// The first investigator that a form offers as a lead.
fn first_lead(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"lead\" type=\"radio\" value=\"").unwrap_or(("", ""));
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn on(day: &'static str, month: &'static str, year: &'static str) -> [(&'static str, &'static str); 3] {
    [("on-day", day), ("on-month", month), ("on-year", year)]
}

fn with<'a>(dates: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    dates.iter().chain(more).copied().collect()
}

/// A matter of June 2018 that was referred, with the people of its region.
fn referred(server: &Server) -> (String, Client, Client) {
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let case = reference().as_plain().to_owned();
    assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), "A matter.")).status, 303);
    (case, server.signed_in(account(Role::Dm, "London", 0)), server.signed_in(account(Role::Sup, "London", 0)))
}

#[test]
fn without_a_scheme_nobody_decides_and_the_form_says_how_one_is_adopted() {
    on_both_engines("without_a_scheme_nobody_decides_and_the_form_says_how_one_is_adopted", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, mut decider, _) = referred(&server);
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        // Every entry of the demonstration's scheme is rescinded, so that none was ever made.
        for of in 1..=5 {
            let of = of.to_string();
            let fields = with(&on("31", "3", "2020"), &[("of", &of), ("reasons", REASONS), ("step", "confirm")]);
            let done = administrator.post("/staff/delegation/rescind", &fields);
            assert_eq!((done.status, done.location.as_str()), (303, "/staff/delegation?done=rescind"), "{}", done.body);
        }
        let page = decider.get("/staff/delegation").body;
        assert!(page.contains("No scheme of delegation has been recorded"), "{page}");
        let form = decider.get(&format!("/staff/cases/{case}/mode")).body;
        assert!(form.contains("You cannot make this decision today.") && form.contains("candour delegation adopt"));
        let refused = decide(&mut decider, &case, "mode", &with(&on("5", "6", "2018"), &[("mode", "independent")]));
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("candour delegation adopt") && refused.body.contains(REASONS));
        drop(server);
        let adopt = ["delegation", "adopt", "--from", "2018-01-01", "--instrument", "Annex A"];
        assert!(candour(database, &adopt).status.success());
        let server = Server::start(database);
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        let decided = decide(&mut decider, &case, "mode", &with(&on("5", "6", "2018"), &[("mode", "independent")]));
        assert_eq!(decided.status, 303, "{}", decided.body);
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn a_delegation_that_ended_refuses_a_decision_of_a_later_day() {
    on_both_engines("a_delegation_that_ended_refuses_a_decision_of_a_later_day", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, mut decider, _) = referred(&server);
        let form = decider.get(&format!("/staff/cases/{case}/mode")).body;
        assert!(
            form.contains("You decide this under “Decide the mode of investigation” (P.MOI), delegated to grade L3")
        );
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        // The grade of the decision maker ends on the day of the log's clock.
        let page = administrator.get("/staff/delegation/end").body;
        let name = account(Role::Dm, "London", 0);
        let (before, _) = page.split_once(&format!(". {name}: grade")).expect("the grade is offered");
        let of = before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
        let last = [("last-day", "31"), ("last-month", "3"), ("last-year", "2020"), ("of", of.as_str())];
        let fields = with(&with(&on("31", "3", "2020"), &last), &[("reasons", REASONS), ("step", "confirm")]);
        assert_eq!(administrator.post("/staff/delegation/end", &fields).status, 303);
        let again = administrator.post("/staff/delegation/end", &fields);
        assert_eq!(again.status, 422, "what ended does not end again");
        let page = administrator.get("/staff/delegation").body;
        assert!(page.contains(&format!(
            "The grade L4 (Regional director or director of major investigations) of {name} ends on 31 March 2020"
        )));
        drop(server);
        assert!(candour(database, &["clock", "--to", "2020-04-02"]).status.success());
        let check = |day: &str| {
            let check = ["delegation", "check", "P.MOI", "--on", day, "--person", name];
            candour(database, &check).status.code()
        };
        assert_eq!((check("2020-03-31"), check("2020-04-01")), (Some(0), Some(1)));
        let server = Server::start(database);
        let mut decider = server.signed_in(name);
        let late = decide(&mut decider, &case, "mode", &with(&on("2", "4", "2020"), &[("mode", "independent")]));
        assert_eq!(late.status, 422);
        assert!(late.body.contains("On 2 April 2020 you did not hold the power"), "{}", late.body);
        assert!(late.body.contains("ended on 31 March 2020") && late.body.contains(REASONS));
        // A grade that is given again holds from its own first day: nothing is dated back.
        let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
        let page = administrator.get("/staff/delegation/grade").body;
        let (before, _) = page.split_once(&format!(">{name},")).expect("the person is offered");
        let person = before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
        let from = [("from-day", "2"), ("from-month", "4"), ("from-year", "2020"), ("step", "confirm")];
        let fields = with(&with(&on("2", "4", "2020"), &from), &[("person", &person), ("grade", "L3")]);
        assert_eq!(administrator.post("/staff/delegation/grade", &fields).status, 303);
        let back = decide(&mut decider, &case, "mode", &with(&on("1", "4", "2020"), &[("mode", "independent")]));
        assert!(back.status == 422 && back.body.contains("it is never dated back"), "{}", back.body);
        let decided = decide(&mut decider, &case, "mode", &with(&on("2", "4", "2020"), &[("mode", "independent")]));
        assert_eq!(decided.status, 303, "{}", decided.body);
        let timeline = decider.get(&format!("/staff/cases/{case}/timeline")).body;
        assert!(timeline.contains("P.MOI, delegated to grade L3 (Operations manager) or higher"), "{timeline}");
    });
}

#[test]
fn not_to_refer_to_the_prosecutor_is_proposed_by_one_and_approved_by_another() {
    on_both_engines("not_to_refer_to_the_prosecutor_is_proposed_by_one_and_approved_by_another", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, mut decider, mut supervisor) = referred(&server);
        let recorded = |answer: crate::client::Answer, done: &str| {
            assert_eq!(answer.location, format!("/staff/cases/{case}?done={done}"), "{}", answer.body);
        };
        let mode = with(&on("5", "6", "2018"), &[("mode", "independent")]);
        recorded(decide(&mut decider, &case, "mode", &mode), "mode");
        let lead = with(&on("6", "6", "2018"), &[("directorate", "core"), ("pathway", "standard")]);
        recorded(decide(&mut supervisor, &case, "lead", &lead), "lead");
        let mut investigator = server.signed_in(account(Role::Inv, "London", 0));
        if investigator.get(&format!("/staff/cases/{case}")).status != 200 {
            investigator = lead_of(&server, &mut supervisor, &case);
        }
        let terms = with(&on("8", "6", "2018"), &[("terms", "What happened.")]);
        recorded(decide(&mut investigator, &case, "terms", &terms), "terms");
        recorded(decide(&mut supervisor, &case, "approve-terms", &on("12", "6", "2018")), "approve-terms");
        let report = with(&on("1", "5", "2019"), &[("conclusion", "No crime.")]);
        recorded(decide(&mut investigator, &case, "report", &report), "report");

        let unsaid = with(&on("20", "5", "2019"), &[("referred", "no")]);
        let answer = decide(&mut decider, &case, "prosecutor", &unsaid);
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("Say whether a second person has to approve this"));
        let decision = with(&unsaid, &[("two", "no")]);
        recorded(decide(&mut decider, &case, "prosecutor", &decision), "proposed");
        let own = decider.get(&format!("/staff/cases/{case}")).body;
        assert!(own.contains("waits for somebody else to approve it") && !own.contains("Not referred, decided on"));
        let approve = with(&on("22", "5", "2019"), &[("answer", "approve"), ("reasons", "")]);
        let refused = decide(&mut decider, &case, "second", &approve);
        assert!(refused.status == 422 && refused.body.contains("You proposed this decision"), "{}", refused.body);
        recorded(decide(&mut supervisor, &case, "second", &approve), "second");
        let page = supervisor.get(&format!("/staff/cases/{case}")).body;
        assert!(page.contains("Not referred, decided on 22 May 2019"), "{page}");
        let timeline = supervisor.get(&format!("/staff/cases/{case}/timeline")).body;
        assert!(timeline.contains("Proposed by") && timeline.contains("Proposed decision approved"));
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

/// The investigator who leads a case.
fn lead_of(server: &Server, supervisor: &mut Client, case: &str) -> Client {
    let page = supervisor.get(&format!("/staff/cases/{case}")).body;
    let profile = candour_core::profile::Profile::named("iopc").unwrap();
    let all = candour_server::generate::demo_accounts(&profile);
    let found = all.iter().find(|a| a.role == Role::Inv && page.contains(a.name));
    server.signed_in(found.expect("the case names its lead").name)
}

#[test]
fn the_commands_keep_their_exit_codes_and_their_keys() {
    on_sqlite(|database| {
        make(database, 0);
        let code = |arguments: &[&str]| candour(database, arguments).status.code();
        let name = account(Role::Inv, "London", 0);
        assert_eq!(code(&["delegation", "check", "P.TEA", "--person", name]), Some(2));
        assert_eq!(code(&["delegation", "check", "P.MOI", "--person", "Nobody"]), Some(2));
        assert_eq!(code(&["delegation", "check", "P.MOI", "--person", name]), Some(1));
        assert_eq!(code(&["delegation", "adopt", "--from", "2020-03-31"]), Some(2), "it has been adopted");
        let grade = ["delegation", "grade", "--person", name, "--grade", "L3", "--from", "2020-03-31"];
        assert_eq!(code(&grade), Some(0));
        assert_eq!(code(&["delegation", "check", "P.MOI", "--person", name]), Some(0));
        assert_eq!(code(&["delegation", "check", "P.MOI", "--person", name, "--on", "2020-03-30"]), Some(1));
        let grant = ["delegation", "grant", "P.REINVEST", "--to", name, "--from", "2020-03-31"];
        assert_eq!(code(&grant), Some(2), "without an instrument");
        let until = ["--until", "2020-04-30", "--instrument", "Minute 7"];
        assert_eq!(code(&[&grant[..], &until].concat()), Some(0));
        assert_eq!(code(&["user", "add", "Graded Person", "--role", "DM", "--grade", "L9"]), Some(2));
        assert_eq!(code(&["user", "add", "Graded Person", "--role", "DM", "--grade", "L3"]), Some(0));
        assert_eq!(code(&["delegation", "check", "P.MOI", "--person", "Graded Person"]), Some(0));
        let listed = candour(database, &["--format", "json", "delegation", "list", "--on", "2020-03-31"]);
        let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
        let reinvest: Vec<&str> = listed
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["power"] == "P.REINVEST")
            .map(|row| row["to"].as_str().unwrap())
            .collect();
        assert_eq!(reinvest, ["L4", name]);
    });
}
