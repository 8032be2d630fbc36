//! The template environment in which the converted design-system components
//! render as they do in Nunjucks.
//!
//! `cargo xtask assets` converts GOV.UK Frontend's and MoJ Frontend's own
//! templates. Nunjucks gives every value JavaScript's meaning, so the
//! converted templates call the `js_` helpers defined here wherever that
//! differs from minijinja's meaning. Two things hold for every template in
//! this environment, ours included: missing values, and members of missing
//! values, print as nothing, and a tag on a line of its own leaves no blank
//! line (`trim_blocks`, `lstrip_blocks`), as GOV.UK Frontend requires.

#[path = "components/moment.rs"]
mod moment;

use std::fmt::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State};
use minijinja::{TemplateSource, UndefinedBehavior, Value};

/// Builds the environment. `loader` gives the source of a template by its
/// full name, such as `govuk/components/button/macro.html`, or `None`.
/// HTML is escaped in every template whose name ends in `.html`.
pub fn environment<F>(loader: F) -> Result<Environment<'static>, Error>
where
    F: Fn(&str) -> Result<Option<TemplateSource>, Error> + Send + Sync + 'static,
{
    let mut env = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    env.set_syntax(syntax);
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_formatter(print);
    env.set_loader(loader);
    add_operators(&mut env);
    add_tests(&mut env);
    add_filters(&mut env);
    Ok(env)
}

fn add_operators(env: &mut Environment<'_>) {
    env.add_function("js_true", |v: &Value| truthy(v));
    env.add_function("js_eq", |a: &Value, b: &Value| equal(a, b));
    env.add_function("js_same", |a: &Value, b: &Value| identical(a, b));
    env.add_function("js_in", |a: &Value, b: &Value| contains(b, a));
    env.add_function("js_add", |a: &Value, b: &Value| add(a, b));
    env.add_function("js_or", |a: Value, b: Value| if truthy(&a) { a } else { b });
    env.add_function("js_and", |a: Value, b: Value| if truthy(&a) { b } else { a });
    env.add_function("js_each", each);
    env.add_function("js_pairs", pairs);
    env.add_function("js_scope", minijinja::functions::namespace);
}

fn add_tests(env: &mut Environment<'_>) {
    env.add_test("js_defined", |v: &Value| !v.is_undefined());
    env.add_test("js_undefined", |v: &Value| v.is_undefined());
    env.add_test("js_null", |v: &Value| v.is_none());
    env.add_test("js_escaped", |v: &Value| v.is_safe());
    // To Nunjucks, a string marked as safe is an object, not a string.
    env.add_test("js_string", |v: &Value| is_string(v) && !v.is_safe());
    env.add_test("js_mapping", |v: &Value| v.kind() == ValueKind::Map || v.is_safe());
    env.add_test("js_sameas", |a: &Value, b: &Value| identical(a, b));
}

fn add_filters(env: &mut Environment<'_>) {
    env.add_filter("js_plain", |v: &Value| display(v));
    env.add_filter("js_safe", |v: &Value| Value::from_safe_string(display(v)));
    env.add_filter("js_escape", escape);
    env.add_filter("js_string", |v: &Value| like(v, text(v)));
    env.add_filter("js_default", default);
    env.add_filter("js_trim", |v: &Value| like(v, display(v).trim().to_owned()));
    env.add_filter("js_indent", indent);
    env.add_filter("js_replace", replace);
    env.add_filter("js_lower", |v: &Value| display(v).to_lowercase());
    env.add_filter("js_capitalize", capitalize);
    env.add_filter("js_int", int);
    env.add_filter("js_join", join);
    env.add_filter("js_length", length);
    env.add_filter("js_length_of", length_property);
    env.add_filter("js_val_of", val_property);
    env.add_filter("js_select", select);
    env.add_filter("js_concat", |v: &Value, more: Rest<Value>| concat(v, &more));
    env.add_filter("js_includes", |v: &Value, item: &Value| contains(v, item));
    env.add_filter("js_date", |v: &Value, format: Option<String>| moment::format(&text(v), format.as_deref()));
    env.add_filter("js_mojDate", moj_date);
}

/// Prints a value in a template, escaped unless it is marked as safe.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let safe = value.is_safe() || matches!(state.auto_escape(), AutoEscape::None);
    // Most of what a page prints is text, which needs no copy.
    let written = match value.as_str().filter(|_| is_string(value)) {
        Some(text) if safe => out.write_str(text),
        Some(text) => write_escaped(out, text),
        None if safe => out.write_str(&display(value)),
        None => write_escaped(out, &display(value)),
    };
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "the page could not be written"))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    // Writing to a string does not fail.
    let _ = write_escaped(&mut safe, text);
    safe
}

