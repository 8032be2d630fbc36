//! A crawler: as each role it follows every link and fills every form that it finds with the corpus
//! of bad input. No answer is a failure of ours, none holds live what was put in, and a planted word
//! reaches nobody who may not read its case.
//!
//! `CANDOUR_ROUNDS=N` puts N entries into each form instead of a few, for a longer run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use candour_core::permit::Role;

use crate::client::{Answer, Client, reference, referral, submission};
use crate::corpus::{ADDED_HEADER, Bad, LIVE, Verdict, all, as_value, bodies};
use crate::engines::{on_both_engines, on_sqlite};
use crate::server::{Server, account, candour, make};

/// A word that stands in one case of London and nowhere else.
const CANARY: &str = "Xylocanary";
/// Pages of one shape that are looked at.
const SAME_SHAPE_MAX: usize = 2;
/// Bytes of a query.
const QUERY_BYTES_MAX: usize = 60_000;
/// Pages that one role looks at.
const PAGES_MAX: usize = 150;

/// A form as a page shows it.
#[derive(Debug, Clone)]
struct Form {
    action: String,
    posts: bool,
    /// What the page fills in itself.
    hidden: Vec<(String, String)>,
    /// What is typed.
    typed: Vec<String>,
    /// What is chosen: a name and the first real choice.
    chosen: Vec<(String, String)>,
}

/// What a crawl saw.
#[derive(Default)]
struct Seen {
    pages: usize,
    forms: BTreeSet<String>,
    sent: usize,
    by_status: BTreeMap<u16, usize>,
}

/// Checks an answer, whatever was asked.
#[track_caller]
fn sound(answer: &Answer, may_read: bool, asked: &dyn Fn() -> String) {
    let says = || format!("{}: {} {}", asked(), answer.status, answer.body.chars().take(2000).collect::<String>());
    assert!(answer.status < 500, "a failure of ours: {}", says());
    let headed = answer.headers.iter().any(|(name, value)| name == ADDED_HEADER || value.contains(['\r', '\n']));
    assert!(!headed, "a header was put in: {}", says());
    let is_page = answer.headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("text/html"));
    let alive = LIVE.iter().find(|live| is_page && answer.body.to_lowercase().contains(*live));
    assert!(alive.is_none(), "{alive:?} is alive in {}", says());
    assert!(may_read || !answer.body.contains(CANARY), "the planted word got out: {}", says());
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

/// HTML as a browser shows it.
fn unescaped(html: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&#92;", "\\"),
        ("&#96;", "`"),
    ];
    let shown = signs.iter().fold(html.to_owned(), |text, (escape, sign)| text.replace(escape, sign));
    shown.replace("&amp;", "&")
}

/// The opening tags of that name.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!("<{name}");
    html.match_indices(&begin)
        .filter_map(|(at, _)| html[at..].split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag[begin.len()..].starts_with([' ', '\n', '\t']) || tag.len() == begin.len())
        .collect()
}

fn links(html: &str) -> Vec<String> {
    let hrefs = tags(html, "a").into_iter().filter_map(|tag| attribute(tag, "href"));
    hrefs
        .filter(|href| href.starts_with('/') && !href.starts_with("//"))
        .map(|h| h.split('#').next().unwrap_or("").to_owned())
        .collect()
}

fn forms(html: &str, page: &str) -> Vec<Form> {
    let pieces = html.split("<form").skip(1).filter_map(|rest| rest.split_once("</form>"));
    let form = |(text, _): (&str, &str)| {
        let whole = format!("<form{text}");
        let opening = *tags(&whole, "form").first()?;
        let action = attribute(opening, "action").filter(|a| !a.is_empty()).unwrap_or_else(|| page.to_owned());
        let mut form = Form {
            action,
            posts: attribute(opening, "method").is_some_and(|m| m.eq_ignore_ascii_case("post")),
            hidden: Vec::new(),
            typed: Vec::new(),
            chosen: Vec::new(),
        };
        for tag in tags(&whole, "input") {
            let Some(name) = attribute(tag, "name") else { continue };
            let value = attribute(tag, "value").unwrap_or_default();
            match attribute(tag, "type").as_deref() {
                Some("hidden") => form.hidden.push((name, value)),
                Some("radio" | "checkbox") if !form.chosen.iter().any(|(n, _)| *n == name) => {
                    form.chosen.push((name, value));
                }
                Some("radio" | "checkbox") => {}
                _ => form.typed.push(name),
            }
        }
        for tag in tags(&whole, "button") {
            form.hidden.extend(attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default())));
        }
        form.typed.extend(tags(&whole, "textarea").into_iter().filter_map(|tag| attribute(tag, "name")));
        for part in whole.split("<select").skip(1) {
            let (tag, options) = part.split_once('>')?;
            let name = attribute(&format!("<select{tag}"), "name");
            let first =
                tags(options, "option").into_iter().filter_map(|o| attribute(o, "value")).find(|v| !v.is_empty());
            form.chosen.extend(name.zip(first));
        }
        Some(form)
    };
    pieces.filter_map(form).collect()
}

