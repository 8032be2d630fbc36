"""Tests of the second implementation: vectors, whole logs, and random tampering.

Runs with nothing but Python: `python3 verify/test_verify.py`. The published
Merkle vectors are checked too where they are at hand: they are looked for under
CANDOUR_SHARED, or beside the repository. A PostgreSQL to test the psql way
against is named by CANDOUR_TEST_POSTGRES; its tables event, text and head are
made in a schema of their own, which is dropped again.
"""

import base64
import contextlib
import io
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import tempfile
import unittest
import unittest.mock

import make_vectors
import record
import verify

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("CANDOUR_SHARED") or HERE.parent.parent / "shared")
MERKLE = SHARED / "data" / "merkle_vectors" / "testdata"
VECTORS = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))
COLUMNS = VECTORS["logs"]["columns"]

SCHEMA = """
create table event (log TEXT, seq BIGINT, stream TEXT, version BIGINT, kind TEXT, data TEXT,
  actor TEXT, authority TEXT, recorded_at BIGINT, on_date TEXT, prev_hash BYTEA, hash BYTEA,
  primary key (log, seq), unique (log, stream, version));
create table text (log TEXT, seq BIGINT, field TEXT, salt BYTEA, value TEXT,
  primary key (log, seq, field));
create table head (log TEXT, size BIGINT, root BYTEA, frontier BYTEA, recorded_at BIGINT,
  primary key (log));
"""


# --- Databases ----------------------------------------------------------------


def variant_rows(variant):
    """The rows of a variant by table."""
    tables = {}
    for table, rows in VECTORS["logs"]["valid"].items():
        gone = variant["remove"].get(table, [])
        width = len(make_vectors.KEYS[table])
        kept = [row for row in rows if row[:width] not in gone]
        tables[table] = kept + variant["put"].get(table, [])
    return tables


def sqlite_value(column, cell):
    """A cell as SQL with a parameter."""
    if isinstance(cell, dict):
        (kind, value), = cell.items()
        if kind == "badtext":
            return "cast(? as text)", bytes.fromhex(value)
        return "?", bytes.fromhex(value) if kind == "bytes" else value
    if column in verify.BYTES and cell is not None:
        return "?", bytes.fromhex(cell)
    return "?", cell


def fill(connection, tables):
    """Make the tables in SQLite and put the rows in."""
    connection.executescript(SCHEMA)
    for table, rows in tables.items():
        for row in rows:
            marks, values = zip(*map(sqlite_value, COLUMNS[table], row))
            connection.execute(f"insert into {table} values ({', '.join(marks)})", values)
    connection.commit()


def run(*argv):
    """Run the command: (status, output)."""
    class Output(io.StringIO):
        def reconfigure(self, **_):
            pass

    with contextlib.redirect_stdout(Output()) as out, contextlib.redirect_stderr(io.StringIO()):
        try:
            status = verify.main(list(argv))
        except SystemExit as stop:
            status = stop.code
    return status, out.getvalue()


class Files(unittest.TestCase):
    """A test with a directory that goes away."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)

    def database(self, tables, name="a.db", wal=False):
        """A database file with those rows."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(f"pragma journal_mode = {'wal' if wal else 'delete'}")
            fill(connection, tables)
        return f"sqlite:{path}"


# --- Vectors ------------------------------------------------------------------


