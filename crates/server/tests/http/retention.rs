//! Disposing of words by the pages: proposed by one, approved by another; the case says so where the
//! words were; a hold and a restriction; the commands; and an older backup that is put back.

use candour_core::permit::Role;
use candour_core::reference::Reference;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::on_both_engines;
use crate::material::attach;
use crate::server::{Server, account, candour, make};

/// A word that stands in the case and nowhere else.
const CANARY: &str = "Quetzalcanary";

fn referred(server: &Server) -> String {
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let case = reference().as_plain().to_owned();
    let summary = format!("An invented matter about a {CANARY}.");
    assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), &summary)).status, 303);
    case
}

fn confirmed(client: &mut Client, address: &str, fields: &[(&str, &str)]) -> Answer {
    let mut sent = fields.to_vec();
    sent.push(("step", "confirm"));
    client.post(address, &sent)
}

#[test]
fn a_text_goes_by_the_pages_and_its_place_says_so() {
    on_both_engines("a_text_goes_by_the_pages_and_its_place_says_so", |database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let page = format!("/staff/cases/{case}/timeline");
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        let mut stranger = server.signed_in(account(Role::Dm, "North West", 0));
        let text = [("case", case.as_str()), ("entry", "1"), ("field", "summary")];
        let propose = "/staff/retention/propose";
        assert_eq!(stranger.get(&format!("{propose}?case={case}&entry=1&field=summary")).status, 403);
        let whole = [("case", case.as_str()), ("ground", "request"), ("reasons", "They asked.")];
        let open = confirmed(&mut supervisor, propose, &whole);
        assert!(open.status == 422 && open.body.contains("The case is not closed"), "{}", open.body);
        let blank = confirmed(&mut supervisor, propose, &text);
        assert!(blank.status == 422 && blank.body.contains("Choose on which ground"), "{}", blank.body);
        let all = [&text[..], &[("ground", "never"), ("reasons", "It is about somebody else.")]].concat();
        let proposed = confirmed(&mut supervisor, propose, &all);
        assert_eq!((proposed.status, proposed.location.as_str()), (303, "/staff/retention?done=proposed"));
        let listed = decider.get("/staff/retention").body;
        assert!(listed.contains("/staff/retention/answer?of=1") && !listed.contains(CANARY), "{listed}");
        assert!(!stranger.get("/staff/retention").body.contains("somebody else"), "not of another region");
        assert_eq!(supervisor.get("/staff/retention/answer?of=1").status, 403, "no supervisor approves");
        assert!(decider.get(&page).body.contains(CANARY), "nothing is gone yet");
        let yes = [("of", "1"), ("approves", "yes"), ("reasons", "So it is.")];
        let unconfirmed = decider.post("/staff/retention/answer", &yes);
        assert!(unconfirmed.status == 200 && unconfirmed.body.contains("cannot be brought back"));
        let gone = confirmed(&mut decider, "/staff/retention/answer", &yes);
        assert!(gone.status == 303 && gone.location.starts_with("/staff/retention?done="), "{}", gone.body);
        let shown = decider.get(&page).body;
        assert!(!shown.contains(CANARY) && shown.contains("they should never have been recorded"), "{shown}");
        assert_eq!(confirmed(&mut decider, "/staff/retention/answer", &yes).status, 404, "once");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
        let due = candour(database, &["retention", "list", "--on", "2030-01-01"]);
        assert!(due.status.success() && String::from_utf8_lossy(&due.stdout).contains("0 cases and 0 people"));
        assert!(candour(database, &["retention", "scrub"]).status.success());
        assert_eq!(candour(database, &["retention", "list", "--on", "soon"]).status.code(), Some(2));
    });
}

#[test]
fn restricted_words_are_read_by_the_named_role_only_and_kept() {
    on_both_engines("restricted_words_are_read_by_the_named_role_only_and_kept", |database| {
        make(database, 0);
        let server = Server::start(database);
        let case = referred(&server);
        let in_full = Reference::parse(&case).unwrap().to_string();
        let page = format!("/staff/cases/{case}/timeline");
        let file = attach(&server, &case, "film.mp4", "A film", b"a film");
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        assert_eq!(supervisor.get(&file).status, 200);
        let placed = [("case", case.as_str()), ("sort", "restricted"), ("reasons", "Evidence in another matter.")];
        let done = confirmed(&mut supervisor, "/staff/retention/restrict", &placed);
        assert_eq!((done.status, done.location.as_str()), (303, "/staff/retention?done=placed"), "{}", done.body);
        let hidden = supervisor.get(&page).body;
        assert!(!hidden.contains(CANARY) && hidden.contains("Restricted since"), "{hidden}");
        assert!(decider.get(&page).body.contains(CANARY), "the named role reads them");
        let kept = supervisor.get(&file);
        assert!(kept.status == 403 && kept.body.contains("Restricted since"), "{}", kept.body);
        assert_eq!(decider.get(&file).body, "a film", "and takes the file");
        assert!(supervisor.get("/staff/retention").body.contains(&in_full));
        let text = [("case", case.as_str()), ("entry", "1"), ("field", "summary"), ("ground", "never")];
        let all = [&text[..], &[("reasons", "It is about somebody else.")]].concat();
        let kept = confirmed(&mut supervisor, "/staff/retention/propose", &all);
        assert!(kept.status == 422 && kept.body.contains("under a restriction"), "{}", kept.body);
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let (signer, signed, out) = (at("signer"), at("checkpoint"), at("receipt"));
        assert!(
            candour(database, &["signer", "init", "--dir", &signer, "--name", "records.example.org"]).status.success()
        );
        assert!(candour(database, &["signer", "sign", "--dir", &signer, "--out", &signed]).status.success());
        let receipt = ["receipt", &case, "--entry", "1", "--checkpoint", &signed, "--out", &out];
        let with = candour(database, &[&receipt[..], &["--word", "summary"]].concat());
        assert!(String::from_utf8_lossy(&with.stderr).contains("the words of this case are restricted"));
        assert!(candour(database, &receipt).status.success(), "without words it holds none");
        let lift = [("of", "1"), ("reasons", "The other matter is over.")];
        assert_eq!(confirmed(&mut supervisor, "/staff/retention/lift", &lift).status, 303);
        assert!(supervisor.get(&page).body.contains(CANARY));
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
    });
}
