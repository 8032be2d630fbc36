//! Letters over HTTP: the text is seen before it is issued, a contradiction is refused with its
//! reason, and what was sent can be printed by those who may read the case.

use candour_core::permit::Role;

use crate::client::{Client, reference, referral, submission};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// Sends a form on its confirming step, against the version that its page shows.
pub fn confirm(client: &mut Client, case: &str, address: &str, answers: &[(&str, &str)]) -> crate::client::Answer {
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

#[test]
fn somebody_is_reached_as_was_agreed_with_them_or_the_record_says_why_not() {
    on_both_engines("somebody_is_reached_as_was_agreed_with_them_or_the_record_says_why_not", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let case = reference();
        let plain = case.as_plain();
        assert_eq!(assessor.post("/staff/refer", &referral(plain, &submission(), "A matter.")).status, 303);
        let at = format!("/staff/cases/{plain}");
        assert_eq!(assessor.get(&format!("{at}/agree-contact")).status, 422, "nobody is kept informed yet");
        let on = |name: &'static str, day: &'static str| {
            [(format!("{name}-day"), day), (format!("{name}-month"), "6"), (format!("{name}-year"), "2018")]
        };
        let mut told = |form: &str, answers: &[(&str, &str)], (name, day): (&'static str, &'static str)| {
            let date = on(name, day);
            let date = date.iter().map(|(name, value)| (name.as_str(), *value));
            confirm(
                &mut assessor,
                plain,
                &format!("{at}/{form}"),
                &answers.iter().copied().chain(date).collect::<Vec<_>>(),
            )
        };
        let ann = [("name", "Ann Marsh"), ("role", "complainant"), ("method", "letter"), ("welsh", "no")];
        assert_eq!(told("add-informed", &ann, ("on", "4")).status, 303);
        let page = server.signed_in(account(Role::Au, "London", 0)).get(&format!("{at}/give-update")).body;
        assert!(page.contains("How Ann Marsh may be reached") && page.contains("Nothing was agreed"), "{page}");
        let key = page.split("value=\"k").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let key = format!("k{key}");
        let none = [("key", key.as_str()), ("post", "no"), ("email", "no"), ("telephone", "no"), ("in_person", "no")];
        let rest =
            [("representative", "no"), ("messages", "no"), ("at_risk", "yes"), ("contact", "Her sister's number.")];
        let none: Vec<(&str, &str)> = none.into_iter().chain(rest).collect();
        let refused = told("agree-contact", &none, ("on", "5"));
        assert!(refused.status == 422 && refused.body.contains("at least one way"), "{}", refused.body);
        assert!(refused.body.contains("Her sister"), "what was typed comes back");
        let phone: Vec<(&str, &str)> =
            none.iter().map(|(name, value)| (*name, if *name == "telephone" { "yes" } else { value })).collect();
        assert_eq!(told("agree-contact", &phone, ("on", "5")).status, 303);
        let letter = [("key", key.as_str()), ("of", "progress"), ("method", "letter"), ("note", "Two were seen.")];
        let refused = told("give-update", &letter, ("on", "6"));
        assert!(refused.status == 422 && refused.body.contains("not to be reached by post"), "{}", refused.body);
        assert!(refused.body.contains("Only by telephone") && refused.body.contains("could be harmed"));
        let why: Vec<(&str, &str)> =
            letter.into_iter().chain([("despite", "She asked for it in writing that day.")]).collect();
        assert_eq!(told("give-update", &why, ("on", "6")).status, 303, "what happened is recorded");
        let letters = assessor.get(&format!("{at}/letters")).body;
        assert!(letters.contains("Only by telephone") && letters.contains("Her sister"), "{letters}");
        let timeline = assessor.get(&format!("{at}/timeline")).body;
        for part in ["Safe contact agreed", "Why by a way that was not agreed", "She asked for it in writing that day."]
        {
            assert!(timeline.contains(part), "{part}");
        }
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}