class Vectors(unittest.TestCase):
    """vectors.json against record.py and verify.py."""

    def test_file_is_what_the_script_writes(self):
        text = (HERE / "vectors.json").read_text(encoding="utf-8")
        self.assertEqual(text, make_vectors.render())
        self.assertLess(len(text.encode()), 400_000)

    def test_headers(self):
        for item in VECTORS["headers"]:
            row = [bytes.fromhex(item[c]) if c in verify.BYTES else item[c]
                   for c in COLUMNS["event"][:-1]]
            self.assertEqual(record.event_header(*row).hex(), item["header"])
            self.assertEqual(record.event_hash(*row).hex(), item["hash"])

    def test_a_header_by_hand(self):
        header = record.event_header("a", 1, "", 2, "ŵ", "", "", "", -1, "", bytes(32))
        self.assertEqual(header.hex(), (
            b"candour/ev1".hex() + "00000001" "61" "0000000000000001" "00000000"
            "0000000000000002" "00000002" "c5b5" "00000000" "00000000" "00000000"
            "ffffffffffffffff" "00000000" + "00" * 32))

    def test_commitments(self):
        for item in VECTORS["commitments"]:
            salt = bytes.fromhex(item["salt"])
            made = record.commitment(salt, item["field"], item["value"])
            self.assertEqual(made.hex(), item["commitment"])
        self.assertEqual(len({item["commitment"] for item in VECTORS["commitments"]}),
                         len(VECTORS["commitments"]))

    def test_trees(self):
        leaves = [record.leaf(bytes.fromhex(h)) for h in VECTORS["event_hashes"]]
        frontier = record.Frontier()
        for item in VECTORS["trees"]:
            self.assertEqual(frontier.size, item["size"])
            self.assertEqual(frontier.root().hex(), item["root"])
            self.assertEqual(record.root(leaves[:item["size"]]).hex(), item["root"])
            self.assertEqual(frontier.bytes().hex(), item["frontier"])
            if frontier.size < len(leaves):
                frontier.append(leaves[frontier.size])

    def test_inclusion(self):
        self.assertEqual(len(VECTORS["inclusion"]), sum(range(1, 18)))
        for item in VECTORS["inclusion"]:
            index, size = item["index"], item["size"]
            root = bytes.fromhex(VECTORS["trees"][size]["root"])
            leaf = record.leaf(bytes.fromhex(VECTORS["event_hashes"][index]))
            proof = [bytes.fromhex(h) for h in item["proof"]]
            self.assertTrue(record.inclusion_holds(leaf, index, size, proof, root))
            for other in range(size + 2):
                if other != index:
                    self.assertFalse(record.inclusion_holds(leaf, other, size, proof, root))
            self.assertFalse(record.inclusion_holds(leaf, index, size, proof + [root], root))
            self.assertFalse(record.inclusion_holds(leaf, index, size, proof[:-1], root) and proof)

    def test_consistency(self):
        self.assertEqual(len(VECTORS["consistency"]), sum(range(1, 18)))
        roots = [bytes.fromhex(tree["root"]) for tree in VECTORS["trees"]]
        for item in VECTORS["consistency"]:
            m, n = item["size1"], item["size2"]
            proof = [bytes.fromhex(h) for h in item["proof"]]
            self.assertTrue(record.consistency_holds(m, roots[m], n, roots[n], proof))
            for other in range(19):
                if other != m:
                    held = record.consistency_holds(other, roots[other], n, roots[n], proof)
                    self.assertFalse(held)
            self.assertFalse(record.consistency_holds(m, roots[m], n, roots[n], proof + [roots[m]]))
            self.assertFalse(record.consistency_holds(m, roots[m - 1], n, roots[n], proof))

    def test_dates(self):
        for text in VECTORS["dates"]["good"]:
            self.assertTrue(verify.date_holds(text), text)
        for text in VECTORS["dates"]["bad"]:
            self.assertFalse(verify.date_holds(text), text)


class PublishedVectors(unittest.TestCase):
    """The Merkle vectors others have published."""

    def each(self, kind):
        if not MERKLE.is_dir():
            print(f"skipped: no published {kind} vectors (set CANDOUR_SHARED)")
            self.skipTest("no published vectors")
        paths = sorted((MERKLE / kind).rglob("*.json"))
        self.assertTrue(paths)
        for path in paths:
            item = json.loads(path.read_text(encoding="utf-8"))
            proof = [base64.b64decode(h) for h in item["proof"] or []]
            with self.subTest(path=str(path.relative_to(MERKLE))):
                yield item, proof

    def test_inclusion(self):
        for item, proof in self.each("inclusion"):
            held = record.inclusion_holds(
                base64.b64decode(item["leafHash"]), item["leafIdx"], item["treeSize"], proof,
                base64.b64decode(item["root"]))
            self.assertEqual(held, not item["wantErr"])

    def test_consistency(self):
        for item, proof in self.each("consistency"):
            held = record.consistency_holds(
                item["size1"], base64.b64decode(item["root1"]),
                item["size2"], base64.b64decode(item["root2"]), proof)
            self.assertEqual(held, not item["wantErr"])


