//! Accounts of those who are kept informed: who is given one, what it shows and what it does not, what
//! they write, and what ends it.

use candour_core::permit::Role;

use crate::access::CANARY;
use crate::client::{Answer, Client, reference, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::letters::confirm;
use crate::sealed::{REGION, refer, seal};
use crate::server::{Server, account, candour, make};

const NEW: &str = "four words nobody guesses";
const SURE: &str = "She called back on the number that was agreed.";
const CONTACT: &str = "Her sister, between nine and twelve.";
const MESSAGE: &str = "He was standing at the window.\r\nI saw it & I can say <so>.";

fn on(name: &str, day: &str) -> Vec<(String, String)> {
    [("day", day), ("month", "6"), ("year", "2018")]
        .map(|(part, of)| (format!("{name}-{part}"), of.to_owned()))
        .to_vec()
}

/// Sends a form of a case with answers and a date of June 2018.
fn told(client: &mut Client, case: &str, form: &str, answers: &[(&str, &str)], day: &str) -> Answer {
    let date = on("on", day);
    let date = date.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let answers: Vec<(&str, &str)> = answers.iter().copied().chain(date).collect();
    confirm(client, case, &format!("/staff/cases/{case}/{form}"), &answers)
}

/// Keeps somebody informed; their key.
fn informed(client: &mut Client, case: &str, name: &str) -> String {
    let keys = |client: &mut Client| -> Vec<String> {
        let page = client.get(&format!("/staff/cases/{case}/end-informed")).body;
        let keys = page.split("value=\"k").skip(1).filter_map(|rest| Some(format!("k{}", rest.split('"').next()?)));
        keys.collect()
    };
    let before = keys(client);
    let answers = [("name", name), ("role", "complainant"), ("method", "letter"), ("welsh", "no")];
    assert_eq!(told(client, case, "add-informed", &answers, "4").status, 303);
    keys(client).into_iter().find(|key| !before.contains(key)).unwrap()
}

/// Agrees with somebody that they are reached by telephone.
fn agreed(client: &mut Client, case: &str, key: &str, at_risk: &str) {
    let none = ["post", "email", "in_person", "representative", "messages"].map(|way| (way, "no"));
    let rest = [("key", key), ("telephone", "yes"), ("at_risk", at_risk), ("contact", CONTACT)];
    let answers: Vec<(&str, &str)> = none.into_iter().chain(rest).collect();
    assert_eq!(told(client, case, "agree-contact", &answers, "5").status, 303);
}

fn give(client: &mut Client, case: &str, key: &str, sure: &str) -> Answer {
    let fields = [("key", key), ("sure", sure), ("step", "confirm")];
    client.post(&format!("/staff/cases/{case}/account?key={key}"), &fields)
}

/// The account of somebody: its name, and whoever signed in to it with a password of their own.
fn their_own(server: &Server, given: &Answer) -> (String, Client) {
    assert_eq!(given.status, 200, "{}", given.body);
    let codes: Vec<&str> = given.body.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()).collect();
    let (name, code) = (codes[0].to_owned(), codes[1]);
    let mut client = server.visitor();
    let started = client.post("/start", &[("name", &name), ("code", code), ("new", NEW)]);
    assert_eq!(started.status, 303, "{}", started.body);
    let entered = client.post("/sign-in", &[("name", &name), ("password", NEW)]);
    assert_eq!((entered.status, entered.location.as_str()), (303, "/own"), "{}", entered.body);
    (name, client)
}

fn write(client: &mut Client, case: &str, message: &str, id: &str) -> Answer {
    client.post(&format!("/own/cases/{case}/write"), &[("message", message), ("submission", id)])
}

