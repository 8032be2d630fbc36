"""Checks a bundle against decision 005: one case with its proofs, without any database."""

import json
import re

import note
import record
import replay
import values
import witnessed

FORMAT = "candour/bundle1"
MAX_SEQ = 2 ** 53
MAX_PROOF = 64
KEYS = {"format", "log", "stream", "key", "checkpoint", "events", "texts", "consistency"}
EVENT_KEYS = {"seq", "version", "kind", "data", "actor", "authority", "recorded_at", "on_date",
              "prev_hash", "hash", "proof"}
TEXT_KEYS = {"seq", "field", "salt", "value"}
OLDER_KEYS = {"size", "root", "proof"}


class Unreadable(ValueError):
    """A part of the bundle that is not as it must be."""


def _integer(text):
    # "-0" is a number, but not an integer to every reader.
    return float(text) if text == "-0" else int(text)


# Python's decoder is as strict here as for an event's data; integers stay integers.
DECODER = json.JSONDecoder(object_pairs_hook=values.unique_pairs, parse_float=values.finite,
                           parse_int=_integer, parse_constant=values.no_constant)


def require(holds):
    """Raise Unreadable when something does not hold."""
    if not holds:
        raise Unreadable


def part(value, keys):
    """An object with exactly these keys."""
    require(isinstance(value, dict) and value.keys() == keys)
    return value


def text(value):
    """A text."""
    require(isinstance(value, str))
    return value


def integer(value, least, most):
    """An integer within limits."""
    require(isinstance(value, int) and not isinstance(value, bool) and least <= value <= most)
    return value


def hash_of(value):
    """32 bytes that are written in lower-case hex."""
    require(isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value))
    return bytes.fromhex(value)


def items(value, read):
    """A list, each item read."""
    require(isinstance(value, list))
    return [read(item) for item in value]


def proof(value):
    """A proof: a list of hashes."""
    require(isinstance(value, list) and len(value) <= MAX_PROOF)
    return items(value, hash_of)


def event(value):
    """An event, its hashes as bytes."""
    value = part(value, EVENT_KEYS)
    for key in ("kind", "data", "actor", "authority", "on_date"):
        text(value[key])
    return {**value, "seq": integer(value["seq"], 1, MAX_SEQ),
            "version": integer(value["version"], 1, MAX_SEQ),
            "recorded_at": integer(value["recorded_at"], -2 ** 63, 2 ** 63 - 1),
            "prev_hash": hash_of(value["prev_hash"]), "hash": hash_of(value["hash"]),
            "proof": proof(value["proof"])}


def word(value):
    """A personal word: ((seq, field), (salt, value))."""
    value = part(value, TEXT_KEYS)
    return ((integer(value["seq"], 1, MAX_SEQ), text(value["field"])),
            (hash_of(value["salt"]), text(value["value"])))


def older(value):
    """An older tree: (size, root, proof)."""
    value = part(value, OLDER_KEYS)
    return integer(value["size"], 1, MAX_SEQ), hash_of(value["root"]), proof(value["proof"])


def rising(places):
    """Whether each is larger than the one before."""
    return all(a < b for a, b in zip(places, places[1:]))


class Bundle:
    """A bundle as read; Unreadable when any part is not as it must be."""

    def __init__(self, raw):
        try:
            whole = DECODER.decode(raw.decode("utf-8"))
            values.check_nested(whole)
            part(whole, KEYS)
            require(whole["format"] == FORMAT)
            self.log, self.stream = text(whole["log"]), text(whole["stream"])
            self.key = note.Verifier(text(whole["key"]))
            self.note = note.Note(text(whole["checkpoint"]))
            self.checkpoint = note.Checkpoint(self.note)
            self.events = items(whole["events"], event)
            words = items(whole["texts"], word)
            self.texts = dict(words)
            self.older = items(whole["consistency"], older)
        except (ValueError, RecursionError):
            raise Unreadable from None
        require(self.log and self.stream and self.events
                and rising([place for place, _ in words])
                and rising([size for size, _, _ in self.older]))


    def root_at(self, size):
        """The root of its log at a size, or None where the bundle does not prove it."""
        if size == 0:
            return record.EMPTY_ROOT
        if size == self.checkpoint.size:
            return self.checkpoint.root
        for at, root, path in self.older:
            if at == size and record.consistency_holds(
                    at, root, self.checkpoint.size, self.checkpoint.root, path):
                return root
        return None