# --- Whole logs ---------------------------------------------------------------


def counts(tables):
    """The number of event rows, and of logs that have a name."""
    names = {row[0] for rows in tables.values() for row in rows
             if isinstance(row[0], str) and row[0]}
    return len(tables["event"]), len(names)


class WholeLogs(Files):
    """The valid logs and their variants, through the command."""

    def test_valid(self):
        for wal in (False, True):
            path = self.database(VECTORS["logs"]["valid"], wal=wal)
            self.assertEqual(run("--database", path),
                             (0, "verified 14 events of 2 logs: 0 findings\n"))

    def test_variants(self):
        for variant in VECTORS["logs"]["variants"]:
            with self.subTest(variant["name"]):
                tables = variant_rows(variant)
                path = self.database(tables)
                status, out = run("--database", path, "--format", "json")
                report = json.loads(out)
                found = [[f["code"], f["log"], f["seq"], f["field"]] for f in report["findings"]]
                self.assertEqual(found, variant["findings"])
                self.assertEqual(status, 1 if found else 0)
                self.assertEqual((report["events"], report["logs"]), counts(tables))

    def test_every_code_has_a_variant(self):
        seen = {f[0] for v in VECTORS["logs"]["variants"] for f in v["findings"]}
        named = set()
        for page in ("001-record-encoding.md", "013-disposal.md"):
            text = (HERE.parent / "docs/decisions" / page).read_text(encoding="utf-8")
            table = text.split("| code | when |")[1].split("\n\n")[0]
            named |= {code.strip("` ") for line in table.splitlines() if line.startswith("| `")
                      for code in line.split("|")[1].split(",")}
        self.assertEqual(seen, named)

    def test_postgres(self):
        url = os.environ.get("CANDOUR_TEST_POSTGRES")
        if not url:
            self.skipTest("CANDOUR_TEST_POSTGRES is not set")
        for variant in [{"name": "valid", "remove": {}, "put": {}, "findings": []},
                        *VECTORS["logs"]["variants"]]:
            if variant.get("sqlite"):
                continue
            with self.subTest(variant["name"]), postgres(url, variant_rows(variant)) as database:
                status, out = run("--database", database, "--format", "json")
                self.assertEqual(status, 1 if variant["findings"] else 0)
                found = [[f["code"], f["log"], f["seq"], f["field"]]
                         for f in json.loads(out)["findings"]]
                self.assertEqual(found, variant["findings"])
        self.assertEqual(run("--database", url + "-absent")[0], 3)


@contextlib.contextmanager
def postgres(url, tables):
    """A schema with those rows, as the URL of a session that sees it first."""
    def literal(column, cell):
        if cell is None or isinstance(cell, int):
            return "null" if cell is None else str(cell)
        if column in verify.BYTES:
            return f"decode('{cell}', 'hex')"
        return f"convert_from(decode('{cell.encode().hex()}', 'hex'), 'UTF8')"

    def psql(sql):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
                       input=sql.encode(), check=True, capture_output=True)

    name = "candour_test_verify"
    rows = [f"insert into {table} values ({', '.join(map(literal, COLUMNS[table], row))});"
            for table, content in tables.items() for row in content]
    psql(f"drop schema if exists {name} cascade; create schema {name};"
         f"set search_path = {name}; {SCHEMA}" + "\n".join(rows))
    try:
        yield url + ("&" if "?" in url else "?") + f"options=-csearch_path%3D{name}"
    finally:
        psql(f"set client_min_messages = warning; drop schema {name} cascade")


