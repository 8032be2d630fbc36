//! Who may see what: conflicts of interest, cases opened with a reason, and every address for
//! every role and state of a case.

use candour_core::permit::Role;
use candour_core::reference::Reference;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// A word that stands in the case and nowhere else.
const CANARY: &str = "Quetzalcanary";
const REASON: &str = "The lead is away and the family has called.";

/// A matter of London, with its plain reference.
fn referred(server: &Server) -> String {
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let case = reference().as_plain().to_owned();
    let summary = format!("An invented matter about a {CANARY}.");
    assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), &summary)).status, 303);
    case
}

fn about(kind: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let named = if kind == "force" { "force" } else { "reference" };
    vec![("sort", "family-or-friend".to_owned()), ("about", kind.to_owned()), (named, value.to_owned())]
}

fn confirmed(client: &mut Client, address: &str, fields: &[(&str, String)]) -> Answer {
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sent.push(("step", "confirm"));
    client.post(address, &sent)
}

fn declare(client: &mut Client, fields: &[(&str, String)]) {
    let done = confirmed(client, "/staff/access/declare", fields);
    assert_eq!((done.status, done.location.as_str()), (303, "/staff/access?done=declared"), "{}", done.body);
}

/// Posts a decision on the mode, as somebody who may read the case would see its form.
fn decide(client: &mut Client, case: &str) -> Answer {
    let address = format!("/staff/cases/{case}/mode");
    let (version, id) = ("1", submission());
    let day = [("on-day", "5"), ("on-month", "6"), ("on-year", "2018")];
    let rest = [("case", case), ("version", version), ("submission", id.as_str()), ("step", "confirm")];
    let answers = [("mode", "local"), ("reasons", REASON)];
    client.post(&address, &rest.iter().chain(&answers).chain(&day).copied().collect::<Vec<_>>())
}

#[test]
fn a_declared_conflict_closes_the_cases_of_a_force_at_once_and_somebody_else_opens_them_again() {
    on_both_engines(
        "a_declared_conflict_closes_the_cases_of_a_force_at_once_and_somebody_else_opens_them_again",
        |database| {
            make(database, 0);
            let server = Server::start(database);
            let case = referred(&server);
            let (page, in_full) = (format!("/staff/cases/{case}"), Reference::parse(&case).unwrap().to_string());
            let mut decider = server.signed_in(account(Role::Dm, "London", 0));
            let mut colleague = server.signed_in(account(Role::Sup, "London", 0));
            let lists = |client: &mut Client| {
                let found = ["/staff/cases?all=1", "/staff/cases.csv", "/staff/work"].map(|at| client.get(at));
                let named = |body: &str| body.contains(&case) || body.contains(&in_full);
                found.map(|answer| (answer.status, named(&answer.body)))
            };
            assert_eq!(decider.get(&page).status, 200);
            assert_eq!(lists(&mut decider)[..2], [(200, true), (200, true)]);
            let tried = decider.post("/staff/access/declare", &[("sort", "party"), ("about", "force")]);
            assert!(tried.status == 422 && tried.body.contains("Choose the force"), "{}", tried.body);
            declare(&mut decider, &about("force", "metropolitan"));
            let closed = decider.get(&page);
            assert_eq!(closed.status, 403);
            assert!(closed.body.contains("conflict of interest") && !closed.body.contains(CANARY), "{}", closed.body);
            assert!(!closed.body.contains("break-glass"), "no reason crosses it");
            assert_eq!(decider.get(&format!("{page}/break-glass")).status, 403);
            assert_eq!(lists(&mut decider), [(200, false); 3]);
            assert_eq!(decide(&mut decider, &case).status, 403);
            let behind = decider.get("/staff/behind?measure=caseload.referrals&on=2020-03-30").body;
            assert!(behind.contains("1 of these is closed to you") && !behind.contains(&in_full), "{behind}");
            assert_eq!(colleague.get(&page).status, 200, "nobody else is kept out");
            let (who, readers) = (account(Role::Dm, "London", 0), format!("{page}/readers"));
            assert!(colleague.get(&readers).body.contains(&format!("closes this case to: {who}")));
            let end = [("of", "1".to_owned()), ("reasons", "It was another force.".to_owned())];
            assert_eq!(confirmed(&mut decider, "/staff/access/end", &end).status, 403, "not one's own to end");
            let mut administrator = server.signed_in(account(Role::Adm, "London", 0));
            assert!(administrator.get("/staff/access").body.contains(who));
            assert_eq!(confirmed(&mut administrator, "/staff/access/end", &end).status, 303);
            assert_eq!(decider.get(&page).status, 200);
            drop(server);
            assert!(
                candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success()
            );
        },
    );
}

