//! The schemas of what endpoints answer, in a few words each. An object has exactly the fields that
//! it names, so a field that slips into an answer is found by the tests.

use serde_json::{Map, Value, json};

/// A text.
pub(super) fn text() -> Value {
    json!({"type": "string"})
}

/// A text or nothing.
pub(super) fn maybe_text() -> Value {
    json!({"type": ["string", "null"]})
}

/// A day as text.
pub(super) fn day() -> Value {
    json!({"type": "string", "format": "date"})
}

/// A day or nothing.
pub(super) fn maybe_day() -> Value {
    json!({"type": ["string", "null"], "format": "date"})
}

/// A whole number from 0.
pub(super) fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

/// Yes or no.
pub(super) fn flag() -> Value {
    json!({"type": "boolean"})
}

/// A list.
pub(super) fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

/// An object or nothing.
pub(super) fn maybe(mut schema: Value) -> Value {
    schema["type"] = json!(["object", "null"]);
    schema
}

/// An object with exactly these fields.
pub(super) fn exactly(fields: &[(&str, Value)]) -> Value {
    let mut schema = at_least(fields);
    schema["additionalProperties"] = json!(false);
    schema
}

/// An object with these fields, and others that may come.
pub(super) fn at_least(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = fields.iter().map(|(name, of)| ((*name).to_owned(), of.clone())).collect();
    json!({"type": "object", "properties": properties, "required": names})
}

/// A problem (RFC 9457).
pub(super) fn problem() -> Value {
    let one = json!({
        "type": "object",
        "properties": {"pointer": text(), "parameter": text(), "header": text(), "detail": text()},
        "required": ["detail"],
        "additionalProperties": false,
    });
    let mut schema = exactly(&[
        ("type", text()),
        ("title", text()),
        ("status", json!({"type": "integer", "minimum": 400, "maximum": 599})),
        ("detail", text()),
    ]);
    schema["properties"]["errors"] = list(&one);
    schema
}
