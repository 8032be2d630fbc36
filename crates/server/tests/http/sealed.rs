//! Sealed cases: two people to each change, and to everybody outside the list there is no such case.
//! Two records that differ in nothing else give them the same bytes.

use candour_core::permit::Role;

use crate::access::{about, addresses, confirmed, declare, slugs};
use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::material::attach;
use crate::server::{Server, account, candour, make};
use crate::signer::Signer;

/// The region with two decision makers, and a force of it.
pub const REGION: &str = "Wales and South West";
const FORCE: &str = "avon-and-somerset";
const REASONS: &str = "Somebody may come to harm if it is known.";

/// Records a matter of the region.
pub fn refer(server: &Server, summary: &str) -> String {
    let mut assessor = server.signed_in(account(Role::Au, REGION, 0));
    let case = reference().as_plain().to_owned();
    let sent = assessor.post("/staff/refer", &referral_here(&case, &submission(), summary));
    assert_eq!(sent.status, 303, "{}", sent.body);
    case
}

fn referral_here<'a>(case: &'a str, id: &'a str, summary: &'a str) -> Vec<(&'a str, &'a str)> {
    let here = |(name, value)| if name == "force" { (name, FORCE) } else { (name, value) };
    referral(case, id, summary).into_iter().map(here).collect()
}

/// Accuses somebody in a case that is in assessment.
pub fn accuse(server: &Server, case: &str, name: &str, rank: &str, what: &str) {
    let mut assessor = server.signed_in(account(Role::Au, REGION, 0));
    let address = format!("/staff/cases/{case}/allege");
    let form = assessor.get(&address).body;
    let kept = ["case", "version", "submission", "drawn", "register_as"].map(|of| (of, Client::hidden(&form, of)));
    let mut fields: Vec<(&str, &str)> = kept.iter().map(|(of, value)| (*of, value.as_str())).collect();
    fields.extend([("person", "new"), ("name", name), ("rank", rank), ("role", "officer"), ("what", what)]);
    fields.extend([("category", "ipcc-2010:C"), ("on-day", "4"), ("on-month", "6"), ("on-year", "2018")]);
    fields.push(("step", "confirm"));
    let done = assessor.post(&address, &fields);
    assert_eq!(done.status, 303, "{}", done.body);
}

fn propose(client: &mut Client, case: &str, members: &[&str], reasons: &str) -> Answer {
    let fields = [("members", members.join("\n")), ("reasons", reasons.to_owned())];
    confirmed(client, &format!("/staff/cases/{case}/seal/propose"), &fields)
}

/// Answers the proposal that waits.
fn answer(client: &mut Client, case: &str, answer: &str, reasons: &str) -> Answer {
    let page = client.get(&format!("/staff/cases/{case}/seal")).body;
    let of = page.split("seal/answer?of=").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0").to_owned();
    let fields = [("of", of), ("answer", answer.to_owned()), ("reasons", reasons.to_owned())];
    confirmed(client, &format!("/staff/cases/{case}/seal/answer"), &fields)
}

/// The second decision maker and the supervisor of the region, whom the tests put on the list.
pub fn members() -> [&'static str; 2] {
    [account(Role::Dm, REGION, 1), account(Role::Sup, REGION, 0)]
}

/// Seals a case with [`members`] on its list.
pub fn seal(server: &Server, case: &str, (why, approved): (&str, &str)) {
    let [mut decider, mut supervisor] = members().map(|name| server.signed_in(name));
    let proposed = propose(&mut decider, case, &members(), why);
    assert_eq!(proposed.status, 303, "{}", proposed.body);
    let answered = answer(&mut supervisor, case, "approve", approved);
    assert_eq!(answered.status, 303, "{}", answered.body);
}

