"""Checks the tiles of a log against a checkpoint (decision 009), without any database.

Tiles are those of C2SP tlog-tiles, from a folder or over HTTP. An entry of the log
is here the 32-byte hash of an event, and so shows nothing of it.
"""

import os
import urllib.error
import urllib.request

import record

WIDTH = 256
LEVELS = 8
ENTRY = b"\x00\x20"


def place(index):
    """The path of a tile in its level: 1234067 is x001/x234/067."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


def path(level, index, width):
    """The address of a tile under that of its log; level is a number or "entries"."""
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{place(index)}{partial}"


def reader(source):
    """The function that reads a path from a folder or an address: bytes, or None when there are none."""
    if not source.startswith(("http://", "https://")):
        def from_folder(name):
            try:
                with open(os.path.join(source, *name.split("/")), "rb") as file:
                    return file.read()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return from_folder

    def from_address(name):
        try:
            with urllib.request.urlopen(f"{source.rstrip('/')}/{name}", timeout=60) as answer:
                # No tile and no checkpoint is longer.
                return answer.read(64 * 1024 + 1)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise
    return from_address


class Check:
    """The checks of one set of tiles."""

    def __init__(self, checkpoint, read):
        self.checkpoint, self.read, self.findings = checkpoint, read, set()
        self.log = checkpoint.log or ""

    def find(self, code, seq=0, field=""):
        """Add a finding."""
        self.findings.add((code, self.log, seq, field))

    def tiles(self, level):
        """The tiles of a level: (index, width, position of the first event, bytes of one entry)."""
        below = 1 if level == "entries" else WIDTH ** level
        hashes = self.checkpoint.size // below
        for index in range(-(-hashes // WIDTH)):
            yield index, min(WIDTH, hashes - index * WIDTH), index * WIDTH * below + 1, below

    def parts(self, level, index, width, seq, each):
        """The parts of a tile, each so many bytes; None when it is not there or has another size."""
        name = path(level, index, width)
        raw = self.read(name)
        if raw is None:
            self.find("tile-missing", seq, name)
            return None
        parts = [raw[at:at + each] for at in range(0, len(raw), each)]
        if len(raw) != width * each or each == 34 and any(part[:2] != ENTRY for part in parts):
            self.find("tile-size", seq, name)
            return None
        return parts

    def entries(self):
        """All entries, or None where some are missing."""
        entries = []
        for index, width, seq, _ in self.tiles("entries"):
            parts = self.parts("entries", index, width, seq, 34)
            if parts is None or entries is None:
                entries = None
            else:
                entries += [part[2:] for part in parts]
        return entries

    def level(self, level, known):
        """Check a level against what the one below comes to: its roots, and what no tile covers."""
        roots, rest = [], []
        for index, width, seq, below in self.tiles(level):
            parts = self.parts(level, index, width, seq, 32)
            for n, part in enumerate(parts or ()):
                at = index * WIDTH + n
                if at < len(known) and known[at] not in (None, part):
                    self.find("tile-hash", seq + n * below, path(level, index, width))
            if width == WIDTH:
                roots.append(None if parts is None else record.root(parts))
            else:
                rest = parts
        return roots, rest

    def root(self, rests):
        """The root of the tree from what no tile covers, level by level."""
        peaks = []
        for level in reversed(range(len(rests))):
            for top in rests[level]:
                height = 8 * level
                while peaks and peaks[-1][0] == height:
                    height, top = height + 1, record.node(peaks.pop()[1], top)
                peaks.append((height, top))
        if not peaks:
            return record.EMPTY_ROOT
        top = peaks.pop()[1]
        while peaks:
            top = record.node(peaks.pop()[1], top)
        return top

    def older(self, trusted, entries):
        """Hold the entries against the checkpoints that somebody holds."""
        for held in trusted:
            if held.origin != self.checkpoint.origin:
                self.find("trusted-origin", held.size)
            elif held.size > self.checkpoint.size:
                self.find("trusted-size", held.size)
            elif entries is not None:
                tree = record.Frontier()
                for entry in entries[:held.size]:
                    tree.append(record.leaf(entry))
                if tree.root() != held.root:
                    self.find("trusted-root", held.size)


def verify(checkpoint, trusted, read):
    """Check the tiles that `read` gives against a checkpoint: sorted findings."""
    check = Check(checkpoint, read)
    entries = check.entries()
    check.older(trusted, entries)
    known = [record.leaf(entry) for entry in entries or ()]
    rests = []
    for level in range(LEVELS):
        known, rest = check.level(level, known)
        rests.append(rest)
    if None not in rests and check.root(rests) != checkpoint.root:
        check.find("checkpoint-root")
    return sorted(check.findings, key=lambda f: (f[1], f[2], f[0], f[3]))
