"""Tests of the proofs about a tree: every place of every small tree, and forgeries."""

import random
import unittest

import record

SIZE_MAX = 130


def forgeries(proof, turn):
    """A proof with one hash changed or swapped, one missing, or one too many."""
    forged = [proof + [record.ZERO], [record.ZERO] + proof, proof + [b"short"]]
    if proof:
        at = turn % len(proof)
        changed = bytearray(proof[at])
        changed[turn % 32] ^= 1 << turn % 8
        forged += [proof[:-1], proof[1:], proof[:at] + [bytes(changed)] + proof[at + 1:]]
        if at + 1 < len(proof):
            forged.append(proof[:at] + [proof[at + 1], proof[at]] + proof[at + 2:])
    return forged


class Proofs(unittest.TestCase):
    """Honest proofs hold, for every place of every tree; forged ones do not."""

    @classmethod
    def setUpClass(cls):
        rng = random.Random(1)
        cls.leaves = [record.leaf(rng.randbytes(32)) for _ in range(SIZE_MAX + 1)]
        cls.roots = [record.root(cls.leaves[:size]) for size in range(SIZE_MAX + 1)]

    def test_inclusion(self):
        for size in range(1, SIZE_MAX + 1):
            leaves, root = self.leaves[:size], self.roots[size]
            for index in range(0, size, 1 if size < 40 else 7):
                proof = record.inclusion_proof(index, leaves)
                ours = leaves[index]
                self.assertTrue(record.inclusion_holds(ours, index, size, proof, root))
                self.assertFalse(record.inclusion_holds(
                    self.leaves[index + 1], index, size, proof, root))
                self.assertFalse(record.inclusion_holds(ours, index + 1, size, proof, root))
                self.assertFalse(record.inclusion_holds(
                    ours, index, size - 1, proof, self.roots[size - 1]))
                for forged in forgeries(proof, index):
                    self.assertFalse(record.inclusion_holds(ours, index, size, forged, root))

    def test_consistency(self):
        for size in range(1, SIZE_MAX + 1):
            leaves, root = self.leaves[:size], self.roots[size]
            for old in range(1, size + 1, 1 if size < 40 else 7):
                proof = record.consistency_proof(old, leaves)
                was = self.roots[old]
                self.assertTrue(record.consistency_holds(old, was, size, root, proof))
                self.assertFalse(record.consistency_holds(old, record.ZERO, size, root, proof))
                self.assertFalse(record.consistency_holds(old + 1, was, size, root, proof))
                self.assertFalse(record.consistency_holds(old - 1, was, size, root, proof))
                for forged in forgeries(proof, old):
                    self.assertFalse(record.consistency_holds(old, was, size, root, forged))


if __name__ == "__main__":
    unittest.main()
