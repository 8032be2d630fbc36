//! A disk that says it failed: nothing is acknowledged that it did not keep, and what it may or may
//! not have kept is said to be so and settled by sending the form again.
//!
//! After a failed fsync Linux counts the pages as clean, so that the next fsync succeeds and has
//! forced nothing, and a process that starts anew reads from memory what no disk has. The shim does
//! the same, at each call of fsync in turn.

use std::fs;
use std::path::Path;

use candour_core::reference::Reference;
use candour_store::cases;
use candour_store::db::Engine;

use super::disk::{Chance, Disk, Faults};
use super::{real, signed_in};
use crate::client::{Client, reference, referral, submission};
use crate::server::{Server, candour};

/// Forms that are sent to a server whose disk fails at some call.
const FORMS: usize = 4;
/// More calls than a server makes for them.
const CALLS_MAX: u64 = 200;
/// How often a form is sent again before its disk counts as broken for good.
const TRIES: usize = 3;
const TYPED: &str = "Words that took a long time to write and that nobody wants to write again.";

/// A form, and whether it was said to be kept.
struct Sent {
    case: Reference,
    id: String,
    kept: bool,
}

impl Sent {
    /// Sends it, and looks that a failure is said in words and gives back what was typed.
    fn send(&mut self, client: &mut Client) {
        let answer = client.post("/staff/refer", &referral(self.case.as_plain(), &self.id, TYPED));
        self.kept = answer.status == 303 && answer.location.starts_with("/staff/cases/");
        if !self.kept {
            assert_eq!(answer.status, 503, "{}", answer.body);
            let says =
                ["this may have been kept already. Send it again: it counts once", "does not keep what is written"];
            assert!(says.iter().any(|words| answer.body.contains(words)), "{}", answer.body);
            assert!(answer.body.contains(TYPED), "what was typed is lost: {}", answer.body);
            assert!(answer.body.contains(&self.id), "it can be sent again as the same form");
        }
    }
}

/// What happens between the failure and the power cut.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// It fails once, and each form is sent again.
    Heals,
    /// It fails for good.
    Breaks,
    /// It fails for good, and a server that is started on the same machine finds it well.
    Restarts,
}

#[test]
fn a_disk_that_fails_once_at_any_call_loses_nothing() {
    at_each_call(Then::Heals);
}

#[test]
fn a_disk_that_breaks_at_any_call_is_never_said_to_have_kept_anything() {
    at_each_call(Then::Breaks);
}

#[test]
fn what_a_restarted_server_reads_from_memory_is_put_on_the_disk_first() {
    at_each_call(Then::Restarts);
}

fn at_each_call(then: Then) {
    let (disk, mut chance) = (Disk::new(), Chance(7));
    let client = signed_in(&disk);
    let template = tempfile::tempdir().unwrap();
    copy(&disk.data(), template.path());
    let (mut kept, mut refused) = (0, 0);
    for call in 1..CALLS_MAX {
        fs::remove_dir_all(disk.data()).unwrap();
        copy(template.path(), &disk.data());
        disk.power_on();
        let sent = fails_at(&disk, call, then, &client);
        disk.cut(&mut chance);
        let verified = candour(&disk.database(), &["verify"]);
        assert!(verified.status.success(), "call {call}: {}", String::from_utf8_lossy(&verified.stdout));
        let engine = Engine::at(&disk.database()).unwrap();
        for sent in sent.iter().filter(|sent| sent.kept) {
            let found = engine.read(|tx| cases::load(tx, "iopc", &sent.case)).unwrap();
            let once = found.entries.iter().filter(|e| e.word("summary") == Some(TYPED)).count();
            assert_eq!(once, 1, "call {call}: {} was acknowledged", sent.case);
        }
        kept += sent.iter().filter(|sent| sent.kept).count();
        refused += sent.iter().filter(|sent| !sent.kept).count();
        if !disk.has_failed() {
            assert!(call > 1 && kept > 0, "the disk never failed, or nothing was kept");
            println!("fsync failed at each of {} calls: {kept} acknowledged, lost 0; {refused} not kept", call - 1);
            return;
        }
    }
    panic!("a server makes more than {CALLS_MAX} calls");
}

/// Sends forms to a server whose disk fails at a call. Returns the forms.
fn fails_at(disk: &Disk, call: u64, then: Then, client: &Client) -> Vec<Sent> {
    let mut sent = Vec::new();
    let mut serve = real(disk);
    disk.put_under(&mut serve, Faults { fail: Some(call), broken: then != Then::Heals, cut: None });
    // On a disk that fails at once it may not serve at all.
    if let Some(server) = Server::of(&mut serve) {
        let mut client = client.again(&server.url);
        for _ in 0..FORMS {
            let mut form = Sent { case: reference(), id: submission(), kept: false };
            let tries = if then == Then::Heals { TRIES } else { 1 };
            for _ in 0..tries {
                if !form.kept {
                    form.send(&mut client);
                }
            }
            assert!(form.kept || then != Then::Heals, "call {call}: a disk that is well again is written to");
            sent.push(form);
        }
    }
    let mut after_refusal = sent.iter().skip_while(|form| form.kept);
    assert!(after_refusal.all(|form| !form.kept), "call {call}: a broken disk keeps nothing");
    if then == Then::Restarts {
        let mut serve = real(disk);
        disk.put_under(&mut serve, Faults::default());
        let server = Server::of(&mut serve).expect("the disk is well");
        let mut client = client.again(&server.url);
        for form in &mut sent {
            form.send(&mut client);
            assert!(form.kept, "call {call}: a form that is sent again gets its answer");
        }
    }
    sent
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