/// An address without what differs between cases.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let segment = |s: &str| {
        let plain = s.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && !s.is_empty();
        if plain { "*".to_owned() } else { s.to_owned() }
    };
    // The pages of the law are one page, over and over.
    let path = if path.starts_with("/law/rules/") { "/law/rules/A" } else { path };
    let path: Vec<String> = path.split('/').map(segment).collect();
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", path.join("/"), names.into_iter().collect::<Vec<_>>().join("&"))
}

/// A form filled in: one entry in everything that is typed, or in everything that there is.
fn filled(form: &Form, entry: &[u8], everywhere: bool) -> String {
    let bad = as_value(entry);
    let mut pairs: Vec<String> = Vec::new();
    for (name, value) in &form.hidden {
        pairs.push(format!("{}={}", as_value(name.as_bytes()), as_value(value.as_bytes())));
    }
    for (name, value) in &form.chosen {
        let value = if everywhere { bad.clone() } else { as_value(value.as_bytes()) };
        pairs.push(format!("{}={value}", as_value(name.as_bytes())));
    }
    for name in &form.typed {
        let day = [("-day", "5"), ("-month", "6"), ("-year", "2019")]
            .iter()
            .find(|(end, _)| name.ends_with(end) && !everywhere);
        let value = day.map_or_else(|| bad.clone(), |(_, value)| (*value).to_owned());
        pairs.push(format!("{}={value}", as_value(name.as_bytes())));
    }
    pairs.join("&")
}

struct Crawl<'a> {
    client: Client,
    may_read: bool,
    role: &'static str,
    corpus: &'a [Bad],
    each: usize,
    seen: Seen,
}

impl Crawl<'_> {
    fn get(&mut self, address: &str) -> Answer {
        let answer = self.client.get(address);
        sound(&answer, self.may_read, &|| {
            format!("{} GET {}", self.role, address.chars().take(300).collect::<String>())
        });
        *self.seen.by_status.entry(answer.status).or_default() += 1;
        answer
    }

    fn send(&mut self, form: &Form, body: &str, what: &str) -> Answer {
        let path = form.action.split('?').next().unwrap_or_default().to_owned();
        self.seen.sent += 1;
        if !form.posts {
            // No client can send a longer line; cut in the middle of an escape it is bad input still.
            return self.get(&format!("{path}?{}", &body[..body.len().min(QUERY_BYTES_MAX)]));
        }
        let answer = self.client.try_post_raw(&path, body.as_bytes()).unwrap();
        sound(&answer, self.may_read, &|| format!("{} POST {path} with {what}", self.role));
        *self.seen.by_status.entry(answer.status).or_default() += 1;
        answer
    }

    /// Follows every link from a page on, and tries every form once for each shape.
    fn walk(&mut self, from: &[&str]) {
        let mut queue: VecDeque<String> = from.iter().map(|&at| at.to_owned()).collect();
        let mut known: BTreeSet<String> = queue.iter().cloned().collect();
        let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
        while let Some(address) = queue.pop_front() {
            let times = shapes.entry(shape(&address)).or_default();
            *times += 1;
            if *times > SAME_SHAPE_MAX || self.seen.pages >= PAGES_MAX {
                continue;
            }
            self.seen.pages += 1;
            let page = self.get(&address);
            if page.status == 303 && known.insert(page.location.clone()) {
                queue.push_back(page.location.clone());
            }
            for link in links(&page.body) {
                if known.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
            for form in forms(&page.body, &address) {
                if form.action != "/sign-out" && self.seen.forms.insert(shape(&form.action)) {
                    self.try_form(&form);
                }
            }
        }
    }

    /// Entries of the corpus in turn, so that every one gets into many forms and every form gets some.
    fn try_form(&mut self, form: &Form) {
        let corpus = self.corpus;
        for n in 0..self.each {
            let bad = &corpus[(self.seen.forms.len() * self.each + n) % corpus.len()];
            self.send(form, &filled(form, &bad.bytes, true), bad.name);
            let answer = self.send(form, &filled(form, &bad.bytes, false), bad.name);
            // The answers were taken: go on to the step that records.
            let next = forms(&answer.body, &form.action)
                .into_iter()
                .find(|next| next.posts && next.action == form.action.split('?').next().unwrap_or_default());
            if let Some(next) = next.filter(|_| answer.status == 200 && form.posts) {
                let mut body = filled(&next, &bad.bytes, false);
                body.push_str("&step=confirm");
                self.send(&next, &body, bad.name);
            }
        }
        let name = form.typed.first().or(form.chosen.first().map(|(name, _)| name)).cloned().unwrap_or_default();
        let bodies = bodies(&name);
        for n in 0..self.each.min(bodies.len()) {
            let (what, body) = &bodies[(self.seen.forms.len() * self.each + n) % bodies.len()];
            // A query is one line of a request, and this client sends no line that is none.
            let is_line =
                body.len() < 20_000 && body.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
            if form.posts || is_line {
                let given: Vec<String> = form
                    .hidden
                    .iter()
                    .map(|(n, v)| format!("{}={}", as_value(n.as_bytes()), as_value(v.as_bytes())))
                    .collect();
                self.send(form, &format!("{}&{body}", given.join("&")), what);
            }
        }
    }
}

