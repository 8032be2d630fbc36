//! Signing in: passwords and start codes, sessions and what ends them, second factors. The clock is
//! the test's own.

use candour_core::permit::Role;
use candour_server::totp;
use candour_store::plain::{account, factor};

use crate::client::{Answer, Client};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{PASSWORD, account, candour, make};
use crate::within::{MINUTE, Within, clock, first};

const NEW: &str = "four words nobody guesses";
const OTHER: &str = "another four words, long";
const DAY: i64 = 24 * 60 * MINUTE;

/// Carries an administrator's form about an account out.
fn change(admin: &mut Client, id: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("step", "confirm")]).collect();
    admin.post(&format!("/staff/users/{id}/{form}"), &fields)
}

/// What one administrator proposes and another approves: the answer to the approval.
fn change_by_two(server: &Within, id: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
    let proposed = change(&mut server.signed_in(first(Role::Adm)), id, form, fields);
    assert_eq!(proposed.location, format!("/staff/users/{id}?done=proposed"), "{}", proposed.body);
    change(&mut server.signed_in(second_administrator()), id, "proposed/approve", &[])
}

fn second_administrator() -> &'static str {
    account(Role::Adm, "London", 1)
}

/// The first text between tags `<code>` and `</code>`, and those after it.
fn codes(page: &str) -> Vec<String> {
    page.split("<code>").skip(1).filter_map(|rest| Some(rest.split_once("</code>")?.0.to_owned())).collect()
}

fn start(server: &Within, name: &str, code: &str, new: &str) -> Answer {
    server.visitor().post("/start", &[("name", name), ("code", code), ("new", new)])
}

