"""Checks the evidence tables against decision 001, without our server.

Anyone who holds the database can run this with a bare Python 3.11: it reads the
tables event, text, head and file_piece (SQLite through the standard library, PostgreSQL
through the psql client), in one snapshot and read-only, and prints what does not
hold. Logs are streamed: memory grows with the number of streams, not of events.

    python3 verify/verify.py --database sqlite:PATH|postgres://... [--log NAME] [--format text|json]
                             [--trusted CHECKPOINT]... [--policy FILE] [--witnessed FILE]...
    python3 verify/verify.py --bundle FILE [--trusted CHECKPOINT]... [--policy FILE]
                             [--witnessed FILE]... [--format text|json]
    python3 verify/verify.py --receipt FILE [--trusted CHECKPOINT]... [--policy FILE] [--format ...]
    python3 verify/verify.py --tiles FOLDER|URL [--checkpoint FILE] [--trusted CHECKPOINT]... ...

With --trusted the log is also held against an older checkpoint that was kept
elsewhere; with --bundle a single case is checked by its proofs (decision 005), with
--receipt a single entry, and with --tiles the tree of the whole log (decision 009).
With --witnessed the recorded times are held against checkpoints that witnesses
cosigned (decision 008).

Exit status: 0 no findings, 1 findings, 2 usage, 3 cannot read.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

import bundle
import files
import note
import receipt
import record
import replay
import tiles
import witnessed
from values import (Disposals, commitments, date_holds, is_hash, is_integer, is_text, opens,
                    parse_data)

MAX_SEQ = 2 ** 53
CLOCKS = ("real", "demonstration")

EVENT_COLUMNS = ("seq", "stream", "version", "kind", "data", "actor", "authority",
                 "recorded_at", "on_date", "prev_hash", "hash")
TEXT_COLUMNS = ("seq", "field", "salt", "value")
HEAD_COLUMNS = ("size", "root", "frontier", "recorded_at")
BYTES = {"prev_hash", "hash", "salt", "root", "frontier", "bytes"}
INTEGERS = {"seq", "version", "recorded_at", "size", "n"}


class CannotRead(Exception):
    """The tables cannot be read, so nothing can be said about them."""


# --- Where the rows come from -------------------------------------------------
#
# A source gives values as str (valid UTF-8 text), int or bytes; whatever has
# another type or is not valid text comes as a value that is none of the three.


def text_or_none(raw):
    """Stored text as str, or None when it is not UTF-8."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        return None


class Sqlite:
    """The tables in a SQLite database, read in one transaction."""

    def __init__(self, connection):
        self.connection = connection
        connection.text_factory = text_or_none
        connection.isolation_level = None
        self._run("begin")

    @classmethod
    def open(cls, path):
        """Open a file read-only; a file that is absent is not made."""
        uri = "file:" + urllib.parse.quote(path) + "?mode=ro"
        try:
            return cls(sqlite3.connect(uri, uri=True))
        except sqlite3.Error as error:
            raise CannotRead(f"{path}: {error}") from None

    def close(self):
        """Let go of the database."""
        self.connection.close()

    def _run(self, sql, *values):
        try:
            return self._rows(self.connection.execute(sql, values))
        except sqlite3.Error as error:
            raise CannotRead(str(error)) from None

    @staticmethod
    def _rows(cursor):
        try:
            # Not `yield from`: that would close a cursor whose database is closed.
            for row in cursor:
                yield row
        except sqlite3.Error as error:
            raise CannotRead(str(error)) from None

    def has(self, table):
        """Whether there is such a table; one of an earlier schema has no files."""
        sql = "select name from sqlite_master where type = 'table' and name = ?"
        return bool(list(self._run(sql, table)))

    def logs(self, table):
        """Pairs of a stored log name and its number of rows."""
        # Names are told apart by their bytes, whatever collation the column was given.
        return self._run(f"select log, count(*) from {table} group by log collate binary")

    def rows(self, table, columns, log, order, narrowed=""):
        """The rows of one log."""
        return self._run(f"select {', '.join(columns)} from {table} "
                         f"where log collate binary = ? {narrowed} order by {order}", log)


