"""Tests of Ed25519, notes and policies: RFC 8032's vectors and C2SP's examples."""

import unittest

import ed25519
import note

# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = ("This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfX"
        "ppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")


class Ed25519(unittest.TestCase):
    """Signatures."""

    def test_rfc_8032(self):
        for key, message, signature in RFC_8032:
            key, message, signature = map(bytes.fromhex, (key, message, signature))
            self.assertTrue(ed25519.holds(key, message, signature))
            self.assertFalse(ed25519.holds(key, message + b"x", signature))
            for at in range(64):
                changed = bytearray(signature)
                changed[at] ^= 1 << at % 8
                self.assertFalse(ed25519.holds(key, message, bytes(changed)), at)

    def test_refused_everywhere(self):
        key, message, signature = map(bytes.fromhex, RFC_8032[0])
        s = int.from_bytes(signature[32:], "little")
        second = signature[:32] + (s + ed25519.L).to_bytes(32, "little")
        self.assertFalse(ed25519.holds(key, message, second))
        self.assertFalse(ed25519.holds(key, message, signature[:63]))
        neutral = (1).to_bytes(32, "little")
        self.assertFalse(ed25519.holds(neutral, message, neutral + bytes(32)))
        self.assertFalse(ed25519.key_holds(neutral))
        self.assertFalse(ed25519.key_holds((2 ** 255 - 1).to_bytes(32, "little")))


class Notes(unittest.TestCase):
    """Notes, checkpoints and policies."""

    def test_example(self):
        self.assertTrue(note.Verifier(VKEY).signed(note.Note(NOTE)))
        self.assertFalse(note.Verifier(VKEY).signed(note.Note(NOTE.replace("This", "that"))))

    def test_a_false_signature_spoils_the_note(self):
        line = NOTE.split("\n\n")[1]
        forged = line.replace("Uw2QOkn8", "Uw2QOkn9")
        self.assertFalse(note.Verifier(VKEY).signed(note.Note(NOTE + forged)))
        other = line.replace("example.com/foo", "example.com/bar")
        self.assertTrue(note.Verifier(VKEY).signed(note.Note(NOTE + other)))

    def test_unreadable_notes(self):
        for bad in ("", "a\n", NOTE[:-1], NOTE.replace("\u2014", "-"), NOTE.replace("=", ""),
                    NOTE.replace("aQM=", "aQN="), NOTE + "\n", NOTE.replace("T", "\t", 1)):
            with self.assertRaises(note.Unreadable, msg=bad):
                note.Note(bad)

    def test_unreadable_keys(self):
        for bad in ("", VKEY[:-1], VKEY.replace("530d", "530e"), VKEY.replace("foo", "fo o"),
                    VKEY.replace("+Aek", "+Bek"), VKEY.replace("foo", "fop")):
            with self.assertRaises(note.Unreadable, msg=bad):
                note.Verifier(bad)

    def test_checkpoints(self):
        root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        signature = "\n" + NOTE.split("\n\n")[1]
        read = note.Checkpoint(note.Note(f"x.example/candour/iopc\n20\n{root}\n{signature}"))
        self.assertEqual((read.log, read.size, len(read.root)), ("iopc", 20, 32))
        for bad in (f"x\n020\n{root}\n", f"x\n-1\n{root}\n", f"x\n{root}\n", f"x\n\n20\n{root}\n",
                    "x\n20\nAA==\n", f"x\n{2 ** 64}\n{root}\n", f"x\n+20\n{root}\n"):
            with self.assertRaises(note.Unreadable, msg=bad):
                note.Checkpoint(note.Note(bad + signature))

    def test_policies(self):
        self.assertEqual(len(note.Policy(f"# ours\nlog {VKEY} https://x\nquorum none\n").logs), 1)
        for bad in ("", f"log {VKEY}\n", "quorum none\n", f"log {VKEY}\nlog {VKEY}\nquorum none",
                    f"log {VKEY}\nquorum none\nquorum none", f"log {VKEY}\nquorum w\n",
                    f"log {VKEY}\nwitness w {VKEY}\nquorum none", f"log {VKEY}\r\nquorum none"):
            with self.assertRaises(note.Unreadable, msg=bad):
                note.Policy(bad)


if __name__ == "__main__":
    unittest.main()
