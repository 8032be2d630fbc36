//! Many people writing at once lose nothing, and a form that is sent twice counts once.

use std::sync::Barrier;
use std::thread;

use candour_core::permit::Role;
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_store::cases;
use candour_store::db::Engine;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::engines::on_both_engines;
use crate::kill::rounds_or;
use crate::server::{Server, account, candour, make};

/// People who change one case at the same moment.
const TOGETHER: usize = 50;
/// How often they do it in an ordinary run.
const ROUNDS: usize = 3;
/// Forms that are sent twice in an ordinary run.
const DOUBLED: usize = 50;

/// What each writer writes.
const ACTS_EACH: usize = 12;
/// How often one tries while others are faster.
const TRIES_MAX: usize = 500;

#[test]
fn eight_writers_half_of_them_on_one_case_lose_nothing() {
    on_both_engines("eight_writers_half_of_them_on_one_case_lose_nothing", |database| {
        make(database, 0);
        let server = Server::start(database);
        let assessor = server.signed_in(account(Role::Au, "London", 0));
        let decider = server.signed_in(account(Role::Dm, "London", 0));
        let shared = refer(&mut assessor.again(&server.url), "the shared case").unwrap();
        let each = |writer: usize| {
            let (own, url) = (writer.is_multiple_of(2), server.url.clone());
            let (mut assessor, mut decider) = (assessor.again(&url), decider.again(&url));
            let shared = shared.clone();
            thread::spawn(move || -> Vec<(Reference, String)> {
                let one = |act: usize| {
                    let word = format!("writer {writer} act {act}.");
                    let case = if own {
                        refer(&mut assessor, &word).unwrap()
                    } else {
                        change(&mut decider, &shared, &word, writer)
                    };
                    (case, word)
                };
                (0..ACTS_EACH).map(one).collect()
            })
        };
        let writers: Vec<_> = (0..8).map(each).collect();
        let written: Vec<(Reference, String)> = writers.into_iter().flat_map(|w| w.join().unwrap()).collect();
        assert_eq!(written.len(), 8 * ACTS_EACH);
        let mut reader = decider.again(&server.url);
        for (case, word) in &written {
            let page = reader.get(&format!("/staff/cases/{}/timeline", case.as_plain())).body;
            assert_eq!(page.matches(word.as_str()).count(), 1, "{word} stands once in {case}");
        }
        drop(server);
        let verified = candour(database, &["verify"]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        assert!(candour(database, &["rebuild"]).status.success());
    });
}

/// Records a referral and returns its case.
fn refer(assessor: &mut Client, summary: &str) -> Option<Reference> {
    let case = reference();
    let answer = assessor.post("/staff/refer", &referral(case.as_plain(), &submission(), summary));
    (answer.status == 303).then_some(case)
}

/// Changes the force of a case, as often as it takes when others are faster.
fn change(decider: &mut Client, case: &Reference, reasons: &str, writer: usize) -> Reference {
    let path = format!("/staff/cases/{}/change", case.as_plain());
    // On any day it is one London force or the other; a change to what it already is, is refused.
    for to in ["city-of-london", "metropolitan"].into_iter().cycle().take(TRIES_MAX) {
        let form = decider.get(&format!("{path}?what=force")).body;
        let (version, id) = (Client::hidden(&form, "version"), Client::hidden(&form, "submission"));
        let day = (writer + 1).to_string();
        let fields = [
            ("case", case.as_plain()),
            ("version", version.as_str()),
            ("submission", id.as_str()),
            ("step", "confirm"),
            ("what", "force"),
            ("to", to),
            ("on-day", day.as_str()),
            ("on-month", "3"),
            ("on-year", "2020"),
            ("reasons", reasons),
        ];
        let answer = decider.post(&path, &fields);
        match answer.status {
            303 => return case.clone(),
            // Somebody was faster (409), or made the very same change (422): read again, try again.
            409 | 422 => assert!(answer.body.contains(reasons), "what was typed is given back"),
            other => panic!("{other}: {}", answer.body),
        }
    }
    panic!("never first in {TRIES_MAX} tries");
}

#[test]
fn of_fifty_at_once_one_is_recorded_and_the_others_see_both_versions() {
    on_both_engines("of_fifty_at_once_one_is_recorded_and_the_others_see_both_versions", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let mut decider = server.signed_in(account(Role::Dm, "London", 0));
        let shared = refer(&mut assessor, "the shared case").unwrap();
        let rounds = rounds_or(ROUNDS);
        let mut winners = Vec::new();
        for round in 0..rounds {
            let clients: Vec<Client> = (0..TOGETHER).map(|_| decider.again(&server.url)).collect();
            winners.push(one_wins(clients, &shared, round));
        }
        let page = decider.get(&format!("/staff/cases/{}/timeline", shared.as_plain())).body;
        for (round, winner) in winners.iter().enumerate() {
            assert_eq!(page.matches(&format!("Round {round} ")).count(), 1, "one of a round is recorded");
            assert!(page.contains(winner), "{winner:?} was acknowledged");
        }
        drop(server);
        assert!(candour(database, &["verify"]).status.success());
        assert!(candour(database, &["rebuild"]).status.success());
        let refused = rounds * (TOGETHER - 1);
        println!("{rounds} rounds of {TOGETHER} writers: {rounds} recorded, {refused} shown both versions, lost 0");
    });
}

