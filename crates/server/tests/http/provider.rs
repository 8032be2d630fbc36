//! Signing in through the identity provider: connecting an account, signing in, showing again that it
//! is oneself, and a provider or a browser that lies.

use candour_core::access::grave::Grave;
use candour_core::permit::Role;
use candour_server::origin::Origin;
use candour_server::provider::{Provider, Settings};
use candour_server::totp;
use serde_json::json;

use crate::client::{Answer, Client};
use crate::engines::{on_both_engines, on_sqlite};
use crate::lying_provider::{CLIENT, Lie, LyingProvider, SECRET};
use crate::server::{PASSWORD, candour, make};
use crate::sign_in::enrolled;
use crate::within::{Clock, MINUTE, Within, clock, first};

const NO_LIE: Lie = |_| ();
const TWO: Lie = |says| says.claims["amr"] = json!(["pwd", "mfa"]);

fn serving(database: &str, clock: Clock, provider: &LyingProvider, needs_two: &[Role]) -> Within {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    let settings = Settings {
        name: "IOPC account".to_owned(),
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret_file: file,
        second_factor_by: vec!["mfa".to_owned()],
    };
    Within::start_with(database, clock, |app| {
        app.second_factor = needs_two.to_vec();
        app.provider = Some(Provider::of(settings, &Origin::parse("https://candour.example").unwrap()).unwrap());
    })
}

/// Where a browser is sent to sign in.
fn sent(client: &mut Client, path: &str) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location
}

/// Signs in there as somebody, and comes back.
fn enter(server: &Within, provider: &LyingProvider, now: i64, subject: &str, lie: Lie) -> (Client, Answer) {
    let mut client = server.visitor();
    let address = sent(&mut client, "/sign-in/provider");
    let back = provider.signed_in(&address, subject, now, lie);
    let answer = client.get(&back);
    (client, answer)
}

/// The address of the link by which a page sends one on.
fn link(page: &str) -> String {
    let (_, rest) = page.split_once("govuk-link\" href=\"http://localhost").unwrap();
    format!("http://localhost{}", rest.split_once('"').unwrap().0).replace("&amp;", "&").replace("&#x2f;", "/")
}

fn connect(client: &mut Client, provider: &LyingProvider, now: i64, subject: &str) -> Answer {
    let asked = client.post("/account/provider", &[("step", "connect")]);
    assert_eq!(asked.status, 200, "{}", asked.body);
    let back = provider.signed_in(&link(&asked.body), subject, now, NO_LIE);
    finished(client, &back)
}

/// Comes back from the provider for a session, and finishes there what one went for. The provider is
/// another site, so the browser brings no session along; it does from the page that answers.
fn finished(client: &mut Client, back: &str) -> Answer {
    let errand = client.cookie.split("; ").find(|cookie| cookie.starts_with("candour-errand-provider="));
    let mut came = Client::new(&client.url);
    came.cookie = errand.unwrap().to_owned();
    let page = came.get(back);
    if !page.body.contains("value=\"finish\"") {
        return page;
    }
    came.cookie.split("; ").for_each(|cookie| client.keep(cookie));
    client.post("/account/provider", &[("step", "finish")])
}