#[test]
fn a_start_code_lets_its_owner_choose_a_password_once_and_within_a_day() {
    on_both_engines("a_start_code_lets_its_owner_choose_a_password_once_and_within_a_day", |database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let (name, mut admin) = (first(Role::Sup), server.signed_in(first(Role::Adm)));
        let (id, mut before) = (server.id(name), server.signed_in(name));
        assert_eq!(change(&mut admin, &server.id(first(Role::Adm)), "start-code", &[]).status, 403, "not one's own");
        let given = change_by_two(&server, &id, "start-code", &[]);
        assert_eq!(given.status, 200, "{}", given.body);
        let code = codes(&given.body)[0].clone();
        assert_eq!(before.get("/staff").status, 303, "all sessions ended");
        assert_eq!(server.sign_in(name, PASSWORD).1.status, 422, "the password stopped working");
        let masked = |answer: Answer, name: &str| (answer.status, answer.body.replace(name, "NAME"));
        let wrong = totp::new_code().0;
        assert_eq!(
            masked(start(&server, name, &wrong, NEW), name),
            masked(start(&server, "Nobody At-all", &wrong, NEW), "Nobody At-all"),
            "an unknown name and a wrong code look the same"
        );
        let short = start(&server, name, &code, "short");
        assert!(short.status == 422 && short.body.contains("it has 5"), "{}", short.body);
        clock.pass(DAY - 1);
        let typed = code.to_lowercase().replace('-', " ");
        let started = start(&server, name, &typed, NEW);
        assert_eq!((started.status, started.location.as_str()), (303, "/sign-in"), "{}", started.body);
        assert_eq!(server.sign_in(name, NEW).1.status, 303);
        assert_eq!(start(&server, name, &code, OTHER).status, 422, "it is good once");
        let late = codes(&change_by_two(&server, &id, "start-code", &[]).body)[0].clone();
        clock.pass(DAY);
        assert_eq!(start(&server, name, &late, NEW).status, 422, "it is too old");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn a_password_is_changed_with_the_one_before_and_ends_every_other_session() {
    on_both_engines("a_password_is_changed_with_the_one_before_and_ends_every_other_session", |database| {
        make(database, 0);
        let server = Within::start(database, clock!());
        let name = first(Role::Dm);
        let (mut own, mut other) = (server.signed_in(name), server.signed_in(name));
        for (current, new, says) in [
            ("not this", NEW, "This is not your current password"),
            (PASSWORD, "elevenchars", "it has 11"),
            (PASSWORD, "Candour-IOPC-2027", "little more than a name"),
            (PASSWORD, "liverpool2027!!", "Many people use this"),
            (PASSWORD, PASSWORD, "is the current one"),
        ] {
            let answer = own.post("/account/password", &[("current", current), ("new", new)]);
            assert!(answer.status == 422 && answer.body.contains(says), "{says}: {}", answer.body);
            assert!(!answer.body.contains(&format!("value=\"{new}\"")), "what was typed is not shown again");
        }
        let old = own.cookie.clone();
        let changed = own.post("/account/password", &[("current", PASSWORD), ("new", NEW)]);
        assert_eq!((changed.status, changed.location.as_str()), (303, "/account?done=password"), "{}", changed.body);
        assert_ne!(own.cookie, old, "the session has a new token");
        assert_eq!((own.get("/staff").status, other.get("/staff").status), (200, 303));
        assert!(own.get("/account").body.contains("The password was changed"));
        assert_eq!((server.sign_in(name, PASSWORD).1.status, server.sign_in(name, NEW).1.status), (422, 303));
    });
}

#[test]
fn a_hash_of_a_lower_cost_is_made_again_when_its_owner_signs_in() {
    on_both_engines("a_hash_of_a_lower_cost_is_made_again_when_its_owner_signs_in", |database| {
        make(database, 0);
        let server = Within::start(database, clock!());
        let (name, record) = (first(Role::Au), &server.app.store.record);
        let id = server.id(name);
        // Of the demonstration's password, with m=8192, t=1, p=1.
        let old = cheap(PASSWORD);
        let (put, of) = (old.clone(), id.clone());
        record
            .write(move |w| {
                let log = w.log();
                Ok(account::set_password(w.tx()?, log, &of, &put)?)
            })
            .unwrap();
        let kept = || record.engine.read(|tx| account::by_id(tx, &record.log, &id)).unwrap().unwrap().password;
        assert_eq!((server.sign_in(name, "not this at all").1.status, kept()), (422, old.clone()));
        server.signed_in(name);
        assert_ne!(kept(), old);
        assert!(!candour_server::password::is_dated(&kept()), "{}", kept());
        server.signed_in(name);
    });
}

/// A hash as a release with a lower cost made it.
fn cheap(password: &str) -> String {
    use argon2::password_hash::PasswordHasher as _;
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher.hash_password(password.as_bytes()).unwrap().to_string()
}

#[test]
fn a_session_ends_unused_or_old_and_at_its_owners_word() {
    on_both_engines("a_session_ends_unused_or_old_and_at_its_owners_word", |database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let name = first(Role::Sup);
        let mut client = server.signed_in(name);
        clock.pass(30 * MINUTE);
        assert_eq!(client.get("/staff").status, 200, "to the last moment");
        clock.pass(30 * MINUTE + 1);
        assert_eq!(client.get("/staff").status, 303, "unused for half an hour");
        let mut client = server.signed_in(name);
        for _ in 0..24 {
            assert_eq!(client.get("/staff").status, 200);
            clock.pass(30 * MINUTE);
        }
        assert_eq!(client.get("/staff").status, 200, "to the last moment of twelve hours");
        clock.pass(1);
        assert_eq!(client.get("/staff").status, 303, "older than twelve hours");

        let (mut here, mut there, mut third) = (server.signed_in(name), server.signed_in(name), server.signed_in(name));
        let page = here.get("/account").body;
        assert_eq!(page.matches("Another program").count(), 6, "three sessions, each named in its row and its button");
        let rows: Vec<&str> = page.split("<th scope=\"row\"").skip(1).collect();
        let another = rows.iter().find(|row| !row.contains("(this one)")).unwrap();
        let ended = here.post("/account/sessions", &[("session", &Client::hidden(another, "session"))]);
        assert_eq!(ended.location, "/account?done=ended");
        let open = [&mut there, &mut third].map(|client| client.get("/staff").status);
        assert!(open == [200, 303] || open == [303, 200], "{open:?}");
        assert_eq!(here.post("/account/sessions", &[]).location, "/account?done=others");
        assert_eq!([&mut here, &mut there, &mut third].map(|c| c.get("/staff").status), [200, 303, 303]);
        // Signing in again from the same browser ends the session that it had.
        let mut again = here.again(&server.url);
        assert_eq!(again.post("/sign-in", &[("name", name), ("password", PASSWORD)]).status, 303);
        assert_ne!(again.cookie, here.cookie);
        assert_eq!((again.get("/staff").status, here.get("/staff").status), (200, 303));
        let mut stranger = server.signed_in(first(Role::Dm));
        let page = again.get("/account").body;
        stranger.post("/account/sessions", &[("session", &Client::hidden(&page, "session"))]);
        assert_eq!(again.get("/staff").status, 200, "nobody ends another's session by its name");
    });
}

#[test]
fn what_closes_an_account_holds_at_the_next_request_on_every_node() {
    on_both_engines("what_closes_an_account_holds_at_the_next_request_on_every_node", |database| {
        make(database, 0);
        let clock = clock!();
        let (one, two) = (Within::start(database, clock), Within::start(database, clock));
        let (name, id) = (first(Role::Sup), one.id(first(Role::Sup)));
        let mut admin = one.signed_in(first(Role::Adm));
        let open = |client: &mut Client| client.get("/staff/cases").status;

        let mut client = two.signed_in(name);
        assert_eq!(open(&mut client), 200);
        assert!(change(&mut admin, &id, "disable", &[]).body.contains("Give the reasons"));
        let done = change(&mut admin, &id, "disable", &[("reasons", "They lost their laptop.")]);
        assert_eq!(done.location, format!("/staff/users/{id}?done=disable"), "{}", done.body);
        assert_eq!(open(&mut client), 303, "disabled");
        let (wrong, right) = (two.sign_in(name, "not this at all").1, two.sign_in(name, PASSWORD).1);
        assert_eq!((wrong.status, wrong.body), (right.status, right.body), "it looks like a wrong password");
        assert!(change(&mut admin, &id, "start-code", &[]).body.contains("Enable it first"));
        assert_eq!(change(&mut admin, &id, "enable", &[("reasons", "It was found.")]).status, 303);

        let mut client = two.signed_in(name);
        assert_eq!(change_by_two(&one, &id, "role", &[("role", "NED"), ("unit", "")]).status, 303);
        assert_eq!(open(&mut client), 303, "a changed role ends the session");
        assert_eq!(two.signed_in(name).get("/staff/cases").status, 403, "and is another face");
        assert_eq!(change_by_two(&one, &id, "role", &[("role", "SUP"), ("unit", "London")]).status, 303);

        let mut client = two.signed_in(name);
        assert_eq!(change(&mut admin, &id, "end-sessions", &[]).status, 303);
        assert_eq!(open(&mut client), 303, "ended by somebody else");

        // A demonstration's clock stands in 2020, and the last day is counted by it.
        let mut client = two.signed_in(name);
        let last = |day| [("last_day-day", day), ("last_day-month", "3"), ("last_day-year", "2020")];
        assert_eq!(change(&mut admin, &id, "leaves", &last("31")).status, 303);
        assert_eq!(open(&mut client), 200, "until the end of the last day");
        assert_eq!(change(&mut admin, &id, "leaves", &last("1")).status, 303);
        assert_eq!(open(&mut client), 303, "after the last day");
        assert_eq!(two.sign_in(name, PASSWORD).1.status, 422);
        assert!(admin.get("/staff/users").body.contains("Closed after 1 March 2020"));
        assert_eq!(candour(database, &["user", "leaves", name]).status.code(), Some(0));
        assert!(admin.get(&format!("/staff/users/{id}")).body.contains("The last day was taken back"));

        let mut client = two.signed_in(name);
        assert!(
            client.get("/account").body.contains("They lost their laptop."),
            "its owner sees who did what, and why"
        );
        let disabled = candour(database, &["user", "disable", name, "--reasons", "The operator says so."]);
        assert_eq!(disabled.status.code(), Some(0), "{}", String::from_utf8_lossy(&disabled.stderr));
        assert_eq!(open(&mut client), 303, "at the command line, beside two servers");
        drop((one, two));
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

/// The secret that the page of a second factor shows.
fn secret_of(page: &str) -> Vec<u8> {
    let letters =
        page.split_once("The key: <code class=\"candour-words\">").unwrap().1.split_once("</code>").unwrap().0;
    let letters: Vec<u64> = letters
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| u64::from(if b.is_ascii_digit() { b - b'2' + 26 } else { b - b'A' }))
        .collect();
    letters
        .chunks(8)
        .flat_map(|eight| eight.iter().fold(0, |word, l| word << 5 | l).to_be_bytes()[3..].to_vec())
        .collect()
}

/// Sets a second factor up, and returns its secret and the recovery codes.
pub fn enrolled(client: &mut Client, now: i64) -> (Vec<u8>, Vec<String>) {
    let page = client.get("/account/second-factor").body;
    assert!(page.contains("<svg class=\"candour-qr\"") && !page.contains("|safe"), "{page}");
    let (secret, sealed) = (secret_of(&page), Client::hidden(&page, "sealed"));
    assert_eq!(secret.len(), totp::SECRET_BYTES);
    let wrong = client.post("/account/second-factor", &[("sealed", &sealed), ("code", "000000x"), ("step", "set")]);
    assert!(wrong.status == 422 && wrong.body.contains("not the one of this key now"), "{}", wrong.body);
    let sealed = Client::hidden(&wrong.body, "sealed");
    let code = totp::code(&secret, totp::step_of(now));
    let set = client.post("/account/second-factor", &[("sealed", &sealed), ("code", &code), ("step", "set")]);
    assert_eq!(set.status, 200, "{}", set.body);
    let codes = codes(&set.body);
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

#[test]
fn a_second_factor_is_asked_for_and_each_of_its_codes_is_good_once() {
    on_both_engines("a_second_factor_is_asked_for_and_each_of_its_codes_is_good_once", |database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let (name, record) = (first(Role::Dm), &server.app.store.record);
        let id = server.id(name);
        let mut client = server.signed_in(name);
        let (secret, recovery) = enrolled(&mut client, (clock.now)());
        let code_of = |steps: i64| totp::code(&secret, totp::step_of((clock.now)()) + steps);
        let (sealed, _) = record.engine.read(|tx| factor::of(tx, &record.log, &id)).unwrap().unwrap();
        assert!(!sealed.windows(secret.len()).any(|w| w == secret), "the secret does not stand in the database");
        assert_eq!(client.get("/staff").status, 200, "the session goes on");

        let owing = || {
            let (client, answer) = server.sign_in(name, PASSWORD);
            assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in/code"));
            client
        };
        let enter = |client: &mut Client, code: &str| client.post("/sign-in/code", &[("code", code)]).status;
        let mut first_try = owing();
        for address in ["/staff", "/account", "/staff/cases"] {
            assert_eq!(first_try.get(address).status, 303, "a password alone opens nothing: {address}");
        }
        assert_eq!(enter(&mut first_try, &code_of(0)), 422, "the code that confirmed it is used up");
        let next = code_of(1);
        let half = first_try.cookie.clone();
        assert_eq!(enter(&mut first_try, &next), 303, "a step ahead is good");
        assert_ne!(first_try.cookie, half, "the session has a token of its own");
        assert_eq!(first_try.get("/staff").status, 200);
        assert_eq!(enter(&mut owing(), &next), 422, "the same code again");
        clock.pass(3 * MINUTE);
        assert_eq!(enter(&mut owing(), &code_of(-2)), 422, "two steps behind");
        assert_eq!(enter(&mut owing(), &code_of(-1)), 303, "one step behind");
        assert_eq!(enter(&mut owing(), &code_of(0)), 303, "and then the one of now");

        assert_eq!(enter(&mut owing(), &recovery[0].to_lowercase()), 303);
        assert_eq!(enter(&mut owing(), &recovery[0]), 422, "a recovery code again");
        assert!(client.get("/account").body.contains("9 recovery codes are left"));
        let mut slow = owing();
        clock.pass(10 * MINUTE + 1);
        assert_eq!(
            slow.post("/sign-in/code", &[("code", &code_of(0))]).location,
            "/sign-in",
            "ten minutes have passed"
        );
        clock.pass(10 * MINUTE);

        // Wrong codes count with wrong passwords.
        let mut guessing = owing();
        for n in 0..5 {
            assert_eq!(enter(&mut guessing, &format!("{n}00000x")), 422);
            clock.pass(1);
        }
        assert_eq!(enter(&mut guessing, &code_of(0)), 429);
        assert_eq!(server.sign_in(name, PASSWORD).1.status, 429);
        clock.pass(16 * MINUTE);
        assert_eq!(enter(&mut owing(), &code_of(0)), 303);

        let mut admin = server.signed_in(first(Role::Adm));
        assert!(change(&mut admin, &id, "reset-second-factor", &[("reasons", " ")]).body.contains("Give the reasons"));
        let why = [("reasons", "Their supervisor vouched for them.")];
        assert_eq!(change_by_two(&server, &id, "reset-second-factor", &why).status, 303);
        let mut client = server.signed_in(name);
        let page = client.get("/account").body;
        assert!(page.contains("taken away by somebody else") && page.contains("vouched for them"), "{page}");
        assert!(page.contains(first(Role::Adm)) && page.contains(second_administrator()), "it says who");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn what_makes_somebody_more_than_they_are_takes_two_administrators() {
    on_both_engines("what_makes_somebody_more_than_they_are_takes_two_administrators", |database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let (name, id) = (first(Role::Inv), server.id(first(Role::Inv)));
        let (mut one, mut two) = (server.signed_in(first(Role::Adm)), server.signed_in(second_administrator()));
        let answers = ["approve", "refuse", "take-back"].map(|answer| format!("/staff/users/{id}/proposed/{answer}"));
        let statuses = |client: &mut Client| answers.each_ref().map(|at| client.get(at).status);
        assert_eq!(statuses(&mut two), [404; 3], "nothing is proposed");
        let role = [("role", "DM"), ("unit", "London")];
        assert!(one.post(&format!("/staff/users/{id}/role"), &role).body.contains("approves it or not"), "it says so");
        assert_eq!(change(&mut one, &id, "role", &role).status, 303);
        assert_eq!(statuses(&mut one), [403, 403, 200], "nobody approves or refuses their own");
        assert_eq!(statuses(&mut two), [200, 200, 403]);
        assert_eq!(change(&mut one, &id, "proposed/approve", &[]).status, 403);
        let seen = two.get(&format!("/staff/users/{id}")).body;
        assert!(seen.contains("To change the role to DM, for London") && seen.contains(first(Role::Adm)), "{seen}");
        assert!(two.get("/staff/users").body.contains("A change is proposed"));
        let again = change(&mut two, &id, "role", &role);
        assert!(again.status == 422 && again.body.contains("already"), "one thing at a time: {}", again.body);
        let held = || {
            let listed = String::from_utf8(candour(database, &["user", "list"]).stdout).unwrap();
            listed.lines().find(|line| line.starts_with(name)).unwrap().to_owned()
        };
        assert!(held().contains("\tINV\t"), "nothing changed yet: {}", held());
        let mut investigator = server.signed_in(name);
        assert_eq!(investigator.get("/staff/cases").status, 200, "nor did a session end");
        assert_eq!(change(&mut two, &id, "proposed/refuse", &[]).status, 303);
        assert_eq!(change(&mut two, &id, "proposed/approve", &[]).status, 404, "it is refused");
        assert_eq!(change(&mut one, &id, "role", &role).status, 303);
        assert_eq!(change(&mut one, &id, "proposed/take-back", &[]).status, 303);
        assert!(held().contains("\tINV\t"), "{}", held());
        assert_eq!(change(&mut two, &id, "role", &role).status, 303, "the other proposes");
        assert_eq!(change(&mut one, &id, "proposed/approve", &[]).status, 303);
        assert!(held().contains("\tDM\t"), "{}", held());
        assert_eq!(investigator.get("/staff/cases").status, 303, "its sessions ended");
        // One administrator about the other, who is the only one who could approve.
        let other = server.id(second_administrator());
        assert_eq!(change(&mut one, &other, "role", &role).status, 303);
        assert_eq!(change(&mut two, &other, "proposed/approve", &[]).status, 403, "not about one's own account");
        // With a second factor a start code alone opens nothing, so that one gives it.
        enrolled(&mut server.signed_in(name), (clock.now)());
        assert_eq!(change(&mut one, &id, "start-code", &[]).status, 200);
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn a_role_that_needs_a_second_factor_sets_it_up_before_anything_else() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start_with(database, clock, |app| app.second_factor = vec![Role::Sup]);
        let mut client = server.signed_in(first(Role::Sup));
        for address in ["/staff", "/staff/cases", "/board"] {
            assert_eq!(client.get(address).location, "/account/second-factor", "{address}");
        }
        assert!(client.get("/account/second-factor").body.contains("You need a second factor."));
        enrolled(&mut client, (clock.now)());
        assert_eq!(client.get("/staff").status, 200);
        assert_eq!(client.post("/account/second-factor", &[("step", "remove")]).status, 422, "it stays");
        assert_eq!(server.signed_in(first(Role::Dm)).get("/staff").status, 200, "other roles go on without");
        let mut decider = server.signed_in(first(Role::Dm));
        enrolled(&mut decider, (clock.now)());
        assert_eq!(decider.post("/account/second-factor", &[("step", "codes")]).status, 200);
        assert_eq!(decider.post("/account/second-factor", &[("step", "remove")]).location, "/account?done=removed");
        assert_eq!(server.sign_in(first(Role::Dm), PASSWORD).1.location, "/staff", "the password is enough again");
    });
}

#[test]
fn the_operator_adds_an_account_and_never_knows_its_password() {
    on_sqlite(|database| {
        let add = ["user", "add", "Morwenna Pasco", "--role", "ADM", "--first"];
        let added = candour(database, &add);
        let said = String::from_utf8(added.stdout).unwrap();
        assert!(added.status.success() && said.contains("start code of Morwenna Pasco"), "{said}");
        let listed = || String::from_utf8(candour(database, &["user", "list"]).stdout).unwrap();
        assert!(listed().contains("Morwenna Pasco\tADM\t\tStart code given"), "{}", listed());
        let again = candour(database, &["user", "start-code", "Morwenna Pasco"]);
        assert!(again.status.success());
        assert_eq!(candour(database, &["user", "start-code", "Nobody"]).status.code(), Some(2));
        assert_eq!(
            candour(database, &["user", "reset-second-factor", "Morwenna Pasco", "--reasons", "x"]).status.code(),
            Some(2)
        );
        assert_eq!(
            candour(database, &["user", "disable", "Morwenna Pasco", "--reasons", "Gone."]).status.code(),
            Some(0)
        );
        assert!(listed().contains("\tDisabled"), "{}", listed());
        assert_eq!(
            candour(database, &["user", "enable", "Morwenna Pasco", "--reasons", "Back."]).status.code(),
            Some(0)
        );
        assert!(listed().contains("\tNo password yet"), "{}", listed());
        assert!(candour(database, &["verify"]).status.success());
    });
}

#[test]
fn wrong_tries_from_elsewhere_do_not_keep_the_owner_out_before_there_are_many() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start(database, clock);
        let name = first(Role::Inv);
        let wrong = |name: &str| server.sign_in(name, "not this at all").1.status;
        for _ in 0..5 {
            assert_eq!(wrong(name), 422);
            clock.pass(1);
        }
        assert_eq!(wrong(name), 429, "five from one address");
        for other in 0..9 {
            for _ in 0..5 {
                assert_eq!(wrong(&format!("Somebody {other}")), 422);
                clock.pass(1);
            }
        }
        assert_eq!(wrong("Somebody else"), 429, "fifty from one address, whatever the name");
        clock.pass(16 * MINUTE);
        server.signed_in(name);
    });
}
