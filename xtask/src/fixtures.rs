//! Proves that the converted components render as the originals do.
//!
//! GOV.UK Frontend ships fixtures: options and the HTML they must give. MoJ
//! Frontend ships none, so its components are also rendered by the real
//! Nunjucks, in Node.js, with the options in `moj-cases.json`.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]
#![allow(clippy::print_stdout, reason = "the tests report their counts")]

use crate::{assets, nunjucks};
use minijinja::Environment;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[path = "../../crates/server/src/components.rs"]
mod components;

/// GOV.UK fixtures that are known to differ: component, case, and why.
const KNOWN_FAILURES: [(&str, &str, &str); 0] = [];

const GOVUK: &str = "node_modules/govuk-frontend/dist/govuk/components";
const MOJ: &str = "node_modules/@ministryofjustice/frontend/moj/components";

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let current = assets::is_current(&root).unwrap_or(false);
    assert!(
        current && root.join(GOVUK).exists(),
        "the converted templates are missing or out of date: run `cargo xtask assets` first"
    );
    root
}

fn environment(root: &Path) -> Environment<'static> {
    let loader = minijinja::path_loader(root.join("assets/templates"));
    components::environment(loader).unwrap()
}

/// Leading and trailing whitespace of the whole is the caller's affair: the
/// fixtures are stored trimmed. Everything between must be the same to the
/// byte, so no other whitespace is forgiven.
fn normalise(html: &str) -> &str {
    html.trim()
}

