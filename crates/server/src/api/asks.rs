//! What an endpoint asks for, and reading a request by it. Whatever does not fit is refused here
//! with 400, part by part, before any handler runs; what fits and still may not be is a rule's to
//! refuse, with 422.

use axum::http::{HeaderMap, StatusCode, header};
use candour_core::case::words::{LINE_CHARS_MAX, WORDS_CHARS_MAX};
use candour_core::profile::Profile;
use candour_core::record::json::object;
use serde_json::{Value, json};

use super::answer::Part;
use super::{Endpoint, Refused, Verb};
use crate::web::typed::Typed;

/// The header that makes sending twice count once.
pub const KEY: &str = "idempotency-key";
/// Fields of one name in a query.
const MANY_MAX: usize = 20;

const DAY: &str = "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";

/// One thing that an endpoint asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asks {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it means, in a sentence.
    pub says: &'static str,
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A day.
    Day,
    /// A day, or a position of the record.
    DayOrPosition,
    /// One of some words.
    Choice(fn(&Profile) -> Vec<String>),
    /// One line.
    Line,
    /// Several lines.
    Words,
    /// A whole number from 1 to this one.
    Number(u64),
    /// `true` or `false`.
    Flag,
    /// `FIELD=VALUE`; may stand several times.
    Filter,
    /// Where a list goes on, as its page before said.
    Cursor,
}

impl Asks {
    /// Something that may be left out.
    pub(super) const fn may(name: &'static str, kind: Kind, says: &'static str) -> Self {
        Self { name, kind, required: false, says }
    }

    /// Something that must be there.
    pub(super) const fn must(name: &'static str, kind: Kind, says: &'static str) -> Self {
        Self { name, kind, required: true, says }
    }

    /// Its schema.
    #[must_use]
    pub fn schema(&self, profile: &Profile) -> Value {
        match self.kind {
            Kind::Day => json!({"type": "string", "pattern": format!("^{DAY}$")}),
            Kind::DayOrPosition => json!({"type": "string", "pattern": format!("^({DAY}|[1-9][0-9]{{0,14}})$")}),
            Kind::Choice(of) => json!({"type": "string", "enum": of(profile)}),
            Kind::Line => text(LINE_CHARS_MAX, "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"),
            Kind::Words => text(WORDS_CHARS_MAX, "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"),
            Kind::Number(most) => json!({"type": "integer", "minimum": 1, "maximum": most}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Filter => {
                let one = text(LINE_CHARS_MAX, "^[a-z-]{1,30}=[^\\u0000-\\u001f\\u007f-\\u009f]+$");
                json!({"type": "array", "items": one, "maxItems": MANY_MAX})
            }
            Kind::Cursor => text(LINE_CHARS_MAX, "^[A-Za-z0-9.-]+$"),
        }
    }

    /// What is wrong with a value as text; none where it fits.
    fn wrong(&self, profile: &Profile, value: &str) -> Option<String> {
        let fits = match self.kind {
            Kind::Day => is_day(value),
            Kind::DayOrPosition => is_day(value) || is_number(value, 999_999_999_999_999),
            Kind::Choice(of) => {
                let all = of(profile);
                if all.iter().any(|one| one == value) {
                    return None;
                }
                return Some(format!("It must be one of {}", all.join(", ")));
            }
            Kind::Line => is_text(value, LINE_CHARS_MAX, |_| false),
            Kind::Words => is_text(value, WORDS_CHARS_MAX, |c| matches!(c, '\n' | '\r' | '\t')),
            Kind::Number(most) => is_number(value, most),
            Kind::Flag => matches!(value, "true" | "false"),
            Kind::Filter => is_filter(value),
            Kind::Cursor => {
                is_text(value, LINE_CHARS_MAX, |_| false)
                    && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            }
        };
        (!fits).then(|| self.expected())
    }

    fn expected(&self) -> String {
        match self.kind {
            Kind::Day => "It must be a day, like 2019-03-27".to_owned(),
            Kind::DayOrPosition => "It must be a day, like 2019-03-27, or a position of the record".to_owned(),
            Kind::Choice(_) => "It must be one of the words in /api/openapi.json".to_owned(),
            Kind::Line => {
                format!("It must be 1 to {LINE_CHARS_MAX} characters on one line, without control characters")
            }
            Kind::Words => format!("It must be 1 to {WORDS_CHARS_MAX} characters, without control characters"),
            Kind::Number(most) => format!("It must be a whole number from 1 to {most}"),
            Kind::Flag => "It must be true or false".to_owned(),
            Kind::Filter => "It must be FIELD=VALUE, like kind=dsi".to_owned(),
            Kind::Cursor => "It must be what `next` held in the page before".to_owned(),
        }
    }
}

fn text(most: usize, pattern: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})
}

/// Whether it is written like a day the product knows; whether there is such a day a rule says.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |at: std::ops::Range<usize>| {
        let part = text.get(at)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    };
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(0..4).is_some_and(|year| (1900..=2199).contains(&year))
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day))
}

fn is_number(text: &str, most: u64) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    plain && text.parse::<u64>().is_ok_and(|number| (1..=most).contains(&number))
}