#[test]
fn a_sealed_case_is_there_for_its_list_and_for_nobody_else_until_two_people_unseal_it() {
    on_both_engines("a_sealed_case_is_there_for_its_list_and_for_nobody_else_until_two_people_unseal_it", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, unknown) = (refer(&server, "An invented matter."), reference().as_plain().to_owned());
        let page = format!("/staff/cases/{case}");
        let [mut decider, mut supervisor] = members().map(|name| server.signed_in(name));
        let mut outsider = server.signed_in(account(Role::Dm, REGION, 0));
        assert_eq!(outsider.get(&page).status, 200);
        // A list that could not be changed, somebody who may not read it, and a name that nobody has.
        let alone = propose(&mut decider, &case, &members()[1..], REASONS);
        assert!(alone.status == 422 && alone.body.contains("at least two who may change"), "{}", alone.body);
        let in_vain = [members()[0], members()[1], account(Role::Adm, REGION, 0)];
        let in_vain = propose(&mut decider, &case, &in_vain, REASONS);
        assert!(in_vain.status == 422 && in_vain.body.contains("may not read the case"), "{}", in_vain.body);
        let nobody = propose(&mut decider, &case, &["Nobody at all"], REASONS);
        assert!(nobody.status == 422 && nobody.body.contains("nobody called Nobody at all"), "{}", nobody.body);
        let mut administrator = server.signed_in(account(Role::Adm, REGION, 0));
        assert_eq!(propose(&mut administrator, &case, &members(), REASONS).status, 403);
        assert_eq!(propose(&mut decider, &case, &members(), REASONS).status, 303);
        assert_eq!(outsider.get(&page).status, 200, "a proposal seals nothing");
        let own = confirmed(
            &mut decider,
            &format!("{page}/seal/answer"),
            &[("of", "1".into()), ("answer", "approve".into()), ("reasons", REASONS.into())],
        );
        assert!(own.status == 422 && own.body.contains("somebody else"), "{}", own.body);
        let left_out = answer(&mut outsider, &case, "approve", REASONS);
        assert!(left_out.status == 422 && left_out.body.contains("You are not on this list"), "{}", left_out.body);
        assert_eq!(answer(&mut supervisor, &case, "approve", REASONS).status, 303);
        for path in ["", "/timeline", "/readers", "/break-glass", "/seal", "/mode", "/clocks.json"] {
            for client in [&mut outsider, &mut administrator] {
                let [hidden, none] = [&case, &unknown].map(|of| client.get(&format!("/staff/cases/{of}{path}")));
                assert_eq!((hidden.status, hidden.body), (404, none.body), "{path}");
            }
        }
        assert!(!outsider.get("/staff/cases?all=1").body.contains(&case));
        for client in [&mut decider, &mut supervisor] {
            let read = client.get(&page);
            assert!(read.status == 200 && read.body.contains("This case is sealed."), "{}", read.body);
            assert!(client.get("/staff/cases.csv?all=1").body.lines().count() == 2);
            assert_eq!(client.get(&format!("{page}/break-glass")).status, 403, "no reason opens it");
        }
        let listed = supervisor.get(&format!("{page}/seal")).body;
        assert!(listed.contains(REASONS) && members().iter().all(|name| listed.contains(name)), "{listed}");
        if database.starts_with("postgres") {
            let other = Server::start(database);
            assert_eq!(outsider.again(&other.url).get(&page).status, 404, "on another node too");
        }
        // One who is on the list and has a conflict of interest is kept out, and told why.
        let count = |wanted: &str| {
            let asked = ["measure", "caseload.referrals", "--on", "2020-03-30", "--format", "json"];
            let said = String::from_utf8(candour(database, &asked).stdout).unwrap();
            assert!(said.contains(&format!("\"count\":{wanted}")), "{said}");
        };
        count("0");
        let unsealing = [("does", "unseal".to_owned()), ("reasons", REASONS.to_owned())];
        assert_eq!(confirmed(&mut supervisor, &format!("{page}/seal/propose"), &unsealing).status, 303);
        assert_eq!(outsider.get(&page).status, 404);
        assert_eq!(answer(&mut decider, &case, "approve", REASONS).status, 303);
        assert_eq!(outsider.get(&page).status, 200);
        count("1");
        seal(&server, &case, (REASONS, REASONS));
        declare(&mut decider, &about("case", &case));
        let walled = decider.get(&page);
        assert!(walled.status == 403 && walled.body.contains("conflict of interest"), "{}", walled.body);
        let kept = administrator.get("/staff/access").body;
        assert!(kept.contains("Nobody has a declared conflict"), "{kept}");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn a_bundle_of_a_sealed_case_is_handed_out_for_somebody_on_its_list_only() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, unknown) = (refer(&server, "An invented matter."), reference());
        seal(&server, &case, (REASONS, REASONS));
        drop(server);
        let signer = Signer::new(database);
        assert!(signer.sign(database, "new").status.success());
        let (checkpoint, key, out) = (signer.path("new"), signer.path("signer/key.pub"), signer.path("bundle.json"));
        let bundle = |case: &str, member: &[&str]| {
            let all = ["bundle", case, "--checkpoint", &checkpoint, "--key", &key, "--out", &out];
            candour(database, &[all.as_slice(), member].concat())
        };
        let says = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
        let in_full = candour_core::reference::Reference::parse(&case).unwrap().to_string();
        let outsider = account(Role::Dm, REGION, 0);
        for member in [&[][..], &["--member", outsider], &["--member", "Nobody at all"]] {
            let [hidden, none] = [case.as_str(), unknown.as_plain()].map(|case| bundle(case, member));
            assert_eq!(hidden.status.code(), none.status.code());
            assert_eq!(says(&hidden), says(&none).replace(&unknown.to_string(), &in_full));
            assert!(!std::fs::exists(&out).unwrap());
        }
        let handed = bundle(&case, &["--member", members()[1]]);
        assert!(handed.status.success() && std::fs::exists(&out).unwrap(), "{}", says(&handed));
    });
}

