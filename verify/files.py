"""Files held against the entries that say what they hold (decision 015).

An entry of kind material.received names a file by an opaque name in its data, and says in
its word "file" what it holds: its SHA-256 in hex, a space, and its length. The bytes lie in
pieces in the table file_piece, counted from 0. crates/store/src/verify_files.rs does the same.
"""

import hashlib
import re

from values import is_integer, is_text, parse_data

KIND = "material.received"
WORD = re.compile(r"[0-9a-f]{64} (0|[1-9][0-9]{0,19})")
PIECES = ("file", "n", "bytes")


def name_of(value):
    """A stored name, or the empty one."""
    return value if is_text(value) else ""


def holds(rows):
    """What each file of a log holds, or None where its pieces do not follow each other."""
    found, name, digest, length, following = {}, None, None, 0, 0
    for file, n, piece in rows:
        file = name_of(file)
        if file != name:
            name, digest, length, following = file, hashlib.sha256(), 0, 0
        if digest is not None and is_integer(n) and n == following and isinstance(piece, bytes):
            digest.update(piece)
            length += len(piece)
        else:
            digest = None
        following += 1
        found[name] = None if digest is None else f"{digest.hexdigest()} {length}"
    return found


def words(rows):
    """The words "file" of a log by the position of their entry."""
    found = {}
    for seq, value in rows:
        found.setdefault(seq, []).append(value if is_text(value) else None)
    return found


def check(log, source, found, findings):
    """Add what does not hold of the files of one log. found is what holds() says."""
    said = words(source.rows("text", ("seq", "value"), log, "seq", "and field = 'file'"))
    strays, held = dict.fromkeys(found, 0), {}
    rows = source.rows("event", ("seq", "data"), log, "seq", f"and kind = '{KIND}'")
    for seq, data in list(rows):
        if not is_text(data) or not is_integer(seq) or seq < 1:
            continue
        name = name_of((parse_data(data) or {}).get("file"))
        for word in said.get(seq, [None]):
            if word is None:
                # Its word was disposed of, or is reported as missing already.
                if name in strays:
                    strays[name] = seq
                continue
            if name not in found:
                findings.add(("file-missing", log, seq, "file"))
            elif found[name] != word or not WORD.fullmatch(word):
                findings.add(("file-changed", log, seq, "file"))
            held[name] = seq
    waiting = {name_of(row[0]) for row in source.rows("upload", ("id",), log, "id", "and taken = 0")} \
        if source.has("upload") else set()
    for name in waiting & held.keys():
        # One that waits is in no backup and goes after a day.
        findings.add(("file-waiting", log, held[name], "file"))
    for name, seq in strays.items():
        if name not in held and name not in waiting:
            findings.add(("file-stray", log, seq, "file" if seq else name))


def verify(source, names, findings, only=None):
    """Check the files of the named logs, and of logs that have nothing but files."""
    has = source.has("file_piece")
    for log, _ in source.logs("file_piece") if has and only is None else ():
        if is_text(log) and log:
            names = names | {log}
        else:
            findings.add(("file-stray", "", 0, ""))
    for log in sorted(names):
        rows = source.rows("file_piece", PIECES, log, "file, n") if has else ()
        check(log, source, holds(rows), findings)
