"""The ids of a table, remembered in few bytes, so that memory hardly grows with the input."""

from __future__ import annotations

from array import array

ROOM = 1024
"""Slots at the start; a power of two."""


class Ids:
    """Ids with the row that each first stood in: an open-addressing table of 64-bit hashes, 16 bytes a slot.

    Two ids with one hash would be taken for one: a chance of 3 in 100 million among a million ids.
    """

    def __init__(self) -> None:
        self._hashes, self._rows = array("q", bytes(8 * ROOM)), array("q", bytes(8 * ROOM))
        self._free = 2 * ROOM // 3

    def first_row(self, id: str, row: int) -> int:
        """The row that an id was first seen in; `row`, from now on, if it is new."""
        return self._first(hash(id) or 1, row)  # 0 is an empty slot

    def _first(self, key: int, row: int) -> int:
        hashes = self._hashes
        mask = len(hashes) - 1
        slot = key & mask
        while held := hashes[slot]:
            if held == key:
                return self._rows[slot]
            slot = slot + 1 & mask
        hashes[slot], self._rows[slot] = key, row
        self._free -= 1
        if not self._free:
            self._grow()
        return row

    def _grow(self) -> None:
        hashes, rows = self._hashes, self._rows
        room = 2 * len(hashes)
        self._hashes, self._rows = array("q", bytes(8 * room)), array("q", bytes(8 * room))
        self._free = 2 * room // 3
        for key, row in zip(hashes, rows, strict=True):
            if key:
                self._first(key, row)