fn rounds(short: usize) -> usize {
    std::env::var("CANDOUR_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

/// A matter of London that holds the planted word.
fn planted(server: &Server) -> String {
    let mut assessor = server.signed_in(account(Role::Au, "London", 0));
    let case = reference().as_plain().to_owned();
    let summary = format!("About a {CANARY}.");
    assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), &summary)).status, 303);
    case
}

#[test]
fn every_link_and_every_form_withstands_the_corpus_in_every_role() {
    on_both_engines("every_link_and_every_form_withstands_the_corpus_in_every_role", |database| {
        make(database, 12);
        let server = Server::start(database);
        let case = planted(&server);
        let corpus: Vec<Bad> = all().into_iter().filter(|bad| bad.bytes.len() < 100_000).collect();
        let each = rounds(3).min(corpus.len());
        let roles = [
            ("supervisor", Some((Role::Sup, "London")), true),
            ("decision maker", Some((Role::Dm, "London")), true),
            ("assessor", Some((Role::Au, "London")), true),
            ("investigator", Some((Role::Inv, "London")), false),
            ("decision maker elsewhere", Some((Role::Dm, "North West")), false),
            ("director", Some((Role::Ned, "London")), false),
            ("administrator", Some((Role::Adm, "London")), false),
            ("nobody", None, false),
        ];
        for (role, who, may_read) in roles {
            let client =
                who.map_or_else(|| server.visitor(), |(role, region)| server.signed_in(account(role, region, 0)));
            let mut crawl = Crawl { client, may_read, role, corpus: &corpus, each, seen: Seen::default() };
            let at = format!("/staff/cases/{case}");
            crawl.walk(&[
                "/",
                "/sign-in",
                &at,
                "/staff",
                "/staff/cases?all=1",
                "/staff/work",
                "/board",
                "/law",
                "/staff/access",
            ]);
            let Seen { pages, forms, sent, by_status } = &crawl.seen;
            println!("{role}: {pages} pages, {} forms, {sent} times sent, answers {by_status:?}", forms.len());
            assert!(*pages > 5, "{role} found pages");
        }
        drop(server);
        let (verified, rebuilt) = (candour(database, &["verify"]), candour(database, &["rebuild"]));
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stdout));
    });
}

