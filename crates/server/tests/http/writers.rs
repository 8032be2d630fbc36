//! Many people writing at once lose nothing.

use std::thread;

use candour_core::permit::Role;
use candour_core::reference::Reference;

use crate::client::{Client, reference, referral, submission};
use crate::engines::on_both_engines;
use crate::server::{Server, account, candour, make};

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