#[test]
fn a_reason_opens_a_case_of_another_region_to_be_read_until_it_is_reviewed() {
    on_both_engines("a_reason_opens_a_case_of_another_region_to_be_read_until_it_is_reviewed", |database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let page = format!("/staff/cases/{case}");
        let glass = format!("{page}/break-glass");
        let mut stranger = server.signed_in(account(Role::Dm, "North West", 0));
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let denied = stranger.get(&page);
        assert!(denied.status == 403 && denied.body.contains(&glass) && !denied.body.contains(CANARY));
        let form = stranger.get(&glass);
        assert!(form.status == 200 && !form.body.contains(CANARY), "{}", form.body);
        let answers = |reason: &str| [("category", "cover".to_owned()), ("reason", reason.to_owned())];
        let short = confirmed(&mut stranger, &glass, &answers("Please."));
        assert!(short.status == 422 && short.body.contains("20 characters"), "{}", short.body);
        let unconfirmed = stranger.post(&glass, &[("category", "cover"), ("reason", REASON)]);
        assert!(unconfirmed.status == 200 && unconfirmed.body.contains("open to you for 4 hours"));
        assert_eq!(stranger.get(&page).status, 403, "nothing was recorded yet");
        let opened = confirmed(&mut stranger, &glass, &answers(REASON));
        assert_eq!((opened.status, opened.location.as_str()), (303, page.as_str()), "{}", opened.body);
        let read = stranger.get(&page);
        assert!(
            read.status == 200
                && read.body.contains(CANARY)
                && read.body.contains("You opened this case with a reason")
        );
        assert_eq!(decide(&mut stranger, &case).status, 403, "to be read and nothing else");
        // Those who answer for the case see it at once.
        assert!(supervisor.get(&page).body.contains("opened it with a reason, which waits for review"));
        let seen = supervisor.get(&format!("{page}/readers")).body;
        assert!(seen.contains(REASON) && seen.contains("A reason that they gave (decision maker)"), "{seen}");
        assert!(supervisor.get("/staff/access").body.contains("/staff/access/review?of=1"));
        let found =
            [("of", "1".to_owned()), ("justified", "no".to_owned()), ("reasons", "The lead was here.".to_owned())];
        assert_eq!(confirmed(&mut stranger, "/staff/access/review", &found).status, 403, "not one's own to review");
        assert_eq!(confirmed(&mut supervisor, "/staff/access/review", &found).status, 303);
        assert_eq!(stranger.get(&page).status, 403, "the review ended it");
        let again = confirmed(&mut stranger, &glass, &answers(REASON));
        assert!(again.status == 422 && again.body.contains("no good reason"), "{}", again.body);
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

/// What somebody needs for an address.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    /// Nothing: it is public.
    Nothing,
    /// One of the roles.
    Roles(&'static [Role]),
    /// To read the case.
    Case,
    /// To read the case and to see who has looked.
    Readers,
    /// What opens a case with a reason.
    Glass,
}

const LISTS: Needs = Needs::Roles(&[Role::Au, Role::Inv, Role::Sup, Role::Dm]);
const FIGURES: Needs = Needs::Roles(&[Role::Au, Role::Inv, Role::Sup, Role::Dm, Role::Ned]);
const STAFF: Needs = Needs::Roles(&[Role::Au, Role::Inv, Role::Sup, Role::Dm, Role::Adm]);
const ADMINISTRATORS: Needs = Needs::Roles(&[Role::Adm]);

/// What an address needs; none for one that this file does not know.
fn needs(route: &str) -> Option<Needs> {
    Some(match route {
        "/" | "/sign-in" | "/healthz" | "/readyz" | "/assets/{name}" | "/log/checkpoint" => Needs::Nothing,
        law if law == "/law" || law.starts_with("/law/") || law.starts_with("/law.") => Needs::Nothing,
        "/staff/users"
        | "/staff/delegation/{change}"
        | "/staff/holidays/add"
        | "/staff/holidays/withdraw"
        | "/staff/access/end" => ADMINISTRATORS,
        "/staff" | "/staff/delegation" | "/staff/holidays" | "/staff/access" | "/staff/access/declare" => STAFF,
        "/staff/refer" => Needs::Roles(&[Role::Au]),
        "/staff/cases" | "/staff/cases.csv" | "/staff/work" | "/staff/behind" | "/staff/behind.csv" => LISTS,
        "/staff/retention" => Needs::Roles(&[Role::Sup, Role::Dm]),
        // Each is about something that its address names.
        "/staff/access/review"
        | "/staff/retention/propose"
        | "/staff/retention/answer"
        | "/staff/retention/restrict"
        | "/staff/retention/lift" => Needs::Roles(&[]),
        "/staff/cases/{reference}/readers" => Needs::Readers,
        "/staff/cases/{reference}/break-glass" => Needs::Glass,
        case if case.starts_with("/staff/cases/{reference}") => Needs::Case,
        board if board == "/board" || board.starts_with("/board/") || board.starts_with("/board.") => FIGURES,
        _ => return None,
    })
}

/// Somebody, how they stand to the case, and who they are at the client.
struct Visitor {
    says: &'static str,
    role: Option<Role>,
    reads: bool,
    sees_readers: bool,
    walled: bool,
    client: Client,
}

impl Visitor {
    fn may(&self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Roles(roles) => self.role.is_some_and(|role| roles.contains(&role)),
            Needs::Case => self.reads && !self.walled,
            Needs::Readers => self.sees_readers && self.reads && !self.walled,
            Needs::Glass => {
                !self.walled && self.role.is_some_and(|r| matches!(r, Role::Au | Role::Inv | Role::Sup | Role::Dm))
            }
        }
    }
}

/// Everybody, for a case of London whose mode is not decided.
fn everybody(server: &Server, case: &str) -> Vec<Visitor> {
    let one = |says, role: Role, region, nth, reads, sees_readers| Visitor {
        says,
        role: Some(role),
        reads,
        sees_readers,
        walled: false,
        client: server.signed_in(account(role, region, nth)),
    };
    let mut all = vec![
        one("assessor", Role::Au, "London", 0, true, false),
        one("investigator", Role::Inv, "London", 0, false, false),
        one("supervisor", Role::Sup, "London", 0, true, true),
        one("supervisor elsewhere", Role::Sup, "North West", 0, false, false),
        one("decision maker", Role::Dm, "London", 0, true, false),
        one("decision maker elsewhere", Role::Dm, "North West", 0, false, false),
        one("director", Role::Ned, "London", 0, false, false),
        one("administrator", Role::Adm, "London", 0, false, false),
    ];
    for (says, role, region, reads) in [
        ("walled supervisor", Role::Sup, "South East", false),
        ("walled decision maker", Role::Dm, "South East", false),
    ] {
        let mut visitor = one(says, role, region, 0, reads, false);
        declare(&mut visitor.client, &about("case", case));
        visitor.walled = true;
        all.push(visitor);
    }
    all.push(Visitor {
        says: "nobody",
        role: None,
        reads: false,
        sees_readers: false,
        walled: false,
        client: server.visitor(),
    });
    all
}

/// Every address that answers a GET, as the router has it, with what fills its places.
fn addresses(case: &str) -> Vec<(String, Vec<String>)> {
    let router = include_str!("../../src/router.rs");
    let routes = router.split(".route(").skip(1).filter_map(|rest| {
        let (route, answers) = rest.split_once('"')?.1.split_once('"')?;
        let answers = answers.split(".route(").next()?.lines().next()?;
        answers.contains("get(").then(|| route.to_owned())
    });
    let fill = |route: &str| {
        let with = route.replace("{reference}", case).replace("{key}", "none").replace("{n}", "1");
        let with = with.replace("{change}", "grant").replace("{id}", "mode.determine").replace("{name}", "none");
        if !with.contains("{form}") {
            return vec![with];
        }
        slugs().into_iter().map(|slug| with.replace("{form}", slug)).collect()
    };
    routes.map(|route| (route.clone(), fill(&route))).collect()
}

fn slugs() -> Vec<&'static str> {
    candour_server::web::case_forms::FORMS.iter().map(|form| form.slug()).filter(|slug| *slug != "refer").collect()
}

