//! Two hundred words that stand nowhere else are planted in every sort of personal words, and are found
//! only where the policy shows them: on every page and in every file, for every role and for nobody, in
//! what the server says to its log and in what the commands print.

use std::collections::BTreeSet;

use candour_core::permit::Role;

use crate::access::{about, addresses, confirmed, declare};
use crate::client::Client;
use crate::engines::on_sqlite;
use crate::material::attach;
use crate::sealed::{REGION, accuse, members, refer, seal};
use crate::server::{Server, account, candour, make};
use crate::signer::Signer;

/// How every planted word begins.
const PLANTED: &str = "Zcanary";
/// Cases, half of them sealed.
const CASES: usize = 10;

/// Who may be shown a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Whoever may read the case, by its number.
    Readers(usize),
    /// Of those, whoever answers for it: its supervisors and decision makers.
    Answering(usize),
    /// The same, and whoever wrote it.
    Author(usize),
    /// Nobody, on any page.
    Nobody,
}

/// The planted words, each with who may be shown it.
#[derive(Default)]
struct Planted {
    shown: Vec<Shown>,
}

impl Planted {
    /// So many new words, as text.
    fn words(&mut self, count: usize, shown: Shown) -> String {
        let from = self.shown.len();
        self.shown.extend(std::iter::repeat_n(shown, count));
        (from..from + count).map(|n| format!("{PLANTED}{n:03}q")).collect::<Vec<_>>().join(" ")
    }

    /// The numbers of those in a text.
    fn found(text: &str) -> BTreeSet<usize> {
        let after = text.split(PLANTED).skip(1);
        after.filter_map(|rest| rest.get(..3)?.parse().ok()).collect()
    }
}

/// Somebody, and what they may be shown.
struct Visitor {
    says: &'static str,
    client: Client,
    /// Whether they read a case of the region that is not sealed, in assessment; and a sealed one.
    reads: [bool; 2],
    /// Whether they answer for cases of the region.
    answers: bool,
    /// Whether they gave the reasons with which cases were opened, or declared the conflict.
    author: bool,
}

impl Visitor {
    fn may(&self, shown: Shown) -> bool {
        let reads = |case: usize| self.reads[usize::from(is_sealed(case))];
        match shown {
            Shown::Readers(case) => reads(case),
            Shown::Answering(case) => reads(case) && self.answers,
            // What opened the case was reviewed, so that whoever gave the reason reads it no more.
            Shown::Author(case) => self.author || (reads(case) && self.answers),
            Shown::Nobody => false,
        }
    }
}

fn is_sealed(case: usize) -> bool {
    case % 2 == 1
}

/// Everybody: the members of the sealed cases' lists last but one, nobody last.
fn everybody(server: &Server) -> Vec<Visitor> {
    let one = |says, name: &str, reads, answers, author| {
        let client = server.signed_in(name);
        Visitor { says, client, reads, answers, author }
    };
    let named = |role, region, nth| account(role, region, nth);
    let [decider, supervisor] = members();
    let mut all = vec![
        one("assessor", named(Role::Au, REGION, 0), [true, false], false, false),
        one("investigator", named(Role::Inv, REGION, 0), [false; 2], false, false),
        one("decision maker outside the list", named(Role::Dm, REGION, 0), [true, false], true, false),
        one("decision maker elsewhere", named(Role::Dm, "London", 0), [false; 2], false, false),
        one("supervisor who opened cases", named(Role::Sup, "North West", 0), [false; 2], false, true),
        one("decision maker with a conflict", named(Role::Dm, "South East", 0), [false; 2], false, false),
        one("director", named(Role::Ned, REGION, 0), [false; 2], false, false),
        one("administrator", named(Role::Adm, REGION, 0), [false; 2], false, false),
        one("decision maker on the list", decider, [true; 2], true, false),
        one("supervisor on the list", supervisor, [true; 2], true, false),
    ];
    let client = server.visitor();
    all.push(Visitor { says: "nobody", client, reads: [false; 2], answers: false, author: false });
    all
}

/// Fills a record with cases and everything else that holds personal words; gives the cases, and where
/// the file of each can be taken away.
fn plant(server: &Server) -> (Planted, Vec<String>, Vec<String>) {
    let mut planted = Planted::default();
    let (mut cases, mut files) = (Vec::new(), Vec::new());
    for n in 0..CASES {
        let readers = Shown::Readers(n);
        let case = refer(server, &planted.words(8, readers));
        let (file, says, bytes) = (planted.words(1, readers), planted.words(1, readers), planted.words(1, readers));
        files.push(attach(server, &case, &file, &says, bytes.as_bytes()));
        let (name, rank, what) = (planted.words(2, readers), planted.words(1, readers), planted.words(7, readers));
        accuse(server, &case, &name, &rank, &what);
        cases.push(case);
    }
    // A reason for one case of each sort, reviewed for the open one; the other is sealed while it waits.
    let mut opener = server.signed_in(account(Role::Sup, "North West", 0));
    for (n, case) in cases.iter().enumerate().take(2) {
        let shown = if is_sealed(n) { Shown::Answering(n) } else { Shown::Author(n) };
        let reason = [("category", "cover".to_owned()), ("reason", planted.words(3, shown))];
        let opened = confirmed(&mut opener, &format!("/staff/cases/{case}/break-glass"), &reason);
        assert_eq!(opened.status, 303, "{}", opened.body);
    }
    let mut reviewer = server.signed_in(members()[1]);
    let review =
        [("of", "1".to_owned()), ("justified", "yes".to_owned()), ("reasons", planted.words(1, Shown::Nobody))];
    assert_eq!(confirmed(&mut reviewer, "/staff/access/review", &review).status, 303);
    let mut walled = server.signed_in(account(Role::Dm, "South East", 0));
    for case in &cases[..2] {
        let mut conflict = about("case", case);
        conflict.push(("note", planted.words(1, Shown::Nobody)));
        declare(&mut walled, &conflict);
    }
    let mut administrator = server.signed_in(account(Role::Adm, REGION, 0));
    let end = [("of", "1".to_owned()), ("reasons", planted.words(1, Shown::Nobody))];
    assert_eq!(confirmed(&mut administrator, "/staff/access/end", &end).status, 303);
    for (n, case) in cases.iter().enumerate().filter(|(n, _)| is_sealed(*n)) {
        let (why, approved) = (planted.words(2, Shown::Answering(n)), planted.words(2, Shown::Answering(n)));
        seal(server, case, (&why, &approved));
    }
    (planted, cases, files)
}

