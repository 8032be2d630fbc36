"""The bound on backdating (decision 008): recorded times against cosigned checkpoints."""

import bisect
import re

import note

TOLERANCE = 120
SOON = 600
MICROS = 1_000_000


def read(text):
    """The notes of a file of cosigned checkpoints, one behind the other; note.Unreadable."""
    notes, lines, signed = [], [], False
    for line in re.findall("[^\n]*\n|[^\n]+", text):
        # A text has no signatures in it, so a line after them that is none begins the next note.
        if signed and not line.startswith(note.DASH):
            notes.append(note.Note("".join(lines)))
            lines = []
        lines.append(line)
        signed = line.startswith(note.DASH)
    return notes + [note.Note("".join(lines))] if lines else notes


class Seen:
    """A checkpoint that a policy's log signed and enough of its witnesses cosigned."""

    def __init__(self, checkpoint, times):
        self.origin, self.log = checkpoint.origin, checkpoint.log or ""
        self.size, self.root = checkpoint.size, checkpoint.root
        self.by, self.since = times


def seen(notes, policy):
    """Those of the notes that were witnessed. The rest prove nothing."""
    found = []
    for one in notes:
        try:
            checkpoint = note.Checkpoint(one)
        except note.Unreadable:
            continue
        times = policy.times(one) if policy.signed(one, checkpoint) else None
        if times is not None:
            found.append(Seen(checkpoint, times))
    return sorted(found, key=lambda one: one.size)


class Bounds:
    """Between which times the events of a log were recorded, as far as witnesses know."""

    def __init__(self, all_seen):
        all_seen = sorted(all_seen, key=lambda one: one.size)
        self.sizes = [one.size for one in all_seen]
        self.since, self.by = [], []
        for one in all_seen:
            self.since.append(max([one.since] + self.since[-1:]))
        for one in reversed(all_seen):
            self.by.append(min([one.by] + self.by[-1:]))
        self.by.reverse()

    def bound(self, seq):
        """(not before, not after) of the event at a place, in seconds; None where not known."""
        covering = bisect.bisect_left(self.sizes, seq)
        return (self.since[covering - 1] if covering else None,
                self.by[covering] if covering < len(self.by) else None)


def holds(bound, recorded_at):
    """Whether a time in microseconds lies within a bound and its tolerance."""
    after, before = bound
    return not (after is not None and recorded_at < (after - TOLERANCE) * MICROS
                or before is not None and recorded_at > (before + TOLERANCE) * MICROS)


class Extent:
    """How much of what was checked lies between cosigned checkpoints."""

    def __init__(self, checkpoints, of):
        self.checkpoints, self.of = checkpoints, of
        self.events = self.between = self.soon = 0

    def count(self, bound, recorded_at):
        """Count an event."""
        after, before = bound
        self.events += 1
        self.between += after is not None and before is not None
        self.soon += before is not None and before * MICROS <= recorded_at + SOON * MICROS

    def line(self):
        """It in words."""
        return (f"witnessed: {self.checkpoints} of {self.of} checkpoints hold; of {self.events} "
                f"events {self.between} lie between two of them, {self.soon} were covered within "
                f"{SOON // 60} minutes")

    def json(self):
        """It as data."""
        return {"checkpoints": self.checkpoints, "of": self.of, "events": self.events,
                "between": self.between, "soon": self.soon}


class Cosigned:
    """Checkpoints that witnesses cosigned, by log."""

    def __init__(self, all_seen=(), of=0):
        self.seen, self.of = list(all_seen), of

    def of_log(self, log):
        """What the walk of a log is given: its bounds, and an extent to count in; or None."""
        ours = [one for one in self.seen if one.log == log]
        return (Bounds(ours), Extent(len(ours), self.of)) if ours else None