#[test]
fn whoever_is_kept_informed_sees_their_own_matter_and_nothing_else() {
    on_both_engines("whoever_is_kept_informed_sees_their_own_matter_and_nothing_else", |database| {
        make(database, 0);
        let server = Server::start(database);
        let (case, other) = (refer(&server, CANARY), refer(&server, CANARY));
        let mut assessor = server.signed_in(account(Role::Au, REGION, 0));
        let ann = informed(&mut assessor, &case, "Ann Marsh");
        let refused = give(&mut assessor, &case, &ann, SURE);
        assert!(refused.status == 422 && refused.body.contains("Agree with them first"), "{}", refused.body);
        agreed(&mut assessor, &case, &ann, "no");
        let unsure = give(&mut assessor, &case, &ann, " ");
        assert!(unsure.status == 422 && unsure.body.contains("how you made sure"), "{}", unsure.body);
        let mut stranger = server.signed_in(account(Role::Dm, "London", 0));
        assert_eq!(give(&mut stranger, &case, &ann, SURE).status, 403, "nor does anybody give one who may not");
        let given = give(&mut assessor, &case, &ann, SURE);
        let (name, mut own) = their_own(&server, &given);
        assert!(!name.contains("Ann") && name.len() == 9, "{name}");
        let in_a_week = candour_server::app::machine_time() + 7 * 24 * 60 * 60 * 1_000_000;
        let in_a_week = candour_core::day::in_words(candour_core::day::of_instant(in_a_week));
        assert!(given.body.contains(&format!("until {in_a_week}")), "a letter takes days: {}", given.body);
        let lower = server.visitor().post("/sign-in", &[("name", &name.to_lowercase()), ("password", NEW)]);
        assert_eq!(lower.location, "/own", "it is typed in either case");
        assert_eq!(give(&mut assessor, &case, &ann, SURE).status, 422, "one is enough");

        let page = own.get(&format!("/own/cases/{case}"));
        assert_eq!(page.status, 200);
        for part in ["Avon and Somerset", "Only by telephone. We do not leave messages", "Not yet."] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        for hidden in [CANARY, "Ann Marsh", "Her sister", SURE] {
            assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
        }
        assert!(own.get("/own").body.contains(&format!("/own/cases/{case}")));

        // Every other address is as if it were not there, or says that it is not for them.
        let unknown = reference().as_plain().to_owned();
        for path in ["", "/letters/1", "/write"] {
            let [hidden, none] = [&other, &unknown].map(|of| own.get(&format!("/own/cases/{of}{path}")));
            assert_eq!((hidden.status, &hidden.body, &hidden.headers), (404, &none.body, &none.headers), "{path}");
        }
        let staff = ["", "/timeline", "/people", "/letters", "/readers", "/material", "/receipt?entry=1", "/account"];
        let staff = staff.map(|page| format!("/staff/cases/{case}{page}"));
        let elsewhere = ["/staff", "/staff/cases", "/staff/work", "/board", "/force", "/staff/users", "/staff/alerts"];
        for address in elsewhere.into_iter().chain(staff.iter().map(String::as_str)) {
            let answer = own.get(address);
            assert!(answer.status == 403 && !answer.body.contains(CANARY), "{address}: {}", answer.status);
        }
        let mut nobody = server.visitor();
        for address in ["/own", &format!("/own/cases/{case}")] {
            assert_eq!(nobody.get(address).location, "/sign-in");
            assert_eq!(assessor.get(address).status, 403, "nor is it for staff: {address}");
        }

        // What they write is an entry of the case, once, as they wrote it.
        let id = submission();
        for (message, says) in [("", "Write what you want to say"), (&*"x".repeat(20_001), "20000 characters or fewer")]
        {
            let refused = write(&mut own, &case, message, &id);
            assert!(refused.status == 422 && refused.body.contains(says), "{says}: {}", refused.body);
        }
        assert_eq!(write(&mut own, &other, MESSAGE, &id).status, 404, "of no other case");
        for _ in 0..3 {
            let sent = write(&mut own, &case, MESSAGE, &id);
            assert_eq!(sent.location, format!("/own/cases/{case}?done=sent"), "{}", sent.body);
        }
        let shown = own.get(&format!("/own/cases/{case}")).body;
        assert_eq!(shown.matches("He was standing at the window.").count(), 1, "{shown}");
        assert!(!shown.contains("<so>"), "it is shown as it was typed");
        let timeline = assessor.get(&format!("/staff/cases/{case}/timeline")).body;
        assert!(timeline.contains("He was standing") && timeline.contains("Ann Marsh"), "{timeline}");
        let letters = assessor.get(&format!("/staff/cases/{case}/letters")).body;
        for part in ["They last wrote on", "They wrote on", SURE, "Accounts of their own"] {
            assert!(letters.contains(part), "{part}: {letters}");
        }
        let entry = Client::hidden(&shown, "entry");
        let receipt =
            |client: &mut Client, entry: &str| client.post(&format!("/own/cases/{case}/receipt"), &[("entry", entry)]);
        assert_eq!(receipt(&mut own, "1").status, 404, "of what they did not write there is none");
        let none = receipt(&mut own, &entry);
        assert!(none.status == 503 && none.body.contains("not ready yet"), "{}", none.body);
        let mut supervisor = server.signed_in(account(Role::Sup, REGION, 0));
        assert!(
            supervisor.get(&format!("/staff/cases/{case}/readers")).body.contains("in their own account"),
            "their reading is recorded"
        );

        // A session that ran out keeps what was typed; a restriction says nothing of itself.
        let late = write(&mut nobody, &case, MESSAGE, &submission());
        assert!(late.status == 403 && late.body.contains("He was standing"), "{}", late.body);
        let placed =
            [("case", case.as_str()), ("sort", "restricted"), ("reasons", "Evidence elsewhere."), ("step", "confirm")];
        assert_eq!(supervisor.post("/staff/retention/restrict", &placed).status, 303);
        let shown = own.get(&format!("/own/cases/{case}")).body;
        assert!(shown.contains("cannot be shown here at the moment") && !shown.contains("estricted"), "{shown}");
        assert!(!shown.contains("He was standing") && !shown.contains("Save the receipt"), "{shown}");

        // It ends in the case, at once.
        let fields = [("key", ann.as_str()), ("reasons", "She asked for it."), ("step", "confirm")];
        let ended = assessor.post(&format!("/staff/cases/{case}/account-end?key={ann}"), &fields);
        assert_eq!(ended.status, 303, "{}", ended.body);
        assert_eq!(own.get(&format!("/own/cases/{case}")).location, "/sign-in");
        let again = server.visitor().post("/sign-in", &[("name", &name), ("password", NEW)]);
        assert_eq!(again.status, 422);
        let given = give(&mut assessor, &case, &ann, SURE);
        assert_eq!(given.status, 200, "another can be given");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn an_account_shows_nothing_once_they_are_not_kept_informed_or_the_case_is_sealed() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let case = refer(&server, CANARY);
        let mut keeper = server.signed_in(account(Role::Sup, REGION, 0));
        let (ann, bob) = (informed(&mut keeper, &case, "Ann Marsh"), informed(&mut keeper, &case, "Bob Marsh"));
        for key in [&ann, &bob] {
            agreed(&mut keeper, &case, key, "no");
        }
        let given = give(&mut keeper, &case, &ann, SURE);
        let (_, mut own) = their_own(&server, &given);
        let given = give(&mut keeper, &case, &bob, SURE);
        let (_, mut his) = their_own(&server, &given);
        assert_eq!(write(&mut his, &case, "Something of Bob's own.", &submission()).status, 303);
        let hers = own.get(&format!("/own/cases/{case}")).body;
        assert!(!hers.contains("Bob"), "nothing of another: {hers}");

        // Letters that were sent to them, and no others.
        let mode = [("mode", "independent"), ("reasons", "The public interest asks for it.")];
        let mut decider = server.signed_in(account(Role::Dm, REGION, 1));
        assert_eq!(told(&mut decider, &case, "mode", &mode, "5").status, 303);
        let letters = keeper.get(&format!("/staff/cases/{case}/letters")).body;
        let offered: Vec<String> = letters
            .split("issue-letter?letter=")
            .skip(1)
            .filter_map(|rest| Some(rest.split('"').next()?.replace("&amp;", "&")))
            .collect();
        let to = |to: &str| offered.iter().find(|offer| offer.ends_with(&format!("to={to}"))).cloned();
        for recipient in [ann.as_str(), "authority"] {
            let offer = to(recipient).unwrap_or_else(|| panic!("no letter to {recipient}: {offered:?}"));
            let letter = offer.split('&').next().unwrap().to_owned();
            let answers = [("letter", letter.as_str()), ("to", recipient), ("added", "Words of this letter.")];
            let address = format!("/staff/cases/{case}/issue-letter?letter={offer}");
            let issued = confirm(&mut keeper, &case, &address, &answers);
            assert_eq!(issued.status, 303, "{}", issued.body);
        }
        let letter = format!("/own/cases/{case}/letters/1");
        // How far the case has come shows neither before nor after it is told, and withholding shows nothing.
        let page = |client: &mut Client| client.get(&format!("/own/cases/{case}")).body;
        let before = page(&mut own);
        assert!(!before.contains("investigat") && !before.contains("assessment"), "{before}");
        let withheld = [("key", ann.as_str()), ("purpose", "crime"), ("reasons", "It would warn somebody.")];
        let review = [("review_on-day", "1"), ("review_on-month", "10"), ("review_on-year", "2018")];
        let withheld: Vec<(&str, &str)> = withheld.into_iter().chain(review).collect();
        let done = told(&mut decider, &case, "withhold-update", &withheld, "20");
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(page(&mut own), before);
        assert_eq!(own.get(&letter).status, 404, "it was not sent yet");
        for n in ["1", "2"] {
            let sent = [("sent_on-day", "31"), ("sent_on-month", "3"), ("sent_on-year", "2020")];
            let rest = [("n", n), ("by", "email"), ("proof", "Seen."), ("despite", "She asked.")];
            let answers: Vec<(&str, &str)> = rest.into_iter().chain(sent).collect();
            let served = confirm(&mut keeper, &case, &format!("/staff/cases/{case}/serve-letter?n={n}"), &answers);
            assert_eq!(served.status, 303, "{}", served.body);
        }
        let shown = own.get(&letter);
        assert!(shown.status == 200 && shown.body.contains("Words of this letter."), "{}", shown.body);
        assert_eq!(own.get(&format!("/own/cases/{case}/letters/2")).status, 404, "one to the authority");
        assert_eq!(his.get(&letter).status, 404, "nor is hers his");

        let reasons = [("key", bob.as_str()), ("reasons", "He asked for it.")];
        assert_eq!(told(&mut keeper, &case, "end-informed", &reasons, "20").status, 303);
        assert_eq!(his.get(&format!("/own/cases/{case}")).status, 404, "he is no longer kept informed");
        assert_eq!(write(&mut his, &case, "Again.", &submission()).status, 404);
        seal(&server, &case, ("Somebody may come to harm if it is known.", "I agree."));
        assert_eq!(
            own.get(&format!("/own/cases/{case}")).status,
            404,
            "a seal closes it to whoever is not on its list"
        );
        let list = own.get("/own").body;
        assert!(!list.contains(&case) && list.contains("There is nothing to see here now"), "{list}");
    });
}

