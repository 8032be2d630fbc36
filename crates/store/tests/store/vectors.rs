//! The vectors of the second implementation: the Rust code gives the same bytes and findings.

use std::sync::LazyLock;

use candour_core::record::merkle::Frontier;
use candour_core::record::tiles::{Level, Tile, Tiles, bytes_of};
use candour_core::record::{Hash, Header, NO_HASH, commitment, event_hash, hex, unhex};
use candour_store::db::Engine;
use candour_store::verify;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::engines::on_both_engines;
use crate::python;
use crate::raw::{Cell, Raw, Row};

static VECTORS: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../../verify/vectors.json")).unwrap());

/// The evidence tables without the constraints that would refuse most variants.
const BARE_TABLES: &str = "
    create table event (log text, seq bigint, stream text, version bigint, kind text, data text, actor text,
                        authority text, recorded_at bigint, on_date text, prev_hash bytea, hash bytea);
    create table text (log text, seq bigint, field text, salt bytea, value text);
    create table head (log text, size bigint, root bytea, frontier bytea, recorded_at bigint)";
const TABLES: [&str; 3] = ["event", "text", "head"];

/// The vectors under a name; none would mean that nothing is tested.
fn vectors(name: &str) -> &'static [Json] {
    let found = VECTORS[name].as_array().unwrap();
    assert!(!found.is_empty(), "{name} is empty");
    found
}

fn text<'a>(of: &'a Json, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_else(|| panic!("{key} of {of} is no text"))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |d: &[u8]| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap();
    hex.as_bytes().chunks(2).map(digit).collect()
}

fn hash(of: &Json, key: &str) -> Hash {
    unhex(text(of, key)).unwrap()
}

#[test]
fn every_header_hashes_as_the_second_implementation_says() {
    for vector in vectors("headers") {
        let header = Header {
            log: text(vector, "log"),
            seq: vector["seq"].as_u64().unwrap(),
            stream: text(vector, "stream"),
            version: vector["version"].as_u64().unwrap(),
            kind: text(vector, "kind"),
            data: text(vector, "data"),
            actor: text(vector, "actor"),
            authority: text(vector, "authority"),
            recorded_at: vector["recorded_at"].as_i64().unwrap(),
            on_date: text(vector, "on_date"),
            prev_hash: &hash(vector, "prev_hash"),
        };
        assert_eq!(hex(&event_hash(&header)), text(vector, "hash"), "{vector}");
    }
}

#[test]
fn every_commitment_is_as_the_second_implementation_says() {
    for vector in vectors("commitments") {
        let salt = hash(vector, "salt");
        let made = commitment(&salt, text(vector, "field"), text(vector, "value"));
        assert_eq!(hex(&made), text(vector, "commitment"), "{vector}");
    }
}

#[test]
fn every_tree_is_as_the_second_implementation_says() {
    let hashes: Vec<Hash> = vectors("event_hashes").iter().map(|h| unhex(h.as_str().unwrap()).unwrap()).collect();
    for vector in vectors("trees") {
        let size = usize::try_from(vector["size"].as_u64().unwrap()).unwrap();
        let mut tree = Frontier::default();
        for hash in &hashes[..size] {
            tree.push(hash);
        }
        assert_eq!(hex(&tree.root()), text(vector, "root"), "size {size}");
        assert_eq!(hex(&tree.to_bytes()), text(vector, "frontier"), "size {size}");
        assert_eq!(Frontier::from_bytes(size as u64, &tree.to_bytes()), Some(tree));
    }
}

#[test]
fn every_tile_is_as_the_second_implementation_says() {
    for vector in vectors("tiles") {
        let size = vector["size"].as_u64().unwrap();
        let entries: Vec<Hash> = (0..size).map(|n| Sha256::digest(format!("event {n}")).into()).collect();
        let mut tiles = Tiles::default();
        entries.iter().for_each(|entry| tiles.push(entry));
        assert_eq!(hex(&tiles.root()), text(vector, "root"), "size {size}");
        let made = Tile::all(size).map(|tile| {
            let bytes = match tile.level {
                Level::Hashes(level) if level > 0 => tiles.upper(level, &tile).unwrap().concat(),
                level => {
                    let first = usize::try_from(tile.index * 256).unwrap();
                    bytes_of(level, &entries[first..first + usize::try_from(tile.width).unwrap()])
                }
            };
            json!({"path": tile.to_string(), "sha256": hex(&Sha256::digest(bytes))})
        });
        assert_eq!(made.collect::<Vec<_>>(), *vector["tiles"].as_array().unwrap(), "size {size}");
    }
}

/// A database with the bare tables, read and written from outside.
struct Bench {
    engine: Engine,
    tables: Raw,
}

impl Bench {
    fn new(url: &str) -> Self {
        let mut tables = Raw::open(url);
        tables.run(BARE_TABLES);
        Self { engine: Engine::at(url).unwrap(), tables }
    }

    fn hold(&mut self, logs: &[Vec<Row>; 3]) {
        for (table, rows) in TABLES.iter().zip(logs) {
            self.tables.replace(table, rows);
        }
    }

    fn report(&self) -> verify::Report {
        self.engine.read(verify::verify).unwrap()
    }
}

