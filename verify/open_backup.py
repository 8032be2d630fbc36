"""Opens a backup under its key (decision 017) without Candour, and writes its lines.

    python3 verify/open_backup.py --keys backup-keys.json candour.backup > lines

Written from RFC 8439 and draft-irtf-cfrg-xchacha in plain Python: slow (about a megabyte
in two seconds), and with nothing to install. It writes no line of a piece that does not open, and what
it wrote before one is not the whole backup: look at how it ended.
"""

import argparse
import hmac
import json
import struct
import sys

PIECE = 64 << 10
TAG = 16
PREFIX = 16
WORD = 0xFFFFFFFF
CONSTANT = struct.unpack("<4I", b"expand 32-byte k")
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)


class Wrong(Exception):
    """The backup or its key is not what it should be."""


def rounds(state):
    """The twenty rounds of ChaCha20."""
    x = list(state)
    for _ in range(10):
        for a, b, c, d in QUARTERS:
            x[a] = (x[a] + x[b]) & WORD
            x[d] ^= x[a]
            x[d] = (x[d] << 16 | x[d] >> 16) & WORD
            x[c] = (x[c] + x[d]) & WORD
            x[b] ^= x[c]
            x[b] = (x[b] << 12 | x[b] >> 20) & WORD
            x[a] = (x[a] + x[b]) & WORD
            x[d] ^= x[a]
            x[d] = (x[d] << 8 | x[d] >> 24) & WORD
            x[c] = (x[c] + x[d]) & WORD
            x[b] ^= x[c]
            x[b] = (x[b] << 7 | x[b] >> 25) & WORD
    return x


def block(key, counter, nonce):
    """One block of the key stream; the nonce has 12 bytes."""
    state = CONSTANT + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & WORD for a, b in zip(rounds(state), state)))


def key_of(key, nonce):
    """HChaCha20: the key for what has the same first 16 bytes of nonce."""
    x = rounds(CONSTANT + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *(x[:4] + x[12:]))


def poly1305(key, message):
    """The tag of a message under a key that is used once."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at:at + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def padded(data):
    return data + bytes(-len(data) % 16)


def opened(key, nonce, sealed, bound):
    """The plaintext of one XChaCha20-Poly1305 message, or None when it does not open."""
    key, nonce = key_of(key, nonce[:16]), bytes(4) + nonce[16:]
    sealed, tag = sealed[:-TAG], sealed[-TAG:]
    lengths = struct.pack("<QQ", len(bound), len(sealed))
    if not hmac.compare_digest(poly1305(block(key, 0, nonce)[:32], padded(bound) + padded(sealed) + lengths), tag):
        return None
    stream = b"".join(block(key, 1 + n, nonce) for n in range((len(sealed) + 63) // 64))
    return bytes(a ^ b for a, b in zip(sealed, stream))


def key_in(keys, key_id):
    """The key of an id in the text of a key file."""
    for entry in json.loads(keys)["keys"]:
        if entry["id"] == key_id:
            if "key" not in entry:
                raise Wrong(f"the key {key_id} ended, and nobody can read this backup")
            return bytes.fromhex(entry["key"])
    raise Wrong(f"the key {key_id} is not in this key file")


def pieces(file, keys):
    """The first line, and then the plaintext of each piece."""
    first = file.readline(1 << 16)
    header = json.loads(first)
    if "key" not in header:
        raise Wrong("it is in the clear")
    key = key_in(keys, header["key"])
    yield first
    prefix, n = file.read(PREFIX), 0
    piece = file.read(PIECE + TAG)
    while piece:
        following = file.read(PIECE + TAG)
        nonce = prefix + n.to_bytes(7, "big") + bytes([not following])
        plain = opened(key, nonce, piece, first) if len(piece) > TAG and len(nonce) == 24 else None
        if plain is None:
            break
        yield plain
        if not following:
            return
        piece, n = following, n + 1
    raise Wrong(f"its piece {n + 1} does not open: the file was changed, or is cut short there")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", required=True, help="the key file")
    parser.add_argument("backup")
    given = parser.parse_args()
    try:
        with open(given.keys, encoding="utf-8") as file:
            keys = file.read()
        with open(given.backup, "rb") as file:
            for plain in pieces(file, keys):
                sys.stdout.buffer.write(plain)
    except (Wrong, OSError, ValueError, KeyError, TypeError) as wrong:
        sys.exit(f"{given.backup}: {wrong}")


if __name__ == "__main__":
    main()
