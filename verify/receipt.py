"""Checks a receipt against decision 009: one entry with its proof (C2SP tlog-proof), without any database."""

import datetime
import re

import bundle
import note
import record
import values
from bundle import Unreadable, part, require, text

FIRST = "c2sp.org/tlog-proof@v1"
FORMAT = "candour/receipt1"
KEYS = {"format", "log", "stream", "key", "event", "texts"}
EVENT_KEYS = {"seq", "version", "kind", "data", "actor", "authority", "recorded_at", "on_date",
              "prev_hash"}
TEXT_KEYS = {"field", "salt", "value"}
# The end of the year 9999, in microseconds since 1970.
TIMES_END = 253_402_300_800_000_000


def event(value):
    """An event's columns, its hashes as bytes."""
    value = part(value, EVENT_KEYS)
    for key in ("kind", "data", "actor", "authority", "on_date"):
        text(value[key])
    return {**value, "seq": bundle.integer(value["seq"], 1, bundle.MAX_SEQ),
            "version": bundle.integer(value["version"], 1, bundle.MAX_SEQ),
            "recorded_at": bundle.integer(value["recorded_at"], -2 ** 63, 2 ** 63 - 1),
            "prev_hash": bundle.hash_of(value["prev_hash"])}


def word(value):
    """A word that is shown: (field, salt, value)."""
    value = part(value, TEXT_KEYS)
    return text(value["field"]), bundle.hash_of(value["salt"]), text(value["value"])


def hash_line(line):
    """A hash of the proof."""
    raw = note.unbase64(line)
    require(len(raw) == 32)
    return raw


class Receipt:
    """A receipt as read; Unreadable when any part is not as it must be."""

    def __init__(self, raw):
        try:
            proof, empty, signed = raw.decode("utf-8").partition("\n\n")
            lines = proof.split("\n")
            require(empty and len(lines) >= 3 and lines[0] == FIRST
                    and lines[1].startswith("extra ") and lines[2].startswith("index "))
            index = lines[2].removeprefix("index ")
            require(re.fullmatch("0|[1-9][0-9]*", index) and int(index) < 2 ** 64)
            self.index = int(index)
            self.proof = [hash_line(line) for line in lines[3:]]
            self.note = note.Note(signed)
            self.checkpoint = note.Checkpoint(self.note)
            self._extra(note.unbase64(lines[1].removeprefix("extra ")).decode("utf-8"))
        except (ValueError, RecursionError):
            raise Unreadable from None
        require(self.log and self.stream and len(self.proof) <= bundle.MAX_PROOF
                and bundle.rising([field.encode("utf-8") for field, _, _ in self.words]))

    def _extra(self, extra):
        whole = bundle.DECODER.decode(extra)
        values.check_nested(whole)
        part(whole, KEYS)
        require(whole["format"] == FORMAT)
        self.log, self.stream = text(whole["log"]), text(whole["stream"])
        self.key = note.Verifier(text(whole["key"]))
        self.event = event(whole["event"])
        self.words = bundle.items(whole["texts"], word)


class Verified:
    """What a receipt was found to be."""

    def __init__(self, receipt, findings, hidden):
        self.receipt, self.hidden = receipt, hidden
        self.findings = sorted(findings, key=lambda f: (f[1], f[2], f[0], f[3]))

    def lines(self, escape):
        """What the entry says, for somebody to read."""
        e = self.receipt.event
        lines = [f"entry\t{e['version']} of {escape(self.receipt.stream)}",
                 f"kind\t{escape(e['kind'])}", f"day\t{escape(e['on_date'])}",
                 f"recorded\t{recorded(e['recorded_at'])}"]
        lines += [f"word\t{escape(field)}\t{escape(value)}" for field, _, value in self.receipt.words]
        return lines + [f"words not shown\t{self.hidden}"]


def recorded(micros):
    """When something was recorded, in UTC; as a number where no calendar has it."""
    if not 0 <= micros < TIMES_END:
        return str(micros)
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=micros // 1_000_000)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def verify(raw, policy, trusted):
    """Check a receipt."""
    try:
        receipt = Receipt(raw)
    except Unreadable:
        return Verified(None, {("receipt-unreadable", "", 0, "")}, 0)
    findings, e, checkpoint = set(), receipt.event, receipt.checkpoint

    def find(wrong, code, seq=0, field=""):
        if wrong:
            findings.add((code, receipt.log, seq, field))

    seq = e["seq"]
    find(checkpoint.log != receipt.log or receipt.key.name != checkpoint.origin,
         "checkpoint-origin")
    find(not receipt.key.signed(receipt.note), "checkpoint-signature")
    find(policy is not None and not policy.signed(receipt.note, checkpoint), "checkpoint-policy")
    find(policy is not None and not policy.cosigned(receipt.note), "checkpoint-quorum")
    find(receipt.index != seq - 1, "event-index", seq)
    computed = record.event_hash(receipt.log, seq, receipt.stream, e["version"], e["kind"],
                                 e["data"], e["actor"], e["authority"], e["recorded_at"],
                                 e["on_date"], e["prev_hash"])
    find(not record.inclusion_holds(record.leaf(computed), seq - 1, checkpoint.size,
                                    receipt.proof, checkpoint.root), "event-proof", seq)
    content = values.parse_data(e["data"])
    named = None if content is None else values.commitments(content)
    find(named is None or not values.date_holds(e["on_date"]), "event-data", seq)
    hidden = dict(named or {})
    for field, salt, value in receipt.words:
        expected = (named or {}).get(field)
        find(expected is None, "text-stray", seq, field)
        find(expected is not None and record.commitment(salt, field, value).hex() != expected,
             "text-mismatch", seq, field)
        hidden.pop(field, None)
    for held in trusted:
        if held.origin != checkpoint.origin:
            find(True, "trusted-origin", held.size)
        elif held.size != checkpoint.size:
            find(True, "trusted-unproven", held.size)
        else:
            find(held.root != checkpoint.root, "trusted-root", held.size)
    return Verified(receipt, findings, len(hidden))
