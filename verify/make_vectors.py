"""Writes vectors.json: fixed examples that every implementation has to reproduce.

The hashes come from record.py. The findings of the tampered logs do not come
from verify.py: they are written here by hand, from the decision, so that the
vectors can show that a verifier is wrong.

    python3 verify/make_vectors.py
"""

import copy
import json
import pathlib
import random

import record
import tiles

SEED = 1
MAIN = "iopc"
ACCESS = "iopc/access/n1"
COLUMNS = {
    "event": ["log", "seq", "stream", "version", "kind", "data", "actor", "authority",
              "recorded_at", "on_date", "prev_hash", "hash"],
    "text": ["log", "seq", "field", "salt", "value"],
    "head": ["log", "size", "root", "frontier", "recorded_at"],
}
KEYS = {"event": ("log", "seq"), "text": ("log", "seq", "field"), "head": ("log",)}
ABOUT = [
    "Bytes are lower-case hex. Written by verify/make_vectors.py.",
    "logs.valid has whole rows in the order of columns. A variant starts from logs.valid, "
    "takes away the rows whose keys are in remove, then adds the rows of put.",
    "A cell is a value of its column's own type, null, or one of: {integer}, {real}, {text}, "
    "{bytes: hex}, {badtext: hex} for a value of that type (badtext is text that is not UTF-8).",
    "sqlite: true marks what only SQLite can store. findings are [code, log, seq, field].",
]


# --- Headers, commitments, trees ----------------------------------------------


def header_rows():
    """Twelve and more event headers as columns, without the hash."""
    zero, some = record.ZERO, bytes(range(32))
    plain = ("iopc", 1, "log", 1, "log.opened", '{"clock":"real"}', "a1", "system/opening",
             1_700_000_000_000_000, "2023-11-14", zero)

    def but(**changes):
        return tuple(changes.get(n, v) for n, v in zip(COLUMNS["event"], plain))

    return [
        plain,
        ("", 1, "", 1, "", "", "", "", 0, "", zero),
        but(log="iopc/access/node-7", stream="access", kind="access.read"),
        but(stream="case/Tŷ-Ŵyn", data='{"lle":"Llanŵnnws, Ŵ ŵ Ŷ ŷ"}'),
        but(data='{"emoji":"👮🏽‍♀️","han":"警察","rtl":"שלום"}'),
        but(data='{"w":"w\u0302"}', actor="decomposed-ŵ-is-other-bytes"),
        but(data='{"nul":"\\u0000","quote":"\\"","slash":"\\\\"}'),
        but(data=' {\n\t"spaces" : [ 1 , 2.50 , -0 ]\r\n} '),
        but(data=json.dumps({"long": "ŵ" * 1500}, ensure_ascii=False)),
        but(data="x" * 255),
        but(data="x" * 256),
        but(recorded_at=-1, on_date="1969-12-31"),
        but(recorded_at=-2 ** 63, on_date=""),
        but(recorded_at=2 ** 63 - 1, on_date="9999-12-31"),
        but(seq=2 ** 53, version=2 ** 53),
        but(seq=2 ** 63 - 1, version=2 ** 63 - 1),
        but(seq=256, version=65536, prev_hash=some),
        but(prev_hash=b"\xff" * 32),
        # The same bytes in a row, cut at other places: the lengths keep them apart.
        but(kind="ab", data="c"),
        but(kind="a", data="bc"),
    ]


def headers():
    """Event headers with their encoding and hash."""
    result = []
    for row in header_rows():
        item = {n: v.hex() if isinstance(v, bytes) else v for n, v in zip(COLUMNS["event"], row)}
        item["header"] = record.event_header(*row).hex()
        item["hash"] = record.event_hash(*row).hex()
        result.append(item)
    return result


def commitments(rng):
    """Commitments with the words that open them."""
    words = [("name", ""), ("", ""), ("name", "Siân Ŵyn"), ("summary", "警察 👮🏽‍♀️ ŵ"),
             ("summary", "w\u0302"), ("statement", "Ŵ" * 5000), ("ab", "c"), ("a", "bc"),
             ("note", "line\nline\ttab\0nul")]
    result = []
    salt = record.ZERO
    for field, value in words:
        result.append({"salt": salt.hex(), "field": field, "value": value,
                       "commitment": record.commitment(salt, field, value).hex()})
        # The pair that is cut elsewhere shares a salt, or it would show nothing.
        if field != "ab":
            salt = rng.randbytes(32)
    return result


