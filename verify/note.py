"""Signed notes, checkpoints and policies (C2SP), as far as decision 005 uses them."""

import base64
import binascii
import hashlib
import re

import ed25519

NOTE_BYTES_MAX = 64 * 1024
ED25519 = b"\x01"
DASH = "\u2014 "


class Unreadable(ValueError):
    """A key, note, checkpoint or policy that is not written as it must be."""


def unbase64(text):
    """The bytes of base64 that is written in the one right way, or Unreadable."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Unreadable("not base64") from None
    if base64.b64encode(raw).decode("ascii") != text:
        raise Unreadable("not the one base64 of its bytes")
    return raw


def checked_name(name):
    """The name of a key: no spaces, no plus signs, no control characters."""
    if not name or any(c.isspace() or c < " " or c == "+" for c in name):
        raise Unreadable("not the name of a key")
    return name


class Verifier:
    """A key to check signatures with, written NAME+ID+BASE64."""

    def __init__(self, line):
        parts = line.split("+", 2)
        if len(parts) != 3:
            raise Unreadable("a verifier key is NAME+ID+BASE64")
        self.name = checked_name(parts[0])
        raw = unbase64(parts[2])
        self.key = raw[1:]
        if raw[:1] != ED25519 or len(self.key) != 32 or not ed25519.key_holds(self.key):
            raise Unreadable("a verifier key must hold an Ed25519 key")
        name = self.name.encode("utf-8")
        self.id = hashlib.sha256(name + b"\n" + ED25519 + self.key).digest()[:4]
        if self.id.hex() != parts[1]:
            raise Unreadable("the id of a verifier key is not that of its name and key")

    def signed(self, note):
        """Whether this key signed a note, and no signature in its name is false."""
        ours = [raw for name, id_, raw in note.signatures if (name, id_) == (self.name, self.id)]
        text = note.text.encode("utf-8")
        return bool(ours) and all(ed25519.holds(self.key, text, raw) for raw in ours)


class Note:
    """A text and the signatures under it, which nobody has checked yet."""

    def __init__(self, note):
        if len(note.encode("utf-8")) > NOTE_BYTES_MAX or any(c < " " and c != "\n" for c in note):
            raise Unreadable("a note is short and holds no control characters")
        text, empty, signatures = note.rpartition("\n\n")
        if not empty or not signatures.endswith("\n"):
            raise Unreadable("a note is a text, an empty line and signatures")
        self.text = text + "\n"
        self.signatures = [self._signature(line) for line in signatures[:-1].split("\n")]

    @staticmethod
    def _signature(line):
        name, space, encoded = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not space:
            raise Unreadable("a signature is a dash, a name and base64")
        raw = unbase64(encoded)
        if len(raw) < 4:
            raise Unreadable("a signature begins with the id of its key")
        return checked_name(name), raw[:4], raw[4:]


class Checkpoint:
    """What a note says about a log."""

    def __init__(self, note):
        lines = note.text[:-1].split("\n")
        if len(lines) < 3 or "" in lines:
            raise Unreadable("a checkpoint has an origin, a size and a root")
        self.origin = lines[0]
        if not re.fullmatch("0|[1-9][0-9]*", lines[1]) or int(lines[1]) >= 2 ** 64:
            raise Unreadable("the size of a checkpoint is a number")
        self.size = int(lines[1])
        self.root = unbase64(lines[2])
        if len(self.root) != 32:
            raise Unreadable("the root of a checkpoint is 32 bytes")

    @property
    def log(self):
        """The name of the log in its database, or None when the origin is not one of ours."""
        name, candour, log = self.origin.partition("/candour/")
        return log if name and candour and log else None


class Policy:
    """The keys of logs that a reader trusts."""

    def __init__(self, text):
        self.logs, quorum = [], False
        for line in text.split("\n"):
            if any(c != "\t" and (c < " " or c == "\x7f") for c in line):
                raise Unreadable("a policy holds no control characters")
            words = [word for word in re.split("[ \t]", line) if word]
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                log = Verifier(words[1])
                if any(log.key == known.key for known in self.logs):
                    raise Unreadable("a key stands twice in the policy")
                self.logs.append(log)
            elif words == ["quorum", "none"] and not quorum:
                quorum = True
            else:
                raise Unreadable(f"a line of the policy is not known: {line}")
        if not self.logs or not quorum:
            raise Unreadable("a policy has a line log KEY and a line quorum none")

    def accepts(self, note, checkpoint):
        """Whether the log that the checkpoint names signed it, by a key of this policy."""
        return any(log.signed(note) for log in self.logs if log.name == checkpoint.origin)