class Psql:
    """One psql process that runs statements one after another."""

    # COPY escapes every backslash in data, so no row can be this line.
    END = b"\\.\n"

    def __init__(self, url):
        self.errors = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                ["psql", "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-d", url],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                env={**os.environ, "PGCLIENTENCODING": "UTF8"}, bufsize=1 << 16)
        except OSError as error:
            raise CannotRead(f"psql: {error}") from None

    def run(self, sql):
        """Run a statement and give its output line by line."""
        try:
            self.process.stdin.write(sql.encode("ascii") + b";\n\\echo '\\\\.'\n")
            self.process.stdin.flush()
        except OSError:
            raise CannotRead(self._message()) from None
        return self._lines()

    def _lines(self):
        for line in self.process.stdout:
            if line == self.END:
                return
            yield line[:-1]
        raise CannotRead(self._message())

    def _message(self):
        self.process.wait()
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace").strip() or "psql ended early"

    def close(self):
        """End the process, also in the middle of a statement."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            try:
                pipe.close()
            except OSError:
                pass


COPY_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def copy_text(raw):
    """A text value of COPY output."""
    if b"\\" in raw:
        if raw == b"\\N":
            return None
        raw = re.sub(rb"\\(.)", lambda m: COPY_ESCAPES.get(m[1], m[1]), raw, flags=re.DOTALL)
    return text_or_none(raw)


def copy_integer(raw):
    """An integer value of COPY output, None when it is not one of 64 bits."""
    try:
        value = int(raw)
    except ValueError:
        return None
    return value if -2 ** 63 <= value < 2 ** 63 else None


def copy_bytes(raw):
    """A bytes value of COPY output that was selected as hex."""
    return None if raw == b"\\N" else bytes.fromhex(raw.decode("ascii"))


def copy_reader(column):
    """The function that reads a column of COPY output."""
    if column in BYTES:
        return copy_bytes
    return copy_integer if column in INTEGERS else copy_text


class Postgres:
    """The tables in a PostgreSQL database.

    Events and texts are read side by side, which takes two sessions; the second
    takes over the snapshot of the first so that a running server cannot make
    them differ.
    """

    BEGIN = "begin transaction isolation level repeatable read read only"

    def __init__(self, url):
        self.sessions = []
        try:
            first = self._session(url)
            (snapshot,) = first.run("select pg_export_snapshot()")
            second = self._session(url)
            list(second.run(f"set transaction snapshot '{snapshot.decode('ascii')}'"))
        except CannotRead:
            self.close()
            raise
        self.session_of = {"event": first, "head": first, "text": second,
                           "file_piece": first, "upload": second}

    def _session(self, url):
        session = Psql(url)
        self.sessions.append(session)
        list(session.run(self.BEGIN))
        return session

    def close(self):
        """End both sessions."""
        for session in self.sessions:
            session.close()

    def has(self, table):
        """Whether there is such a table; one of an earlier schema has no files."""
        (line,) = self.session_of[table].run(f"select to_regclass('{table}') is not null")
        return line == b"t"

    def logs(self, table):
        """Pairs of a stored log name and its number of rows."""
        copy = f"copy (select log, count(*) from {table} group by log) to stdout"
        for line in self.session_of[table].run(copy):
            log, count = line.split(b"\t")
            yield copy_text(log), int(count)

    def rows(self, table, columns, log, order, narrowed=""):
        """The rows of one log."""
        chosen = ", ".join(f"encode({c}, 'hex')" if c in BYTES else c for c in columns)
        # The name goes in as hex, so there is nothing in it to quote.
        name = f"convert_from(decode('{log.encode().hex()}', 'hex'), 'UTF8')"
        copy = (f"copy (select {chosen} from {table} where log = {name} {narrowed} "
                f"order by {order}) to stdout")
        readers = [copy_reader(column) for column in columns]
        for line in self.session_of[table].run(copy):
            yield tuple(read(raw) for read, raw in zip(readers, line.split(b"\t")))


def open_source(database):
    """The source that a --database value names."""
    if database.startswith("sqlite:"):
        return Sqlite.open(database.removeprefix("sqlite:"))
    return Postgres(database)


# --- What a single value has to be --------------------------------------------


def place(seq):
    """The seq of a row, or 0 when it cannot be read."""
    if not is_integer(seq) or seq < 1:
        return 0
    if seq > MAX_SEQ:
        raise CannotRead(f"seq {seq} is larger than 2^53")
    return seq


def readable(row):
    """Whether every column of an event row has its type and fits."""
    (seq, stream, version, kind, data, actor, authority,
     recorded_at, on_date, prev_hash, stored) = row
    return (is_integer(seq) and seq >= 1 and is_integer(version) and version >= 1
            and is_integer(recorded_at) and is_hash(prev_hash) and is_hash(stored)
            and is_text(stream) and is_text(kind) and is_text(data) and is_text(actor)
            and is_text(authority) and is_text(on_date))


# --- The walk -----------------------------------------------------------------


class Texts:
    """The text rows of a log, handed out beside the events as they are walked."""

    def __init__(self, rows, report, disposals):
        self.rows = iter(rows)
        self.report = report
        self.disposals = disposals
        self.seq = 0
        self.group = []
        self.named = set()
        self.next = next(self.rows, None)

    def check(self, seq, stream, named):
        """Check the rows of one event against the commitments it names."""
        self._advance(seq)
        for field, expected in named.items():
            rows = [row for row in self.group if row[1] == field]
            disposed = self.disposals.names(seq, stream, field, expected)
            if rows and disposed:
                self.report("disposal-undone", seq, field)
            if not rows:
                if not disposed:
                    self.report("text-missing", seq, field)
            elif not all(opens(salt, field, value, expected) for _, _, salt, value in rows):
                self.report("text-mismatch", seq, field)
        self.named.update(named)

    def finish(self):
        """Report what is left over after the last event."""
        self._advance(None)

    def _advance(self, seq):
        # Two events can share a seq once the primary key is gone: keep the group.
        if self.seq == seq:
            return
        self._close_group()
        self.seq = seq
        while self.next is not None:
            at = place(self.next[0])
            if seq is not None and at > seq:
                break
            if at == seq:
                self.group.append(self.next)
            else:
                self._stray(self.next)
            self.next = next(self.rows, None)

    def _close_group(self):
        for row in self.group:
            if row[1] not in self.named:
                self._stray(row)
        self.group, self.named = [], set()

    def _stray(self, row):
        field = row[1] if is_text(row[1]) else ""
        self.report("text-stray", place(row[0]), field)


class Walk:
    """The checks of one log, fed with its rows in order of seq."""

    def __init__(self, log, texts, findings, sizes=(), cosigned=None, disposals=()):
        self.log = log
        self.findings = findings
        self.frontier = record.Frontier()
        self.roots = {0: record.EMPTY_ROOT}
        self.sizes = sizes
        self.streams = {}
        self.rules = replay.Replay.of_log()
        self.last_seq = 0
        self.last_time = None
        self.count = 0
        # Cosigned checkpoints: (their bounds, how much of the log lies between them).
        self.cosigned = cosigned
        self.demonstration = False
        # What was disposed of is known before the events are met to which it belonged.
        self.disposals = Disposals()
        for row in disposals:
            self._disposal(row)
        self.texts = Texts(texts, self.report, self.disposals)

    def report(self, code, seq=0, field=""):
        """Add a finding about this log."""
        self.findings.add((code, self.log, seq, field))

    def _disposal(self, row):
        seq = place(row[0])
        if seq and readable(row):
            for code in self.disposals.take(seq, row[1], row[3], row[4], row[5]):
                self.report(code, seq)

    def event(self, row):
        """Take the next event row."""
        self.count += 1
        seq = place(row[0])
        if seq == 0:
            # Without a seq the row has no place in the walk, and so no leaf.
            self.report("event-unreadable")
            return
        first = self.last_seq == 0
        if seq != self.last_seq + 1:
            self.report("event-gap", self.last_seq + 1)
        self.last_seq = seq
        if readable(row):
            self._readable(row, first)
        else:
            self.report("event-unreadable", seq)
            self.frontier.append(record.leaf(row[-1] if is_hash(row[-1]) else record.ZERO))
            self.texts.check(seq, None, {})
        if self.frontier.size in self.sizes:
            self.roots[self.frontier.size] = self.frontier.root()

    def _readable(self, row, first):
        self._check_hash(row)
        self._check_stream(row)
        self._check_time(row)
        self._check_data(row, first)
        self._check_bound(row)

    def _check_hash(self, row):
        computed = record.event_hash(self.log, *row[:-1])
        if computed != row[-1]:
            self.report("event-hash", row[0])
        self.frontier.append(record.leaf(computed))

    def _check_stream(self, row):
        seq, stream, version, prev_hash, stored = row[0], row[1], row[2], row[9], row[10]
        last_version, last_hash = self.streams.get(stream, (0, record.ZERO))
        if version != last_version + 1:
            self.report("event-version", seq)
        if prev_hash != last_hash:
            self.report("event-link", seq)
        self.streams[stream] = (version, stored)

    def _check_time(self, row):
        if self.last_time is not None and row[7] < self.last_time:
            self.report("event-order", row[0])
        self.last_time = row[7]

    def _check_bound(self, row):
        # The times of a demonstration are invented.
        if self.cosigned is None or self.demonstration:
            return
        bounds, extent = self.cosigned
        bound = bounds.bound(row[0])
        if not witnessed.holds(bound, row[7]):
            self.report("event-time", row[0])
        extent.count(bound, row[7])

    def _check_data(self, row, first):
        seq, stream, kind, on_date = row[0], row[1], row[3], row[8]
        content = parse_data(row[4])
        named = None if content is None else commitments(content)
        if named is None or not date_holds(on_date):
            self.report("event-data", seq)
        for code in self.rules.event(row[1], row[2], kind, content, row[5], row[6], on_date):
            self.report(code, seq)
        if first:
            opens = (kind == "log.opened" and stream == "log"
                     and content is not None and content.get("clock") in CLOCKS)
            self.demonstration = opens and content["clock"] == "demonstration"
            if not opens:
                self.report("log-opening")
        self.texts.check(seq, stream, named or {})

    def finish(self, heads):
        """Check what can be told only at the end of the log."""
        self.texts.finish()
        for seq, field in self.disposals.unknown():
            self.report("disposal-unknown", seq, field)
        heads = list(heads)
        if self.count and not heads:
            self.report("head-missing")
        for head in heads:
            self._check_head(*head)

    def _check_head(self, size, root, frontier, recorded_at):
        if size != self.frontier.size:
            self.report("head-size")
        if root != self.frontier.root():
            self.report("head-root")
        if frontier != self.frontier.bytes():
            self.report("head-frontier")
        if self.last_time is None or recorded_at != self.last_time:
            self.report("head-time")


def named_logs(source):
    """The names of all logs in the three tables, and how many event rows have no name.

    A row whose log is not text, or is empty, belongs to no log. It is found
    under the empty name.
    """
    names, findings, nameless = set(), set(), 0
    for table in ("event", "text", "head"):
        for log, count in source.logs(table):
            if is_text(log) and log:
                names.add(log)
                continue
            if table == "event":
                nameless += count
                findings.add(("event-unreadable", "", 0, ""))
            elif table == "text":
                findings.add(("text-stray", "", 0, ""))
            else:
                findings.update((code, "", 0, "") for code in
                                ("head-size", "head-root", "head-frontier", "head-time"))
    return names, findings, nameless


def hold_against(checkpoint, roots, findings, kind="trusted"):
    """Hold a log against a checkpoint that was kept outside the database."""
    root = roots.get(checkpoint.log, {}).get(checkpoint.size)
    if root is None:
        findings.add((f"{kind}-size", checkpoint.log, checkpoint.size, ""))
    elif root != checkpoint.root:
        findings.add((f"{kind}-root", checkpoint.log, checkpoint.size, ""))


def verify(source, only=None, trusted=()):
    """Check all logs, or one: (number of events, number of logs, sorted findings)."""
    return verify_within(source, only, trusted, witnessed.Cosigned())[:3]


def verify_within(source, only, trusted, cosigned):
    """The same, with times against cosigned checkpoints, and for each log that has any their
    extent, or None for a demonstration."""
    held_all = [*trusted, *cosigned.seen]
    roots = {held.log: {0: record.EMPTY_ROOT} for held in held_all}
    extents = {}
    names, findings, events = named_logs(source)
    if only is not None:
        if only not in names:
            raise CannotRead(f"no log is named {only}")
        names, findings, events = {only}, set(), 0
    for log in sorted(names):
        sizes = {held.size for held in held_all if held.log == log}
        disposed = list(source.rows("event", EVENT_COLUMNS, log, "seq",
                                    f"and kind = '{Disposals.KIND}'"))
        walk = Walk(log, source.rows("text", TEXT_COLUMNS, log, "seq, field"), findings, sizes,
                    cosigned.of_log(log), disposed)
        for row in source.rows("event", EVENT_COLUMNS, log, "seq"):
            walk.event(row)
        walk.finish(source.rows("head", HEAD_COLUMNS, log, "size"))
        events += walk.count
        roots[log] = walk.roots
        if walk.cosigned is not None:
            extents[log] = None if walk.demonstration else walk.cosigned[1]
    files.verify(source, names, findings, only)
    for held in trusted:
        hold_against(held, roots, findings)
    for held in cosigned.seen:
        hold_against(held, roots, findings, "witnessed")
    return events, len(names), sorted(findings, key=lambda f: (f[1], f[2], f[0], f[3])), extents


# --- The command --------------------------------------------------------------


def escape(text):
    """A name as it is printed: nothing in it can start a line or a column."""
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    return re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", text)


def as_text(events, logs, findings, extents=()):
    """The report as lines."""
    lines = [f"{code}\t{escape(log)}\t{seq}\t{escape(field)}"
             for code, log, seq, field in findings]
    lines.append(f"verified {events} events of {logs} logs: {len(findings)} findings")
    real = [log for log in extents if extents[log] is not None]
    lines += [f"{log}: {extents[log].line()}" for log in real]
    lines += [f"{log}: the clock of a demonstration is not real, so its times were not held "
              "against witnesses" for log in extents if extents[log] is None]
    return "\n".join(lines)


def as_json(events, logs, findings, extents=()):
    """The report as one JSON object."""
    names = ("code", "log", "seq", "field")
    return json.dumps({"events": events, "logs": logs,
                       "findings": [dict(zip(names, f)) for f in findings],
                       "witnessed": {log: extents[log].json() for log in extents
                                     if extents[log] is not None}}, ensure_ascii=False)


def report_of(args, facts, findings, lines, last):
    """A report on something that came without a database: (status, report)."""
    if args.format == "json":
        names = ("code", "log", "seq", "field")
        report = json.dumps({**facts, "policy": bool(args.policy), "trusted": len(args.trusted),
                             "findings": [dict(zip(names, f)) for f in findings]},
                            ensure_ascii=False)
    else:
        found = as_text(0, 0, findings).split("\n")[:-1]
        report = "\n".join([*found, *lines, f"{last}: {len(findings)} findings"])
        if not args.policy:
            report += "\n" + UNKNOWN_KEY
    return (1 if findings else 0), report


UNKNOWN_KEY = "nothing shows whose key signed the checkpoint: give --policy"


def report_on_receipt(args):
    """Check a receipt: (status, report)."""
    found = receipt.verify(read_file(args.receipt), args.policy, args.trusted)
    if found.receipt is None:
        facts = {"stream": "", "seq": 0, "version": 0, "size": 0}
        return report_of(args, facts, found.findings, [], "verified no entry")
    read, e = found.receipt, found.receipt.event
    facts = {"stream": read.stream, "seq": e["seq"], "version": e["version"],
             "size": read.checkpoint.size, "kind": e["kind"], "on": e["on_date"],
             "recorded_at": e["recorded_at"],
             "words": {field: value for field, _, value in read.words}, "hidden": found.hidden}
    # What is not proven is not repeated as if it were.
    lines = [] if found.findings else found.lines(escape)
    return report_of(args, facts, found.findings, lines,
                     f"verified entry {e['version']} of {escape(read.stream)}, "
                     f"number {e['seq']} in a log of {read.checkpoint.size}")


def report_on_tiles(args):
    """Check a set of tiles against its checkpoint, or another: (status, report)."""
    read = tiles.reader(args.tiles)
    try:
        signed = read_file(args.checkpoint) if args.checkpoint else read("checkpoint")
        if signed is None:
            raise CannotRead(f"{args.tiles}: there is no checkpoint")
        signed = note.Note(signed.decode("utf-8"))
        checkpoint = note.Checkpoint(signed)
        findings = tiles.verify(checkpoint, args.trusted, read)
    except OSError as error:
        raise CannotRead(str(error)) from None
    log = checkpoint.log or ""
    if not log:
        findings.append(("checkpoint-origin", log, 0, ""))
    if args.policy and not args.policy.signed(signed, checkpoint):
        findings.append(("checkpoint-policy", log, 0, ""))
    if args.policy and not args.policy.cosigned(signed):
        findings.append(("checkpoint-quorum", log, 0, ""))
    findings.sort(key=lambda f: (f[1], f[2], f[0], f[3]))
    facts = {"log": log, "size": checkpoint.size}
    return report_of(args, facts, findings, [], f"verified the tiles of {escape(log)}, "
                     f"a log of {checkpoint.size}")


def bundle_as_text(stream, events, size, findings):
    """The report on a bundle as lines."""
    lines = as_text(0, 0, findings).split("\n")[:-1]
    lines.append(f"verified {events} events of {stream} in a log of {size}: "
                 f"{len(findings)} findings")
    return "\n".join(lines)


def database_name(value):
    """A --database value of a kind that can be opened."""
    if not value.startswith(("sqlite:", "postgres://", "postgresql://")):
        raise argparse.ArgumentTypeError("expected sqlite:PATH or postgres://...")
    return value


def arguments(argv):
    """The parsed command line; a wrong one ends the process with status 2."""
    parser = argparse.ArgumentParser(
        prog="verify.py", description="Check the evidence tables, or a bundle.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--database", type=database_name, help="sqlite:PATH or postgres://...")
    what.add_argument("--bundle", metavar="FILE", help="check this bundle, without a database")
    what.add_argument("--receipt", metavar="FILE", help="check this receipt, without a database")
    what.add_argument("--tiles", metavar="FOLDER|URL", help="check these tiles of a log")
    parser.add_argument("--checkpoint", metavar="FILE",
                        help="the checkpoint of the tiles; without it the one beside them")
    parser.add_argument("--trusted", metavar="FILE", action="append", default=[],
                        help="an older checkpoint that was kept elsewhere")
    parser.add_argument("--policy", metavar="FILE", help="the keys that are trusted")
    parser.add_argument("--witnessed", metavar="FILE", action="append", default=[],
                        help="cosigned checkpoints, between which the recorded times must lie")
    parser.add_argument("--log", help="check this log only")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args = parser.parse_args(argv)
    if args.witnessed and not args.policy:
        parser.error("--witnessed needs --policy")
    return args


def read_held(args):
    """Read the policy and the checkpoints that somebody holds; ValueError when one is unfit."""
    args.policy = args.policy and note.Policy(read_file(args.policy).decode("utf-8"))
    args.trusted = [trusted_checkpoint(path, args.policy) for path in args.trusted]
    if args.witnessed and not args.policy.asks_witnesses:
        raise ValueError("cosigned checkpoints are held against the quorum of a policy")
    args.cosigned = [one for path in args.witnessed
                     for one in witnessed.read(read_file(path).decode("utf-8"))]


def read_file(path):
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def trusted_checkpoint(path, policy):
    """A checkpoint that somebody holds; under a policy, one that it accepts."""
    held = note.Note(read_file(path).decode("utf-8"))
    checkpoint = note.Checkpoint(held)
    if checkpoint.log is None:
        raise ValueError(f"{path}: the origin names no log of Candour")
    if policy and not policy.signed(held, checkpoint):
        raise ValueError(f"{path}: no key of the policy signed it")
    if policy and not policy.cosigned(held):
        raise ValueError(f"{path}: too few witnesses of the policy cosigned it")
    return checkpoint


def report_on_bundle(args):
    """Check a bundle: (status, report)."""
    stream, events, size, findings, extent = bundle.verify_within(
        read_file(args.bundle), args.policy, args.trusted,
        args.cosigned if args.witnessed else None)
    if args.format == "json":
        names = ("code", "log", "seq", "field")
        report = json.dumps({
            "stream": stream, "events": events, "size": size, "policy": bool(args.policy),
            "trusted": len(args.trusted), "findings": [dict(zip(names, f)) for f in findings],
            "witnessed": extent and extent.json()}, ensure_ascii=False)
    else:
        report = bundle_as_text(stream, events, size, findings)
        if extent:
            report += "\n" + extent.line()
        if not args.policy:
            report += ("\nthe key came with the bundle and was not checked against any that "
                       "you hold: give --policy")
    return (1 if findings else 0), report


def report_on_database(args):
    """Check a database: (status, report)."""
    source = open_source(args.database)
    try:
        cosigned = witnessed.Cosigned()
        if args.cosigned:
            all_seen = witnessed.seen(args.cosigned, args.policy)
            cosigned = witnessed.Cosigned(all_seen, len(args.cosigned))
        events, logs, findings, extents = verify_within(source, args.log, args.trusted, cosigned)
    finally:
        source.close()
    report = (as_json if args.format == "json" else as_text)(events, logs, findings, extents)
    return (1 if findings else 0), report


def reporter(args):
    """What makes the report that was asked for."""
    if args.bundle:
        return report_on_bundle
    if args.receipt:
        return report_on_receipt
    return report_on_tiles if args.tiles else report_on_database


def main(argv=None):
    """Run the command and give its exit status."""
    args = arguments(argv)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        read_held(args)
        status, report = reporter(args)(args)
    except (CannotRead, OSError) as error:
        print(f"verify.py: cannot read: {error}", file=sys.stderr)
        return 3
    except ValueError as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    print(report)
    return status


if __name__ == "__main__":
    sys.exit(main())