#[test]
fn every_entry_of_the_corpus_is_kept_as_typed_or_refused_with_words() {
    on_both_engines("every_entry_of_the_corpus_is_kept_as_typed_or_refused_with_words", |database| {
        make(database, 0);
        let server = Server::start(database);
        let mut assessor = server.signed_in(account(Role::Au, "London", 0));
        let (mut kept, mut refused) = (0, 0);
        for bad in all() {
            let (case, id) = (reference().as_plain().to_owned(), submission());
            let rest = referral(&case, &id, "");
            let rest: Vec<String> =
                rest.iter().filter(|(n, _)| *n != "summary").map(|(n, v)| format!("{n}={v}")).collect();
            let body = format!("{}&summary={}", rest.join("&"), as_value(&bad.bytes));
            let answer = assessor.try_post_raw("/staff/refer", body.as_bytes()).unwrap();
            sound(&answer, true, &|| bad.name.to_owned());
            let wanted = if bad.verdict == Verdict::Kept { 303 } else { 422 };
            assert_eq!(answer.status, wanted, "{}: {}", bad.name, answer.body.chars().take(3000).collect::<String>());
            if bad.verdict == Verdict::Refused {
                assert!(answer.body.contains("There is a problem"), "{}", bad.name);
                refused += 1;
                continue;
            }
            let page = assessor.get(&format!("/staff/cases/{case}"));
            sound(&page, true, &|| bad.name.to_owned());
            let (shown, typed) = (unescaped(&page.body), String::from_utf8(bad.bytes.clone()).unwrap());
            for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
                assert!(
                    page.status == 200 && shown.contains(line),
                    "{} is shown as it was typed: {}",
                    bad.name,
                    page.body
                );
            }
            kept += 1;
        }
        println!("{kept} entries kept as typed, {refused} refused with words");
        drop(server);
        assert!(candour(database, &["verify"]).status.success() && candour(database, &["rebuild"]).status.success());
    });
}

#[test]
fn every_filter_withstands_the_corpus_as_its_value() {
    on_both_engines("every_filter_withstands_the_corpus_as_its_value", |database| {
        make(database, 3);
        let server = Server::start(database);
        let mut supervisor = server.signed_in(account(Role::Sup, "London", 0));
        let addresses = [
            ("/staff/cases", "number"),
            ("/staff/cases", "after"),
            ("/staff/cases", "after_due"),
            ("/staff/cases", "force"),
            ("/staff/cases.csv", "number"),
            ("/staff/behind", "measure"),
            ("/staff/behind", "on"),
            ("/staff/behind", "where"),
            ("/board/timeliness", "on"),
            ("/board/timeliness", "known"),
            ("/board/timeliness", "by"),
            ("/board/report", "on"),
            ("/law", "q"),
            ("/law/holidays", "year"),
            ("/law/schemes", "attention"),
            ("/staff/work", "by"),
        ];
        let mut sent = 0;
        for bad in all().iter().filter(|bad| bad.bytes.len() < 20_000) {
            for (path, name) in addresses {
                let answer = supervisor.get(&format!("{path}?{name}={}", as_value(&bad.bytes)));
                sound(&answer, true, &|| format!("{path} {name} with {}", bad.name));
                sent += 1;
            }
            let name = as_value(&bad.bytes);
            for path in [
                format!("/staff/cases/{name}"),
                format!("/law/rules/{name}"),
                format!("/assets/{name}"),
                format!("/staff/cases/{name}/clocks/{name}"),
            ] {
                sound(&supervisor.get(&path), true, &|| format!("{} in a path", bad.name));
                sent += 1;
            }
            let tried =
                server.visitor().try_post_raw("/sign-in", format!("name={name}&password={name}").as_bytes()).unwrap();
            sound(&tried, false, &|| format!("signing in with {}", bad.name));
        }
        println!("{sent} queries and paths");
    });
}

#[test]
fn no_json_body_that_is_none_gets_past_the_door() {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        let program = crate::api::Program::new(&server, &crate::api::token(database, "force", "AU", &[]));
        for (what, body) in crate::corpus::json_bodies() {
            let status = program.post_bytes("/api/v1/cases", &body);
            assert_eq!(status, 400, "{what}");
        }
        for bad in all().iter().filter(|bad| bad.bytes.len() < 20_000) {
            let status = program.get_status(&format!("/api/v1/cases?number={}", as_value(&bad.bytes)));
            assert!(matches!(status, 200 | 400), "{}: {status}", bad.name);
        }
    });
}