class Check:
    """The checks of one bundle."""

    def __init__(self, bundle):
        self.bundle = bundle
        self.findings = set()

    def find(self, wrong, code, seq=0, field=""):
        """Add a finding when something is wrong."""
        if wrong:
            self.findings.add((code, self.bundle.log, seq, field))

    def checkpoint(self, policy):
        """The signature under the checkpoint, and whose it is."""
        b = self.bundle
        self.find(b.checkpoint.log != b.log or b.key.name != b.checkpoint.origin,
                  "checkpoint-origin")
        self.find(not b.key.signed(b.note), "checkpoint-signature")
        self.find(policy is not None and not policy.signed(b.note, b.checkpoint),
                  "checkpoint-policy")
        self.find(policy is not None and not policy.cosigned(b.note), "checkpoint-quorum")

    def events(self):
        """The chain of the case, each event's place in the log, and its words."""
        b = self.bundle
        rules = replay.Replay.of_case()
        last_seq, last_time, last_hash, texts = 0, -2 ** 63, record.ZERO, dict(b.texts)
        disposals = values.Disposals()
        for e in b.events:
            for code in disposals.take(e["seq"], b.stream, e["kind"], e["data"], e["actor"]):
                self.find(True, code, e["seq"])
        for version, e in enumerate(b.events, 1):
            seq = e["seq"]
            computed = record.event_hash(
                b.log, seq, b.stream, e["version"], e["kind"], e["data"], e["actor"],
                e["authority"], e["recorded_at"], e["on_date"], e["prev_hash"])
            proven = record.inclusion_holds(record.leaf(computed), seq - 1, b.checkpoint.size,
                                            e["proof"], b.checkpoint.root)
            self.find(computed != e["hash"], "event-hash", seq)
            self.find(e["version"] != version, "event-version", seq)
            self.find(e["prev_hash"] != last_hash, "event-link", seq)
            self.find(seq <= last_seq or e["recorded_at"] < last_time, "event-order", seq)
            self.find(not proven, "event-proof", seq)
            content = values.parse_data(e["data"])
            self._words(e, content, texts, disposals)
            for code in rules.event(b.stream, e["version"], e["kind"], content, e["actor"],
                                    e["authority"], e["on_date"]):
                self.find(True, code, seq)
            last_seq, last_time, last_hash = seq, e["recorded_at"], e["hash"]
        for seq, field in texts:
            self.find(True, "text-stray", seq, field)
        for seq, field in disposals.unknown():
            self.find(True, "disposal-unknown", seq, field)

    def _words(self, e, content, texts, disposals):
        named = None if content is None else values.commitments(content)
        self.find(named is None or not values.date_holds(e["on_date"]), "event-data", e["seq"])
        for field, expected in (named or {}).items():
            salt, value = texts.pop((e["seq"], field), (None, None))
            disposed = disposals.names(e["seq"], self.bundle.stream, field, expected)
            self.find(salt is None and not disposed, "text-missing", e["seq"], field)
            self.find(salt is not None and disposed, "disposal-undone", e["seq"], field)
            self.find(salt is not None
                      and record.commitment(salt, field, value).hex() != expected,
                      "text-mismatch", e["seq"], field)

    def older(self, trusted):
        """The older trees in the bundle, and the checkpoints that somebody holds."""
        b = self.bundle
        for size, root, path in b.older:
            self.find(not record.consistency_holds(size, root, b.checkpoint.size,
                                                   b.checkpoint.root, path),
                      "consistency-proof", size)
        roots = {size: root for size, root, _ in b.older}
        roots[b.checkpoint.size] = b.checkpoint.root
        for held in trusted:
            if held.origin != b.checkpoint.origin:
                self.find(True, "trusted-origin", held.size)
            elif held.size in roots:
                self.find(roots[held.size] != held.root, "trusted-root", held.size)
            else:
                self.find(True, "trusted-unproven", held.size)

    def witnessed(self, policy, notes):
        """The recorded times, against the cosigned checkpoints that are of the bundle's log."""
        b = self.bundle
        proven, known = [], []
        for one in witnessed.seen([*notes, b.note], policy):
            if one.origin != b.checkpoint.origin or one.size > b.checkpoint.size:
                continue
            root = b.root_at(one.size)
            if root is not None and root != one.root:
                self.find(True, "witnessed-root", one.size)
                continue
            known.append(one)
            if root is not None:
                proven.append(one)
        extent = witnessed.Extent(len(proven), len(notes) + 1)
        bounds, tightest = witnessed.Bounds(proven), witnessed.Bounds(known)
        for e in b.events:
            bound = bounds.bound(e["seq"])
            self.find(bound != tightest.bound(e["seq"]), "witnessed-unproven", e["seq"])
            self.find(not witnessed.holds(bound, e["recorded_at"]), "event-time", e["seq"])
            extent.count(bound, e["recorded_at"])
        return extent


def verify(raw, policy, trusted):
    """Check a bundle: (stream, number of events, size of the log, sorted findings)."""
    return verify_within(raw, policy, trusted, None)[:4]


def verify_within(raw, policy, trusted, cosigned):
    """The same, with its times against cosigned checkpoints; a fifth part says how many held."""
    try:
        bundle = Bundle(raw)
    except Unreadable:
        return "", 0, 0, [("bundle-unreadable", "", 0, "")], None
    check = Check(bundle)
    check.checkpoint(policy)
    check.events()
    check.older(trusted)
    extent = None if policy is None or cosigned is None else check.witnessed(policy, cosigned)
    findings = sorted(check.findings, key=lambda f: (f[1], f[2], f[0], f[3]))
    return bundle.stream, len(bundle.events), bundle.checkpoint.size, findings, extent