/// Writes a text, what lies between two special characters at once.
fn write_escaped(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'&' => "&amp;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\\' => "&#92;",
            _ => continue,
        };
        out.write_str(&text[written..at])?;
        out.write_str(escape)?;
        written = at + 1;
    }
    out.write_str(&text[written..])
}

fn is_string(value: &Value) -> bool {
    value.kind() == ValueKind::String
}

fn is_missing(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}

fn items(value: &Value) -> Vec<Value> {
    value.try_iter().map(Iterator::collect).unwrap_or_default()
}

/// JavaScript's `String(value)`.
fn text(value: &Value) -> String {
    match value.kind() {
        ValueKind::Undefined => "undefined".to_owned(),
        ValueKind::None => "null".to_owned(),
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Number => match f64::try_from(value.clone()) {
            // Rust prints 1.0 as `1`, as JavaScript does.
            Ok(number) if !value.is_integer() => number.to_string(),
            _ => value.to_string(),
        },
        ValueKind::Seq | ValueKind::Iterable => {
            let texts: Vec<String> = items(value).iter().map(display).collect();
            texts.join(",")
        }
        ValueKind::Map => "[object Object]".to_owned(),
        _ => value.to_string(),
    }
}

/// The text of a value on a page, where missing values are nothing.
fn display(value: &Value) -> String {
    if is_missing(value) {
        return String::new();
    }
    text(value)
}

/// Text derived from `source`, marked as safe if `source` is.
fn like(source: &Value, text: String) -> Value {
    if source.is_safe() { Value::from_safe_string(text) } else { Value::from(text) }
}

/// Empty lists and objects are true in JavaScript, and so is an empty string
/// marked as safe, which Nunjucks holds in an object.
fn truthy(value: &Value) -> bool {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => false,
        ValueKind::Bool | ValueKind::Number => value.is_true(),
        ValueKind::String => value.is_safe() || value.is_true(),
        _ => true,
    }
}

/// JavaScript's `===`.
fn identical(a: &Value, b: &Value) -> bool {
    if a.as_object().is_some() || b.as_object().is_some() {
        return minijinja::tests::is_sameas(a, b);
    }
    a.kind() == b.kind() && a == b
}

/// JavaScript's `==`: a number equals the text that reads as that number.
fn equal(a: &Value, b: &Value) -> bool {
    if is_missing(a) || is_missing(b) {
        return is_missing(a) && is_missing(b);
    }
    if a.kind() == b.kind() || a.as_object().is_some() || b.as_object().is_some() {
        return identical(a, b);
    }
    matches!((number(a), number(b)), (Some(a), Some(b)) if a == b)
}

/// JavaScript's `Number(value)`, of a text, a boolean or a number.
fn number(value: &Value) -> Option<f64> {
    match value.kind() {
        ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        ValueKind::String => match display(value).trim() {
            "" => Some(0.0),
            digits => digits.parse().ok(),
        },
        _ => None,
    }
}

fn contains(container: &Value, item: &Value) -> bool {
    match container.kind() {
        ValueKind::String => text(container).contains(&text(item)),
        ValueKind::Map => items(container).contains(item),
        _ => items(container).iter().any(|member| identical(member, item)),
    }
}

/// JavaScript's `+`: a sum of two numbers, otherwise joined text, which is
/// never marked as safe.
fn add(a: &Value, b: &Value) -> Value {
    let is_number = |v: &Value| matches!(v.kind(), ValueKind::Number | ValueKind::Bool);
    if !is_number(a) || !is_number(b) {
        return Value::from(text(a) + &text(b));
    }
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
        return Value::from(a.saturating_add(b));
    }
    Value::from(number(a).unwrap_or_default() + number(b).unwrap_or_default())
}

fn each(value: Value) -> Value {
    if is_list(&value) {
        return value;
    }
    match value.kind() {
        ValueKind::String => text(&value).chars().map(Value::from).collect(),
        _ => Value::from(Vec::<Value>::new()),
    }
}

fn pairs(value: Value) -> Value {
    if value.kind() != ValueKind::Map {
        return each(value);
    }
    let pair = |key: Value| {
        let member = value.get_item(&key).unwrap_or_default();
        Value::from(vec![key, member])
    };
    items(&value).into_iter().map(pair).collect()
}

