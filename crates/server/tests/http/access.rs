//! Who may see what: conflicts of interest, cases opened with a reason, and every address for
//! every role and state of a case.

use candour_core::permit::Role;
use candour_core::reference::Reference;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// A word that stands in the case and nowhere else.
pub const CANARY: &str = "Quetzalcanary";
pub const REASON: &str = "The lead is away and the family has called.";

/// A matter of London, with its plain reference.
pub fn referred(server: &Server) -> String {
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let case = reference().as_plain().to_owned();
    let summary = format!("An invented matter about a {CANARY}.");
    assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), &summary)).status, 303);
    case
}

pub fn about(kind: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let named = if kind == "force" { "force" } else { "reference" };
    vec![("sort", "family-or-friend".to_owned()), ("about", kind.to_owned()), (named, value.to_owned())]
}

pub fn confirmed(client: &mut Client, address: &str, fields: &[(&str, String)]) -> Answer {
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sent.push(("step", "confirm"));
    client.post(address, &sent)
}

pub fn declare(client: &mut Client, fields: &[(&str, String)]) {
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
    /// One of the roles, or to be asked to read a case.
    Lists(&'static [Role]),
    /// What says for what a case is read.
    Purpose,
    /// To be of the force of the case.
    Stub,
    /// To read the case and to propose that it is sealed.
    Seal,
}

use Role::{Adm, Au, Aud, Com, Cwm, Dm, Inv, Leg, Lpb, Ned, Pan, Psd, Qsi, Smn, Sup};

/// Whoever lists cases; advisers and panel members only while they are asked to read one.
const LISTS: Needs = Needs::Lists(&[Au, Inv, Sup, Dm, Leg, Qsi, Cwm, Aud]);
const FIGURES: Needs = Needs::Roles(&[Au, Inv, Sup, Dm, Leg, Qsi, Smn, Pan, Cwm, Com, Ned, Aud]);
const STAFF: Needs = Needs::Roles(&[Au, Inv, Sup, Dm, Leg, Qsi, Smn, Pan, Cwm, Com, Adm, Aud]);
const DECLARERS: Needs = Needs::Roles(&[Au, Inv, Sup, Dm, Leg, Qsi, Smn, Pan, Cwm, Adm]);
const DELEGATION: Needs = Needs::Roles(&[Au, Inv, Sup, Dm, Leg, Qsi, Cwm, Adm, Aud]);
const EVERYBODY: Needs = Needs::Roles(&[Au, Inv, Sup, Dm, Leg, Qsi, Smn, Pan, Cwm, Com, Ned, Adm, Aud, Psd, Lpb]);
const ADMINISTRATORS: Needs = Needs::Roles(&[Adm]);

/// What an address needs; none for one that this file does not know.
fn needs(route: &str) -> Option<Needs> {
    Some(match route {
        "/sign-in/code" | "/start" => Needs::Nothing,
        // Without a provider and without passkeys there is no such page; `provider.rs` and `passkeys.rs` have both.
        "/sign-in/provider" | "/sign-in/provider/back" | "/account/provider" | "/account/provider/again" => {
            Needs::Roles(&[])
        }
        "/account" | "/account/password" | "/account/second-factor" | "/account/passkeys" => EVERYBODY,
        "/"
        | "/sign-in"
        | "/healthz"
        | "/readyz"
        | "/assets/{name}"
        | "/log/checkpoint"
        | "/log/tile/{*path}"
        | "/.well-known/security.txt" => Needs::Nothing,
        law if law == "/law" || law.starts_with("/law/") || law.starts_with("/law.") => Needs::Nothing,
        "/staff/users" => Needs::Roles(&[Adm, Aud]),
        "/staff/users/{id}"
        | "/staff/users/{id}/{change}"
        | "/staff/users/{id}/proposed/{answer}"
        | "/staff/delegation/{change}"
        | "/staff/holidays/add"
        | "/staff/holidays/withdraw"
        | "/staff/access/end" => ADMINISTRATORS,
        "/staff" => STAFF,
        "/staff/delegation" => DELEGATION,
        "/staff/holidays" => Needs::Lists(&[Au, Inv, Sup, Dm, Leg, Qsi, Cwm, Aud, Adm]),
        "/staff/access" | "/staff/access/declare" => DECLARERS,
        "/staff/alerts" | "/staff/alerts.csv" => Needs::Roles(&[Inv, Sup, Adm, Aud]),
        "/staff/refer" => Needs::Roles(&[Au]),
        "/staff/cases" | "/staff/cases.csv" | "/staff/work" | "/staff/behind" | "/staff/behind.csv" => LISTS,
        "/staff/retention" => Needs::Roles(&[Sup, Dm]),
        // Each is about something that its address names.
        "/staff/access/review"
        | "/staff/retention/propose"
        | "/staff/retention/answer"
        | "/staff/retention/restrict"
        | "/staff/retention/lift" => Needs::Roles(&[]),
        "/staff/cases/{reference}/readers" | "/staff/cases/{reference}/readers.csv" => Needs::Readers,
        "/staff/cases/{reference}/seal" | "/staff/cases/{reference}/seal/propose" => Needs::Seal,
        "/staff/cases/{reference}/seal/answer" => Needs::Roles(&[]),
        "/staff/cases/{reference}/break-glass" => Needs::Glass,
        "/staff/cases/{reference}/purpose" => Needs::Purpose,
        // None of these has an account for a matter; `portal.rs` has those who do.
        own if own == "/own" || own.starts_with("/own/") => Needs::Roles(&[]),
        "/force" | "/force/cases.csv" => Needs::Roles(&[Psd, Lpb]),
        "/force/cases/{reference}" => Needs::Stub,
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
    proposes: bool,
    walled: bool,
    /// Whether they are asked to read the case.
    asked: bool,
    /// Whether they are of the force of the case.
    of_force: bool,
    client: Client,
}

impl Visitor {
    fn may(&self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Roles(roles) => self.role.is_some_and(|role| roles.contains(&role)),
            Needs::Case => self.reads && !self.walled,
            Needs::Readers => self.sees_readers && self.reads && !self.walled,
            Needs::Glass => !self.walled && self.role.is_some_and(|r| matches!(r, Au | Inv | Sup | Dm)),
            Needs::Lists(roles) => self.asked || self.role.is_some_and(|role| roles.contains(&role)),
            Needs::Purpose => self.role.is_some_and(|r| matches!(r, Qsi | Aud)),
            Needs::Stub => self.of_force,
            Needs::Seal => self.proposes && self.reads && !self.walled,
        }
    }
}

/// Everybody, for a case of London whose mode is not decided.
fn everybody(server: &Server, case: &str) -> Vec<Visitor> {
    let one = |says, role: Role, region, nth| Visitor {
        says,
        role: Some(role),
        reads: false,
        sees_readers: false,
        proposes: matches!(role, Sup | Dm),
        walled: false,
        asked: false,
        of_force: false,
        client: server.signed_in(account(role, region, nth)),
    };
    let mut all = vec![
        Visitor { reads: true, ..one("assessor", Au, "London", 0) },
        one("investigator", Inv, "London", 0),
        Visitor { reads: true, sees_readers: true, ..one("supervisor", Sup, "London", 0) },
        one("supervisor elsewhere", Sup, "North West", 0),
        Visitor { reads: true, ..one("decision maker", Dm, "London", 0) },
        one("decision maker elsewhere", Dm, "North West", 0),
        one("director", Ned, "London", 0),
        one("administrator", Adm, "London", 0),
        one("legal adviser who was not asked", Leg, "London", 0),
        one("panel member", Pan, "London", 0),
        one("casework manager", Cwm, "London", 0),
        one("communications", Com, "London", 0),
        one("auditor", Aud, "London", 0),
        Visitor { of_force: true, ..one("force liaison", Psd, "metropolitan", 0) },
        one("liaison of another force", Psd, other_force(), 0),
        Visitor { of_force: true, ..one("local policing body", Lpb, "metropolitan", 0) },
    ];
    let mut told =
        Visitor { reads: true, sees_readers: true, ..one("quality reviewer who said for what", Qsi, "London", 0) };
    say_for_what(&mut told.client, case);
    all.push(told);
    let mut supervisor = server.signed_in(account(Sup, "London", 0));
    ask_to_read(&mut supervisor, case, Smn);
    all.push(Visitor { reads: true, asked: true, ..one("adviser who was asked", Smn, "London", 0) });
    for (says, role) in [("walled supervisor", Sup), ("walled decision maker", Dm)] {
        let mut visitor = one(says, role, "South East", 0);
        declare(&mut visitor.client, &about("case", case));
        visitor.walled = true;
        all.push(visitor);
    }
    all.push(Visitor { role: None, client: server.visitor(), ..one("nobody", Au, "London", 0) });
    all
}

/// A force of the demonstration that has an account and is not the one of the cases made here.
pub fn other_force() -> &'static str {
    let profile = candour_core::profile::Profile::named("iopc").unwrap();
    let all = candour_server::generate::demo_accounts(&profile);
    let other = all.iter().find(|a| a.role == Psd && a.units != ["metropolitan"]).unwrap();
    profile.forces.iter().find(|force| force.id == other.units[0]).map(|force| &*force.id.clone().leak()).unwrap()
}

/// Says for what somebody reads a case.
pub fn say_for_what(client: &mut Client, case: &str) {
    let says = [("category", "quality"), ("says", "The quarterly review of how matters are assessed.")];
    let done = client.post(&format!("/staff/cases/{case}/purpose"), &says);
    assert_eq!((done.status, done.location.as_str()), (303, &*format!("/staff/cases/{case}")), "{}", done.body);
}

/// Asks the first account of a role to read a case.
pub fn ask_to_read(supervisor: &mut Client, case: &str, role: Role) {
    let at = format!("/staff/cases/{case}/assign");
    let form = supervisor.get(&at).body;
    let name = account(role, "London", 0);
    let (before, _) = form.split_once(&format!("\">{name}, ")).unwrap();
    let id = before.rsplit("value=\"").next().unwrap().to_owned();
    let fields = [("person", id), ("what", "Advise on the footage.".to_owned())];
    let done = confirmed(supervisor, &at, &fields);
    assert_eq!(done.status, 303, "{}", done.body);
}

/// Every address that answers a GET, as the router has it, with what fills its places.
pub fn addresses(case: &str) -> Vec<(String, Vec<String>)> {
    let router = include_str!("../../src/router.rs");
    let routes = router.split(".route(").skip(1).filter_map(|rest| {
        let (route, answers) = rest.split_once('"')?.1.split_once('"')?;
        let answers = answers.split(".route(").next()?.lines().next()?;
        answers.contains("get(").then(|| route.to_owned())
    });
    let fill = |route: &str| {
        let route = &route.replace("/users/{id}/{change}", "/users/u02/disable").replace("/users/{id}", "/users/u02");
        let with = route.replace("{reference}", case).replace("{key}", "none").replace("{n}", "1");
        let with = with
            .replace("{answer}", "approve")
            .replace("{file}", &"0".repeat(32))
            .replace("{change}", "grant")
            .replace("{id}", "mode.determine")
            .replace("{name}", "none");
        if !with.contains("{form}") {
            return vec![with];
        }
        slugs().into_iter().map(|slug| with.replace("{form}", slug)).collect()
    };
    routes.map(|route| (route.clone(), fill(&route))).collect()
}

pub fn slugs() -> Vec<&'static str> {
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
                    let sent_on = (matches!(needs, Needs::Glass | Needs::Purpose) && visitor.reads)
                        || [
                            "{form}",
                            "/account",
                            "/account-end",
                            "/assign",
                            "/assign-end",
                            "/receipt",
                            "/material/{file}",
                        ]
                        .iter()
                        .any(|end| route.ends_with(end));
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
    let [version, named, drawn] = ["version", "register_as", "drawn"].map(|of| Client::hidden(&form, of));
    let id = submission();
    let fields = [
        ("case", case.as_str()),
        ("version", &version),
        ("submission", &id),
        ("register_as", &named),
        ("drawn", &drawn),
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
