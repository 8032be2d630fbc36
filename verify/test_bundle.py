"""Tests of bundles: one is made and signed here, and everything that is changed in it is found."""

import base64
import copy
import hashlib
import json
import pathlib
import random
import re
import unittest

import bundle
import ed25519
import make_vectors
import note
import record
import test_verify

ORIGIN = "records.example/candour/iopc"
HERE = pathlib.Path(__file__).resolve().parent


def encoded(point):
    """The 32 bytes of a point."""
    inverse = pow(point[2], -1, ed25519.P)
    x, y = point[0] * inverse % ed25519.P, point[1] * inverse % ed25519.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class Signer:
    """A key that signs, as in RFC 8032, 5.1.5 and 5.1.6."""

    def __init__(self, seed, name=ORIGIN):
        digest = hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix, self.name = digest[32:], name
        self.public = encoded(ed25519.times(self.scalar, ed25519.BASE))
        typed = name.encode() + b"\n\x01" + self.public
        self.id = hashlib.sha256(typed).digest()[:4]

    @property
    def verifier(self):
        """The key to hand to others."""
        key = base64.b64encode(b"\x01" + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    def checkpoint(self, size, root, origin=ORIGIN):
        """A signed checkpoint."""
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        raw = self.id + signature(self, text.encode())
        return f"{text}\n\u2014 {self.name} {base64.b64encode(raw).decode()}\n"


def signature(signer, message):
    """The 64 bytes of a signature."""
    def number(*parts):
        return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ed25519.L
    r = number(signer.prefix, message)
    point = encoded(ed25519.times(r, ed25519.BASE))
    s = (r + number(point, signer.public, message) * signer.scalar) % ed25519.L
    return point + s.to_bytes(32, "little")


def made(disposed=()):
    """An honest bundle as an object, its signer, and the roots of its log at each size.

    The words of the fields in `disposed` are named as disposed of, and are still there.
    """
    db, rng, signer = make_vectors.Database(), random.Random(4), Signer(b"s" * 32)
    db.add("iopc", "log", "log.opened", {"clock": "real"}, 1, "")
    for n in range(20):
        db.add("iopc", f"case:{n % 3}", "something.done", {"n": n}, 10 + n, "2024-02-29",
               [("reasons", f"words {n}"), ("name", "ŵ")] if n % 2 else [], rng)
    if disposed:
        named = {}
        for row in db.event:
            texts = json.loads(row["data"]).get("texts", {})
            if row["stream"] == "case:1" and set(disposed) & set(texts):
                named[str(row["seq"])] = {field: texts[field] for field in disposed}
        db.add("iopc", "case:1", "words.disposed", {"by": "u-03", "disposed": named}, 90,
               "2024-03-01")
    leaves = [record.leaf(row["hash"]) for row in db.event]
    roots = [record.root(leaves[:size]) for size in range(len(leaves) + 1)]

    def hexed(values):
        return [value.hex() for value in values]
    ours = [row for row in db.event if row["stream"] == "case:1"]
    events = [{**{k: v.hex() if isinstance(v, bytes) else v for k, v in row.items()
                  if k in bundle.EVENT_KEYS},
               "proof": hexed(record.inclusion_proof(row["seq"] - 1, leaves))} for row in ours]
    texts = [{"seq": t["seq"], "field": t["field"], "salt": t["salt"].hex(), "value": t["value"]}
             for t in db.text if t["seq"] in {row["seq"] for row in ours}]
    texts.sort(key=lambda t: (t["seq"], t["field"]))
    consistency = [{"size": 9, "root": roots[9].hex(),
                    "proof": hexed(record.consistency_proof(9, leaves))}]
    whole = {"format": bundle.FORMAT, "log": "iopc", "stream": "case:1", "key": signer.verifier,
             "checkpoint": signer.checkpoint(len(leaves), roots[-1]),
             "events": events, "texts": texts, "consistency": consistency}
    return whole, signer, roots


WHOLE, SIGNER, ROOTS = made()
POLICY = note.Policy(f"log {SIGNER.verifier}\nquorum none\n")


def codes(whole, policy=POLICY, trusted=()):
    """The codes of what is found in a bundle."""
    found = bundle.verify(json.dumps(whole).encode(), policy, trusted)[3]
    return [code for code, _, _, _ in found]


def held(size, root, origin=ORIGIN):
    """A checkpoint that somebody holds."""
    return note.Checkpoint(note.Note(SIGNER.checkpoint(size, root, origin)))


def with_change(change):
    """The honest bundle with a change made to it."""
    whole = copy.deepcopy(WHOLE)
    change(whole)
    return whole


class Bundles(unittest.TestCase):
    """What is found in bundles."""

    def test_honest(self):
        found = bundle.verify(json.dumps(WHOLE).encode(), POLICY, [held(9, ROOTS[9])])
        self.assertEqual(found, ("case:1", 7, 21, []))
        self.assertEqual(codes(WHOLE, trusted=[held(21, ROOTS[21])]), [])
        self.assertEqual(codes(WHOLE, policy=None), [])

    def test_disposed(self):
        whole, _, _ = made(disposed=["name"])
        names = [t for t in whole["texts"] if t["field"] == "name"]
        self.assertGreater(len(names), 2)
        self.assertEqual(codes(whole), ["disposal-undone"] * len(names))
        whole["texts"] = [t for t in whole["texts"] if t["field"] != "name"]
        self.assertEqual(codes(whole), [])
        del whole["texts"][0]
        self.assertEqual(codes(whole), ["text-missing"])
        del whole["events"][-1]
        self.assertEqual(set(codes(whole)), {"text-missing"})

    def test_held_elsewhere(self):
        self.assertEqual(codes(WHOLE, trusted=[held(9, ROOTS[8])]), ["trusted-root"])
        self.assertEqual(codes(WHOLE, trusted=[held(8, ROOTS[8])]), ["trusted-unproven"])
        self.assertEqual(codes(WHOLE, trusted=[held(22, ROOTS[8])]), ["trusted-unproven"])
        other = held(9, ROOTS[9], "records.example/candour/other")
        self.assertEqual(codes(WHOLE, trusted=[other]), ["trusted-origin"])

    def test_another_signer(self):
        other = Signer(b"t" * 32)
        forged = with_change(lambda w: w.update(
            key=other.verifier, checkpoint=other.checkpoint(21, ROOTS[21])))
        self.assertEqual(codes(forged, policy=None), [])
        self.assertEqual(codes(forged), ["checkpoint-policy"])
        unsigned = with_change(lambda w: w.update(key=other.verifier))
        self.assertEqual(codes(unsigned), ["checkpoint-signature"])
        elsewhere = Signer(b"s" * 32, "records.example/candour/other")
        moved = with_change(lambda w: w.update(
            key=elsewhere.verifier, checkpoint=elsewhere.checkpoint(21, ROOTS[21], elsewhere.name)))
        self.assertEqual(codes(moved), ["checkpoint-origin", "checkpoint-policy"])

    def test_changed(self):
        for change, expected in (
                (lambda w: w["events"][2].update(actor="x"), ["event-hash", "event-proof"]),
                (lambda w: w["events"].pop(2),
                 ["text-stray"] * 2 + ["event-link"] + ["event-version"] * 4),
                (lambda w: w["events"][2].update(hash="00" * 32), ["event-hash", "event-link"]),
                (lambda w: w["events"][2]["proof"].pop(), ["event-proof"]),
                (lambda w: w["texts"][1].update(value="x"), ["text-mismatch"]),
                (lambda w: w["texts"].pop(), ["text-missing"]),
                (lambda w: w["texts"].append({"seq": 99, "field": "", "salt": "00" * 32,
                                              "value": ""}), ["text-stray"]),
                (lambda w: w["consistency"][0].update(size=8), ["consistency-proof"]),
                (lambda w: w["consistency"][0]["proof"].reverse(), ["consistency-proof"])):
            self.assertEqual(codes(with_change(change)), expected)

    def test_event_order_and_data(self):
        self.assertIn("event-order", codes(with_change(lambda w: w["events"].reverse())))
        self.assertIn("event-data", codes(with_change(lambda w: w["events"][0].update(data="[]"))))

    def test_unreadable(self):
        for change in (
                lambda w: w.update(format="candour/bundle2"), lambda w: w.update(more=1),
                lambda w: w.pop("texts"), lambda w: w.update(events=[]), lambda w: w.update(log=""),
                lambda w: w["events"][0].update(seq=0), lambda w: w["events"][0].update(seq=1.0),
                lambda w: w["events"][0].update(seq=True), lambda w: w["events"][0].update(more=1),
                lambda w: w["events"][0].update(recorded_at=2 ** 63),
                lambda w: w["events"][0].update(hash="AA" * 32), lambda w: w["texts"].reverse(),
                lambda w: w["texts"].append(w["texts"][-1]), lambda w: w.update(key="x"),
                lambda w: w["events"][0].update(kind="\ud800"),
                lambda w: w["events"][0].update(proof=["00" * 32] * 65)):
            self.assertEqual(codes(with_change(change)), ["bundle-unreadable"])
        raw = json.dumps(WHOLE)
        for bad in ("", "[]", raw + "x", raw[:-1] + ', "log": "iopc"}', "\ufeff" + raw):
            self.assertEqual(bundle.verify(bad.encode(), None, [])[3][0][0], "bundle-unreadable")
        self.assertEqual(bundle.verify(b"\xff", None, [])[3][0][0], "bundle-unreadable")

    def test_every_code_is_in_the_decision(self):
        decisions = HERE.parent / "docs/decisions"
        page = "".join(path.read_text("utf-8") for path in decisions.glob("00[58]-*.md"))
        source = (HERE / "bundle.py").read_text("utf-8")
        kinds = "bundle|checkpoint|event|text|consistency|trusted|witnessed"
        used = set(re.findall(f'"((?:{kinds})-[a-z]+)"', source))
        self.assertEqual(len(used), 21)
        for code in used:
            self.assertIn(f"`{code}`", page)


class Trusted(test_verify.Files):
    """A database held against an older checkpoint."""

    def test_trusted(self):
        tables = test_verify.VECTORS["logs"]["valid"]
        database = self.database(tables)
        hashes = [bytes.fromhex(row[-1]) for row in tables["event"] if row[0] == "iopc"]
        leaves = list(map(record.leaf, hashes))
        path, policy = self.directory / "held", self.directory / "policy"
        policy.write_text(f"log {SIGNER.verifier}\nquorum none\n", "utf-8")

        def run(size, root):
            path.write_text(SIGNER.checkpoint(size, root), "utf-8")
            return test_verify.run("--database", database, "--trusted", str(path),
                                   "--policy", str(policy))
        for size in range(len(leaves) + 1):
            self.assertEqual(run(size, record.root(leaves[:size]))[0], 0, size)
            self.assertEqual(run(size, record.ZERO)[0], 1, size)
        status, out = run(len(leaves) + 1, record.ZERO)
        self.assertEqual((status, out.split("\t")[0]), (1, "trusted-size"))
        policy.write_text(f"log {Signer(b't' * 32).verifier}\nquorum none\n", "utf-8")
        self.assertEqual(run(1, record.root(leaves[:1]))[0], 2)


if __name__ == "__main__":
    unittest.main()