/// One of the two records, and everybody outside the list.
struct World {
    server: Server,
    outsiders: Vec<(&'static str, Client)>,
}

/// What is asked of both worlds.
enum Ask {
    Get(String),
    Post(String, Vec<(String, String)>),
}

fn outsiders(server: &Server) -> Vec<(&'static str, Client)> {
    let named = [
        ("assessor", Role::Au, REGION, 0),
        ("investigator", Role::Inv, REGION, 0),
        ("decision maker of the region", Role::Dm, REGION, 0),
        ("decision maker with a conflict about the force", Role::Dm, "London", 0),
        ("decision maker with a conflict about the case", Role::Dm, "South East", 0),
        ("supervisor who had opened it with a reason", Role::Sup, "North West", 0),
        ("supervisor elsewhere", Role::Sup, "London", 0),
        ("director", Role::Ned, REGION, 0),
        ("administrator", Role::Adm, REGION, 0),
    ];
    let all = named.map(|(says, role, region, nth)| (says, server.signed_in(account(role, region, nth))));
    all.into_iter().chain([("nobody", server.visitor())]).collect()
}

/// A world with some cases, in which somebody declares a conflict about the force; `sealed` is there in one.
fn world(database: &str, sealed: Option<&str>) -> World {
    make(database, 12);
    let server = Server::start(database);
    declare(&mut server.signed_in(account(Role::Dm, "London", 0)), &about("force", FORCE));
    if let Some(case) = sealed {
        let mut assessor = server.signed_in(account(Role::Au, REGION, 0));
        assert_eq!(assessor.post("/staff/refer", &referral_here(case, &submission(), "Hidden.")).status, 303);
        attach(&server, case, "hidden.mp4", "A film that nobody knows of.", b"a film");
        accuse(&server, case, "Robin Ashdale", "PC 4471", "Used force without need.");
        // Before it was sealed others knew of it.
        declare(&mut server.signed_in(account(Role::Dm, "South East", 0)), &about("case", case));
        let mut stranger = server.signed_in(account(Role::Sup, "North West", 0));
        let reason = [("category", "cover".to_owned()), ("reason", REASONS.to_owned())];
        assert_eq!(confirmed(&mut stranger, &format!("/staff/cases/{case}/break-glass"), &reason).status, 303);
        seal(&server, case, (REASONS, REASONS));
    }
    World { outsiders: outsiders(&server), server }
}

/// What is asked about the case: every address, and every form.
fn asks(case: &str) -> Vec<Ask> {
    let all = addresses(case).into_iter().flat_map(|(_, filled)| filled);
    // Each look at the page of a second factor draws a secret of one's own.
    let mut asks: Vec<Ask> = all.filter(|address| address != "/account/second-factor").map(Ask::Get).collect();
    let more = [
        format!("/staff/cases?number={case}"),
        format!("/staff/cases.csv?number={case}"),
        format!("/staff/retention/propose?case={case}"),
        format!("/staff/retention/restrict?case={case}"),
        "/staff/retention?on-day=1&on-month=1&on-year=2050".to_owned(),
        "/staff/cases?all=1".to_owned(),
        "/staff/cases.csv?closed=1".to_owned(),
        format!("/staff/cases?force={FORCE}"),
        format!("/staff/access/declare?case={case}"),
        "/staff/access/end?of=2".to_owned(),
        "/staff/access/review?of=1".to_owned(),
        "/staff/behind?measure=caseload.referrals&on=2020-03-30".to_owned(),
        "/staff/behind.csv?measure=caseload.referrals&on=2020-03-30".to_owned(),
        format!("/staff/behind.csv?measure=count.allegations&on=2020-03-30&where=force={FORCE}"),
        "/staff/behind?measure=count.matters&on=2020-03-30&by=force".to_owned(),
    ];
    asks.extend(more.map(Ask::Get));
    let plain = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let id = submission();
    let form = plain(&[("case", case), ("version", "1"), ("submission", &id), ("step", "confirm"), ("of", "1")]);
    let forms = slugs().into_iter().chain(["break-glass", "seal/propose", "seal/answer", "material/upload"]);
    asks.extend(forms.map(|slug| Ask::Post(format!("/staff/cases/{case}/{slug}"), form.clone())));
    for step in ["check", "confirm"] {
        let conflict = [("sort", "party"), ("about", "case"), ("reference", case), ("staff", "u01"), ("step", step)];
        asks.push(Ask::Post("/staff/access/declare".to_owned(), plain(&conflict)));
        let end = plain(&[("of", "2"), ("reasons", REASONS), ("step", step)]);
        asks.push(Ask::Post("/staff/access/end".to_owned(), end));
        let review = plain(&[("of", "1"), ("justified", "yes"), ("reasons", REASONS), ("step", step)]);
        asks.push(Ask::Post("/staff/access/review".to_owned(), review));
    }
    // This reference is taken; that one is related to it.
    let taken = referral(case, &id, "Another.").into_iter().filter(|(name, _)| *name != "drawn").collect::<Vec<_>>();
    asks.push(Ask::Post("/staff/refer".to_owned(), plain(&taken)));
    let fresh = reference();
    let mut related = referral(fresh.as_plain(), &id, "Another.");
    related.extend([("related", case), ("related_attention-day", "1"), ("related_attention-month", "6")]);
    related.extend([("related_attention-year", "2018"), ("related_open", "yes")]);
    asks.push(Ask::Post("/staff/refer".to_owned(), plain(&related)));
    asks
}

/// The bytes of an answer, with its status and headers, but for where the record has got to, its hashes,
/// and what is drawn anew for each form.
fn masked(answer: &Answer, heads: (u64, u64)) -> String {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date" && name != "content-length");
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    let mut body = answer.body.clone();
    if body.contains("action=\"/staff/refer\"") {
        body = body.replace(&Client::hidden(&body, "case"), "#drawn");
    }
    if body.contains("action=\"/account/sessions\"") {
        body = without_sessions(&body);
    }
    let whole = format!("{}\n{}\n\n{body}", answer.status, headers.join("\n"));
    let mut masked = String::with_capacity(whole.len());
    for part in whole.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let hash = word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let known = if hash {
            "#hash"
        } else if word == heads.0.to_string() || word == heads.1.to_string() {
            "#position"
        } else {
            word
        };
        masked.push_str(known);
        masked.push_str(&part[word.len()..]);
    }
    masked
}