def tree_vectors():
    """Event hashes and the trees, inclusion proofs and consistency proofs over them."""
    hashes = [record.sha256(b"event %d" % i) for i in range(33)]
    leaves = [record.leaf(h) for h in hashes]
    roots = [record.root(leaves[:size]) for size in range(34)]
    trees, frontier = [], record.Frontier()
    for size in range(34):
        trees.append({"size": size, "root": roots[size].hex(), "frontier": frontier.bytes().hex()})
        if size < 33:
            frontier.append(leaves[size])
    inclusion = [{"index": index, "size": size,
                  "proof": [h.hex() for h in record.inclusion_proof(index, leaves[:size])]}
                 for size in range(1, 18) for index in range(size)]
    consistency = [{"size1": m, "size2": n,
                    "proof": [h.hex() for h in record.consistency_proof(m, leaves[:n])]}
                   for n in range(1, 18) for m in range(1, n + 1)]
    return {"event_hashes": [h.hex() for h in hashes], "trees": trees,
            "inclusion": inclusion, "consistency": consistency, "tiles": tile_vectors()}


def tile_bytes(entries, level, index, width):
    """The bytes of a tile, by the definition in decision 009."""
    if level == "entries":
        return b"".join(tiles.ENTRY + entry for entry in entries[index * 256:index * 256 + width])
    below = 256 ** level
    first = index * 256
    return b"".join(record.root([record.leaf(entry) for entry in entries[n * below:(n + 1) * below]])
                    for n in range(first, first + width))