/// A value of a vector; bytes are hex in the columns that hold bytes.
fn cell(value: &Json, column: &str) -> Cell {
    let is_bytes = ["prev_hash", "hash", "salt", "root", "frontier"].contains(&column);
    match value {
        Json::Null => Cell::Null,
        Json::Number(number) => Cell::Int(number.as_i64().unwrap()),
        Json::String(hex) if is_bytes => Cell::Bytes(bytes(hex)),
        Json::String(text) => Cell::text(text),
        Json::Object(typed) => match typed.iter().next().map(|(name, value)| (name.as_str(), value)).unwrap() {
            ("integer", value) => Cell::Int(value.as_i64().unwrap()),
            ("real", value) => Cell::Real(value.as_f64().unwrap()),
            ("text", value) => Cell::text(value.as_str().unwrap()),
            ("bytes", value) => Cell::Bytes(bytes(value.as_str().unwrap())),
            ("badtext", value) => Cell::BadText(bytes(value.as_str().unwrap())),
            other => panic!("no such type of cell: {other:?}"),
        },
        other => panic!("no cell: {other}"),
    }
}

fn row(table: &str, values: &Json) -> Row {
    let columns = VECTORS["logs"]["columns"][table].as_array().unwrap();
    let values = values.as_array().unwrap();
    assert_eq!(columns.len(), values.len());
    columns.iter().zip(values).map(|(column, value)| cell(value, column.as_str().unwrap())).collect()
}

fn rows(table: &str, of: &Json) -> Vec<Row> {
    of[table].as_array().map_or_else(Vec::new, |rows| rows.iter().map(|r| row(table, r)).collect())
}

/// The valid logs less the rows that a variant removes, and with those that it puts.
fn variant_of(valid: &[Vec<Row>; 3], variant: &Json) -> [Vec<Row>; 3] {
    let mut logs = valid.clone();
    for (table, rows_of) in TABLES.iter().zip(&mut logs) {
        for key in variant["remove"][*table].as_array().into_iter().flatten() {
            let key: Row = key.as_array().unwrap().iter().map(|value| cell(value, "key")).collect();
            let before = rows_of.len();
            rows_of.retain(|row| !row.starts_with(&key));
            assert!(rows_of.len() < before, "{}: there is no row {key:?}", variant["name"]);
        }
        rows_of.extend(rows(table, &variant["put"]));
    }
    logs
}

fn expected(variant: &Json) -> python::Found {
    let text = |part: &Json| part.as_str().unwrap().to_owned();
    let findings = variant["findings"].as_array().unwrap();
    findings.iter().map(|f| (text(&f[0]), text(&f[1]), f[2].as_u64().unwrap(), text(&f[3]))).collect()
}

#[test]
fn every_log_and_variant_gives_exactly_the_expected_findings() {
    on_both_engines("every_log_and_variant_gives_exactly_the_expected_findings", |url| {
        let mut bench = Bench::new(url);
        let valid = TABLES.map(|table| rows(table, &VECTORS["logs"]["valid"]));
        bench.hold(&valid);
        assert_eq!(bench.report().findings, []);
        let variants = VECTORS["logs"]["variants"].as_array().unwrap();
        let storable: Vec<&Json> =
            variants.iter().filter(|v| bench.tables.is_sqlite() || v["sqlite"] != true).collect();
        assert!(storable.len() > 50, "only {} variants", storable.len());
        for variant in storable {
            bench.hold(&variant_of(&valid, variant));
            let found = python::of_report(&bench.report());
            assert_eq!(found, expected(variant), "{}", variant["name"]);
        }
    });
}

#[test]
fn a_date_is_real_when_the_second_implementation_says_so() {
    on_both_engines("a_date_is_real_when_the_second_implementation_says_so", |url| {
        let mut bench = Bench::new(url);
        for (list, is_real) in [("good", true), ("bad", false)] {
            let dates = VECTORS["dates"][list].as_array().unwrap();
            assert!(!dates.is_empty());
            for date in dates {
                bench.hold(&log_of_one_event(date.as_str().unwrap()));
                let expected = if is_real { json!([]) } else { json!([["event-data", "log", 1, ""]]) };
                let found = python::of_report(&bench.report());
                assert_eq!(found, self::expected(&json!({ "findings": expected })), "{date}");
            }
        }
    });
}

/// A log whose one event happened on a date, whatever that says.
fn log_of_one_event(on_date: &str) -> [Vec<Row>; 3] {
    let header = Header {
        log: "log",
        seq: 1,
        stream: "log",
        version: 1,
        kind: "log.opened",
        data: "{\"clock\":\"real\"}",
        actor: "a",
        authority: "b",
        recorded_at: 5,
        on_date,
        prev_hash: &NO_HASH,
    };
    let hash = event_hash(&header);
    let mut tree = Frontier::default();
    tree.push(&hash);
    let event = vec![
        Cell::text(header.log),
        Cell::Int(1),
        Cell::text(header.stream),
        Cell::Int(1),
        Cell::text(header.kind),
        Cell::text(header.data),
        Cell::text(header.actor),
        Cell::text(header.authority),
        Cell::Int(header.recorded_at),
        Cell::text(on_date),
        Cell::Bytes(NO_HASH.to_vec()),
        Cell::Bytes(hash.to_vec()),
    ];
    let root = Cell::Bytes(tree.root().to_vec());
    let head = vec![Cell::text("log"), Cell::Int(1), root, Cell::Bytes(tree.to_bytes()), Cell::Int(5)];
    [vec![event], Vec::new(), vec![head]]
}
