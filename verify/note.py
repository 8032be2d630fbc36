"""Signed notes, checkpoints and policies (C2SP), as far as decision 005 uses them."""

import base64
import binascii
import hashlib
import re

import ed25519

NOTE_BYTES_MAX = 64 * 1024
ED25519 = b"\x01"
COSIGNATURE = b"\x04"
# Logs, witnesses and groups in one policy, each.
EACH_MAX = 64
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


class Key:
    """A key to check signatures with, written NAME+ID+BASE64, of the type that its class says."""

    TYPE = b""

    def __init__(self, line):
        parts = line.split("+", 2)
        if len(parts) != 3:
            raise Unreadable("a verifier key is NAME+ID+BASE64")
        self.name = checked_name(parts[0])
        raw = unbase64(parts[2])
        self.key = raw[1:]
        if raw[:1] != self.TYPE or len(self.key) != 32 or not ed25519.key_holds(self.key):
            raise Unreadable("a verifier key must hold an Ed25519 key of its type")
        name = self.name.encode("utf-8")
        self.id = hashlib.sha256(name + b"\n" + self.TYPE + self.key).digest()[:4]
        if self.id.hex() != parts[1]:
            raise Unreadable("the id of a verifier key is not that of its name and key")

    def of(self, note):
        """The signatures of a note in this key's name and with its id."""
        return [raw for name, id_, raw in note.signatures if (name, id_) == (self.name, self.id)]


class Verifier(Key):
    """The key of a log."""

    TYPE = ED25519

    def signed(self, note):
        """Whether this key signed a note, and no signature in its name is false."""
        ours, text = self.of(note), note.text.encode("utf-8")
        return bool(ours) and all(ed25519.holds(self.key, text, raw) for raw in ours)


class Witness(Key):
    """The key of a witness, which signs a checkpoint together with a time."""

    TYPE = COSIGNATURE

    def times(self, note):
        """When it cosigned, in seconds since 1970; nothing when any in its name is false."""
        times = [self._time(note, raw) for raw in self.of(note)]
        return [] if None in times else times

    def _time(self, note, raw):
        time = int.from_bytes(raw[:8], "big")
        message = f"cosignature/v1\ntime {time}\n{note.text}".encode("utf-8")
        holds = len(raw) > 8 and time < 2 ** 63 and ed25519.holds(self.key, message, raw[8:])
        return time if holds else None


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
    """The keys of logs that a reader trusts, and the witnesses of whom some must have cosigned."""

    def __init__(self, text):
        self.logs, self.witnesses, self.groups = [], {}, {}
        self.quorum = None
        self._taken = set()
        for line in text.split("\n"):
            if any(c != "\t" and (c < " " or c == "\x7f") for c in line):
                raise Unreadable("a policy holds no control characters")
            words = [word for word in re.split("[ \t]", line) if word]
            if words and not words[0].startswith("#"):
                self._line(words, line)
        if not self.logs or self.quorum is None:
            raise Unreadable("a policy has a line log KEY and a line quorum NAME or quorum none")

    def _line(self, words, line):
        if words[0] == "log" and len(words) in (2, 3):
            self.logs.append(self._fresh(Verifier(words[1]), len(self.logs)))
        elif words[0] == "witness" and len(words) in (3, 4):
            witness = self._fresh(Witness(words[2]), len(self.witnesses))
            self.witnesses[self._unnamed(words[1])] = witness
        elif words[0] == "group" and len(words) > 3 and len(self.groups) < EACH_MAX:
            self.groups[self._unnamed(words[1])] = self._group(words[2], words[3:])
        elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
            self.quorum = words[1] if words[1] == "none" else self._named(words[1])
        else:
            raise Unreadable(f"a line of the policy is not known: {line}")

    def _group(self, least, members):
        for member in members:
            # Each counts in one place only, so that no witness is counted twice.
            if self._named(member) in self._taken:
                raise Unreadable(f"{member} stands in a group already")
            self._taken.add(member)
        if least not in ("all", "any") and not re.fullmatch("[1-9][0-9]*", least):
            raise Unreadable("a group is NAME all|any|K NAME...")
        number = {"all": len(members), "any": 1}.get(least) or int(least)
        if number > len(members):
            raise Unreadable("a group asks for more than its members")
        return number, members

    def _named(self, name):
        if name not in self.witnesses and name not in self.groups:
            raise Unreadable(f"{name} is not defined above its line")
        return name

    def _unnamed(self, name):
        if name == "none" or name in self.witnesses or name in self.groups:
            raise Unreadable(f"the name {name} is taken")
        return name

    def _fresh(self, key, lines):
        # A log's key is no witness of that log, whatever it is called.
        if any(key.key == known.key for known in (*self.logs, *self.witnesses.values())):
            raise Unreadable("a key stands twice in the policy")
        if lines == EACH_MAX:
            raise Unreadable("too many lines of one kind in the policy")
        return key

    @property
    def asks_witnesses(self):
        """Whether any cosignature is asked for."""
        return self.quorum != "none"

    def signed(self, note, checkpoint):
        """Whether the log that the checkpoint names signed it, by a key of this policy."""
        return any(log.signed(note) for log in self.logs if log.name == checkpoint.origin)

    def cosigned(self, note):
        """Whether enough of its witnesses cosigned the note."""
        return not self.asks_witnesses or self.times(note) is not None

    def accepts(self, note, checkpoint):
        """Whether the log signed the checkpoint and enough witnesses cosigned it."""
        return self.signed(note, checkpoint) and self.cosigned(note)

    def times(self, note):
        """By when a quorum had seen the checkpoint, and since when it knew of nothing newer.

        None where there was no quorum, or none is asked for.
        """
        if not self.asks_witnesses:
            return None
        times = {name: witness.times(note) for name, witness in self.witnesses.items()}
        every = sorted({time for some in times.values() for time in some})
        by = [t for t in every if self._holds(self.quorum, times, lambda time: time <= t)]
        since = [t for t in every if self._holds(self.quorum, times, lambda time: time >= t)]
        return (by[0], since[-1]) if by else None

    def _holds(self, name, times, counts):
        if name in self.witnesses:
            return any(counts(time) for time in times[name])
        number, members = self.groups[name]
        return sum(self._holds(member, times, counts) for member in members) >= number