fn is_text(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> bool {
    let length = text.chars().count();
    (1..=most).contains(&length) && !text.chars().any(|c| c.is_control() && !allowed(c))
}

fn is_filter(text: &str) -> bool {
    let Some((field, value)) = text.split_once('=') else { return false };
    (1..=30).contains(&field.len())
        && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && !value.is_empty()
        && is_text(text, LINE_CHARS_MAX, |_| false)
}

/// Reads a query: nothing unknown, nothing twice, everything fitting.
pub fn query(profile: &Profile, asks: &[Asks], query: Option<&str>) -> Result<Typed, Refused> {
    let typed = Typed::of_query(query);
    let mut wrong: Vec<(Part, String, String)> = Vec::new();
    let mut add = |name: &str, says: &str| wrong.push((Part::Query, name.to_owned(), says.to_owned()));
    for name in typed.unreadable() {
        add(name, "It holds bytes that are no UTF-8");
    }
    for (name, value) in typed.fields() {
        match asks.iter().find(|one| one.name == name) {
            None => add(name, "There is no such parameter here"),
            Some(one) => {
                if let Some(says) = one.wrong(profile, value) {
                    add(name, &says);
                }
            }
        }
    }
    for one in asks {
        let sent = typed.fields().iter().filter(|(name, _)| name == one.name).count();
        let most = if matches!(one.kind, Kind::Filter) { MANY_MAX } else { 1 };
        if sent > most {
            add(one.name, "It stands too often");
        }
        if sent == 0 && one.required {
            add(one.name, "It must be there");
        }
    }
    if wrong.is_empty() { Ok(typed) } else { Err(Refused::unfit(wrong)) }
}

/// Reads a body: one JSON object without a repeated key, whose fields are texts that fit.
pub fn body(profile: &Profile, asks: &[Asks], headers: &HeaderMap, bytes: &[u8]) -> Result<Typed, Refused> {
    let sent_as = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut parts = sent_as.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().is_some_and(|essence| essence == "application/json");
    if !is_json || parts.any(|parameter| parameter != "charset=utf-8") {
        let says = "Send the body as application/json, in UTF-8";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not readable here", says));
    }
    let whole = |says: &str| Refused::unfit(vec![(Part::Body, String::new(), says.to_owned())]);
    let text = std::str::from_utf8(bytes).map_err(|_| whole("The body is no UTF-8"))?;
    let sent = object(text).ok_or_else(|| whole("The body must be one JSON object in which no key stands twice"))?;
    let mut wrong: Vec<(Part, String, String)> = Vec::new();
    let mut add = |name: &str, says: String| wrong.push((Part::Body, escaped(name), says));
    let mut typed = Typed::default();
    for (name, value) in &sent {
        match (asks.iter().find(|one| one.name == name), value) {
            (None, _) => add(name, "There is no such field here".to_owned()),
            (Some(one), Value::String(text)) => match one.wrong(profile, text) {
                None => typed.set(name, text.as_str()),
                Some(says) => add(name, says),
            },
            (Some(one), _) => add(name, one.expected()),
        }
    }
    for one in asks.iter().filter(|one| one.required && !sent.contains_key(one.name)) {
        add(one.name, "It must be there".to_owned());
    }
    if wrong.is_empty() { Ok(typed) } else { Err(Refused::unfit(wrong)) }
}

/// A name as it stands in a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The `Idempotency-Key`, on whatever adds something.
pub(super) fn key(endpoint: &Endpoint, headers: &HeaderMap) -> Result<String, Refused> {
    if endpoint.verb == Verb::Get {
        return Ok(String::new());
    }
    let mut all = headers.get_all(KEY).iter();
    let key = all.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fits = (8..=64).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && all.next().is_none();
    let says = "Send 8 to 64 letters, digits, - or _ that no other request of this token had";
    if fits { Ok(key.to_owned()) } else { Err(Refused::unfit(vec![(Part::Header, KEY.to_owned(), says.to_owned())])) }
}

/// The version in `If-Match`, on whatever changes a case.
pub(super) fn seen(endpoint: &Endpoint, headers: &HeaderMap) -> Result<u64, Refused> {
    if !endpoint.changes {
        return Ok(0);
    }
    let mut all = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = all.next() else {
        let says = "Send If-Match with the ETag of the case as you read it";
        return Err(Refused::new(StatusCode::PRECONDITION_REQUIRED, "Which version did you see?", says));
    };
    let text = value.to_str().unwrap_or_default();
    let version = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let version = version.filter(|digits| is_number(digits, 999_999_999)).and_then(|digits| digits.parse().ok());
    let says = "Send one ETag of the case, like \"3\"";
    let unfit = || Refused::unfit(vec![(Part::Header, "if-match".to_owned(), says.to_owned())]);
    version.filter(|_| all.next().is_none()).ok_or_else(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_whole() {
        for good in ["2019-03-27", "1900-01-01", "2199-12-31", "2019-02-31"] {
            assert!(is_day(good), "{good}");
        }
        for bad in
            ["", "2019-3-27", "1899-12-31", "2200-01-01", "2019-13-01", "2019-01-00", "２019-01-01", "2019-03-27 "]
        {
            assert!(!is_day(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_has_one_form() {
        assert!(is_number("1", 9) && is_number("9", 9));
        for bad in ["0", "10", "01", "+1", "1e0", "", "٣", "18446744073709551616"] {
            assert!(!is_number(bad, 9), "{bad}");
        }
    }
}
