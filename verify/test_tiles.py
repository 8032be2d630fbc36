"""Tests of tiles: every tile of a small tree, and each of them changed, cut or gone."""

import types
import unittest

import make_vectors
import record
import tiles


class Tiles(unittest.TestCase):
    """A tree of seven hundred entries in its tiles."""

    @classmethod
    def setUpClass(cls):
        entries = [record.sha256(b"event %d" % i) for i in range(700)]
        root = record.root([record.leaf(entry) for entry in entries])
        cls.checkpoint = types.SimpleNamespace(origin="n/candour/l", log="l", size=700, root=root)
        check = tiles.Check(cls.checkpoint, None)
        cls.all = {tiles.path(level, index, width):
                   make_vectors.tile_bytes(entries, level, index, width)
                   for level in ("entries", 0, 1) for index, width, _, _ in check.tiles(level)}

    def found(self, there):
        """The codes and places that are found."""
        return [(code, field) for code, _, _, field in
                tiles.verify(self.checkpoint, [], there.get)]

    def test_paths(self):
        self.assertEqual(tiles.path(2, 1234067, 256), "tile/2/x001/x234/067")
        self.assertEqual(tiles.path("entries", 0, 7), "tile/entries/000.p/7")

    def test_honest(self):
        self.assertEqual(len(self.all), 7)
        self.assertEqual(self.found(self.all), [])

    def test_changed(self):
        for path, raw in self.all.items():
            changed = raw[:-1] + bytes([raw[-1] ^ 1])
            codes = {code for code, _ in self.found({**self.all, path: changed})}
            self.assertIn("tile-hash", codes, path)
            self.assertIn(("tile-size", path), self.found({**self.all, path: raw[:-1]}))
            gone = {name: there for name, there in self.all.items() if name != path}
            self.assertIn(("tile-missing", path), self.found(gone))

    def test_another_root(self):
        other = types.SimpleNamespace(**{**vars(self.checkpoint), "root": record.ZERO})
        self.assertEqual(tiles.verify(other, [], self.all.get),
                         [("checkpoint-root", "l", 0, "")])

    def test_trusted(self):
        def held(**changes):
            return [types.SimpleNamespace(**{**vars(self.checkpoint), **changes})]

        def codes(trusted):
            return [f[0] for f in tiles.verify(self.checkpoint, trusted, self.all.get)]

        self.assertEqual(codes(held(size=0, root=record.EMPTY_ROOT)), [])
        self.assertEqual(codes(held(size=3)), ["trusted-root"])
        self.assertEqual(codes(held(size=701)), ["trusted-size"])
        self.assertEqual(codes(held(origin="other")), ["trusted-origin"])


if __name__ == "__main__":
    unittest.main()