/// One's own account without one's own sessions: their names are drawn, their minutes are the machine's,
/// and whoever opened the case before it was sealed signed in once more.
fn without_sessions(body: &str) -> String {
    body.lines().filter(|line| !line.contains("name=\"session\"")).collect::<Vec<_>>().join("\n")
}

fn head(database: &str) -> u64 {
    let path = database.strip_prefix("sqlite:").unwrap();
    let found = rusqlite::Connection::open(path).unwrap().query_row("select size from head", [], |row| row.get(0));
    u64::try_from(found.unwrap_or(0_i64)).unwrap()
}

/// Asks both worlds about as many pairs as are wanted; answers how many it asked.
fn compare((first, second): (&mut World, &mut World), heads: (u64, u64), case: &str, wanted: usize) -> usize {
    let asks = asks(case);
    let visitors = first.outsiders.len();
    let all = asks.len() * visitors;
    // A step that shares no factor with the number of visitors meets all of them.
    let shares = |step: &usize| (2..=visitors).any(|n| step.is_multiple_of(n) && visitors.is_multiple_of(n));
    let step = (1..=all / wanted.max(1)).rev().find(|step| !shares(step)).unwrap_or(1);
    let mut compared = 0;
    for n in (0..all).step_by(step) {
        let (ask, who) = (&asks[n / visitors], n % visitors);
        let answers = [&mut *first, &mut *second].map(|world| {
            let client = &mut world.outsiders[who].1;
            let answer = match ask {
                Ask::Get(address) => client.get(address),
                Ask::Post(address, fields) => {
                    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                    client.post(address, &fields)
                }
            };
            assert!(answer.status < 500, "{}", answer.body);
            masked(&answer, heads)
        });
        let (Ask::Get(address) | Ask::Post(address, _)) = ask;
        let says = || first.outsiders[who].0;
        if answers[0] != answers[1] {
            let lines = answers[0].lines().zip(answers[1].lines()).find(|(a, b)| a != b);
            panic!("{} learns from {address}: {lines:?}", says());
        }
        compared += 1;
    }
    compared
}