/// How many cases are walked through: by the environment, and two in the ordinary run.
fn walked() -> usize {
    std::env::var("CANDOUR_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2).clamp(2, CASES)
}

#[test]
fn two_hundred_planted_words_are_found_only_where_the_policy_shows_them() {
    on_sqlite(|database| {
        make(database, 1);
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("stderr");
        let server = Server::start_talking(database, std::fs::File::create(&log).unwrap());
        let (planted, cases, files) = plant(&server);
        assert!(planted.shown.len() >= 200, "{} words", planted.shown.len());
        let (mut checks, mut seen) = (0, BTreeSet::new());
        for visitor in &mut everybody(&server) {
            for (case, file) in cases.iter().zip(&files).take(walked()) {
                let lists = ["/staff/cases?all=1", "/staff/cases.csv?closed=1", "/staff/access/review?of=2"];
                let more =
                    lists.map(str::to_owned).into_iter().chain([format!("/staff/cases?number={case}"), file.clone()]);
                for address in addresses(case).into_iter().flat_map(|(_, filled)| filled).chain(more) {
                    let answer = visitor.client.get(&address);
                    assert!(answer.status < 500, "{address}: {}", answer.body);
                    let head = answer.headers.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ");
                    for n in Planted::found(&answer.body).into_iter().chain(Planted::found(&head)) {
                        let says = format!("{} finds word {n} at {address}", visitor.says);
                        assert!(visitor.may(planted.shown[n]), "{says}");
                        seen.insert(n);
                    }
                    checks += 1;
                }
            }
        }
        let looked = walked() * 21;
        assert!(seen.len() >= looked, "whoever may sees the words: {} of at least {looked}", seen.len());
        drop(server);
        let commands = commands(database, &cases, folder.path());
        let said = std::fs::read_to_string(&log).unwrap();
        assert!(!said.is_empty(), "the server said something");
        assert_eq!(Planted::found(&said), BTreeSet::new(), "what the server says to its log");
        let words = planted.shown.len();
        println!(
            "{words} words, {checks} answers of {} roles and nobody, {} words seen by whoever may, {commands} commands, \
             {} bytes of the server's log",
            10,
            seen.len(),
            said.len()
        );
    });
}

/// Runs what the operator may and finds no planted word in what is printed or written; answers how many
/// commands it ran. A backup is left out: it holds the whole record, and is kept like the database.
fn commands(database: &str, cases: &[String], folder: &std::path::Path) -> usize {
    let written = ["report.html", "report.json"].map(|name| folder.join(name).display().to_string());
    let signer = Signer::new(database);
    assert!(signer.sign(database, "new").status.success());
    let (checkpoint, key, out) = (signer.path("new"), signer.path("signer/key.pub"), signer.path("bundle.json"));
    let sealed = cases.iter().enumerate().filter(|(n, _)| is_sealed(*n));
    let bundle = |case| vec!["bundle", case, "--checkpoint", &checkpoint, "--key", &key, "--out", &out];
    let bundles: Vec<Vec<&str>> = sealed.map(|(_, case)| bundle(case.as_str())).collect();
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["verify"],
        vec!["rebuild"],
        vec!["clocks", "list", "--format", "json"],
        vec!["clocks", "run"],
        vec!["holidays", "list"],
        vec!["user", "list"],
        vec!["delegation", "list"],
        vec!["measure", "count.people", "--on", "2020-03-30"],
        vec!["measure", "count.allegations", "--on", "2020-03-30", "--by", "force", "--format", "csv"],
        vec!["report", "accountability", "--on", "2020-03-30", "--out", &written[0]],
        vec!["report", "accountability", "--on", "2020-03-30", "--out", &written[1]],
    ];
    commands.extend(bundles);
    for command in &commands {
        let output = candour(database, command);
        assert_eq!(output.status.success(), command[0] != "bundle", "{command:?}: {output:?}");
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert_eq!(Planted::found(&text), BTreeSet::new(), "{command:?}");
    }
    for file in &written {
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(Planted::found(&text), BTreeSet::new(), "{file}");
    }
    commands.len()
}