class Command(Files):
    """What the command prints and how it ends."""

    def test_text_format(self):
        tables = json.loads(json.dumps(VECTORS["logs"]["valid"]))
        tables["text"].append(["x\ty", 1, "a\nb\\\x01", "00" * 32, "v"])
        tables["head"] = tables["head"][:1]
        self.assertEqual(run("--database", self.database(tables)), (1, (
            "head-missing\tiopc/access/n1\t0\t\n"
            "text-stray\tx\\ty\t1\ta\\nb\\\\\\u0001\n"
            "verified 14 events of 3 logs: 2 findings\n")))

    def test_one_log(self):
        path = self.database(VECTORS["logs"]["valid"])
        self.assertEqual(run("--database", path, "--log", "iopc/access/n1"),
                         (0, "verified 2 events of 1 logs: 0 findings\n"))
        self.assertEqual(run("--database", path, "--log", "IOPC")[0], 3)

    def test_usage(self):
        self.assertEqual(run()[0], 2)
        self.assertEqual(run("--database", "mysql://x")[0], 2)
        self.assertEqual(run("--database", "sqlite:x", "--format", "xml")[0], 2)

    def test_cannot_read(self):
        absent = self.directory / "absent.db"
        self.assertEqual(run("--database", f"sqlite:{absent}")[0], 3)
        self.assertFalse(absent.exists())
        self.assertEqual(run("--database", f"sqlite:{self.directory}")[0], 3)
        other = self.directory / "other.db"
        other.write_bytes(b"not a database" * 100)
        self.assertEqual(run("--database", f"sqlite:{other}")[0], 3)
        for table in COLUMNS:
            path = self.database(VECTORS["logs"]["valid"])
            with contextlib.closing(sqlite3.connect(path.removeprefix("sqlite:"))) as connection:
                connection.execute(f"drop table {table}")
            self.assertEqual(run("--database", path)[0], 3)

    def test_seq_too_large(self):
        for table in ("event", "text"):
            for seq, status in ((2 ** 53, 1), (2 ** 53 + 1, 3)):
                tables = json.loads(json.dumps(VECTORS["logs"]["valid"]))
                row = tables[table][-1]
                row[1] = seq
                self.assertEqual(run("--database", self.database(tables))[0], status)

    def test_path_with_odd_letters(self):
        path = self.database(VECTORS["logs"]["valid"], name="a?mode=memory#b%20 ŵ.db")
        self.assertEqual(run("--database", path)[0], 0)

    def test_reads_beside_a_writer(self):
        path = self.database(VECTORS["logs"]["valid"], wal=True)
        with contextlib.closing(sqlite3.connect(path.removeprefix("sqlite:"))) as writer:
            writer.execute("delete from event where seq = 12")
            self.assertEqual(run("--database", path)[0], 0)
            writer.commit()
            self.assertEqual(run("--database", path)[0], 1)

    def test_rows_without_keys(self):
        """A forger can make the tables anew without their primary keys."""
        path = self.directory / "b.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            fill(connection, VECTORS["logs"]["valid"])
            connection.executescript("create table e as select * from event; drop table event;"
                                     "alter table e rename to event;"
                                     "insert into event select * from event where seq = 3")
        status, out = run("--database", f"sqlite:{path}", "--log", "iopc")
        self.assertEqual(status, 1)
        self.assertEqual([line.split("\t")[0] for line in out.splitlines()[:-1]],
                         ["head-frontier", "head-root", "head-size",
                          "event-link", "event-version", "event-gap"])


# --- Random logs --------------------------------------------------------------


LETTERS = "abcŵŷ警👮 \"\\\n\u0302"


def word(rng, least=0):
    """A short random word."""
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(least, 8)))


def random_database(rng):
    """A valid database with one or two logs of random events."""
    db = make_vectors.Database()
    for log in ("one", "one/access/ŵ")[:rng.randint(1, 2)]:
        now = rng.randint(-10 ** 15, 10 ** 15)
        db.add(log, "log", "log.opened", {"clock": rng.choice(verify.CLOCKS)}, now, "")
        for _ in range(rng.randint(0, 20)):
            now += rng.choice((0, 1, rng.randint(1, 10 ** 9)))
            texts = [(f"f{i}", word(rng)) for i in range(rng.choice((0, 0, 1, 2)))]
            db.add(log, f"s{rng.randint(1, 4)}", word(rng, 1), {word(rng): rng.random()}, now,
                   rng.choice(("", "2024-02-29")), texts, rng)
        db.rehead(log)
    return db