#[test]
fn whoever_could_be_harmed_signs_in_with_a_second_factor_and_nobody_becomes_another() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let case = refer(&server, CANARY);
        let mut assessor = server.signed_in(account(Role::Au, REGION, 0));
        let ann = informed(&mut assessor, &case, "Ann Marsh");
        agreed(&mut assessor, &case, &ann, "yes");
        let given = give(&mut assessor, &case, &ann, SURE);
        assert!(given.body.contains("asked for a second factor"), "{}", given.body);
        let (name, mut own) = their_own(&server, &given);
        for address in ["/own", &format!("/own/cases/{case}")] {
            assert_eq!(own.get(address).location, "/account/second-factor", "{address}");
        }
        // What was agreed since the account was given holds as well.
        let bob = informed(&mut assessor, &case, "Bob Marsh");
        agreed(&mut assessor, &case, &bob, "no");
        let (_, mut his) = their_own(&server, &give(&mut assessor, &case, &bob, SURE));
        assert_eq!(his.get(&format!("/own/cases/{case}")).status, 200);
        agreed(&mut assessor, &case, &bob, "yes");
        assert_eq!(his.get(&format!("/own/cases/{case}")).location, "/account/second-factor");
        // Whoever is investigated is given none, and leaving ends the session.
        let answers = [("name", "PC Subject"), ("role", "subject"), ("method", "letter"), ("welsh", "no")];
        assert_eq!(told(&mut assessor, &case, "add-informed", &answers, "4").status, 303);
        let page = assessor.get(&format!("/staff/cases/{case}/end-informed")).body;
        let keys: Vec<&str> = page.split("value=\"").filter_map(|rest| rest.split('"').next()).collect();
        let subject = keys.into_iter().find(|key| key.starts_with('k') && **key != *ann && **key != *bob).unwrap();
        agreed(&mut assessor, &case, subject, "no");
        let refused = give(&mut assessor, &case, subject, SURE);
        assert!(
            refused.status == 422 && refused.body.contains("complainants and interested persons"),
            "{}",
            refused.body
        );
        let kept = his.again(&server.url);
        assert_eq!(his.get("/own/leave").location, "https://www.bbc.co.uk/weather");
        assert_eq!(kept.again(&server.url).get("/account").location, "/sign-in");
        let mut keeper = server.signed_in(account(Role::Adm, REGION, 0));
        let id = server_id(database, &name);
        for form in ["start-code", "enable"] {
            let fields = [("reasons", "Asked for."), ("step", "confirm")];
            let refused = keeper.post(&format!("/staff/users/{id}/{form}"), &fields);
            assert!(
                refused.status == 422 && refused.body.contains("another account in their case"),
                "{form}: {}",
                refused.body
            );
        }
        for role in ["DM", "CMP"] {
            let who = if role == "CMP" { account(Role::Sup, REGION, 0) } else { &name };
            let changed = candour(database, &["user", "role", who, "--role", role]);
            assert!(!changed.status.success(), "{role}: {}", String::from_utf8_lossy(&changed.stdout));
        }
        let added = candour(database, &["user", "add", "Ann Marsh", "--role", "CMP"]);
        assert_eq!(added.status.code(), Some(2), "{}", String::from_utf8_lossy(&added.stdout));
    });
}

/// The opaque id of an account.
fn server_id(database: &str, name: &str) -> String {
    let store = candour_store::Store::open_existing(database, "iopc", candour_server::app::machine_sources).unwrap();
    let found = store.record.engine.read(|tx| candour_store::plain::account::named(tx, "iopc", name));
    found.unwrap().unwrap().id
}