#[test]
fn every_address_shows_a_case_to_whom_the_policy_gives_it_and_to_nobody_else() {
    on_sqlite(|database| {
        make(database, 1);
        let server = Server::start(database);
        let case = referred(&server);
        let addresses = addresses(&case);
        assert!(addresses.len() > 50, "the addresses were found in the router: {}", addresses.len());
        let unknown: Vec<&str> = addresses.iter().map(|(r, _)| r.as_str()).filter(|r| needs(r).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new(), "addresses of which this test does not know what they need");
        let (mut asked, mut shown) = (0, 0);
        for visitor in &mut everybody(&server, &case) {
            for (route, filled) in &addresses {
                let needs = needs(route).unwrap();
                for address in filled {
                    let answer = visitor.client.get(address);
                    let says = || format!("{} {address}: {} {}", visitor.says, answer.status, answer.body);
                    let (refused, canary) = (matches!(answer.status, 403 | 303), answer.body.contains(CANARY));
                    let may = visitor.may(needs);
                    // Whoever may read a case is sent from its break-glass to the case, and a form can be
                    // for fewer than those who read.
                    let sent_on = (needs == Needs::Glass && visitor.reads) || route.ends_with("{form}");
                    assert!(answer.status < 500, "{}", says());
                    assert!(may || refused || answer.status == 404, "{}", says());
                    assert!(!may || !refused || sent_on, "{}", says());
                    assert!(!canary || (visitor.reads && !visitor.walled), "{}", says());
                    asked += 1;
                    shown += usize::from(canary);
                }
            }
        }
        println!("{asked} readings of {} addresses; the case's words were shown in {shown}", addresses.len());
        assert!(shown > 0, "whoever may sees the case");
    });
}