def other(rng, value):
    """Another value of the same type."""
    if isinstance(value, int):
        return value + rng.choice((-1, 1)) * rng.choice((1, 100, 10 ** 6))
    if isinstance(value, bytes):
        if not value:
            return b"\x00"
        at = rng.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1:]
    at = rng.randint(0, len(value))
    return rng.choice((value[:at] + rng.choice(LETTERS) + value[at:],
                       value[:at] + value[at + 1:] if at < len(value) else value + "x"))


def change_cell(rng, db):
    """Change one column of one row."""
    table = rng.choice([t for t in COLUMNS if getattr(db, t)])
    row = rng.choice(getattr(db, table))
    column = rng.choice(COLUMNS[table])
    row[column] = other(rng, row[column])
    return f"{table}.{column}"


def change_type(rng, db):
    """Set one column of one row to null or to bytes that are not its type."""
    table = rng.choice([t for t in COLUMNS if getattr(db, t)])
    row = rng.choice(getattr(db, table))
    column = rng.choice(COLUMNS[table])
    row[column] = rng.choice((None, make_vectors.Raw(badtext="ff"), make_vectors.Raw(bytes="ff")))
    return f"{table}.{column} type"


def change_and_rehash(rng, db):
    """Change one event and make its own hash right, but nothing after it."""
    row = rng.choice(db.event)
    column = rng.choice(("stream", "kind", "data", "actor", "authority", "on_date", "recorded_at"))
    row[column] = other(rng, row[column])
    row["hash"] = make_vectors.hash_of(row)
    return f"event.{column} rehashed"


def delete_row(rng, db):
    """Take one row away."""
    table = rng.choice([t for t in COLUMNS if getattr(db, t)])
    rows = getattr(db, table)
    rows.remove(rng.choice(rows))
    return f"{table} deleted"


def repeat_event(rng, db):
    """Append a copy of an event at the end of its log, with its hash made right."""
    row = dict(rng.choice(db.event))
    row["seq"] = 1 + max(r["seq"] for r in db.event if r["log"] == row["log"])
    row["version"] = 1 + max(r["version"] for r in db.event if r["stream"] == row["stream"])
    row["hash"] = make_vectors.hash_of(row)
    db.event.append(row)
    return "event repeated"


def swap_events(rng, db):
    """Let two neighbours change places, or change a cell when there are no two."""
    row = rng.choice(db.event)
    after = [r for r in db.event if (r["log"], r["seq"]) == (row["log"], row["seq"] + 1)]
    if not after:
        return change_cell(rng, db)
    row["seq"], after[0]["seq"] = after[0]["seq"], row["seq"]
    return "events swapped"


def add_text(rng, db):
    """Add a text that no event names."""
    row = rng.choice(db.event)
    db.text.append({"log": row["log"], "seq": row["seq"], "field": "extra",
                    "salt": rng.randbytes(32), "value": word(rng)})
    return "text added"


MUTATIONS = (change_cell, change_cell, change_type, change_and_rehash, delete_row,
             repeat_event, swap_events, add_text)


def check(db):
    """The findings about a database that is only in memory."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            fill(connection, make_vectors.rows_of(db))
        except sqlite3.IntegrityError:
            # The mutation broke a key: keys are dropped, as a forger would.
            connection.executescript("".join(f"drop table {t};" for t in COLUMNS))
            plain = "".join(f"create table {t} ({', '.join(c)});" for t, c in COLUMNS.items())
            with unittest.mock.patch(f"{__name__}.SCHEMA", plain):
                fill(connection, make_vectors.rows_of(db))
        return verify.verify(verify.Sqlite(connection))[2]


class RandomLogs(unittest.TestCase):
    """Random logs hold, and one random mutation of each is found."""

    def test_random_mutations(self):
        for seed in range(300):
            rng = random.Random(seed)
            db = random_database(rng)
            self.assertEqual(check(db), [], seed)
            what = rng.choice(MUTATIONS)(rng, db)
            self.assertNotEqual(check(db), [], f"seed {seed}: {what}")


if __name__ == "__main__":
    unittest.main()
