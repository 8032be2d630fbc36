//! No room for the access log: what cannot be noted is not shown, and everything else goes on.

use candour_core::permit::Role;

use super::disk::{Disk, Faults};
use super::real;
use crate::client::{reference, referral, submission};
use crate::server::{Server, account, make};

const WRITTEN: &str = "Words of a case that nobody may read without a trace.";

/// The pages of a case, each after its address.
const PAGES: [&str; 11] = [
    "",
    "/timeline",
    "/people",
    "/allegations",
    "/after",
    "/learning",
    "/clocks",
    "/clocks.json",
    "/gates",
    "/letters",
    "/change?what=force",
];

#[test]
fn without_room_for_the_access_log_no_case_is_shown() {
    let disk = Disk::new();
    make(&disk.database(), 0);
    disk.power_on();
    let mut serve = real(&disk);
    disk.put_under(&mut serve, Faults::default());
    let server = Server::of(&mut serve).expect("the disk is well");
    let case = reference();
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    assert_eq!(assessor.post("/staff/refer", &referral(case.as_plain(), &submission(), WRITTEN)).status, 303);
    let mut reader = server.signed_in(account(Role::Dm, "London", 0));
    let base = format!("/staff/cases/{}", case.as_plain());
    for page in PAGES {
        assert_eq!(reader.get(&format!("{base}{page}")).status, 200, "{page} can be read");
    }
    assert!(reader.get(&format!("{base}/timeline")).body.contains(WRITTEN));
    disk.fill(Some("candour-access"));
    for page in PAGES {
        let answer = reader.get(&format!("{base}{page}"));
        assert_eq!(answer.status, 507, "{page}: {}", answer.body);
        assert!(answer.body.contains("The disk of the service is full"), "{page}: {}", answer.body);
        assert!(!answer.body.contains(WRITTEN) && !answer.body.contains("Metropolitan"), "{page} shows the case");
    }
    assert_eq!(reader.get("/staff/cases").status, 200, "the work list names no reader");
    assert_eq!(assessor.post("/staff/refer", &referral(reference().as_plain(), &submission(), WRITTEN)).status, 303);
    disk.fill(None);
    for page in PAGES {
        assert_eq!(reader.get(&format!("{base}{page}")).status, 200, "{page} can be read again");
    }
}