fn read_json(path: &Path) -> Json {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `date-input` becomes `DateInput`.
fn pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

#[test]
fn govuk_components_match_their_fixtures() {
    let root = root();
    let env = environment(&root);
    let (mut cases, mut failed, mut report) = (0, BTreeSet::new(), String::new());
    for entry in fs::read_dir(root.join(GOVUK)).unwrap() {
        let path = entry.unwrap().path().join("fixtures.json");
        if !path.exists() {
            continue;
        }
        let fixtures = read_json(&path);
        let component = fixtures["component"].as_str().unwrap();
        for case in fixtures["fixtures"].as_array().unwrap() {
            cases += 1;
            let rendered = render_govuk(&env, component, &case["options"]);
            let expected = normalise(case["html"].as_str().unwrap());
            if normalise(&rendered) != expected {
                let name = case["name"].as_str().unwrap();
                failed.insert((component.to_owned(), name.to_owned()));
                let difference = first_difference(expected, normalise(&rendered));
                writeln!(report, "{component}, case {name:?}: {difference}").unwrap();
            }
        }
    }
    assert!(cases > 700, "only {cases} fixtures were found");
    let known = KNOWN_FAILURES.map(|(component, name, _)| (component.to_owned(), name.to_owned()));
    let known = BTreeSet::from(known);
    println!("{} of {cases} GOV.UK fixtures match", cases - failed.len());
    assert!(
        failed == known,
        "fixtures differ that are not known to, or known ones match:\n{:?}\n{report}",
        failed.symmetric_difference(&known).collect::<Vec<_>>()
    );
}

fn render_govuk(env: &Environment, component: &str, options: &Json) -> String {
    let name = format!("govuk{}", pascal_case(component));
    let source =
        format!("{{% from \"govuk/components/{component}/macro.html\" import {name} %}}{{{{ {name}(params) }}}}");
    render(env, &source, options)
}

/// An error is rendered as its message, which then differs from any HTML.
fn render(env: &Environment, source: &str, params: &Json) -> String {
    let context = Serde(json!({ "params": params }));
    match env.render_named_str("case.html", source, context) {
        Ok(html) => html,
        Err(error) => format!("error: {error:?}"),
    }
}

fn first_difference(expected: &str, found: &str) -> String {
    let same = expected.chars().zip(found.chars()).take_while(|(a, b)| a == b);
    let same = same.count();
    let excerpt = |text: &str| -> String { text.chars().skip(same.saturating_sub(40)).take(120).collect() };
    format!("expected {:?}, found {:?}", excerpt(expected), excerpt(found))
}

#[test]
fn moj_components_match_nunjucks() {
    let root = root();
    let env = environment(&root);
    let components = moj_components(&root.join(MOJ), "");
    let cases: Json = serde_json::from_str(include_str!("moj-cases.json")).unwrap();
    let cases = cases.as_array().unwrap();
    let covered: BTreeSet<_> = cases.iter().map(|c| c["component"].as_str().unwrap()).collect();
    let missing: Vec<_> = components.iter().filter(|c| !covered.contains(c.as_str())).collect();
    assert!(components.len() > 20, "only {} components were found", components.len());
    assert!(missing.is_empty(), "moj-cases.json has no case for {missing:?}");

    let sources: Vec<String> = cases.iter().map(|case| moj_source(&root, case)).collect();
    let expected = render_with_nunjucks(&root, cases, &sources);
    assert_eq!(expected.len(), cases.len());
    let mut report = String::new();
    for ((case, source), expected) in cases.iter().zip(&sources).zip(&expected) {
        let converted = nunjucks::convert(source, "case.njk").unwrap();
        let rendered = render(&env, &converted, &case["options"]);
        let expected = normalise(expected.as_str().unwrap());
        if normalise(&rendered) != expected {
            let difference = first_difference(expected, normalise(&rendered));
            writeln!(report, "{}, case {}: {difference}", case["component"], case["name"]).unwrap();
        }
    }
    assert!(report.is_empty(), "MoJ components differ from Nunjucks:\n{report}");
    println!("{} MoJ cases match", cases.len());
}

/// What no fixture shows: call blocks, and Nunjucks' rules for scope, truth,
/// safety and whitespace. `params` is `{ a: [1, 2], o: { x: null, y: "<" } }`.
const LANGUAGE: [&str; 17] = [
    r#"{% from "govuk/components/fieldset/macro.njk" import govukFieldset %}
       {% call govukFieldset({ legend: { text: "A & b" } }) %}<p>{{ params.o.y }}</p>{% endcall %}"#,
    r#"{% from "govuk/components/details/macro.njk" import govukDetails %}
       {% call govukDetails({ summaryText: "More" }) %}<b>body</b>{% endcall %}"#,
    r#"{% from "govuk/components/inset-text/macro.njk" import govukInsetText %}
       {% call govukInsetText() %}{{ params.a }}{% endcall %}"#,
    r#"{% from "govuk/components/panel/macro.njk" import govukPanel %}
       {% call govukPanel({ titleText: "Done" }) %}Reference<br>1{% endcall %}"#,
    r#"{% from "govuk/components/notification-banner/macro.njk" import govukNotificationBanner %}
       {% call govukNotificationBanner({ type: "success" }) %}<p>Hi</p>{% endcall %}"#,
    r#"{% from "govuk/components/error-summary/macro.njk" import govukErrorSummary %}
       {% call govukErrorSummary({ titleText: "Wrong" }) %}<i>two</i>{% endcall %}"#,
    r#"{% from "govuk/components/feedback/macro.njk" import govukFeedback %}
       {% call govukFeedback({ titleText: "Tell us" }) %}<i>now</i>{% endcall %}"#,
    "{% set n = 0 %}{% for x in params.a %}{% set n = n + x %}{% endfor %}{{ n }}",
    "{% for x in params.a %}{% if seen %}again{% endif %}{% set seen = true %}{% endfor %}",
    "{% macro m(v) %}{% set t = '' %}{% for x in v %}{% set t = t + x %}{% endfor %}{{ t }}{% endmacro %}{{ m(params.a) }}{{ m() }}",
    "{{ 'yes' if [] }}{{ 'yes' if {} }}{{ 'no' if '' else 'yes' }}{{ 0 or 'or' }}{{ 1 and 'and' }}",
    "{% set c %}<b>{% endset %}{{ c }}{{ c | safe }}{{ (c | safe) + c }}{{ ('<' | safe) ~ 1 }}",
    "{{ 1 == '1' }} {{ 1 === '1' }} {{ null == undefined }} {{ null === undefined }} {{ '' != false }}",
    "{% for k, v in params.o %}{{ k }}={{ v }};{% else %}none{% endfor %}{{ 'x' in params.o }}",
    "{{ 'a' + 1 + undefined + null }} {{ 1 + 2 }} {{ 1.5 + 1.5 }} {{ params.a }} {{ params.o }}",
    r"{{ ' a\n\nb' | trim | indent(2) }}|{{ 'o\'k\\' }}|{{ 'aBC' | capitalize }}|{{ '12px' | int }}",
    "{#- one -#}  x  {# two #}\n{% if true -%}  y  {%- endif %}\n  {% set z %}\n z {% endset %}[{{ z }}]\n",
];

#[test]
fn language_matches_nunjucks() {
    let root = root();
    let env = environment(&root);
    let case = json!({ "options": { "a": [1, 2], "o": { "x": null, "y": "<" } } });
    let sources = LANGUAGE.map(str::to_owned);
    let expected = render_with_nunjucks(&root, &vec![case.clone(); sources.len()], &sources);
    for (source, expected) in sources.iter().zip(expected) {
        let converted = nunjucks::convert(source, "case.njk").unwrap();
        let rendered = render(&env, &converted, &case["options"]);
        assert_eq!(rendered, expected.as_str().unwrap(), "{source}");
    }
}

#[test]
fn what_has_no_translation_is_an_error() {
    for source in ["{{ a | unheard }}", "{% unheard %}", "{{ a.unheard() }}", "{{ a", "{{ a b }}"] {
        let error = nunjucks::convert(source, "case.njk").unwrap_err();
        assert!(error.to_string().contains("case.njk"), "{error:#}");
    }
}

/// The paths of all components below a directory, at any depth.
fn moj_components(directory: &Path, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.join("macro.njk").exists() {
            found.insert(name);
        } else if path.is_dir() {
            found.extend(moj_components(&path, &format!("{name}/")));
        }
    }
    found
}

