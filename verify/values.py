"""What a single value of an event has to be (decision 001)."""

import datetime
import functools
import json
import re

import record

MAX_DEPTH = 127


def is_text(value):
    """Whether a value is valid text."""
    return isinstance(value, str)


def is_integer(value):
    """Whether a value is an integer."""
    return isinstance(value, int)


def is_hash(value):
    """Whether a value is 32 bytes."""
    return isinstance(value, bytes) and len(value) == 32


@functools.lru_cache(maxsize=4096)
def date_holds(text):
    """Whether an on_date is empty or a real date."""
    if text == "":
        return True
    match = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    try:
        return bool(match) and bool(datetime.date(*map(int, match.groups())))
    except ValueError:
        return False


def finite(text):
    """A number that a double can hold."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value


def no_constant(name):
    """Refuse NaN and the infinities."""
    raise ValueError(f"{name} is not JSON")


def unique_pairs(pairs):
    """An object in which no key occurs twice."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


# Python's decoder is laxer than RFC 8259 (NaN) and, like most, lets the last of
# two equal keys win; two readers could then see different words in one record.
DECODER = json.JSONDecoder(object_pairs_hook=unique_pairs, parse_float=finite,
                           parse_int=finite, parse_constant=no_constant)
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def check_nested(value, depth=0):
    """Raise ValueError for nesting that is too deep or half a surrogate pair."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, (dict, list)):
        if depth == MAX_DEPTH:
            raise ValueError("nested too deeply")
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        for item in inner:
            check_nested(item, depth + 1)


def parse_data(data):
    """The object that data holds, or None when it is not a JSON object."""
    try:
        value = DECODER.decode(data)
        # The walk is slow, so only data that could fail it is walked.
        if data.count("[") + data.count("{") > MAX_DEPTH or SURROGATE.search(data):
            check_nested(value)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


HEX64 = re.compile("[0-9a-f]{64}")


def commitments(content):
    """The commitments an event names by field, or None when `texts` is wrong."""
    texts = content.get("texts", {})
    if not isinstance(texts, dict):
        return None
    for value in texts.values():
        if not is_text(value) or not HEX64.fullmatch(value):
            return None
    return texts


def opens(salt, field, value, expected):
    """Whether a text row opens a commitment given as hex."""
    return (is_hash(salt) and is_text(value)
            and record.commitment(salt, field, value).hex() == expected)


POSITION = re.compile("[1-9][0-9]{0,15}")


def disposal(content, at):
    """What a disposal at a position names, ((seq, field), commitment), and who proposed it.

    None when the data is not as it must be: only what came before can be disposed of.
    """
    by, disposed = content.get("by"), content.get("disposed")
    if not is_text(by) or not isinstance(disposed, dict):
        return None
    named = []
    for position, fields in disposed.items():
        if not POSITION.fullmatch(position) or int(position) >= at or not isinstance(fields, dict):
            return None
        for field, commitment in fields.items():
            if not is_text(commitment) or not HEX64.fullmatch(commitment):
                return None
            named.append(((int(position), field), commitment))
    return named, by


class Disposals:
    """The words that the disposals of a log name, each until its event is met (decision 013)."""

    KIND = "words.disposed"

    def __init__(self):
        self.named = {}

    def take(self, seq, stream, kind, data, actor):
        """Take in an event that can be read; gives what is wrong with it as a disposal."""
        content = parse_data(data) if kind == self.KIND else None
        # What is no object or names no texts is event-data, and names nothing.
        if content is None or commitments(content) is None:
            return ()
        found = disposal(content, seq)
        if found is None:
            return ("disposal-data",)
        for place, commitment in found[0]:
            self.named.setdefault(place, []).append((stream, commitment))
        return ("disposal-approval",) if found[1] == actor else ()

    def names(self, seq, stream, field, commitment):
        """Whether a disposal in the same stream names this commitment; the first such is met."""
        waiting = self.named.get((seq, field), [])
        if (stream, commitment) not in waiting:
            return False
        waiting.remove((stream, commitment))
        return True

    def unknown(self):
        """The places that disposals name and at which no event names such a commitment."""
        return [place for place, waiting in self.named.items() if waiting]
