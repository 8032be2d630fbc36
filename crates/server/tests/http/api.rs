//! The door for programs: who gets what with which token, and that every endpoint stands in the
//! document.

use candour_core::permit::{Actor, Object, Role, permit};
use candour_server::api::{ENDPOINTS, UNDER, Verb};
use candour_store::db::Engine;
use candour_store::reads;
use serde_json::{Value, json};

use crate::client::{reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// An answer of the API.
#[derive(Debug)]
struct Told {
    status: u16,
    kind: String,
    tag: String,
    headers: Vec<(String, String)>,
    text: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

/// A program with a token.
pub struct Program {
    agent: ureq::Agent,
    url: String,
    token: String,
}

impl Program {
    pub fn new(server: &Server, token: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self { agent: config.into(), url: server.url.clone(), token: token.to_owned() }
    }

    fn get(&self, path: &str) -> Told {
        self.get_with(path, &[])
    }

    fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Told {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in self.with_token().iter().chain(headers) {
            request = request.header(*name, *value);
        }
        told(request.call().unwrap())
    }

    fn post(&self, path: &str, key: &str, headers: &[(&str, &str)], body: &Value) -> Told {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        for (name, value) in self.with_token().iter().chain(&[("idempotency-key", key)]).chain(headers) {
            request = request.header(*name, *value);
        }
        told(request.send(body.to_string()).unwrap())
    }

    /// The status of a body as it is.
    pub fn post_bytes(&self, path: &str, body: &[u8]) -> u16 {
        let request = self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let request = request.header("authorization", &self.token).header("idempotency-key", "a-key-of-this-test");
        told(request.send(body).unwrap()).status
    }

    /// The status of an address.
    pub fn get_status(&self, path: &str) -> u16 {
        self.get(path).status
    }

    fn with_token(&self) -> Vec<(&str, &str)> {
        if self.token.is_empty() { Vec::new() } else { vec![("authorization", self.token.as_str())] }
    }
}

fn told(mut response: ureq::http::Response<ureq::Body>) -> Told {
    let text = |v: &ureq::http::HeaderValue| v.to_str().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = response.headers().iter().map(|(n, v)| (n.to_string(), text(v))).collect();
    let named = |name: &str| headers.iter().find(|(n, _)| n == name).map_or_else(String::new, |(_, v)| v.clone());
    let (kind, tag) = (named("content-type"), named("etag"));
    let status = response.status().as_u16();
    Told { status, kind, tag, headers, text: response.body_mut().read_to_string().unwrap() }
}

/// Makes a token and gives what a program sends.
pub fn token(database: &str, name: &str, role: &str, units: &[&str]) -> String {
    let mut arguments = vec!["token", "add", name, "--role", role];
    for unit in units {
        arguments.extend(["--unit", unit]);
    }
    let made = candour(database, &arguments);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let says = String::from_utf8(made.stdout).unwrap();
    format!("Bearer {}", says.trim().rsplit(' ').next().unwrap())
}

fn a_referral(summary: &str) -> Value {
    json!({"kind": "complaint", "force": "metropolitan", "route": "mandatory", "clear_on": "2018-06-01",
           "on": "2018-06-02", "summary": summary})
}

/// An endpoint's address with a case and names that exist.
fn address(path: &str, case: &str) -> String {
    let law = candour_core::law::Law::england_and_wales();
    let path = path.replace("{reference}", case).replace("{rule}", &law.rules()[0].id);
    let path = path.replace("{measure}", "caseload.opened");
    let query = if path.ends_with("caseload.opened") { "?on=2019-12-31" } else { "" };
    format!("{UNDER}{path}{query}")
}

#[test]
fn every_endpoint_is_in_the_document_and_answers_each_role_as_the_policy_says() {
    on_sqlite(|database| {
        make(database, 3);
        let server = Server::start(database);
        let nobody = Program::new(&server, "");
        let document = nobody.get("/api/openapi.json");
        assert_eq!((document.status, document.kind.as_str()), (200, "application/json"));
        let document = document.json();
        let documented: usize =
            document["paths"].as_object().unwrap().values().map(|p| p.as_object().unwrap().len()).sum();
        assert_eq!(documented, ENDPOINTS.len());
        let mut asked = 0;
        for role in ["AU", "INV", "SUP", "DM", "NED", "ADM"] {
            let program = Program::new(&server, &token(database, role, role, &["London"]));
            let actor = Actor::new("t", Role::parse(role).unwrap(), vec!["London".to_owned()]);
            for endpoint in ENDPOINTS {
                let at = address(endpoint.path, reference().as_plain());
                let verb = if endpoint.verb == Verb::Get { "get" } else { "post" };
                let said = &document["paths"][format!("{UNDER}{}", endpoint.path)][verb]["responses"];
                let may = endpoint.needs.is_none_or(|action| permit(&actor, action, Object::Body).is_ok());
                let answer = match endpoint.verb {
                    Verb::Get => program.get(&at),
                    Verb::Post => program.post(&at, "a-key-of-this-test", &[("if-match", "\"1\"")], &json!({})),
                };
                assert!(said[answer.status.to_string()].is_object(), "{role} {at}: {answer:?} is not in the document");
                assert_eq!(answer.status == 403, !may, "{role} {at}: {answer:?}");
                let wanted = if answer.status < 400 { "application/json" } else { "application/problem+json" };
                assert_eq!(answer.kind, wanted, "{role} {at}");
                let unknown = match endpoint.verb {
                    Verb::Get => nobody.get(&at),
                    Verb::Post => nobody.post(&at, "a-key-of-this-test", &[("if-match", "\"1\"")], &json!({})),
                };
                assert_eq!(unknown.status, 401, "nobody {at}");
                asked += 1;
            }
        }
        println!("{asked} requests to {} endpoints in 6 roles", ENDPOINTS.len());
    });
}

#[test]
fn a_token_is_shown_once_reads_as_its_role_and_ends_when_it_is_revoked() {
    on_both_engines("a_token_is_shown_once_reads_as_its_role_and_ends_when_it_is_revoked", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let case = reference();
        assert_eq!(assessor.post("/staff/refer", &referral(case.as_plain(), &submission(), "A matter.")).status, 303);
        let secret = token(database, "warehouse", "SUP", &["London"]);
        let listed = String::from_utf8(candour(database, &["token", "list"]).stdout).unwrap();
        assert!(listed.starts_with("warehouse\tt") && !listed.contains(secret.rsplit('_').next().unwrap()), "{listed}");
        let elsewhere = Program::new(&server, &token(database, "elsewhere", "SUP", &["North West"]));
        let program = Program::new(&server, &secret);
        let at = format!("{UNDER}/cases/{}", case.as_plain());
        let record = Engine::at(database).unwrap();
        let access = candour_store::access_beside(&record).unwrap_or(record);
        let readings = || access.read(|tx| reads::readers(tx, "iopc/access/1", &case.stream(), 1000)).unwrap();
        let read = program.get(&at);
        assert_eq!((read.status, read.tag.as_str()), (200, "\"1\""), "{read:?}");
        assert_eq!(read.json()["summary"], "A matter.");
        assert!(readings().len() == 1 && readings()[0].actor.starts_with('t'), "{:?}", readings());
        let (denied, missing) = (elsewhere.get(&at), program.get(&format!("{UNDER}/cases/{}", reference().as_plain())));
        assert_eq!((denied.status, &denied.text), (404, &missing.text), "one answer for both");
        assert_eq!(readings().len(), 1);
        let timeline =
            server.signed_in(account(Role::Sup, "London", 0)).get(&format!("/staff/cases/{}/readers", case.as_plain()));
        assert!(timeline.body.contains("A program (token t"), "{}", timeline.body);
        assert!(candour(database, &["token", "revoke", "warehouse"]).status.success());
        let after = program.get(&at);
        assert_eq!((after.status, after.header("www-authenticate")), (401, "Bearer realm=\"candour\""));
        assert_eq!(candour(database, &["token", "revoke", "warehouse"]).status.code(), Some(1));
        let twice = candour(database, &["token", "add", "elsewhere", "--role", "SUP"]);
        assert!(String::from_utf8_lossy(&twice.stderr).contains("there is a token \"elsewhere\" already"));
        let past = candour(database, &["token", "add", "old", "--role", "SUP", "--until", "2020-01-01"]);
        assert_eq!(past.status.code(), Some(2));
    });
}

#[test]
fn a_referral_by_the_api_is_the_referral_of_the_form_and_counts_once() {
    on_both_engines("a_referral_by_the_api_is_the_referral_of_the_form_and_counts_once", |database| {
        make(database, 0);
        let server = Server::start(database);
        let program = Program::new(&server, &token(database, "force", "AU", &[]));
        let other = Program::new(&server, &token(database, "other", "AU", &[]));
        let at = format!("{UNDER}/cases");
        let answers: Vec<Told> =
            (0..3).map(|_| program.post(&at, "2026-force-1", &[], &a_referral("By a program."))).collect();
        for answer in &answers {
            assert_eq!((answer.status, &answer.text), (201, &answers[0].text), "{answer:?}");
        }
        let made = answers[0].json();
        assert_eq!(answers[0].header("location"), format!("{UNDER}/cases/{}", made["reference"].as_str().unwrap()));
        let changed = program.post(&at, "2026-force-1", &[], &a_referral("Other words."));
        assert_eq!(changed.status, 422, "{changed:?}");
        let theirs = other.post(&at, "2026-force-1", &[], &a_referral("By a program."));
        assert!(theirs.status == 201 && theirs.text != answers[0].text, "keys of different tokens are different keys");
        let page = server.signed_in(account(Role::Au, "London", 0)).get("/staff/cases.csv?stage=assessment");
        assert_eq!(page.body.lines().count(), 3, "{}", page.body);
        let list = program.get(&format!("{UNDER}/cases?limit=1")).json();
        let rest = program.get(&format!("{UNDER}/cases?limit=1&cursor={}", list["next"].as_str().unwrap())).json();
        assert_eq!(rest["next"], Value::Null);
        assert_ne!(list["cases"][0]["reference"], rest["cases"][0]["reference"]);
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn what_does_not_fit_is_named_part_by_part_and_what_a_rule_refuses_by_field() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let program = Program::new(&server, &token(database, "force", "AU", &[]));
        let at = format!("{UNDER}/cases");
        let unfit = program.post(&at, "a-key-of-this-test", &[], &json!({"kind": "rumour", "on": 3, "fo/rce": "x"}));
        assert_eq!(unfit.status, 400);
        let pointers: Vec<Value> =
            unfit.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
        assert_eq!(json!(pointers), json!(["/kind", "/on", "/fo~1rce", "/force", "/route", "/summary"]));
        let mut later = a_referral("To come.");
        later["on"] = json!("2030-01-01");
        let refused = program.post(&at, "a-key-of-this-test", &[], &later);
        assert_eq!((refused.status, &refused.json()["errors"][0]["pointer"]), (422, &json!("/on")), "{refused:?}");
        for (query, parameter) in [
            ("force=atlantis", "force"),
            ("limit=0", "limit"),
            ("closed=1", "closed"),
            ("what=1", "what"),
            ("limit=1&limit=2", "limit"),
        ] {
            let answer = program.get(&format!("{at}?{query}"));
            assert_eq!((answer.status, &answer.json()["errors"][0]["parameter"]), (400, &json!(parameter)), "{query}");
        }
        let keyless = program.post(&at, "short", &[], &a_referral("x"));
        assert_eq!((keyless.status, &keyless.json()["errors"][0]["header"]), (400, &json!("idempotency-key")));
        let method = program.post("/api/v1/log", "a-key-of-this-test", &[], &json!({}));
        assert_eq!(
            (method.status, method.header("allow"), method.kind.as_str()),
            (405, "GET,HEAD", "application/problem+json")
        );
        assert_eq!(program.get("/api/v1/nothing").kind, "application/problem+json");
    });
}

#[test]
fn a_change_asks_which_version_was_seen_and_refuses_another() {
    on_sqlite(|database| {
        make(database, 40);
        let server = Server::start(database);
        let reader = Program::new(&server, &token(database, "everywhere", "SUP", REGIONS));
        let list = reader.get(&format!("{UNDER}/cases?stage=investigation&limit=1")).json();
        let at = format!("{UNDER}/cases/{}", list["cases"][0]["reference"].as_str().unwrap());
        let seen = reader.get(&at);
        assert_eq!(reader.get_with(&at, &[("if-none-match", &seen.tag)]).status, 304);
        let (to, today) = (format!("{at}/forecasts"), "2020-03-31");
        let body = json!({"by": "2020-09-30", "on": today, "reasons": "Two statements are still to come."});
        assert_eq!(reader.post(&to, "forecast-1", &[], &body).status, 428);
        assert_eq!(reader.post(&to, "forecast-1", &[("if-match", "\"999\"")], &body).status, 412);
        let done = reader.post(&to, "forecast-1", &[("if-match", &seen.tag)], &body);
        assert_eq!(done.status, 201, "{done:?}");
        assert_eq!(reader.post(&to, "forecast-1", &[("if-match", &seen.tag)], &body).text, done.text, "sent again");
        let now = reader.get(&at);
        assert_eq!(
            (now.tag.as_str(), now.json()["version"].as_u64()),
            (done.tag.as_str(), done.json()["version"].as_u64())
        );
        assert_eq!(
            now.json()["forecasts"].as_array().unwrap().last().unwrap(),
            &json!({"on": today, "by": "2020-09-30"})
        );
    });
}

/// All of them, so that a token reads every case.
const REGIONS: &[&str] =
    &["London", "North West", "North East", "Midlands and Central", "South East", "Wales and South West"];

#[test]
fn one_measure_is_what_the_command_prints_and_a_token_is_kept_to_its_rate() {
    on_sqlite(|database| {
        make(database, 20);
        let server = Server::start_with(database, &["--api-per-minute", "5"]);
        let program = Program::new(&server, &token(database, "board", "NED", &[]));
        let asked = program.get(&format!(
            "{UNDER}/measures/timeliness.within-12-months?on=2019-12-31&from=2018-01-01&by=mode&where=kind%3Dcomplaint"
        ));
        assert_eq!(asked.status, 200, "{asked:?}");
        let arguments = [
            "--format",
            "json",
            "measure",
            "timeliness.within-12-months",
            "--on",
            "2019-12-31",
            "--from",
            "2018-01-01",
            "--by",
            "mode",
            "--where",
            "kind=complaint",
        ];
        let printed = candour(database, &arguments);
        assert_eq!(
            asked.text,
            String::from_utf8(printed.stdout).unwrap().trim(),
            "{}",
            String::from_utf8_lossy(&printed.stderr)
        );
        let told: Vec<Told> = (0..12).map(|_| program.get(&format!("{UNDER}/log"))).collect();
        let late = told.iter().find(|t| t.status == 429).expect("it asked too often");
        assert!((1..=60).contains(&late.header("retry-after").parse::<u32>().unwrap()), "{late:?}");
    });
}