def tile_vectors():
    """Every tile of some trees over H("event 0"), H("event 1"), ..., as the hash of its bytes."""
    entries = [record.sha256(b"event %d" % i) for i in range(700)]
    result = []
    for size in (1, 255, 256, 257, 700):
        made = []
        for level in ("entries", 0, 1):
            hashes = size // (1 if level == "entries" else 256 ** level)
            for index in range(-(-hashes // 256)):
                width = min(256, hashes - index * 256)
                raw = tile_bytes(entries, level, index, width)
                made.append({"path": tiles.path(level, index, width),
                             "sha256": record.sha256(raw).hex()})
        root = record.root([record.leaf(entry) for entry in entries[:size]])
        result.append({"size": size, "root": root.hex(), "tiles": made})
    return result


# --- A small database ---------------------------------------------------------


class Database:
    """Rows of the three tables as dictionaries, in Python values."""

    def __init__(self):
        self.event, self.text, self.head = [], [], []

    def find(self, table, *key):
        """The row with that key."""
        for row in getattr(self, table):
            if tuple(row[k] for k in KEYS[table]) == key:
                return row
        raise KeyError((table, key))

    def drop(self, table, *key):
        """Take a row away and give it back."""
        row = self.find(table, *key)
        getattr(self, table).remove(row)
        return row

    def add(self, log, stream, kind, data, at, on_date, texts=(), rng=None):
        """Append an event with its texts."""
        before = [row for row in self.event if row["log"] == log]
        in_stream = [row for row in before if row["stream"] == stream]
        seq = len(before) + 1
        if texts:
            named = {}
            for field, value in texts:
                salt = rng.randbytes(32)
                named[field] = record.commitment(salt, field, value).hex()
                self.text.append({"log": log, "seq": seq, "field": field,
                                  "salt": salt, "value": value})
            data = {**data, "texts": named}
        row = {"log": log, "seq": seq, "stream": stream, "version": len(in_stream) + 1,
               "kind": kind, "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
               "actor": "u-07", "authority": "caseworker/s12", "recorded_at": at,
               "on_date": on_date,
               "prev_hash": in_stream[-1]["hash"] if in_stream else record.ZERO}
        row["hash"] = hash_of(row)
        self.event.append(row)

    def rehash(self, log, start=1):
        """What a thorough forger does: make the chains right again from start on."""
        last = {}
        for row in self.event:
            if row["log"] != log:
                continue
            if row["seq"] >= start:
                row["prev_hash"] = last.get(row["stream"], record.ZERO)
                row["hash"] = hash_of(row)
            last[row["stream"]] = row["hash"]

    def rehead(self, log, size=None):
        """Write the head row that fits the first events of a log."""
        rows = [row for row in self.event if row["log"] == log][:size]
        frontier = record.Frontier()
        for row in rows:
            frontier.append(record.leaf(hash_of(row)))
        self.head = [row for row in self.head if row["log"] != log]
        self.head.append({"log": log, "size": len(rows), "root": frontier.root(),
                          "frontier": frontier.bytes(), "recorded_at": rows[-1]["recorded_at"]})


def hash_of(row):
    """The hash of a row's columns."""
    return record.event_hash(*(row[c] for c in COLUMNS["event"][:-1]))


START = 1_720_000_000_000_000


def valid_database(rng):
    """Twelve events in four streams and an access log of two."""
    db = Database()

    def add(stream, kind, data, minutes, on_date="2024-07-03", texts=()):
        db.add(MAIN, stream, kind, data, START + minutes * 60_000_000, on_date, texts, rng)

    add("log", "log.opened", {"clock": "demonstration"}, 0)
    add("person/p1", "person.added", {"role": "complainant"}, 1, texts=[("name", "Siân Ŵyn")])
    add("case/1", "case.opened", {"force": "north-wales"}, 2, "2024-06-30",
        [("summary", "Cŵyn am stopio a chwilio."), ("place", "Llanŵnnws")])
    add("case/1", "case.linked", {"person": "person/p1"}, 2)
    add("case/2", "case.opened", {"force": "essex"}, 5, "", [("summary", "")])
    add("person/p1", "person.contacted", {"by": "letter"}, 9)
    add("case/1", "case.assigned", {"to": "u-11"}, 10)
    add("case/2", "case.assigned", {"to": "u-12"}, 12)
    add("log", "log.note", {"reason": "new rules", "n": [1, 2.5, -3e2, None, True]}, 20)
    add("case/1", "case.decided", {"outcome": "upheld"}, 30, "2024-07-04",
        [("reasons", "The officer gave no grounds.\nSee 警察 note.")])
    add("person/p1", "person.contacted", {"by": "phone"}, 31, "2024-07-04")
    add("case/2", "case.closed", {}, 45, "2024-07-04")
    db.rehead(MAIN)
    db.add(ACCESS, "log", "log.opened", {"clock": "real"}, START, "2024-07-03")
    db.add(ACCESS, "access", "access.read", {"of": "case/1"}, START, "2024-07-03")
    db.rehead(ACCESS)
    return db


# --- Tampering ----------------------------------------------------------------


class Raw:
    """A value of a type its column does not have, as a cell of the vectors."""

    def __init__(self, **cell):
        self.cell = cell


ROOTS = [("head-root", MAIN, 0, ""), ("head-frontier", MAIN, 0, "")]
SIZE = [("head-size", MAIN, 0, "")]
TIME = [("head-time", MAIN, 0, "")]
OPENING = [("log-opening", MAIN, 0, "")]


def at(seq, *codes):
    """Findings about an event of the main log."""
    return [(code, MAIN, seq, "") for code in codes]


def words(code, seq, *fields):
    """Findings about texts of the main log."""
    return [(code, MAIN, seq, field) for field in fields]


VARIANTS = []


def variant(name, findings, sqlite=False):
    """Register a function that changes the valid database, with what must be found."""
    def register(change):
        VARIANTS.append((name, findings, sqlite, change))
        return change
    return register


def setting(name, table, key, findings, sqlite=False, /, **columns):
    """Register a variant that only sets columns of one row."""
    variant(name, findings, sqlite)(lambda db: db.find(table, *key).update(columns))


def event_setting(name, seq, findings, sqlite=False, /, **columns):
    """Register a variant that only sets columns of one event of the main log."""
    setting(name, "event", (MAIN, seq), findings, sqlite, **columns)


def data_setting(name, data, codes):
    """Register a variant with other data in event 8 and everything recomputed after it."""
    @variant(name, at(8, *codes))
    def change(db):
        db.find("event", MAIN, 8)["data"] = data
        db.rehash(MAIN, 8)
        db.rehead(MAIN)


# One column of an event.
event_setting("data changed", 4, at(4, "event-hash") + ROOTS, data='{"person":"person/p2"}')
event_setting("data with another space", 4, at(4, "event-hash") + ROOTS,
              data='{"person": "person/p1"}')
event_setting("kind changed", 7, at(7, "event-hash") + ROOTS, kind="case.closed")
event_setting("actor changed", 7, at(7, "event-hash") + ROOTS, actor="u-08")
event_setting("authority changed", 7, at(7, "event-hash") + ROOTS, authority="")
event_setting("on_date changed", 7, at(7, "event-hash") + ROOTS, on_date="2024-07-02")
event_setting("on_date that does not exist", 7, at(7, "event-hash", "event-data") + ROOTS,
              on_date="2023-02-29")
event_setting("on_date of another form", 7, at(7, "event-hash", "event-data") + ROOTS,
              on_date="2024-7-3")
event_setting("recorded_at earlier", 7, at(7, "event-hash", "event-order") + ROOTS,
              recorded_at=START)
event_setting("recorded_at later", 7, at(7, "event-hash") + at(8, "event-order") + ROOTS,
              recorded_at=START + 12 * 60_000_000 + 1)
event_setting("last recorded_at later", 12, at(12, "event-hash") + ROOTS + TIME,
              recorded_at=START + 46 * 60_000_000)
event_setting("version changed", 7,
              at(7, "event-hash", "event-version") + at(10, "event-version") + ROOTS, version=8)
event_setting("stream changed", 12,
              at(12, "event-hash", "event-version", "event-link") + ROOTS, stream="case/3")
event_setting("prev_hash of nothing", 7, at(7, "event-hash", "event-link") + ROOTS,
              prev_hash=record.ZERO)
event_setting("stored hash changed", 7, at(7, "event-hash") + at(10, "event-link"),
              hash=b"\x01" * 32)
event_setting("stored hash of a stream's last event changed", 12, at(12, "event-hash"),
              hash=b"\x01" * 32)


# Forgers that recompute more and more.
def forge(db):
    """The change the forgers make."""
    row = db.find("event", MAIN, 4)
    row["data"] = '{"person":"person/p2"}'
    return row


@variant("data changed and its hash made right", at(7, "event-link") + ROOTS)
def _(db):
    row = forge(db)
    row["hash"] = hash_of(row)


@variant("data changed and the whole chain made right", ROOTS)
def _(db):
    forge(db)
    db.rehash(MAIN, 4)


@variant("all made right again: only a checkpoint held elsewhere shows it", [])
def _(db):
    forge(db)
    db.rehash(MAIN, 4)
    db.rehead(MAIN)


# Rows taken away, added, moved.
@variant("event deleted", at(7, "event-gap") + at(10, "event-version", "event-link")
         + SIZE + ROOTS)
def _(db):
    db.drop("event", MAIN, 7)


@variant("two events deleted: one gap", at(7, "event-gap")
         + at(10, "event-version", "event-link") + at(12, "event-version", "event-link")
         + SIZE + ROOTS)
def _(db):
    db.drop("event", MAIN, 7)
    db.drop("event", MAIN, 8)


@variant("event with texts deleted", at(10, "event-gap") + words("text-stray", 10, "reasons")
         + SIZE + ROOTS)
def _(db):
    db.drop("event", MAIN, 10)


@variant("first event deleted", at(1, "event-gap") + at(9, "event-version", "event-link")
         + OPENING + SIZE + ROOTS)
def _(db):
    db.drop("event", MAIN, 1)


@variant("last event deleted", SIZE + ROOTS + TIME)
def _(db):
    db.drop("event", MAIN, 12)


@variant("event deleted and the rest renumbered, chained and hashed", SIZE + ROOTS)
def _(db):
    db.drop("event", MAIN, 11)
    db.find("event", MAIN, 12)["seq"] = 11
    db.rehash(MAIN, 11)


@variant("two events change places", at(11, "event-hash") + at(12, "event-hash", "event-order")
         + ROOTS + TIME)
def _(db):
    first, second = db.find("event", MAIN, 11), db.find("event", MAIN, 12)
    first["seq"], second["seq"] = 12, 11


@variant("event appended without the head", SIZE + ROOTS + TIME)
def _(db):
    db.add(MAIN, "case/2", "case.reopened", {}, START + 50 * 60_000_000, "2024-07-05")


@variant("event moved to another log", SIZE + ROOTS + TIME + [
    ("event-gap", ACCESS, 3, ""), ("event-hash", ACCESS, 12, ""),
    ("event-version", ACCESS, 12, ""), ("event-link", ACCESS, 12, ""),
    ("head-size", ACCESS, 0, ""), ("head-root", ACCESS, 0, ""),
    ("head-frontier", ACCESS, 0, ""), ("head-time", ACCESS, 0, "")])
def _(db):
    db.find("event", MAIN, 12)["log"] = ACCESS


@variant("all events of a log deleted", [
    ("head-size", ACCESS, 0, ""), ("head-root", ACCESS, 0, ""),
    ("head-frontier", ACCESS, 0, ""), ("head-time", ACCESS, 0, "")])
def _(db):
    db.event = [row for row in db.event if row["log"] != ACCESS]


@variant("a log deleted whole: only a checkpoint held elsewhere shows it", [])
def _(db):
    db.event = [row for row in db.event if row["log"] != ACCESS]
    db.drop("head", ACCESS)


# The opening.
def opening(name, extra=(), **columns):
    """Register a variant with another first event and everything recomputed."""
    @variant(name, OPENING + list(extra))
    def change(db):
        db.find("event", MAIN, 1).update(columns)
        db.rehash(MAIN)
        db.rehead(MAIN)


opening("unknown clock", data='{"clock":"Real"}')
opening("no clock", data="{}")
opening("first event of another kind", kind="log.note")
opening("first event of another stream", stream="journal", extra=at(9, "event-version"))

# The data.
data_setting("data is not JSON", "to: u-12", ["event-data"])
data_setting("data is an array", '[{"to":"u-12"}]', ["event-data"])
data_setting("data is empty", "", ["event-data"])
data_setting("data with words after it", '{"to":"u-12"} x', ["event-data"])
data_setting("data with white space around it", ' {"to":"u-12"}\r\n', [])
data_setting("data after a byte order mark", '\ufeff{"to":"u-12"}', ["event-data"])
data_setting("data with NaN", '{"n":NaN}', ["event-data"])
data_setting("data with a number out of range", '{"n":1e999}', ["event-data"])
data_setting("data with a large integer", '{"n":123456789012345678901234567890}', [])
data_setting("data with a key twice", '{"to":"u-12","t\\u006f":"u-13"}', ["event-data"])
data_setting("data with a key twice, inside", '{"a":[{"to":1,"to":1}]}', ["event-data"])
data_setting("data with half a surrogate pair", '{"a":"\\ud83d"}', ["event-data"])
data_setting("data with a whole surrogate pair", '{"a":"\\ud83d\\ude00"}', [])
data_setting("data nested 127 deep", '{"a":' + "[" * 126 + "]" * 126 + "}", [])
data_setting("data nested 128 deep", '{"a":' + "[" * 127 + "]" * 127 + "}", ["event-data"])
data_setting("texts is null", '{"texts":null}', ["event-data"])
data_setting("texts is an array", '{"texts":[]}', ["event-data"])
data_setting("texts is empty", '{"texts":{}}', [])
data_setting("commitment in capitals", '{"texts":{"a":"' + "AB" * 32 + '"}}', ["event-data"])
data_setting("commitment is short", '{"texts":{"a":"' + "ab" * 31 + '"}}', ["event-data"])
data_setting("texts further inside names nothing", '{"x":{"texts":{"a":1}}}', [])


@variant("one bad commitment: none of the event's texts is named",
         at(3, "event-data") + words("text-stray", 3, "place", "summary"))
def _(db):
    row = db.find("event", MAIN, 3)
    data = json.loads(row["data"])
    data["texts"]["place"] = data["texts"]["place"].upper()
    row["data"] = json.dumps(data)
    db.rehash(MAIN, 3)
    db.rehead(MAIN)


# The texts.
def text_setting(name, findings, sqlite=False, /, **columns):
    """Register a variant that changes the name of the person."""
    setting(name, "text", (MAIN, 2, "name"), findings, sqlite, **columns)


MISMATCH = words("text-mismatch", 2, "name")
text_setting("text value changed", MISMATCH, value="Siân Wyn")
text_setting("text value decomposed", MISMATCH, value="Siân W\u0302yn")
text_setting("text value emptied", MISMATCH, value="")
text_setting("text salt changed", MISMATCH, salt=bytes(32))
text_setting("text salt is short", MISMATCH, salt=bytes(31))
text_setting("text field changed", words("text-missing", 2, "name")
             + words("text-stray", 2, "Name"), field="Name")
text_setting("text moved to another event", words("text-missing", 2, "name")
             + words("text-stray", 4, "name"), seq=4)
text_setting("text moved past the end", words("text-missing", 2, "name")
             + words("text-stray", 13, "name"), seq=13)
text_setting("text moved to another log", words("text-missing", 2, "name")
             + [("text-stray", ACCESS, 2, "name")], log=ACCESS)
text_setting("text moved to a log that is nowhere else", words("text-missing", 2, "name")
             + [("text-stray", "ghost", 2, "name")], log="ghost")
text_setting("text seq below 1", words("text-missing", 2, "name")
             + words("text-stray", 0, "name"), seq=-2)
text_setting("text value as bytes", MISMATCH, True, value=Raw(bytes="5369c3a26e20c5b4796e"))
text_setting("text value is not UTF-8", MISMATCH, True, value=Raw(badtext="53ff"))
text_setting("text value is null", MISMATCH, True, value=None)
text_setting("text salt as text", MISMATCH, True, salt=Raw(text="00" * 32))
text_setting("text field is not UTF-8", words("text-missing", 2, "name")
             + words("text-stray", 2, ""), True, field=Raw(badtext="ff"))
text_setting("text seq as text", words("text-missing", 2, "name")
             + words("text-stray", 0, "name"), True, seq=Raw(text="two"))
text_setting("text log as bytes", words("text-missing", 2, "name")
             + [("text-stray", "", 0, "")], True, log=Raw(bytes=MAIN.encode().hex()))


@variant("text deleted", words("text-missing", 3, "summary"))
def _(db):
    db.drop("text", MAIN, 3, "summary")


@variant("texts of an event change places", words("text-mismatch", 3, "place", "summary"))
def _(db):
    one, two = db.find("text", MAIN, 3, "place"), db.find("text", MAIN, 3, "summary")
    one["value"], two["value"] = two["value"], one["value"]


@variant("text added that no event names", words("text-stray", 5, "place"))
def _(db):
    db.text.append({"log": MAIN, "seq": 5, "field": "place", "salt": bytes(32), "value": "x"})


# Words that were disposed of (decision 013).
def committed(db, seq, field):
    """The commitment that an event names."""
    return json.loads(db.find("event", MAIN, seq)["data"])["texts"][field]


def dispose(db, words, stream="case/1", by="u-03", gone=True, **data):
    """Append an event that names words as disposed of, and take them away."""
    named = {}
    for seq, field in words:
        named.setdefault(str(seq), {})[field] = committed(db, seq, field)
        if gone:
            db.drop("text", MAIN, seq, field)
    db.add(MAIN, stream, "words.disposed", {"by": by, "disposed": named, **data},
           START + 50 * 60_000_000, "2024-07-05")
    db.rehead(MAIN)


def disposing(name, findings, words=((3, "summary"),), /, **how):
    """Register a variant in which words are disposed of."""
    VARIANTS.append((name, findings, False, lambda db: dispose(db, words, **how)))


disposing("text disposed of", [])
disposing("texts of two events disposed of", [], ((3, "summary"), (3, "place"), (10, "reasons")))
disposing("text of a person disposed of", [], ((2, "name"),), stream="person/p1")
disposing("text disposed of and still there", words("disposal-undone", 3, "summary"), gone=False)
disposing("disposal approved by its proposer", at(13, "disposal-approval"), by="u-07")
disposing("disposal in another stream", words("text-missing", 3, "summary")
          + words("disposal-unknown", 3, "summary"), stream="case/2")
for spelled, disposed in [("no object", []), ("a position with a nought", {"03": {}}),
                          ("a position to come", {"13": {}}), ("no position", {"three": {}}),
                          ("no fields", {"3": "summary"}), ("a number", {"3": {"summary": 7}}),
                          ("capitals", {"3": {"summary": "AB" * 32}})]:
    disposing(f"disposal with {spelled}", at(13, "disposal-data")
              + words("text-missing", 3, "summary"), disposed=disposed)
disposing("disposal by nobody", at(13, "disposal-data") + words("text-missing", 3, "summary"),
          by=None)
disposing("disposal of nothing", words("text-missing", 3, "summary"), disposed={})
disposing("disposal of a field that there is not", words("disposal-unknown", 3, "name")
          + words("text-missing", 3, "summary"), disposed={"3": {"name": "ab" * 32}})
disposing("disposal with another commitment", words("disposal-unknown", 3, "summary")
          + words("text-missing", 3, "summary"), disposed={"3": {"summary": "ab" * 32}})


@variant("text disposed of twice", words("disposal-unknown", 3, "summary"))
def _(db):
    dispose(db, [(3, "summary")])
    dispose(db, [(3, "summary")], gone=False)


@variant("disposal of another kind names nothing", words("text-missing", 3, "summary"))
def _(db):
    dispose(db, [(3, "summary")])
    db.find("event", MAIN, 13)["kind"] = "words.kept"
    db.rehash(MAIN, 13)
    db.rehead(MAIN)


@variant("disposal that is unreadable names nothing",
         at(13, "event-unreadable") + words("text-missing", 3, "summary") + TIME + ROOTS)
def _(db):
    dispose(db, [(3, "summary")])
    db.find("event", MAIN, 13)["version"] = 0
    db.rehead(MAIN)



# The head.
def head_setting(name, findings, sqlite=False, /, **columns):
    """Register a variant that changes the head of the main log."""
    setting(name, "head", (MAIN,), findings, sqlite, **columns)


head_setting("head size smaller", SIZE, size=11)
head_setting("head size larger", SIZE, size=13)
head_setting("head root changed", ROOTS[:1], root=bytes(32))
head_setting("head root is short", ROOTS[:1], root=bytes(31))
head_setting("head frontier empty", ROOTS[1:], frontier=b"")
head_setting("head time changed", TIME, recorded_at=START)
head_setting("head of wrong types", SIZE + ROOTS + TIME, True, size=Raw(text="twelve"),
             root=Raw(text="root"), frontier=None, recorded_at=Raw(real=1.5))


@variant("head of an earlier position", SIZE + ROOTS + TIME)
def _(db):
    db.rehead(MAIN, 9)


@variant("head deleted", [("head-missing", MAIN, 0, "")])
def _(db):
    db.drop("head", MAIN)


@variant("head of a log that is nowhere else", [("head-time", "ghost", 0, "")])
def _(db):
    db.head.append({"log": "ghost", "size": 0, "root": record.EMPTY_ROOT, "frontier": b"",
                    "recorded_at": START})


# What cannot be read. The next event of the stream then follows one that is not there.
NEXT = at(10, "event-version", "event-link")
event_setting("version 0", 7, at(7, "event-unreadable") + NEXT, version=0)
event_setting("prev_hash is short", 7, at(7, "event-unreadable") + NEXT, prev_hash=bytes(31))
event_setting("hash is long: the leaf is of zeros", 7,
              at(7, "event-unreadable") + NEXT + ROOTS, hash=bytes(33))
event_setting("seq 0", 1, at(0, "event-unreadable") + at(1, "event-gap") + OPENING
              + at(9, "event-version", "event-link") + SIZE + ROOTS, seq=0)
event_setting("last event unreadable: the time is that of the one before", 12,
              at(12, "event-unreadable") + TIME, version=-1)
event_setting("first event unreadable: no word about the opening", 1,
              at(1, "event-unreadable") + at(9, "event-version", "event-link"), version=0)
event_setting("unreadable event with texts", 10,
              at(10, "event-unreadable") + words("text-stray", 10, "reasons"), version=0)
event_setting("log is empty", 12, [("event-unreadable", "", 0, "")] + SIZE + ROOTS + TIME, log="")
event_setting("data as bytes", 7, at(7, "event-unreadable") + NEXT, True,
              data=Raw(bytes=b'{"to":"u-11"}'.hex()))
event_setting("actor is not UTF-8", 7, at(7, "event-unreadable") + NEXT, True,
              actor=Raw(badtext="752dff"))
event_setting("on_date is null", 7, at(7, "event-unreadable") + NEXT, True, on_date=None)
event_setting("recorded_at is real", 7, at(7, "event-unreadable") + NEXT, True,
              recorded_at=Raw(real=1.5))
event_setting("hash as text", 7, at(7, "event-unreadable") + NEXT + ROOTS, True,
              hash=Raw(text="ab" * 32))
event_setting("seq as text", 7, at(0, "event-unreadable") + at(7, "event-gap") + NEXT
              + SIZE + ROOTS, True, seq=Raw(text="seven"))
event_setting("seq is real", 7, at(0, "event-unreadable") + at(7, "event-gap") + NEXT
              + SIZE + ROOTS, True, seq=Raw(real=7.5))
event_setting("log as bytes", 12, [("event-unreadable", "", 0, "")] + SIZE + ROOTS + TIME, True,
              log=Raw(bytes=MAIN.encode().hex()))
setting("head log as bytes", "head", (MAIN,), [("head-missing", MAIN, 0, "")]
        + [(code, "", 0, "") for code in ("head-size", "head-root", "head-frontier", "head-time")],
        True, log=Raw(bytes=MAIN.encode().hex()))


# --- Writing ------------------------------------------------------------------


def cell(value):
    """A value as it stands in the vectors."""
    if isinstance(value, Raw):
        return value.cell
    return value.hex() if isinstance(value, bytes) else value


def rows_of(db):
    """Rows by table, as lists of cells in the order of the columns."""
    return {table: [[cell(row[c]) for c in columns] for row in getattr(db, table)]
            for table, columns in COLUMNS.items()}


def difference(before, after):
    """The keys to take away and the rows to add to get from one to the other."""
    remove, put = {}, {}
    for table, keys in KEYS.items():
        gone = [row[:len(keys)] for row in before[table] if row not in after[table]]
        come = [row for row in after[table] if row not in before[table]]
        if gone:
            remove[table] = gone
        if come:
            put[table] = come
    return remove, put


def by_place(finding):
    """The order in which findings are printed."""
    code, log, seq, field = finding
    return log, seq, code, field


def logs(rng):
    """The valid database and its variants."""
    db = valid_database(rng)
    valid = rows_of(db)
    variants = []
    for name, findings, sqlite, change in VARIANTS:
        changed = copy.deepcopy(db)
        change(changed)
        remove, put = difference(valid, rows_of(changed))
        assert remove or put, name
        item = {"name": name, "remove": remove, "put": put,
                "findings": [list(f) for f in sorted(findings, key=by_place)]}
        if sqlite:
            item["sqlite"] = True
        variants.append(item)
    return {"columns": COLUMNS, "valid": valid, "variants": variants}


def dates():
    """Values of on_date that hold and that do not."""
    good = ["", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29", "2023-12-31"]
    bad = ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-01-00",
           "0000-01-01", "2024-1-1", "20240101", " 2024-01-01", "2024-01-01\n", "+024-01-01",
           "2024-W01-1", "٢٠٢٤-01-01", "2024-01-01T00:00:00Z", "10000-01-01"]
    return {"good": good, "bad": bad}


def dump(value):
    """One value on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pretty(value, depth=0):
    """JSON with one row, vector or variant on a line."""
    pad = " " * depth
    flat = not isinstance(value, (dict, list)) or depth and (
        isinstance(value, list) and not any(isinstance(v, (dict, list)) for v in value)
        or isinstance(value, dict) and "name" in value)
    if flat or not value:
        return dump(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + " " + dump(v) for v in value) + "\n" + pad + "]"
    return "{\n" + ",\n".join(f"{pad} {dump(k)}: {pretty(v, depth + 1)}"
                              for k, v in value.items()) + "\n" + pad + "}"


def vectors():
    """Everything, the same on every run."""
    rng = random.Random(SEED)
    return {"about": ABOUT, "headers": headers(), "commitments": commitments(rng),
            **tree_vectors(), "dates": dates(), "logs": logs(rng)}


def render():
    """The text of vectors.json."""
    return pretty(vectors()) + "\n"


if __name__ == "__main__":
    target = pathlib.Path(__file__).with_name("vectors.json")
    target.write_text(render(), encoding="utf-8", newline="\n")
    print(f"{target.name}: {target.stat().st_size} bytes, {len(VARIANTS)} variants")