fn escape(value: &Value) -> Value {
    if value.is_safe() {
        return value.clone();
    }
    Value::from_safe_string(escaped(&display(value)))
}

fn default(value: Value, fallback: Option<Value>, falsy_too: Option<Value>) -> Value {
    let replaced = match falsy_too {
        Some(flag) if truthy(&flag) => !truthy(&value),
        _ => value.is_undefined(),
    };
    if replaced { fallback.unwrap_or_default() } else { value }
}

/// Indents every line, empty ones too, except the first unless asked.
fn indent(value: &Value, width: Option<usize>, first: Option<Value>) -> Value {
    let source = display(value);
    if source.is_empty() {
        return Value::from(source);
    }
    let margin = " ".repeat(width.unwrap_or(4));
    let indented = source.replace('\n', &format!("\n{margin}"));
    let first = first.is_some_and(|first| truthy(&first));
    like(value, if first { margin + &indented } else { indented })
}

fn replace(value: &Value, old: &Value, new: &Value) -> Value {
    if is_missing(value) || is_missing(old) {
        return value.clone();
    }
    like(value, text(value).replace(&text(old), &text(new)))
}

fn capitalize(value: &Value) -> Value {
    let lower = display(value).to_lowercase();
    let mut chars = lower.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    like(value, first + chars.as_str())
}

/// The whole number that the text starts with, or undefined.
fn int(value: &Value) -> Value {
    let source = display(value);
    let source = source.trim_start();
    let digits = source.trim_start_matches(['-', '+']);
    let end = digits.find(|c: char| !c.is_ascii_digit());
    let end = source.len() - digits.len() + end.unwrap_or(digits.len());
    source[..end].parse::<i64>().map(Value::from).unwrap_or_default()
}

fn join(value: &Value, separator: Option<&Value>) -> String {
    let texts: Vec<String> = items(value).iter().map(display).collect();
    texts.join(&separator.map(display).unwrap_or_default())
}

fn length(value: &Value) -> Value {
    match value.kind() {
        ValueKind::Map => Value::from(value.len().unwrap_or_default()),
        ValueKind::Undefined | ValueKind::None => Value::from(0),
        ValueKind::Bool if !value.is_true() => Value::from(0),
        _ => length_property(value),
    }
}

fn length_property(value: &Value) -> Value {
    match value.kind() {
        // JavaScript counts UTF-16 code units.
        ValueKind::String => Value::from(text(value).encode_utf16().count()),
        ValueKind::Seq | ValueKind::Iterable => Value::from(items(value).len()),
        ValueKind::Map => value.get_attr("length").unwrap_or_default(),
        _ => Value::UNDEFINED,
    }
}

/// Nunjucks keeps the text of a string marked as safe in `val`.
fn val_property(value: &Value) -> Value {
    if value.is_safe() {
        return Value::from(text(value));
    }
    value.get_attr("val").unwrap_or_default()
}

fn select(value: &Value, test: Option<&str>, with: Option<Value>) -> Result<Value, Error> {
    let with = with.unwrap_or_default();
    let keep: &dyn Fn(&Value) -> bool = match test {
        None | Some("truthy") => &truthy,
        Some("eq") => &|item| identical(item, &with),
        _ => {
            return Err(Error::new(ErrorKind::UnknownTest, "select knows truthy and eq"));
        }
    };
    Ok(items(value).into_iter().filter(keep).collect())
}

/// JavaScript's `concat`: lists are joined, anything else is appended.
fn concat(value: &Value, more: &[Value]) -> Value {
    let mut all = items(value);
    for extra in more {
        if is_list(extra) {
            all.extend(items(extra));
        } else {
            all.push(extra.clone());
        }
    }
    Value::from(all)
}

/// MoJ Frontend's date filter.
fn moj_date(value: Value, style: Option<&str>) -> Value {
    let at = |format| moment::format(&text(&value), Some(format));
    let time = || at(if at("m") == "0" { "ha" } else { "h:mma" });
    Value::from(match style {
        Some("datetime") => format!("{} at {}", at("D MMMM YYYY"), time()),
        Some("shortdatetime") => format!("{} at {}", at("D MMM YYYY"), time()),
        Some("date") => at("D MMMM YYYY"),
        Some("shortdate") => at("D MMM YYYY"),
        Some("time") => time(),
        _ => return value,
    })
}
