//! What people and programs ask, and the files that they hand over.

use std::path::Path;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use candour_core::day;
use candour_core::law::powers::Powers;
use candour_core::law::regime::Regimes;
use candour_core::law::{Calendar, Law};
use candour_core::letters::Letters;
use candour_core::lists::Lists;
use candour_core::measure::{AsAt, Facts, Known, Question, compute};
use candour_core::profile::Profile;
use candour_core::reference::Reference;
use candour_server::api::{ENDPOINTS, asks};
use candour_server::import::mapping::Mapping;
use candour_server::import::rows::Sheet;
use candour_server::web::field;
use candour_server::web::typed::Typed;

use crate::{Target, pieces, text};

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::named("iopc").expect("the built-in profile is one"));

/// The body of a form, or a query.
pub(crate) const FORM: Target = Target {
    name: "form",
    run: |bytes| {
        let typed = Typed::read(bytes);
        let again = Typed::of_query(Some(&typed.to_query()));
        // An empty field is left out of an address, and a name that is no text comes back as it is shown.
        let full = typed.fields().iter().filter(|(_, value)| !value.is_empty());
        assert!(full.eq(again.fields().iter()), "an address says what was typed");
        for (name, _) in typed.fields() {
            let _ = (typed.get(name), typed.without(name), field::date(&typed, name, "The date"));
        }
    },
    seeds: || {
        vec![
            text("kind=complaint&force=kent&on-day=2&on-month=6&on-year=2018&summary=two+lines%0D%0Ahere"),
            text("a=%FF&a=2&b%5B%5D=3&=&&x"),
        ]
    },
};

/// A measure, its days, its filters and its groups, one a line.
pub(crate) const QUESTION: Target = Target {
    name: "question",
    run: |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let mut lines = text.split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let (name, on, from, by) = (next(), next(), next(), next());
        let Ok(on) = day::parse("on", on) else { return };
        let from = day::parse("from", from).ok();
        let by = Some(by).filter(|by| !by.is_empty());
        let filters: Vec<String> = lines.take(5).map(str::to_owned).collect();
        if let Ok(question) = Question::read(name, from, on, &filters, by, &PROFILE) {
            let known = Known { position: 0, day: on };
            let _ = compute(&Facts::default(), &PROFILE, &question, AsAt { on, known }).json().to_string();
        }
    },
    seeds: || {
        vec![
            text("caseload.opened\n2019-12-31\n2019-01-01\nmonth\nkind=dsi\nforce=kent"),
            text("timeliness.within-12-months\n2019-12-31\n\nmode\nstarted=since-2018-01-08\nregion=London"),
            text("count.people\n2019-12-31\n\nrole\nrole=officer"),
        ]
    },
};

/// A day in one piece or in three, with or without a time, and a reference.
pub(crate) const DATES: Target = Target {
    name: "dates",
    run: |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if let Ok(read) = day::parse("The date", text) {
            assert_eq!(read.to_string(), text.trim(), "a day has one spelling");
            assert_eq!(day::from_number(day::number(read)), read);
            assert_eq!(day::of_instant(day::end_of(read) - 1), read, "a day ends where the next begins");
            let _ = (day::in_words(read), candour_core::law::deadline::months_later(read, 12));
        }
        let _ = day::parse_with_time("The time", text);
        let mut parts = text.splitn(3, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let _ = day::parse_parts("The date", next(), next(), next());
        if let Ok(reference) = Reference::parse(text) {
            assert_eq!(Reference::parse(&reference.to_string()), Ok(reference.clone()), "a reference has one meaning");
            assert_eq!(Reference::parse(reference.as_plain()), Ok(reference));
        }
    },
    seeds: || {
        let reference = Reference::derived("a", "1");
        [
            "2019-03-27",
            "2020-02-29",
            "2199-12-31",
            "1900-01-01",
            "2019-03-31T01:30",
            "2019-10-27T01:30",
            "27 3 2019",
            reference.as_plain(),
            &reference.to_string(),
        ]
        .into_iter()
        .map(text)
        .collect()
    },
};

/// A file of the law, of a body, or of letters.
pub(crate) const TOML: Target = Target {
    name: "toml",
    run: |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        static LAW: LazyLock<Law> = LazyLock::new(Law::england_and_wales);
        let _ = Profile::read("iopc", text);
        let _ = Lists::read(text);
        let _ = Powers::read("a", text);
        let _ = Regimes::read("a", text);
        let _ = Calendar::read("a", text);
        let _ = Letters::read(&[("a", text)], &LAW);
        if let Ok(law) = Law::read(&[("a", text)]) {
            let days = [day::FIRST_DAY, day::LAST_DAY];
            for version in law.rules().iter().flat_map(|rule| &rule.versions) {
                for on in days {
                    let _ = (version.limit_in_words(), candour_core::law::deadline::last_day(version, on));
                }
            }
        }
    },
    seeds: || {
        let files = [
            include_str!("../../bodies/copa/profile.toml"),
            include_str!("../../bodies/iopc/lists.toml"),
            include_str!("../../law/ew/special-procedure.toml"),
            include_str!("../../law/ew/regimes.toml"),
            include_str!("../../letters/referral.toml"),
        ];
        // The beginnings of files: whole ones are too long for a change to hit anything.
        let short = files.map(|file| {
            let mut end = 1_800;
            while !file.is_char_boundary(end.min(file.len())) {
                end -= 1;
            }
            let begun = &file[..end.min(file.len())];
            text(begun.rsplit_once("\n[").map_or(begun, |(whole, _)| whole))
        });
        short.into_iter().collect()
    },
};

