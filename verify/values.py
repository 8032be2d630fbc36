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
