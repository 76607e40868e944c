"""The ids of a table, remembered in few bytes, so that memory hardly grows with the input."""

from __future__ import annotations

from array import array


class Ids:
    """Ids with the row that each first stood in: an open-addressing table of 64-bit hashes, 16 bytes a slot.

    Two ids with one hash would be taken for one: a chance of 3 in 100 million among a million ids.
    """

    def __init__(self) -> None:
        self._hashes, self._rows = array("q", bytes(8 * 1024)), array("q", bytes(8 * 1024))
        self._count = 0

    def first_row(self, id: str, row: int) -> int:
        """The row that an id was first seen in; `row`, from now on, if it is new."""
        key = hash(id) or 1  # 0 is an empty slot
        slot = self._slot(key)
        if self._hashes[slot]:
            return self._rows[slot]
        self._hashes[slot], self._rows[slot] = key, row
        self._count += 1
        if 3 * self._count > 2 * len(self._hashes):
            self._grow()
        return row

    def _slot(self, key: int) -> int:
        hashes, mask = self._hashes, len(self._hashes) - 1
        slot = key & mask
        while hashes[slot] and hashes[slot] != key:
            slot = slot + 1 & mask
        return slot

    def _grow(self) -> None:
        hashes, rows = self._hashes, self._rows
        self._hashes, self._rows = (array("q", bytes(16 * len(hashes))) for _ in range(2))
        for key, row in zip(hashes, rows, strict=True):
            if key:
                slot = self._slot(key)
                self._hashes[slot], self._rows[slot] = key, row