/// How many pairs are compared: by the environment, and few in the ordinary run.
fn pairs() -> usize {
    std::env::var("CANDOUR_PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(400)
}

#[test]
fn two_records_that_differ_in_a_sealed_case_give_everybody_outside_the_same_bytes() {
    on_sqlite(|without| {
        on_sqlite(|with| {
            let case = reference().as_plain().to_owned();
            let (mut first, mut second) = (world(without, None), world(with, Some(&case)));
            // The case as it is, and after each change that its members make.
            let changes: [&dyn Fn(&Server); 4] =
                [&|_| (), &|server| decide(server, &case), &|server| conflict(server, &case), &|server| {
                    relist(server, &case);
                }];
            let mut compared = 0;
            for change in &changes {
                change(&second.server);
                let heads = (head(without), head(with));
                compared += compare((&mut first, &mut second), heads, &case, pairs().div_ceil(changes.len()));
                assert_eq!(heads, (head(without), head(with)), "nobody outside changed anything");
            }
            println!("{compared} pairs of an address and a visitor, over {} states of the case", changes.len());
            assert!(compared >= pairs().min(1_000));
            drop((first, second));
            same_commands((without, head(without)), (with, head(with)));
        });
    });
}

/// A member decides the mode.
fn decide(server: &Server, case: &str) {
    let mut decider = server.signed_in(members()[0]);
    let address = format!("/staff/cases/{case}/mode");
    let version = Client::hidden(&decider.get(&address).body, "version");
    let id = submission();
    let fields = [("case", case), ("version", &version), ("submission", &id), ("step", "confirm")];
    let day = [("on-day", "5"), ("on-month", "6"), ("on-year", "2018"), ("mode", "local"), ("reasons", REASONS)];
    let done = decider.post(&address, &fields.into_iter().chain(day).collect::<Vec<_>>());
    assert_eq!(done.status, 303, "{}", done.body);
}

/// A member declares a conflict with the person of the case, who is in no other, and is kept out.
fn conflict(server: &Server, case: &str) {
    let mut supervisor = server.signed_in(members()[1]);
    let address = format!("/staff/access/declare?case={case}");
    let form = supervisor.get(&address).body;
    let person = form.split("value=\"person:").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let fields = [("case", case.to_owned()), ("sort", "party".to_owned()), ("about", format!("person:{person}"))];
    declare(&mut supervisor, &fields);
    assert_eq!(supervisor.get(&format!("/staff/cases/{case}")).status, 403);
}

/// A member proposes another list, which waits.
fn relist(server: &Server, case: &str) {
    let mut decider = server.signed_in(members()[0]);
    let list = [members()[0], account(Role::Dm, REGION, 0)];
    let proposed = propose(&mut decider, case, &list, REASONS);
    assert_eq!(proposed.status, 303, "{}", proposed.body);
}

/// What the operator's commands say is the same too.
fn same_commands((first, at_first): (&str, u64), (second, at_second): (&str, u64)) {
    let commands: [&[&str]; 7] = [
        &["clocks", "list"],
        &["clocks", "list", "--format", "json"],
        &["clocks", "run"],
        &["measure", "caseload.referrals", "--on", "2020-03-30", "--by", "force", "--format", "json"],
        &["measure", "count.people", "--on", "2020-03-30", "--format", "csv"],
        &["measure", "count.allegations", "--on", "2020-03-30"],
        &["user", "list"],
    ];
    for command in commands {
        let says = [first, second].map(|database| {
            let output = candour(database, command);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(database, "DATABASE");
            let body = format!("{}{}", text(&output.stdout), text(&output.stderr));
            let status = u16::try_from(output.status.code().unwrap_or(0)).unwrap();
            masked(&Answer { status, location: String::new(), headers: Vec::new(), body }, (at_first, at_second))
        });
        assert_eq!(says[0], says[1], "{command:?}");
    }
}
