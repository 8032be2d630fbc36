//! Letters over HTTP: the text is seen before it is issued, a contradiction is refused with its
//! reason, and what was sent can be printed by those who may read the case.

use candour_core::permit::Role;

use crate::client::{Client, reference, referral, submission};
use crate::engines::on_sqlite;
use crate::server::{Server, account, make};

/// Sends a form on its confirming step, against the version that its page shows.
fn confirm(client: &mut Client, case: &str, address: &str, answers: &[(&str, &str)]) -> crate::client::Answer {
    let page = client.get(address);
    assert_eq!(page.status, 200, "{address}: {}", page.body);
    let version = Client::hidden(&page.body, "version");
    let id = submission();
    let fixed = [("case", case), ("version", version.as_str()), ("submission", id.as_str()), ("step", "confirm")];
    let sent: Vec<(&str, &str)> = fixed.into_iter().chain(answers.iter().copied()).collect();
    client.post(address, &sent)
}

#[test]
fn a_letter_is_seen_issued_served_and_printed_and_one_that_contradicts_the_record_is_refused() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let case = reference();
        let plain = case.as_plain();
        let sent = assessor.post("/staff/refer", &referral(plain, &submission(), "A matter."));
        assert_eq!(sent.status, 303, "{}", sent.body);
        let at = format!("/staff/cases/{plain}");

        let list = assessor.get(&format!("{at}/letters")).body;
        assert!(list.contains("issue-letter?letter=L01&amp;to=authority"), "{list}");
        assert!(list.contains("The mode of investigation has not been decided yet."), "L02 says why not");
        assert!(list.contains("The record has no severity assessment"), "L05 says what the record lacks");
        assert!(list.contains("Translation due"), "no template has its Welsh text yet");

        let to_issue = format!("{at}/issue-letter");
        let l02 = [("letter", "L02"), ("to", "authority"), ("added", "")];
        let refused = confirm(&mut assessor, plain, &format!("{to_issue}?letter=L02&to=authority"), &l02);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("The mode of investigation has not been decided yet"), "{}", refused.body);

        let l01 = [("case", plain), ("letter", "L01"), ("to", "authority"), ("added", "Thank you."), ("step", "check")];
        let seen = assessor.post(&to_issue, &l01);
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert!(
            seen.body.contains("The letter as it is issued") && seen.body.contains("We received it on 2 June 2018")
        );
        let l01 = [("letter", "L01"), ("to", "authority"), ("added", "Thank you.")];
        let issued = confirm(&mut assessor, plain, &format!("{to_issue}?letter=L01&to=authority"), &l01);
        assert_eq!(issued.status, 303, "{}", issued.body);

        let printed = assessor.get(&format!("{at}/letters/1"));
        assert_eq!(printed.status, 200);
        for part in ["Not served yet", "Metropolitan", "Added to this letter", "Thank you.", "Translation due"] {
            assert!(printed.body.contains(part), "{part}: {}", printed.body);
        }
        let day = |name: &str, of: [&str; 3]| -> Vec<(String, String)> {
            ["day", "month", "year"].iter().zip(of).map(|(p, v)| (format!("{name}-{p}"), v.to_owned())).collect()
        };
        let early = day("sent_on", ["1", "6", "2018"]);
        let early: Vec<(&str, &str)> = early.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let rest = [("n", "1"), ("by", "email"), ("proof", "A receipt.")];
        let answers: Vec<(&str, &str)> = rest.into_iter().chain(early).collect();
        let wrong = confirm(&mut assessor, plain, &format!("{at}/serve-letter?n=1"), &answers);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("on or after the day of the letter"), "{}", wrong.body);

        assert_eq!(assessor.get(&format!("{at}/letters/2")).status, 404);
        let mut stranger = server.signed_in(account(Role::Dm, "North West", 0));
        assert_eq!(stranger.get(&format!("{at}/letters/1")).status, 403);
    });
}
