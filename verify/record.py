"""The record encoding of decision 001, written from that page and nothing else.

Event hashes, commitments to personal words, and the RFC 6962 tree over a log,
with the proof checks of RFC 9162. It shares no code with the Rust server, so
that a mistake in one of them shows as a difference between the two.
"""

import hashlib
import struct

EVENT_TAG = b"candour/ev1"
FIELD_TAG = b"candour/f1"
ZERO = bytes(32)

_U32 = struct.Struct(">I").pack
_U64 = struct.Struct(">Q").pack
_I64 = struct.Struct(">q").pack


def sha256(data):
    """H: the SHA-256 of some bytes."""
    return hashlib.sha256(data).digest()


def string(text):
    """str(x): u32 length of the UTF-8 bytes, then the bytes."""
    raw = text.encode("utf-8")
    return _U32(len(raw)) + raw


def event_header(log, seq, stream, version, kind, data, actor, authority,
                 recorded_at, on_date, prev_hash):
    """The bytes an event hash is taken over."""
    if len(prev_hash) != 32:
        raise ValueError("prev_hash is not 32 bytes")
    return b"".join((
        EVENT_TAG, string(log), _U64(seq), string(stream), _U64(version),
        string(kind), string(data), string(actor), string(authority),
        _I64(recorded_at), string(on_date), prev_hash))


def event_hash(*columns):
    """The hash of an event; takes the columns of event_header."""
    return sha256(event_header(*columns))


def commitment(salt, field, value):
    """The commitment to one personal word.

    The length of the salt is checked because it alone is not length-prefixed:
    a salt of another length could stand for other words.
    """
    if len(salt) != 32:
        raise ValueError("salt is not 32 bytes")
    return sha256(FIELD_TAG + salt + string(field) + string(value))


def leaf(hash_of_event):
    """The tree leaf of an event hash."""
    return sha256(b"\x00" + hash_of_event)


def node(left, right):
    """The tree node above two others."""
    return sha256(b"\x01" + left + right)


EMPTY_ROOT = sha256(b"")


def split(size):
    """The largest power of two smaller than size (RFC 6962, section 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves):
    """The root of a list of leaf hashes, by the recursive definition."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


class Frontier:
    """The roots of the perfect subtrees of the leaves so far, largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def append(self, leaf_hash):
        """Add the next leaf."""
        # Every one bit at the low end of the size is a subtree that is now full.
        size = self.size
        while size & 1:
            leaf_hash = node(self.peaks.pop(), leaf_hash)
            size >>= 1
        self.peaks.append(leaf_hash)
        self.size += 1

    def bytes(self):
        """The frontier as it is stored in a head row."""
        return b"".join(self.peaks)

    def root(self):
        """The root of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node(peak, result)
        return result


def inclusion_proof(index, leaves):
    """PATH(index, leaves) of RFC 6962, nearest sibling first."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion_proof(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion_proof(index - k, leaves[k:]) + [root(leaves[:k])]


def consistency_proof(size, leaves, whole=True):
    """PROOF(size, leaves) of RFC 6962, for 1 <= size <= len(leaves)."""
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if size <= k:
        return consistency_proof(size, leaves[:k], whole) + [root(leaves[k:])]
    return consistency_proof(size - k, leaves[k:], False) + [root(leaves[:k])]


def all_hashes(values):
    """Whether every value is 32 bytes."""
    return all(len(value) == 32 for value in values)


def inclusion_holds(leaf_hash, index, size, proof, root_hash):
    """Whether proof shows leaf_hash at index of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not all_hashes([leaf_hash, *proof]):
        return False
    at, last, result = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            result = node(sibling, result)
            # The right edge has no sibling at some levels: go up to the next.
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node(result, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and result == root_hash


def consistency_holds(size1, root1, size2, root2, proof):
    """Whether proof shows that tree 1 is the start of tree 2 (RFC 9162, 2.1.4.2).

    A first size of 0 is refused: everything extends the empty tree, so such a
    proof says nothing and should not be taken for one.
    """
    if not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if not proof or not all_hashes([root1, *proof]):
        return False
    path = list(proof)
    if size1 & (size1 - 1) == 0:
        path.insert(0, root1)
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node(sibling, first), node(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == root1 and second == root2