/// Has everybody change the case from the same version at the same moment. Returns the words of the
/// one who was first.
fn one_wins(mut clients: Vec<Client>, case: &Reference, round: usize) -> String {
    let path = format!("/staff/cases/{}/change", case.as_plain());
    let to = ["city-of-london", "metropolitan"][round % 2];
    let profile = Profile::named("iopc").unwrap();
    let force = profile.forces.iter().find(|f| f.id == to).unwrap();
    let forms: Vec<String> = thread::scope(|scope| {
        let path = &path;
        let asked: Vec<_> =
            clients.iter_mut().map(|c| scope.spawn(move || c.get(&format!("{path}?what=force")).body)).collect();
        asked.into_iter().map(|form| form.join().unwrap()).collect()
    });
    let together = Barrier::new(clients.len());
    let answers: Vec<(String, Answer)> = thread::scope(|scope| {
        let (path, together) = (&path, &together);
        let write = |(n, (client, form)): (usize, (&mut Client, &String))| {
            let words = format!("Round {round} as writer {n} has it.");
            let fields = change_form(case, form, to, round, &words);
            together.wait();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let answer = client.post(path, &fields);
            (words, answer)
        };
        let sent: Vec<_> =
            clients.iter_mut().zip(&forms).enumerate().map(|one| scope.spawn(move || write(one))).collect();
        sent.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    let mut first = Vec::new();
    for (words, answer) in answers {
        if answer.status == 303 {
            first.push(words);
            continue;
        }
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(answer.body.contains(&words), "what was typed is given back");
        let (_, meanwhile) = answer.body.split_once("Entered in the meantime").expect("what others entered is shown");
        assert!(meanwhile.contains(&force.name), "it says what was entered");
    }
    assert_eq!(first.len(), 1, "exactly one was first");
    first.remove(0)
}

/// The answers of a change of the force, on a day of its own for each round.
fn change_form(case: &Reference, form: &str, to: &str, round: usize, words: &str) -> Vec<(&'static str, String)> {
    vec![
        ("case", case.as_plain().to_owned()),
        ("version", Client::hidden(form, "version")),
        ("submission", Client::hidden(form, "submission")),
        ("step", "confirm".to_owned()),
        ("what", "force".to_owned()),
        ("to", to.to_owned()),
        ("on-day", (round % 28 + 1).to_string()),
        ("on-month", (round / 28 % 12 + 1).to_string()),
        ("on-year", (2019 + round / (28 * 12)).to_string()),
        ("reasons", words.to_owned()),
    ]
}

#[test]
fn a_form_that_is_sent_twice_at_once_counts_once_and_its_id_takes_no_other_answers() {
    let name = "a_form_that_is_sent_twice_at_once_counts_once_and_its_id_takes_no_other_answers";
    on_both_engines(name, |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut one = server.signed_in(account(Role::Au, "London", 0));
        let mut other = one.again(&server.url);
        let doubled = rounds_or(DOUBLED);
        let mut sent = Vec::new();
        for n in 0..doubled {
            let (case, id, words) = (reference(), submission(), format!("Sent twice, as number {n}."));
            let form = referral(case.as_plain(), &id, &words);
            let together = Barrier::new(2);
            let send = |client: &mut Client| {
                together.wait();
                client.post("/staff/refer", &form)
            };
            let (first, second) = thread::scope(|scope| {
                let second = scope.spawn(|| send(&mut other));
                (send(&mut one), second.join().unwrap())
            });
            assert_eq!((first.status, second.status), (303, 303), "{}{}", first.body, second.body);
            assert_eq!(first.location, second.location, "both get the same answer");
            let another = one.post("/staff/refer", &referral(case.as_plain(), &id, "Other words under the same id."));
            assert_eq!(another.status, 422, "{}", another.body);
            assert!(another.body.contains("has been sent before with other answers"), "{}", another.body);
            sent.push((case, words));
        }
        drop(server);
        let engine = Engine::at(database).unwrap();
        for (case, words) in &sent {
            let found = engine.read(|tx| cases::load(tx, "iopc", case)).unwrap();
            assert_eq!(found.version(), 1, "{case} has one effect");
            assert_eq!(found.entries[0].word("summary"), Some(words.as_str()));
        }
        assert!(candour(database, &["verify"]).status.success());
        println!("{doubled} forms sent twice at once: {} effects, the same answer to both, lost 0", sent.len());
    });
}