#[test]
fn an_account_is_connected_by_its_owner_and_then_signed_in_to_through_the_provider() {
    on_both_engines("an_account_is_connected_by_its_owner_and_then_signed_in_to_through_the_provider", |database| {
        make(database, 0);
        let (clock, provider) = (clock!(), LyingProvider::start());
        let now = || (clock.now)();
        let server = serving(database, clock, &provider, &[]);
        let name = first(Role::Dm);
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 422, "nobody is connected yet");
        let mut own = server.signed_in(name);
        let connected = connect(&mut own, &provider, now(), "sub-1");
        assert_eq!(connected.location, "/account?done=connected", "{}", connected.body);
        assert!(own.get("/account").body.contains("connected to an account of the identity provider"));

        let (mut client, answer) = enter(&server, &provider, now(), "sub-1", NO_LIE);
        assert!(answer.status == 200 && answer.body.contains("url=/staff\""), "{}", answer.body);
        assert_eq!(client.get("/staff").status, 200);
        assert_eq!(enter(&server, &provider, now(), "sub-2", NO_LIE).1.status, 422, "somebody else there");
        let mut other = server.signed_in(first(Role::Sup));
        assert_eq!(connect(&mut other, &provider, now(), "sub-1").status, 422, "one to one");

        let disabled = candour(database, &["user", "disable", name, "--reasons", "Gone."]);
        assert!(disabled.status.success());
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 422, "a closed account stays closed");
        assert!(candour(database, &["user", "enable", name, "--reasons", "Back."]).status.success());
        let mut own = server.signed_in(name);
        assert_eq!(own.post("/account/provider", &[("step", "disconnect")]).location, "/account?done=disconnected");
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 422);
        let by_operator = ["user", "connect", name, "--issuer", &provider.issuer, "--subject", "sub-9"];
        assert!(candour(database, &by_operator).status.success());
        assert_eq!(enter(&server, &provider, now(), "sub-9", NO_LIE).1.status, 200);
        let parted = candour(database, &["user", "disconnect", name, "--reasons", "She left that office."]);
        assert!(parted.status.success(), "{}", String::from_utf8_lossy(&parted.stderr));
        assert_eq!(enter(&server, &provider, now(), "sub-9", NO_LIE).1.status, 422);
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn a_second_factor_is_asked_for_here_unless_it_was_shown_there() {
    on_sqlite(|database| {
        make(database, 0);
        let (clock, provider) = (clock!(), LyingProvider::start());
        let now = || (clock.now)();
        let server = serving(database, clock, &provider, &[Role::Sup]);
        let name = first(Role::Sup);
        let by_operator = ["user", "connect", name, "--issuer", &provider.issuer, "--subject", "sub-1"];
        assert!(candour(database, &by_operator).status.success());
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 422, "one factor sets up no other");
        let by_password = server.sign_in(name, PASSWORD).1;
        assert!(by_password.status == 422 && by_password.body.contains("you have none here"), "{}", by_password.body);
        let (mut strong, _) = enter(&server, &provider, now(), "sub-1", TWO);
        assert_eq!(strong.get("/staff").status, 200, "it was shown there");

        // Grave acts ask again: by as many factors as the session began with.
        clock.pass(Grave::built_in().minutes * MINUTE + 1);
        let grave = |client: &mut Client, password: &str| {
            client.post("/account/provider", &[("step", "connect"), ("again-password", password)])
        };
        let asked = grave(&mut strong, "");
        assert!(asked.status == 403 && asked.body.contains("/account/provider/again"), "{}", asked.body);
        let by_password = grave(&mut strong, PASSWORD);
        assert!(by_password.status == 403 && by_password.body.contains("Show it there again"), "{}", by_password.body);
        for (what, subject, lie, status) in [
            ("another's account", "sub-2", TWO, 403),
            ("by one factor", "sub-1", NO_LIE, 403),
            ("not asked again", "sub-1", (|says| says.claims["auth_time"] = json!(1)) as Lie, 422),
            ("not said when", "sub-1", |says| says.claims["auth_time"] = json!(null), 422),
            ("as it should be", "sub-1", TWO, 303),
        ] {
            assert_eq!(grave(&mut strong, "").status, 403, "{what}");
            let address = sent(&mut strong, "/account/provider/again");
            let back = provider.signed_in(&address, subject, now(), lie);
            let answer = finished(&mut strong, &back);
            assert_eq!(answer.status, status, "{what}: {}", answer.body);
        }
        assert_eq!(grave(&mut strong, "").status, 200, "and now it goes on without a password");
        clock.pass(Grave::built_in().minutes * MINUTE + 1);
        for _ in 0..7 {
            let stale = grave(&mut strong, "");
            assert!(stale.status == 403 && stale.body.contains("Enter your password, or show it"), "{}", stale.body);
            clock.pass(1);
        }
        assert_eq!(server.sign_in(first(Role::Dm), PASSWORD).1.status, 303, "and nobody is kept out by it");
    });
}

