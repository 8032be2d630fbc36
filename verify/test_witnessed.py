"""Tests of cosignatures, policies with witnesses and the bound on backdating."""

import base64
import hashlib
import json
import pathlib
import unittest

import note
import test_bundle
import witnessed

ROOT = bytes(range(32))
HERE = pathlib.Path(__file__).resolve().parent


class Cosigner(test_bundle.Signer):
    """A witness's key that signs."""

    def __init__(self, seed, name):
        super().__init__(seed, name)
        self.id = hashlib.sha256(name.encode() + b"\n\x04" + self.public).digest()[:4]

    @property
    def verifier(self):
        key = base64.b64encode(b"\x04" + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    def line(self, text, time):
        """The line of a cosignature under a checkpoint's text."""
        raw = test_bundle.signature(self, f"cosignature/v1\ntime {time}\n{text}".encode())
        raw = self.id + time.to_bytes(8, "big") + raw
        return f"\u2014 {self.name} {base64.b64encode(raw).decode()}\n"


WITNESSES = [Cosigner(bytes([100 + n]) * 32, f"w{n}.example") for n in range(1, 4)]
SIGNER = test_bundle.SIGNER
LINES = "".join(f"witness w{n} {one.verifier}\n" for n, one in enumerate(WITNESSES, 1))
TWO = note.Policy(f"log {SIGNER.verifier}\n{LINES}group two 2 w1 w2 w3\nquorum two\n")


def cosigned(size, times, root=ROOT):
    """A checkpoint that the witnesses cosigned at times; None for one that did not."""
    plain = SIGNER.checkpoint(size, root)
    body = plain.split("\n\n")[0] + "\n"
    return plain + "".join(one.line(body, time) for one, time in zip(WITNESSES, times)
                           if time is not None)


class Cosignatures(unittest.TestCase):
    """Quorums and times."""

    def test_times(self):
        for times, expected in (((10, 12, None), (12, 10)), ((10, 12, 9999), (12, 12)),
                                ((10, 12, 0), (10, 10)), ((10, None, None), None)):
            self.assertEqual(TWO.times(note.Note(cosigned(5, times))), expected)
        forged = cosigned(5, (10, 12, None)).replace("\n5\n", "\n6\n")
        self.assertIsNone(TWO.times(note.Note(forged)))
        late = note.Note(cosigned(5, (2 ** 63, 12, None)))
        self.assertEqual(TWO.witnesses["w1"].times(late), [])

    def test_policies(self):
        a, b = WITNESSES[0].verifier, WITNESSES[1].verifier
        one, log = f"witness a {a}\n", SIGNER.verifier
        for bad in ("quorum w", f"quorum a\n{one}", f"{one}witness a {b}\nquorum a",
                    f"{one}witness b {a}\nquorum a", f"witness none {a}\nquorum none",
                    f"witness a {log}\nquorum a", f"{one}group g 0 a\nquorum g",
                    f"{one}group g 2 a\nquorum g", f"{one}group g +1 a\nquorum g",
                    f"{one}group g any\nquorum a", f"{one}group g any a a\nquorum g",
                    f"{one}group g any a\ngroup h any a\nquorum g",
                    f"{one}group g any g\nquorum g", one):
            with self.assertRaises(note.Unreadable, msg=bad):
                note.Policy(f"log {log}\n{bad}\n")

    def test_bounds(self):
        notes = [cosigned(10, (1000,) * 3), cosigned(10, (1500, 1500, None)),
                 cosigned(20, (2000, 2000, None)), cosigned(30, (2500, None, None)),
                 cosigned(40, (3000, 3000, None))]
        read = witnessed.read("".join(notes))
        self.assertEqual(len(read), 5)
        seen = witnessed.seen(read, TWO)
        self.assertEqual(len(seen), 4)
        bounds = witnessed.Bounds(seen)
        for seq, expected in ((10, (None, 1000)), (11, (1500, 2000)), (21, (2000, 3000)),
                              (40, (2000, 3000)), (41, (3000, None))):
            self.assertEqual(bounds.bound(seq), expected)
        bound = (1500, 2000)
        self.assertTrue(witnessed.holds(bound, 1_380_000_000))
        self.assertFalse(witnessed.holds(bound, 1_379_999_999))
        self.assertFalse(witnessed.holds(bound, 2_120_000_001))
        for bad in ("".join(notes)[:-9], "x\n"):
            with self.assertRaises(note.Unreadable):
                witnessed.read(bad)

    def test_vectors(self):
        """The vectors that the first implementation is held against too."""
        vectors = json.loads((HERE / "cosignatures.json").read_text("utf-8"))
        policy = note.Policy(vectors["policy"])
        for vector in vectors["notes"]:
            times = policy.times(note.Note(vector["note"]))
            self.assertEqual(times and list(times), vector["times"], vector["about"])

    def test_every_code_is_in_the_decision(self):
        page = (HERE.parent / "docs/decisions/008-witnesses.md").read_text("utf-8")
        for code in ("checkpoint-quorum", "event-time", "witnessed-root", "witnessed-size",
                     "witnessed-unproven"):
            self.assertIn(f"`{code}`", page)


if __name__ == "__main__":
    unittest.main()