/// A mapping and the file that it reads, with `--` between.
pub(crate) const IMPORT: Target = Target {
    name: "import",
    run: |bytes| {
        // The rows may be no text.
        let at = bytes.windows(4).position(|four| four == b"\n--\n");
        let (mapping, rows) = at.map_or((bytes, &[][..]), |at| (&bytes[..at], &bytes[at + 4..]));
        let Ok(mapping) = std::str::from_utf8(mapping) else { return };
        let profile = &PROFILE;
        let read = Mapping::read(mapping, profile);
        let Ok(mut sheet) = Sheet::of(Path::new("cases.csv"), rows.to_vec()) else { return };
        let Ok(mapping) = read else {
            let _ = sheet.each_row(&["a".to_owned()], |row| drop(row.map(|row| row.line)));
            return;
        };
        for file in mapping.files.values() {
            if let Ok(header) = sheet.header(file) {
                let (mut rows, mut last) = (0u64, 0);
                let _ = sheet.each_row(&header, |row| {
                    if let Ok(row) = row {
                        assert!(row.line > last && row.cells.len() == header.len(), "rows follow one another");
                        (last, rows) = (row.line, rows + 1);
                    }
                });
            }
        }
    },
    seeds: || {
        let mapping = "body = \"iopc\"\nsource = \"an invented system\"\n\n[file.\"cases.csv\"]\nrole = \"matters\"\n\
                       set = { kind = \"complaint\", force = \"kent\" }\n\n[file.\"cases.csv\".read]\n\
                       number = { column = \"no\", format = \"code\" }\n\
                       received = { column = \"day\", date = \"%Y-%m-%d\" }\n\n[file.\"cases.csv\".not_read]\nb = \"not needed\"\n";
        vec![
            text(&format!("{mapping}\n--\nno,day,b\n1,2019-01-02,2\n\"3\n4\",2019-01-03,5\n")),
            text("\n--\na\n\"1\"\n\u{FEFF}"),
            [b"\n--\n".as_slice(), &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0]].concat(),
        ]
    },
};

/// A query and a body of the API, with `--` between, put to every endpoint.
pub(crate) const API: Target = Target {
    name: "api",
    run: |bytes| {
        let Some([query, body]) = pieces::<2>(bytes) else { return };
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"))]);
        for endpoint in ENDPOINTS {
            let _ = asks::query(&PROFILE, endpoint.query, Some(query));
            if let Ok(sent) = asks::body(&PROFILE, endpoint.body, &headers, body.as_bytes()) {
                assert!(sent.unreadable().is_empty() && sent.fields().len() <= endpoint.body.len());
            }
        }
    },
    seeds: || {
        vec![
            text(
                "force=kent&limit=3&closed=true&cursor=2019-03-27.7K2QM9XW4DC\n--\n{\"kind\":\"complaint\",\"force\":\"kent\",\"route\":\"mandatory\",\"on\":\"2018-06-02\",\"clear_on\":\"2018-06-01\",\"summary\":\"A \\u00e9 matter.\"}",
            ),
            text(
                "on=2019-12-31&from=2018-01-01&known=12&by=mode&where=kind%3Ddsi&where=force%3Dkent\n--\n{\"by\":\"2020-09-30\",\"on\":\"2020-03-31\",\"reasons\":\"x\"}",
            ),
        ]
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mapping_to_begin_from_is_a_good_one() {
        let seeds = (IMPORT.seeds)();
        let [mapping, rows] = pieces::<2>(&seeds[0]).unwrap();
        let mapping = Mapping::read(mapping, &PROFILE).unwrap();
        let sheet = Sheet::of(Path::new("cases.csv"), rows.as_bytes().to_vec()).unwrap();
        sheet.header(&mapping.files["cases.csv"]).unwrap();
    }

    #[test]
    fn the_questions_to_begin_from_can_be_answered() {
        for seed in (QUESTION.seeds)() {
            let text = String::from_utf8(seed).unwrap();
            let lines: Vec<&str> = text.split('\n').collect();
            let on = day::parse("on", lines[1]).unwrap();
            let filters: Vec<String> = lines[4..].iter().map(|line| (*line).to_owned()).collect();
            Question::read(lines[0], None, on, &filters, Some(lines[3]), &PROFILE).unwrap();
        }
    }
}
