//! The OpenAPI 3.1 document, made from [`ENDPOINTS`](super::ENDPOINTS).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::asks::{Asks, KEY, Kind};
use super::{ENDPOINTS, Endpoint, UNDER, Verb, schema};
use crate::app::App;

/// Where the document is.
pub const ADDRESS: &str = "/api/openapi.json";
/// A version of a case, as `ETag` and `If-Match` have it.
const VERSION_TAG: &str = "^\"[1-9][0-9]{0,8}\"$";

/// `GET /api/openapi.json`: the document. It needs no token; it says nothing about anybody.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document(&app).to_string()).into_response()
}

/// The document.
#[must_use]
pub fn document(app: &App) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS {
        let path = paths.entry(format!("{UNDER}{}", endpoint.path)).or_insert_with(|| json!({}));
        path[match endpoint.verb {
            Verb::Get => "get",
            Verb::Post => "post",
        }] = operation(app, endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Candour: the record of {}", app.profile.short),
            "version": "1",
            "description": "Dates are London days, like 2019-03-27. Every figure says as at which day and as known at \
                            which position of the record. Problems follow RFC 9457: 400 does not fit this document, \
                            422 fits and a rule refuses it.",
            "license": {"name": "MPL-2.0", "identifier": "MPL-2.0"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": schema::problem()},
        },
        "security": [{"token": []}],
    })
}

fn operation(app: &App, endpoint: &Endpoint) -> Value {
    let mut parameters: Vec<Value> = place(endpoint).into_iter().collect();
    parameters.extend(endpoint.query.iter().map(|one| in_query(app, one)));
    if endpoint.verb == Verb::Post {
        let says = "Sent again with the same key and body, it counts once and is answered as before.";
        let schema = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"});
        parameters.push(in_header(KEY, says, &schema));
    }
    if endpoint.changes {
        let says = "The ETag of the case as it was read.";
        parameters.push(in_header("if-match", says, &json!({"type": "string", "pattern": VERSION_TAG})));
    }
    let mut operation = json!({
        "operationId": endpoint.name,
        "summary": endpoint.says,
        "parameters": parameters,
        "responses": responses(endpoint),
    });
    if !endpoint.body.is_empty() {
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": body(app, endpoint)}}});
    }
    operation
}

/// The parameter of the path, if there is one.
fn place(endpoint: &Endpoint) -> Option<Value> {
    let (_, rest) = endpoint.path.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let schema = match name {
        "reference" => json!({"type": "string", "pattern": "^[0-9A-Z]{11}$"}),
        _ => json!({"type": "string", "pattern": "^[a-z0-9.-]{1,80}$"}),
    };
    Some(json!({"name": name, "in": "path", "required": true, "schema": schema}))
}

fn in_query(app: &App, one: &Asks) -> Value {
    let mut parameter = json!({
        "name": one.name,
        "in": "query",
        "description": one.says,
        "required": one.required,
        "schema": one.schema(&app.profile),
    });
    if matches!(one.kind, Kind::Filter) {
        parameter["explode"] = json!(true);
    }
    parameter
}

fn in_header(name: &str, says: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "header", "description": says, "required": true, "schema": schema})
}

fn body(app: &App, endpoint: &Endpoint) -> Value {
    let mut properties = Map::new();
    for one in endpoint.body {
        let mut schema = one.schema(&app.profile);
        schema["description"] = json!(one.says);
        properties.insert(one.name.to_owned(), schema);
    }
    let required: Vec<&str> = endpoint.body.iter().filter(|one| one.required).map(|one| one.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn responses(endpoint: &Endpoint) -> Value {
    let tag = json!({"ETag": {"schema": {"type": "string"}}});
    let (status, says) = match endpoint.verb {
        Verb::Get => ("200", "As asked."),
        Verb::Post => ("201", "Recorded; or recorded before, under the same key."),
    };
    let mut all = Map::new();
    let content = json!({"application/json": {"schema": (endpoint.answers)()}});
    all.insert(status.to_owned(), json!({"description": says, "headers": tag, "content": content}));
    if endpoint.verb == Verb::Get {
        all.insert("304".to_owned(), json!({"description": "The caller has it already.", "headers": tag}));
    } else {
        all["201"]["headers"]["Location"] = json!({"schema": {"type": "string"}});
        all["201"]["links"] = json!({"case": {
            "operationId": "getCase",
            "parameters": {"reference": "$response.body#/reference"},
        }});
    }
    if endpoint.name == "listCases" {
        let first = json!({"reference": "$response.body#/cases/0/reference"});
        let to = |operation: &str| json!({"operationId": operation, "parameters": first});
        all["200"]["links"] = json!({"case": to("getCase"), "clocks": to("listClocks"), "gates": to("listGates")});
    }
    for (status, says) in problems(endpoint) {
        let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        all.insert(status.to_owned(), json!({"description": says, "content": content}));
    }
    Value::Object(all)
}

/// The problems that an endpoint may answer.
fn problems(endpoint: &Endpoint) -> Vec<(&'static str, &'static str)> {
    let post = endpoint.verb == Verb::Post;
    let case = endpoint.path.contains('{');
    let all = [
        (true, "400", "The request does not fit this document; `errors` says where."),
        (true, "401", "No token, or none that is live."),
        (endpoint.needs.is_some(), "403", "The role of this token may not."),
        (case, "404", "There is none, or this token may not read it."),
        (endpoint.changes, "412", "The case has moved on since it was read."),
        (post, "413", "The body is too large."),
        (post, "415", "The body is no application/json."),
        (true, "422", "A rule refuses it; `detail` says which and what to do."),
        (endpoint.changes, "428", "If-Match is missing."),
        (true, "429", "The token has asked too often; Retry-After says when to ask again."),
        (true, "503", "The database cannot be reached, or it took too long."),
        (true, "507", "The disk is full."),
    ];
    all.into_iter().filter(|(may, ..)| *may).map(|(_, status, says)| (status, says)).collect()
}