#[test]
fn whoever_has_a_second_factor_here_is_asked_for_it_unless_two_were_shown_there() {
    on_sqlite(|database| {
        make(database, 0);
        let (clock, provider) = (clock!(), LyingProvider::start());
        let now = || (clock.now)();
        let server = serving(database, clock, &provider, &[]);
        let name = first(Role::Dm);
        let mut own = server.signed_in(name);
        let (secret, _) = enrolled(&mut own, now());
        assert_eq!(connect(&mut own, &provider, now(), "sub-1").location, "/account?done=connected");
        let (mut half, answer) = enter(&server, &provider, now(), "sub-1", NO_LIE);
        assert!(answer.body.contains("url=/sign-in/code\""), "{}", answer.body);
        assert_eq!(half.get("/staff").status, 303, "one factor opens nothing");
        clock.pass(2 * MINUTE);
        let code = totp::code(&secret, totp::step_of(now()));
        assert_eq!(half.post("/sign-in/code", &[("code", &code)]).location, "/staff");
        let (mut whole, _) = enter(&server, &provider, now(), "sub-1", TWO);
        assert_eq!(whole.get("/staff").status, 200);
        for (lie, status) in [(NO_LIE, 403), (TWO, 303)] {
            let address = sent(&mut half, "/account/provider/again");
            let back = provider.signed_in(&address, "sub-1", now(), lie);
            assert_eq!(finished(&mut half, &back).status, status);
        }

        // A new start parts what was connected, and takes two administrators where nothing else guards it.
        let given = candour(database, &["user", "start-code", name]);
        assert!(given.status.success());
        assert_eq!(enter(&server, &provider, now(), "sub-1", TWO).1.status, 422);
        let only = first(Role::Qsi);
        assert!(candour(database, &["user", "start-code", only]).status.success());
        let by_operator = ["user", "connect", only, "--issuer", &provider.issuer, "--subject", "sub-3"];
        assert!(candour(database, &by_operator).status.success());
        let mut keeper = server.signed_in(first(Role::Adm));
        let page = keeper.get(&format!("/staff/users/{}", server.id(only))).body;
        assert!(page.contains("Connected") && !page.contains("No password yet"), "{page}");
        let fields = [("step", "confirm")];
        let asked = keeper.post(&format!("/staff/users/{}/start-code", server.id(only)), &fields);
        assert!(asked.location.ends_with("?done=proposed"), "{} {}", asked.status, asked.body);
        let parted = [("step", "confirm"), ("reasons", "She left that office.")];
        let parted = keeper.post(&format!("/staff/users/{}/disconnect", server.id(only)), &parted);
        assert!(parted.location.ends_with("?done=disconnect"), "{}", parted.body);
        assert_eq!(enter(&server, &provider, now(), "sub-3", NO_LIE).1.status, 422);
    });
}

#[test]
fn a_session_from_the_provider_is_as_old_as_what_was_shown_there_and_the_only_one() {
    on_sqlite(|database| {
        make(database, 0);
        let (clock, provider) = (clock!(), LyingProvider::start());
        let now = || (clock.now)();
        let server = serving(database, clock, &provider, &[]);
        let name = first(Role::Dm);
        let by_operator = ["user", "connect", name, "--issuer", &provider.issuer, "--subject", "sub-1"];
        assert!(candour(database, &by_operator).status.success());
        let grave = |client: &mut Client| client.post("/account/provider", &[("step", "connect")]).status;
        // It may let somebody in whom it asked this morning, or does not say when it asked.
        let (mut silent, _) = enter(&server, &provider, now(), "sub-1", NO_LIE);
        assert_eq!((silent.get("/staff").status, grave(&mut silent)), (200, 403));
        let just_now: Lie = |says| says.claims["auth_time"] = says.claims["iat"].clone();
        let (mut asked, _) = enter(&server, &provider, now(), "sub-1", just_now);
        assert_eq!(grave(&mut asked), 200);
        // Whoever was signed in at the browser before is not any more.
        let mut shared = server.signed_in(first(Role::Ned));
        assert_eq!(shared.get("/board").status, 200);
        let before = shared.again(&server.url);
        let address = sent(&mut shared, "/sign-in/provider");
        let back = provider.signed_in(&address, "sub-1", now(), NO_LIE);
        assert_eq!(shared.get(&back).status, 200);
        assert_eq!(before.again(&server.url).get("/account").location, "/sign-in");
        // No other site begins it.
        let elsewhere = server.visitor().get_with("/sign-in/provider", ("sec-fetch-site", "cross-site"));
        assert_eq!(elsewhere.location, "/sign-in");
    });
}