/// A Nunjucks template that renders one case; `call` is a body to call the
/// macro with.
fn moj_source(root: &Path, case: &Json) -> String {
    let component = case["component"].as_str().unwrap();
    let path = root.join(MOJ).join(component).join("macro.njk");
    let source = fs::read_to_string(path).unwrap();
    let (_, header) = source.split_once("{% macro ").unwrap();
    let name = header.split('(').next().unwrap();
    let import = format!("{{% from \"moj/components/{component}/macro.njk\" import {name} %}}");
    match case["call"].as_str() {
        Some(body) => format!("{import}{{% call {name}(params) %}}{body}{{% endcall %}}"),
        None => format!("{import}{{{{ {name}(params) }}}}"),
    }
}

fn render_with_nunjucks(root: &Path, cases: &[Json], sources: &[String]) -> Vec<Json> {
    let pairs = cases.iter().zip(sources);
    let input: Vec<Json> = pairs.map(|(case, source)| json!({ "source": source, "params": case["options"] })).collect();
    let mut node = Command::new("node")
        .arg("xtask/src/render-moj.mjs")
        .current_dir(root)
        // Moment prints local time; the converted filters print UK time.
        .env("TZ", "Europe/London")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs Node.js");
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(json!(input).to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "render-moj.mjs failed; see its message above");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_template_parses() {
    let root = root();
    let env = environment(&root);
    let mut directories = vec![root.join("assets/templates")];
    let mut parsed = 0;
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.strip_prefix(root.join("assets/templates")).unwrap();
            env.get_template(&name.to_string_lossy()).unwrap();
            parsed += 1;
        }
    }
    assert!(parsed > 130, "only {parsed} templates were found");
}
