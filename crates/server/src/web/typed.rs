//! What was typed: the fields of a form or an address, exactly as sent, so that they can be given
//! back whatever happens.

use axum::body::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Fields in one request.
const FIELDS_MAX: usize = 200;

/// The fields of a form or an address.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed {
    fields: Vec<(String, String)>,
    unreadable: Vec<String>,
}

/// Only how much was typed: what people type does not belong in a log.
impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Typed({} fields)", self.fields.len())
    }
}

impl Typed {
    /// Reads `application/x-www-form-urlencoded` bytes. Bytes that are not UTF-8, and NULs, are
    /// replaced and noted, so that the form can name the field.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut typed = Self::default();
        for pair in bytes.split(|b| *b == b'&').filter(|pair| !pair.is_empty()).take(FIELDS_MAX) {
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            let (name, _) = decode(name);
            let (value, readable) = decode(value);
            if !readable {
                typed.unreadable.push(name.clone());
            }
            typed.fields.push((name, value));
        }
        typed
    }

    /// Reads a form's body.
    #[must_use]
    pub fn of_body(body: &Bytes) -> Self {
        Self::read(body)
    }

    /// Reads the query of an address.
    #[must_use]
    pub fn of_query(query: Option<&str>) -> Self {
        Self::read(query.unwrap_or_default().as_bytes())
    }

    /// The value of a field; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Whether any field was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// All fields, in the order in which they were sent.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The fields that held bytes which are no text.
    #[must_use]
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// The fields as the query of an address; empty ones are left out.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = self.fields.iter().filter(|(_, v)| !v.is_empty());
        let pairs: Vec<String> = pairs.map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        pairs.join("&")
    }

    /// The fields as a form's body, every one in its place.
    #[must_use]
    pub fn to_body(&self) -> String {
        let pairs: Vec<String> = self.fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        pairs.join("&")
    }

    /// The same fields without one of them.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let fields = self.fields.iter().filter(|(n, _)| n != name).cloned().collect();
        Self { fields, unreadable: Vec::new() }
    }
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A value as it stands in an address.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

fn decode(bytes: &[u8]) -> (String, bool) {
    let spaced: Vec<u8> = bytes.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let raw: Vec<u8> = percent_decode(&spaced).collect();
    // PostgreSQL keeps no NUL in a text, so none gets as far as a query.
    let shown = |text: &str| (text.replace('\0', "\u{FFFD}"), false);
    match String::from_utf8(raw) {
        Ok(text) if text.contains('\0') => shown(&text),
        Ok(text) => (text, true),
        Err(e) => shown(&String::from_utf8_lossy(e.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read_as_sent() {
        let typed = Typed::read("reasons=two+lines%0D%0Ahere&force=d%C5%B5r&empty=&reasons=second".as_bytes());
        assert_eq!(typed.get("reasons"), "two lines\r\nhere");
        assert_eq!(typed.get("force"), "dŵr");
        assert_eq!(typed.get("absent"), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_noted_by_field() {
        let typed = Typed::read(b"reasons=a%FFb&force=kent");
        assert_eq!(typed.unreadable(), ["reasons"]);
        assert_eq!(typed.get("reasons"), "a\u{FFFD}b");
        let typed = Typed::read(b"number=a%00b");
        assert_eq!((typed.unreadable(), typed.get("number")), (["number".to_owned()].as_slice(), "a\u{FFFD}b"));
        // A NUL is replaced beside bytes that are no text, too.
        assert_eq!(Typed::read(b"reasons=%00%FF").get("reasons"), "\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn what_was_typed_is_never_printed_for_a_log() {
        let typed = Typed::read(b"summary=A+named+person");
        assert_eq!(format!("{typed:?}"), "Typed(1 fields)");
    }

    #[test]
    fn an_address_survives_being_read_back() {
        let mut typed = Typed::default();
        typed.set("force", "a&b=c d/é");
        assert_eq!(Typed::of_query(Some(&typed.to_query())), typed);
    }
}