#[test]
fn no_form_of_a_case_is_taken_from_whom_the_policy_does_not_give_it() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        for visitor in everybody(&server, &case).iter_mut().filter(|v| !v.may(Needs::Case)) {
            for slug in slugs() {
                let address = format!("/staff/cases/{case}/{slug}");
                let id = submission();
                let fields = [("case", case.as_str()), ("version", "1"), ("submission", &id), ("step", "confirm")];
                let answer = visitor.client.post(&address, &fields);
                assert!(matches!(answer.status, 303 | 403), "{} {slug}: {}", visitor.says, answer.status);
                assert!(answer.status == 403 || answer.location == "/sign-in", "{} {slug}", visitor.says);
                assert!(!answer.body.contains(CANARY), "{} {slug}", visitor.says);
            }
        }
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        let form = decider.get(&format!("/staff/cases/{case}/mode")).body;
        assert_eq!(Client::hidden(&form, "version"), "1", "nothing was added to the case");
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}

/// Records a matter and an allegation against somebody.
fn accuse(database: &str) {
    let server = Server::start(database);
    let case = referred(&server);
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let address = format!("/staff/cases/{case}/allege");
    let form = assessor.get(&address).body;
    let (version, named) = (Client::hidden(&form, "version"), Client::hidden(&form, "register_as"));
    let id = submission();
    let fields = [
        ("case", case.as_str()),
        ("version", &version),
        ("submission", &id),
        ("register_as", &named),
        ("step", "confirm"),
        ("person", "new"),
        ("name", "Robin Ashdale"),
        ("rank", "PC 4471"),
        ("role", "officer"),
        ("category", "ipcc-2010:C"),
        ("what", "Used force without need."),
        ("on-day", "4"),
        ("on-month", "6"),
        ("on-year", "2018"),
    ];
    let done = assessor.post(&address, &fields);
    assert_eq!(done.status, 303, "{}", done.body);
}

#[test]
fn a_record_from_before_gets_the_table_of_who_is_in_which_case_when_it_is_served() {
    on_sqlite(|database| {
        make(database, 0);
        accuse(database);
        let path = database.strip_prefix("sqlite:").unwrap();
        let forget = |path: &str| {
            let rows = rusqlite::Connection::open(path).unwrap().execute("delete from party_row", []).unwrap();
            assert!(rows > 0, "somebody was accused");
        };
        forget(path);
        assert_eq!(candour(database, &["rebuild"]).status.code(), Some(1), "a rebuild says that it was missing");
        forget(path);
        drop(Server::start(database));
        assert!(candour(database, &["rebuild"]).status.success(), "it was there again");
    });
}
