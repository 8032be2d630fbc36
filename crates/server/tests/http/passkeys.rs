//! Passkeys: adding one, signing in with it, showing again that it is oneself, and answers that do not
//! hold. The device is the test's own.

use candour_core::access::grave::Grave;
use candour_core::permit::Role;
use candour_server::origin::Origin;
use candour_server::passkeys::Passkeys;
use serde_json::Value as Json;

use crate::client::{Answer, Client};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{PASSWORD, candour, make};
use crate::soft_passkey::Device;
use crate::within::{Clock, MINUTE, Within, clock, first};

const ORIGIN: &str = "https://candour.example";

fn serving(database: &str, clock: Clock) -> Within {
    Within::start_with(database, clock, |app| {
        app.passkeys = Some(Passkeys::of(&Origin::parse(ORIGIN).unwrap()).unwrap());
    })
}

/// What is asked of a browser.
fn asked(client: &mut Client, errand: &str) -> Json {
    let answer = client.post("/passkey", &[("for", errand)]);
    assert_eq!(answer.status, 200, "{errand}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn add(client: &mut Client, name: &str) -> (Device, Answer) {
    let options = asked(client, "add");
    let (device, made) = Device::made(name, ORIGIN, &options);
    let fields = [("step", "add"), ("name", name), ("passkey", made.as_str())];
    (device, client.post("/account/passkeys", &fields))
}

/// Signs in with a device and nothing else.
fn enter(server: &Within, device: &mut Device) -> (Client, Answer) {
    let mut client = server.visitor();
    let options = asked(&mut client, "sign-in");
    let given = device.answer(&options);
    let answer = client.post("/sign-in/passkey", &[("passkey", &given)]);
    (client, answer)
}

fn owing(server: &Within, name: &str) -> Client {
    let (client, answer) = server.sign_in(name, PASSWORD);
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in/code"));
    client
}

#[test]
fn a_passkey_signs_in_by_itself_and_is_a_second_factor() {
    on_both_engines("a_passkey_signs_in_by_itself_and_is_a_second_factor", |database| {
        make(database, 0);
        let clock = clock!();
        let server = serving(database, clock);
        let (name, other) = (first(Role::Dm), first(Role::Sup));
        let mut own = server.signed_in(name);
        let (mut device, added) = add(&mut own, "Work laptop");
        assert!(added.status == 200 && added.body.matches("<li><code>").count() == 10, "{}", added.body);
        let (mut second, added) = add(&mut own, "Telephone");
        assert_eq!(added.location, "/account?done=passkey", "{}", added.body);
        let options = asked(&mut server.signed_in(other), "add");
        assert_eq!(options["publicKey"]["excludeCredentials"].as_array().map_or(0, Vec::len), 0);
        let taken = add(&mut server.signed_in(other), "Telephone").1;
        assert!(
            taken.status == 422 && taken.body.contains("in use already"),
            "what is one's is not another's: {}",
            taken.body
        );
        let page = own.get("/account/passkeys").body;
        assert!(page.contains("Work laptop") && page.contains("Telephone"), "{page}");
        assert_eq!(own.get("/account").body.matches("A passkey was added").count(), 2);

        let (mut client, answer) = enter(&server, &mut device);
        assert_eq!((answer.status, answer.location.as_str()), (303, "/staff"), "{}", answer.body);
        assert_eq!(client.get("/staff").status, 200);

        // After the password one of them is asked for, and no other's will do.
        let mut half = owing(&server, name);
        assert!(half.get("/sign-in/code").body.contains("Use your passkey"));
        let options = asked(&mut half, "code");
        assert_eq!(options["publicKey"]["allowCredentials"].as_array().unwrap().len(), 2);
        let given = second.answer(&options);
        assert_eq!(half.post("/sign-in/code", &[("passkey", &given)]).location, "/staff");
        let (mut of_another, _) = add(&mut server.signed_in(other), "Another's");
        let mut half = owing(&server, name);
        let given = of_another.answer(&asked(&mut half, "code"));
        assert_eq!(half.post("/sign-in/code", &[("passkey", &given)]).status, 422);
        assert_eq!(half.get("/staff").status, 303);

        // More than a quarter of an hour after signing in one is asked first, and nothing is lost by it.
        let mut late = server.signed_in(first(Role::Qsi));
        clock.pass(Grave::built_in().minutes * MINUTE + 1);
        let options = asked(&mut late, "add");
        let (_, made) = Device::made("Late", ORIGIN, &options);
        let fields = [("step", "add"), ("name", "Late"), ("passkey", made.as_str())];
        assert_eq!(late.post("/account/passkeys", &fields).status, 403);
        let again = fields.into_iter().chain([("again-password", PASSWORD)]).collect::<Vec<_>>();
        let added = late.post("/account/passkeys", &again);
        assert!(added.status == 200 && added.body.contains("Your recovery codes"), "{}", added.body);
        let mut own = {
            let mut client = owing(&server, name);
            let given = device.answer(&asked(&mut client, "code"));
            assert_eq!(client.post("/sign-in/code", &[("passkey", &given)]).location, "/staff");
            client
        };

        // Gone is gone, and the last one takes the codes with it.
        let key = |page: &str| Client::hidden(page, "passkey");
        for left in [1, 0] {
            let page = own.get("/account/passkeys").body;
            let gone = own.post("/account/passkeys", &[("step", "remove"), ("passkey", &key(&page))]);
            assert_eq!(gone.location, "/account?done=passkey-removed", "{}", gone.body);
            assert_eq!(own.get("/account/passkeys").body.matches("Take it away").count(), left);
        }
        assert_eq!(enter(&server, &mut device).1.status, 422);
        assert_eq!(server.sign_in(name, PASSWORD).1.location, "/staff", "the password is enough again");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn an_answer_that_does_not_hold_signs_nobody_in() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = serving(database, clock);
        let name = first(Role::Dm);
        let (mut device, _) = add(&mut server.signed_in(name), "Work laptop");
        let (another, _) = add(&mut server.signed_in(first(Role::Sup)), "Another's");
        assert_eq!(enter(&server, &mut device).1.status, 303, "as it is");
        for (what, change) in [
            (
                "for a page that looks like this one",
                &(|d: &mut Device| d.origin = "https://candour.exarnple".to_owned()) as &dyn Fn(&mut Device),
            ),
            ("over a connection that is not secure", &|d| d.origin = "http://candour.example".to_owned()),
            ("of another host", &|d| d.host = "exarnple".to_owned()),
            ("without a finger, a face or a PIN", &|d| d.verified = false),
            ("of a device that was copied", &|d| d.counter = 0),
            ("of a counter that stands", &|d| d.counter -= 1),
            ("under another's id", &|d| d.id.clone_from(&another.id)),
            ("of no device that is known", &|d| d.id = vec![9; 32]),
            ("signed by another key", &|d| d.key_of("Another laptop")),
            ("as another, with a key of one's own", &|d| {
                d.id.clone_from(&another.id);
                d.handle.clone_from(&another.handle);
            }),
            ("for another's account", &|d| d.handle.clone_from(&another.handle)),
            ("for no account", &|d| d.handle = Some(vec![0; 16])),
        ] {
            let mut lying = device.clone();
            change(&mut lying);
            let answer = enter(&server, &mut lying).1;
            assert!(answer.status == 422 && answer.body.contains("does not sign in here"), "{what}: {}", answer.body);
        }

        let mut client = server.visitor();
        let options = asked(&mut client, "sign-in");
        let good = device.answer(&options);
        let send = |client: &mut Client, given: &str| client.post("/sign-in/passkey", &[("passkey", given)]).status;
        for garbled in ["", "{}", "null", "[[[[", &good[..good.len() - 2]] {
            let mut copy = client.again(&server.url);
            assert_eq!(send(&mut copy, garbled), 422, "{garbled:.40}");
        }
        assert_eq!(send(&mut server.visitor(), &good), 422, "of a browser that was not asked");
        let mut replayed = client.again(&server.url);
        assert_eq!(send(&mut client, &good), 303);
        assert_eq!(send(&mut replayed, &good), 422, "an answer is good once");

        // What was asked on one errand is not answered on another, nor after ten minutes.
        let mut half = owing(&server, name);
        let given = device.answer(&asked(&mut half, "code"));
        assert_eq!(send(&mut half, &given), 422);
        let mut slow = server.visitor();
        let given = device.answer(&asked(&mut slow, "sign-in"));
        clock.pass(10 * MINUTE);
        assert_eq!(send(&mut slow, &given), 422);
        let mut bare = server.visitor();
        assert_eq!(bare.post("/passkey", &[("for", "provider")]).status, 404);
        assert_eq!(bare.post("/passkey", &[("for", "")]).status, 404);
        for errand in ["code", "again", "add"] {
            let answer = bare.post("/passkey", &[("for", errand)]);
            assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in"), "{errand}");
        }

        // A start code that an administrator gave is noticed: the passkey signs in again once a password is chosen.
        assert!(candour(database, &["user", "start-code", first(Role::Sup)]).status.success());
        let mut hers = another;
        assert_eq!(enter(&server, &mut hers).1.status, 422);

        let disabled = candour(database, &["user", "disable", name, "--reasons", "Gone."]);
        assert!(disabled.status.success());
        let closed = enter(&server, &mut device).1;
        assert!(closed.status == 422 && closed.body.contains("does not sign in here"), "{}", closed.body);
    });
}

#[test]
fn a_passkey_shows_again_that_it_is_oneself_and_is_enough_for_a_role_that_needs_a_second_factor() {
    on_sqlite(|database| {
        make(database, 0);
        let clock = clock!();
        let server = Within::start_with(database, clock, |app| {
            app.second_factor = vec![Role::Sup];
            app.passkeys = Some(Passkeys::of(&Origin::parse(ORIGIN).unwrap()).unwrap());
        });
        let name = first(Role::Sup);
        let mut own = server.signed_in(name);
        assert_eq!(own.get("/staff").location, "/account/second-factor");
        assert!(own.get("/account/second-factor").body.contains("/account/passkeys"));
        let (mut device, _) = add(&mut own, "Work laptop");
        assert_eq!(own.get("/staff").status, 200);
        let page = own.get("/account/passkeys").body;
        assert_eq!(Client::hidden(&page, "passkey"), "", "the only one stays");
        let key = candour_server::passkeys::name_of(&device.id);
        let kept = own.post("/account/passkeys", &[("step", "remove"), ("passkey", &key)]);
        assert!(kept.status == 422 && kept.body.contains("Add another first"), "{}", kept.body);

        clock.pass(Grave::built_in().minutes * MINUTE + 1);
        let fields = [("step", "codes")];
        let again = own.post("/account/second-factor", &fields);
        assert!(again.status == 403 && again.body.contains("again-passkey"), "{}", again.body);
        let mut another = server.signed_in(first(Role::Dm));
        let (mut of_another, _) = add(&mut another, "Another's");
        let given = of_another.answer(&asked(&mut own, "again"));
        let wrong = own.post("/account/second-factor", &[("step", "codes"), ("again-passkey", &given)]);
        assert!(wrong.status == 403 && wrong.body.contains("none of yours"), "{}", wrong.body);
        assert!(!wrong.body.contains(&given[..40]), "the answer is not given back");
        let given = device.answer(&asked(&mut own, "again"));
        let old = own.cookie.clone();
        let done = own.post("/account/second-factor", &[("step", "codes"), ("again-passkey", &given)]);
        assert!(done.status == 200 && done.body.contains("Your recovery codes"), "{}", done.body);
        assert_ne!(own.cookie, old, "the session has a new token");

        let reset = candour(database, &["user", "reset-second-factor", name, "--reasons", "She showed her pass."]);
        assert!(reset.status.success(), "{}", String::from_utf8_lossy(&reset.stderr));
        assert_eq!(enter(&server, &mut device).1.status, 422, "its passkeys went with it");
    });
}
