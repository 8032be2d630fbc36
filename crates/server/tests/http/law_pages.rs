//! The pages of the law: one for every rule and power, what they count, and what they refuse.

use candour_core::law::powers::Powers;
use candour_core::law::{Law, Rule};
use serde_json::{Value, json};

use crate::client::Client;
use crate::engines::on_sqlite;
use crate::server::{Server, candour, make};

/// Runs `use_it` with a visitor of a server, who is not signed in.
fn visiting(use_it: impl Fn(&mut Client)) {
    on_sqlite(|database| {
        make(database, 0);
        let server = Server::start(database);
        use_it(&mut server.visitor());
    });
}

/// A page as a person reads it.
fn read(client: &mut Client, path: &str) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    plain(&answer.body)
}

/// The text of a piece of HTML, with its spaces put together.
fn plain(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: String = texts.collect::<Vec<_>>().join(" ");
    let text = text.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn data(client: &mut Client, path: &str) -> Value {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// What the command answers, as JSON.
fn command(arguments: &str) -> Value {
    let arguments: Vec<&str> = ["law"].into_iter().chain(arguments.split(' ')).chain(["--format", "json"]).collect();
    let out = candour("postgres://postgres@127.0.0.1:1/nowhere", &arguments);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The page is refused with these words at the box of this field, and the box keeps what was typed.
#[track_caller]
fn refused(client: &mut Client, path: &str, field: &str, wanted: &str) {
    let answer = client.get(path);
    assert_eq!(answer.status, 422, "{path}");
    assert!(answer.body.contains(&format!("<a href=\"#{field}\">{wanted}")), "{path}: {}", answer.body);
    let json = client.get(&path.replace('?', ".json?"));
    let refusal: Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(json.status, 422, "{path}");
    let pointer = refusal["errors"][0]["pointer"].as_str().unwrap();
    assert_eq!(pointer, field.trim_end_matches("-day"), "{path}");
    assert!(refusal["errors"][0]["detail"].as_str().unwrap().starts_with(wanted), "{path}: {refusal}");
}

fn holds_every_version(page: &str, rule: &Rule) {
    assert!(page.contains(&rule.title), "{}: its title", rule.id);
    for version in &rule.versions {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(&words(&version.citation)), "{}: its citation of {}", rule.id, version.from);
        assert!(page.contains(&words(&version.says)), "{}: its words of {}", rule.id, version.from);
        let mark = version.mark.in_words();
        assert!(page.to_lowercase().contains(mark), "{}: its mark, {mark}", rule.id);
    }
}

#[test]
fn every_rule_has_a_page_with_its_words_citations_and_marks() {
    visiting(|client| {
        let law = Law::england_and_wales();
        let index = client.get("/law").body;
        for rule in law.rules() {
            let address = format!("/law/rules/{}", rule.id);
            assert!(index.contains(&format!("href=\"{address}\"")), "{} is in the list", rule.id);
            holds_every_version(&read(client, &address), rule);
        }
        assert_eq!(client.get("/law/rules/no.such-rule").status, 404);
        assert_eq!(client.get("/law/rules/no.such-rule.json").status, 404);
    });
}

#[test]
fn every_power_has_a_page_and_links_the_rule_of_its_provision() {
    visiting(|client| {
        let powers = Powers::england_and_wales();
        let list = client.get("/law/powers").body;
        for power in powers.powers() {
            assert!(list.contains(&format!("href=\"/law/powers/{}\"", power.id)), "{} is in the list", power.id);
            let page = client.get(&format!("/law/powers/{}", power.id));
            assert_eq!(page.status, 200, "{}", power.id);
            let text = plain(&page.body);
            for wanted in [&power.name, &power.decides, &power.citation, &power.holder] {
                assert!(text.contains(wanted.as_str()), "{}: {wanted}", power.id);
            }
            let linked = power.rule.as_ref().map(|rule| format!("href=\"/law/rules/{rule}\""));
            assert!(linked.is_none_or(|link| page.body.contains(&link)), "{}", power.id);
            assert_eq!(data(client, &format!("/law/powers/{}.json", power.id))["power"], json!(power.id));
        }
        assert_eq!(data(client, "/law/powers.json").as_array().unwrap().len(), powers.powers().len());
        assert_eq!(client.get("/law/powers/P.NOTHING").status, 404);
    });
}

#[test]
fn a_page_counts_as_the_command_does() {
    visiting(|client| {
        for (rule, from) in [
            ("referral.dsi", "2020-03-14"),
            ("recommendation.response", "2020-03-02"),
            ("representations.officer", "2020-04-07"),
            ("hearing.officer-response", "2020-04-03"),
        ] {
            let answer = command(&format!("deadline {rule} --from {from}"));
            let page = read(client, &format!("/law/rules/{rule}?from={from}"));
            for step in answer["steps"].as_array().unwrap() {
                assert!(page.contains(step.as_str().unwrap()), "{rule}: {step}");
            }
            assert_eq!(data(client, &format!("/law/rules/{rule}.json?from={from}"))["deadline"], answer, "{rule}");
        }
        let scotland = "nation=scotland&from-day=9&from-month=4&from-year=2020";
        let answer = command("deadline policy.mode-decision-3-working-days --from 2020-04-09 --nation scotland");
        let path = format!("/law/rules/policy.mode-decision-3-working-days.json?{scotland}");
        assert_eq!(data(client, &path)["deadline"], answer);
        let page = read(client, "/law/rules/representations.officer?from=2020-04-07");
        assert!(page.contains("By 23 April 2020") && page.contains("13 April 2020: Easter Monday"), "{page}");
        let older = read(client, "/law/rules/hearing.officer-response?from=2020-04-03&attention=2019-04-03");
        assert!(older.contains("Count 14 working days"), "the older version governs an older matter");
    });
}

#[test]
fn a_rule_for_programs_is_what_the_command_explains_and_who_names_it() {
    visiting(|client| {
        let explained = command("explain referral.dsi --on 2020-03-31");
        let answer = data(client, "/law/rules/referral.dsi.json");
        for (key, value) in explained.as_object().unwrap() {
            assert_eq!(&answer[key], value, "{key}");
        }
        assert_eq!(answer["file"], "law/ew/referral-and-mode.toml");
        let code = answer["code"].as_array().unwrap();
        assert!(code.contains(&json!({"file": "crates/core/src/case/matter.rs", "item": "Route::rule"})), "{code:?}");
        assert!(read(client, "/law/rules/referral.dsi").contains("Route::rule in crates/core/src/case/matter.rs"));
        let looked_up = read(client, "/law/rules/hearing.officer-response");
        assert!(looked_up.contains("No code relies on this rule: it is here to be looked up."));
    });
}

#[test]
fn rules_are_searched_by_words_number_and_id() {
    visiting(|client| {
        let mut found = |search: &str| -> Vec<String> {
            let rules = data(client, &format!("/law/rules.json?q={search}"));
            rules.as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(found("d24"), ["recommendation.response"]);
        assert_eq!(found("referral.dsi"), ["referral.dsi"]);
        assert!(found("death+injury+refer").contains(&"referral.dsi".to_owned()));
        assert!(found("nothing-has-this-word").is_empty());
        assert_eq!(found("").len(), Law::england_and_wales().rules().len());
        assert!(read(client, "/law?q=nothing-has-this-word").contains("No rule has all of these words."));
        assert!(client.get("/law?q=%22%3E%3Cb%3E").body.contains("value=\"&quot;&gt;&lt;b&gt;\""));
    });
}

#[test]
fn a_scheme_is_picked_as_the_command_does() {
    visiting(|client| {
        for (query, arguments) in [
            ("attention=2020-03-05&linked=1", "--linked-open"),
            ("attention=2020-03-05&linked_on=2020-01-20", "--linked-open 2020-01-20"),
            ("attention=2020-03-05&linked=1&other_officer=1", "--linked-open --linked-other-officer"),
            ("attention=2020-03-05&reinvestigation=1", "--reinvestigation"),
            ("attention=2020-03-05&directed=2026-03-01", "--directed 2026-03-01"),
            ("attention=2020-03-05&notice=2023-01-09&former=1", "--notice 2023-01-09 --former-officer"),
            ("attention=2020-03-05&about=nca", "--about nca"),
        ] {
            let answer = command(&format!("regime --attention 2020-03-05 {arguments}"));
            assert_eq!(data(client, &format!("/law/schemes.json?{query}")), answer, "{query}");
            let page = read(client, &format!("/law/schemes?{query}"));
            for because in answer["because"].as_array().unwrap() {
                assert!(page.contains(because.as_str().unwrap()), "{query}: {because}");
            }
        }
        let page = read(client, "/law/schemes?attention=2020-03-05&linked=1");
        assert!(page.contains("Scheme of 2012 (ew-2012), by step 2"), "{page}");
        let all = data(client, "/law/schemes.json");
        assert_eq!(all["regimes"].as_array().unwrap().len(), 4);
    });
}

#[test]
fn holidays_are_told_by_nation_and_year_with_their_source() {
    visiting(|client| {
        let page = read(client, "/law/holidays?nation=england-and-wales&year=2020");
        assert!(page.contains("Friday 8 May 2020 Early May bank holiday for VE Day Moved in this year"), "{page}");
        assert!(!page.contains("Provisional:"));
        assert!(read(client, "/law/holidays?year=2031").contains("Provisional:"));
        let scotland = data(client, "/law/holidays.json?nation=scotland&year=2020");
        let days: Vec<&str> =
            scotland["holidays"].as_array().unwrap().iter().map(|h| h["day"].as_str().unwrap()).collect();
        assert!(days.contains(&"2020-01-02") && !days.contains(&"2020-04-13"), "{days:?}");
        assert_eq!(scotland["provisional"], json!(false));
        assert_eq!(data(client, "/law/holidays.json")["year"], json!(2020), "the year of the log's clock");
    });
}

#[test]
fn bad_input_is_refused_at_its_box() {
    visiting(|client| {
        let rule = "/law/rules/representations.officer?";
        let mut count =
            |query: &str, field: &str, wanted: &str| refused(client, &format!("{rule}{query}"), field, wanted);
        count("from-day=31&from-month=4&from-year=2020", "from-day", "The day to count from must be a real date");
        count("from-day=29&from-month=2&from-year=2019", "from-day", "The day to count from must be a real date");
        count("from-day=1&from-month=4&from-year=20", "from-day", "The day to count from must include a year of 4");
        count("from=2020-04-31", "from-day", "The day to count from must be a real date");
        count("from=2020-04-01&attention=yesterday", "attention-day", "The day of attention must be a real date");
        count("from=2020-04-01&nation=wales", "nation", "Choose England and Wales, Scotland or Northern Ireland");
        count("from=2001-01-01", "from-day", "No version of this rule was in force on 1 January 2001: the first began");
        count("from=2020-03-29T01:30", "from-day", "The day to count from must have a real London time");
        let mut scheme = |query: &str, field: &str, wanted: &str| {
            refused(client, &format!("/law/schemes?{query}"), field, wanted);
        };
        scheme("linked=1", "attention-day", "Enter the day on which the matter came to attention");
        scheme("attention=2019-02-29", "attention-day", "The day of attention must be a real date");
        scheme("attention=2004-03-31", "attention-day", "There is no scheme before 2004-04-01");
        scheme("attention=2020-03-05&about=mi5", "about", "Choose whose officers it is about");
        scheme(
            "attention=2020-03-05&linked_on=2020-03-06",
            "attention-day",
            "A matter of 2020-03-05 cannot relate back",
        );
        let mut year = |query: &str, field: &str, wanted: &str| {
            refused(client, &format!("/law/holidays?{query}"), field, wanted);
        };
        year("year=20", "year", "The year must have 4 digits");
        year("year=2200", "year", "The year must have 4 digits and be from 2003 to 2199");
        year("nation=wales", "nation", "Choose England and Wales, Scotland or Northern Ireland");
    });
}