#[test]
fn what_the_provider_did_not_sign_for_this_errand_signs_nobody_in() {
    on_sqlite(|database| {
        make(database, 0);
        let (clock, provider) = (clock!(), LyingProvider::start());
        let now = || (clock.now)();
        let server = serving(database, clock, &provider, &[]);
        let name = first(Role::Dm);
        let by_operator = ["user", "connect", name, "--issuer", &provider.issuer, "--subject", "sub-1"];
        assert!(candour(database, &by_operator).status.success());
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 200);
        let lies: [(&str, Lie); 15] = [
            ("another nonce", |says| says.claims["nonce"] = json!("x")),
            ("no nonce", |says| says.claims["nonce"] = json!(null)),
            ("for another client", |says| says.claims["aud"] = json!("other")),
            ("for others too", |says| says.claims["aud"] = json!([CLIENT, "other"])),
            ("of another issuer", |says| says.claims["iss"] = json!("https://login.exarnple")),
            ("expired", |says| says.claims["exp"] = json!(1_000)),
            ("of long ago", |says| says.claims["iat"] = json!(1_000)),
            ("of tomorrow", |says| says.claims["iat"] = json!(says.claims["iat"].as_i64().unwrap() + 86_400)),
            ("signed by nobody", |says| says.header = json!({ "alg": "none" })),
            ("signed by another key", |says| says.other_key = true),
            ("signed with the secret", |says| (says.header["alg"], says.by_secret) = (json!("HS256"), true)),
            ("no token", |says| {
                says.instead = Some((200, json!({"access_token": "x", "token_type": "Bearer"}).to_string()));
            }),
            ("refused", |says| says.instead = Some((400, json!({ "error": "invalid_grant" }).to_string()))),
            ("garbled", |says| says.instead = Some((200, "<html>".to_owned()))),
            ("sent elsewhere", |says| says.instead = Some((302, String::new()))),
        ];
        for (what, lie) in lies {
            let (mut client, answer) = enter(&server, &provider, now(), "sub-1", lie);
            // What is no answer at all says nothing of whoever was sent.
            let broken = matches!(what, "garbled" | "sent elsewhere");
            let says = if broken { "does not answer" } else { "did not sign you in" };
            assert_eq!(answer.status, if broken { 503 } else { 422 }, "{what}: {}", answer.body);
            assert!(answer.body.contains(says), "{what}: {}", answer.body);
            assert_eq!(client.get("/staff").status, 303, "{what}");
        }
        let endless: Lie = |says| says.instead = Some((200, " ".repeat(2 << 20)));
        assert_eq!(enter(&server, &provider, now(), "sub-1", endless).1.status, 503, "an answer without end");

        // What comes back by another browser, to another question, twice, or late.
        let begun = || {
            let mut client = server.visitor();
            let address = sent(&mut client, "/sign-in/provider");
            let back = provider.signed_in(&address, "sub-1", now(), NO_LIE);
            (client, back)
        };
        let (_, back) = begun();
        assert_eq!(server.visitor().get(&back).status, 422, "a browser that was not sent");
        let (mut client, _) = begun();
        assert_eq!(client.get(&back).status, 422, "an answer to another's question");
        let (mut client, back) = begun();
        let mut copy = client.again(&server.url);
        assert_eq!((client.get(&back).status, copy.get(&back).status), (200, 422), "an answer is good once");
        let (mut client, back) = begun();
        assert_eq!(client.get(&back.replace("&iss=http", "&iss=https")).status, 422, "of another provider");
        let (mut client, back) = begun();
        clock.pass(10 * MINUTE);
        assert_eq!(client.get(&back).status, 422, "after ten minutes");
        for query in ["", "?state=&code=", "?error=access_denied&state=x", "?code=%FF&state=%00"] {
            let (mut client, _) = begun();
            assert_eq!(client.get(&format!("/sign-in/provider/back{query}")).status, 422, "{query}");
        }

        // What it publishes is asked for once an hour, and when a key is new, but no oftener than once a minute.
        let asked = provider.questions();
        provider.change_key();
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 200, "its new key is asked for");
        assert_eq!(provider.questions(), asked + 1);
        let other: Lie = |says| says.other_key = true;
        assert_eq!(enter(&server, &provider, now(), "sub-1", other).1.status, 422);
        assert_eq!(provider.questions(), asked + 1, "nobody makes it be asked again and again");
        clock.pass(61 * MINUTE);
        assert_eq!(enter(&server, &provider, now(), "sub-1", NO_LIE).1.status, 200);
        assert_eq!(provider.questions(), asked + 2);
        assert_eq!(server.sign_in(name, PASSWORD).1.status, 303, "the password still does");
    });
}

#[test]
fn a_provider_that_is_away_or_another_keeps_nobody_from_their_password() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        for provider in [LyingProvider::away(), LyingProvider::as_another()] {
            let server = serving(database, clock, &provider, &[]);
            let answer = server.visitor().get("/sign-in/provider");
            assert!(answer.status == 503 && answer.body.contains("sign in with your password"), "{}", answer.body);
            assert_eq!(server.signed_in(first(Role::Dm)).get("/account").status, 200);
        }
    });
}

#[test]
fn settings_of_a_provider_that_could_not_be_trusted_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let origin = Origin::parse("https://candour.example").unwrap();
    let of = |issuer: &str, file: &std::path::Path| {
        let settings = Settings {
            name: "x".to_owned(),
            issuer: issuer.to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret_file: file.to_owned(),
            second_factor_by: Vec::new(),
        };
        Provider::of(settings, &origin).err().unwrap_or_default()
    };
    assert_eq!(of("https://login.example/tenant", &file), "");
    assert!(of("http://login.example", &file).contains("not of https"));
    assert!(of("login.example", &file).contains("issuer"));
    assert!(of("https://login.example", &folder.path().join("none")).contains("client_secret_file"));
}
