r"""The table file: a compiled model as plain data, memory-mapped, checked before use.

    0    8   magic, b"NVTABLE\n"
    8    4   format, 2
    12   4   size of the metadata
    16   8   size of the file
    24   4   CRC-32 of the metadata
    28   4   CRC-32 of the 28 bytes above
    32   ..  metadata: JSON with labels, intercepts, namespaces, counts, and offset, size and CRC-32 of each section
    ..       sections, each at a multiple of 64:

    slots    (u32 tag, u32 row + 1) x a power of two: open addressing, linear probing; 0 is an empty slot
    rows     (f32 idf, f32 weight of each label) x terms, in the order of scikit-learn's columns
    ends     u32 x terms: where each term ends in `terms`
    terms    the terms in UTF-8, one behind the other

All numbers are little-endian. A key is a 64-bit hash of an n-gram (`kernel`); its low bits choose the slot where
the search begins, its high 32 bits are the tag. There is no code in a table, so opening one runs none, and every
offset and index is checked, so a damaged file gives an error and a forged one at worst wrong answers.
"""

from __future__ import annotations

import json
import math
import mmap
import struct
import sys
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from newsvane.errors import ModelError

MAGIC = b"NVTABLE\n"
FORMAT = 2
HEADER = struct.Struct("<8sIIQII")
ALIGNMENT = 64
MAX_PROBES = 128
"""No search looks at more slots; a table that would need more is not written and not read."""
SECTIONS = ("slots", "rows", "ends", "terms")
ANALYZERS = ("word", "char_wb")
MAX_LABELS = 1000
MAX_N = 16


@dataclass(frozen=True, slots=True)
class Namespace:
    """A way of reading a field: n-grams of `min_n` to `max_n` words or characters, in rows `first` to `last`."""

    name: str
    field: str
    analyzer: str
    min_n: int
    max_n: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Section:
    """Where a section lies in the file, and the CRC-32 of its bytes."""

    offset: int
    size: int
    crc32: int


@dataclass(frozen=True)
class Table:
    """A table, open for reading.

    `slots` are u32 pairs (tag, row + 1), `rows` f32 tuples (idf, a weight for each label), both flat.
    `seed` starts every hash; `probes` is the longest search that finds a term.
    """

    path: Path
    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    namespaces: tuple[Namespace, ...]
    seed: int
    probes: int
    unicode: str
    slots: memoryview
    rows: memoryview[float]
    _sections: Mapping[str, Section]
    _map: memoryview

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the namespaces read, each once."""
        return tuple(dict.fromkeys(namespace.field for namespace in self.namespaces))

    @property
    def size(self) -> int:
        """How many terms there are."""
        return len(self.rows) // (len(self.labels) + 1)

    @cached_property
    def _ends(self) -> memoryview:
        return _section(self.path, self._map, self._sections["ends"]).cast("I")

    @cached_property
    def _terms(self) -> memoryview:
        return _section(self.path, self._map, self._sections["terms"])

    def term(self, row: int) -> str:
        """The term of a row. Raises `ModelError` where the terms are damaged."""
        start, end = self._ends[row - 1] if row else 0, self._ends[row]
        if not start <= end <= len(self._terms):
            raise _damaged(self.path, "a term lies outside its section")
        try:
            return bytes(self._terms[start:end]).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise _damaged(self.path, "a term is not text") from error


def write_table(path: Path, metadata: Mapping[str, Any], sections: Mapping[str, bytes]) -> None:
    """Write a table from its metadata (without `sections`) and the bytes of each section."""
    # The metadata names offsets behind itself: first with wide numbers, to learn its size, then for good.
    size = len(_metadata(metadata, dict.fromkeys(SECTIONS, Section(2**40, 2**40, 2**32))))
    offset, places = _aligned(HEADER.size + size), {}
    for name in SECTIONS:
        places[name] = Section(offset, len(sections[name]), zlib.crc32(sections[name]))
        offset = _aligned(offset + len(sections[name]))
    text = _metadata(metadata, places).ljust(size)
    head = HEADER.pack(MAGIC, FORMAT, size, offset, zlib.crc32(text), 0)[:-4]
    with path.open("wb") as file:
        file.write(head + struct.pack("<I", zlib.crc32(head)) + text)
        for name in SECTIONS:
            file.write(bytes(places[name].offset - file.tell()) + sections[name])
        file.write(bytes(offset - file.tell()))


def _metadata(metadata: Mapping[str, Any], places: Mapping[str, Section]) -> bytes:
    return json.dumps({**metadata, "sections": {name: asdict(place) for name, place in places.items()}}).encode()


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNMENT) * ALIGNMENT


def open_table(path: Path) -> Table:
    """Map a table into memory and check it. Raises `ModelError` where it is not one, or is damaged."""
    if sys.byteorder != "little":
        raise ModelError("tables are little-endian; use --engine sklearn on this machine")
    try:
        with path.open("rb") as file:
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise ModelError(f"{path}: cannot be opened: {error}") from error
    return _checked(path, content)


def _checked(path: Path, content: memoryview) -> Table:
    if len(content) < HEADER.size or content[: len(MAGIC)] != MAGIC:
        raise _damaged(path, "not a table")
    _, form, size, total, metadata_crc, header_crc = HEADER.unpack_from(content)
    if zlib.crc32(content[: HEADER.size - 4]) != header_crc:
        raise _damaged(path, "the header's checksum is wrong")
    if form != FORMAT:
        raise ModelError(f"{path}: a table of format {form}, and this newsvane reads format {FORMAT}; train again")
    if total != len(content) or HEADER.size + size > total:
        raise _damaged(path, f"it should have {total} bytes and has {len(content)}")
    text = bytes(content[HEADER.size : HEADER.size + size])
    if zlib.crc32(text) != metadata_crc:
        raise _damaged(path, "the metadata's checksum is wrong")
    try:
        return _from_metadata(path, content, json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise _damaged(path, f"its metadata makes no sense ({error!r})") from error


def _from_metadata(path: Path, content: memoryview, metadata: Mapping[str, Any]) -> Table:
    """A table from metadata whose checksum is right, but which anyone may have written."""
    sections = {name: Section(**metadata["sections"][name]) for name in SECTIONS}
    labels, intercepts = tuple(metadata["labels"]), tuple(map(float, metadata["intercepts"]))
    namespaces = tuple(Namespace(**namespace) for namespace in metadata["namespaces"])
    seed, probes = metadata["seed"], metadata["probes"]
    slots = _section(path, content, sections["slots"]).cast("I")
    rows = _section(path, content, sections["rows"]).cast("f")
    count, slot_count = len(rows) // (len(labels) + 1), len(slots) // 2
    for holds, what in (
        (2 <= len(labels) <= MAX_LABELS and all(type(label) is str for label in labels), "the labels are wrong"),
        (len(set(labels)) == len(intercepts) == len(labels), "labels and intercepts differ in number"),
        (all(map(math.isfinite, intercepts)), "an intercept is not finite"),
        (len(rows) == count * (len(labels) + 1), "the rows do not fill their section"),
        (slot_count & (slot_count - 1) == 0 and count < slot_count <= 2**32, "the number of slots is wrong"),
        (type(seed) is int and 0 <= seed < 2**64, "the seed is wrong"),
        (type(probes) is int and 1 <= probes <= min(MAX_PROBES, slot_count), "the number of probes is wrong"),
        (sections["ends"].size == 4 * count, "the ends of terms do not fill their section"),
        (bool(namespaces) and _tile(namespaces, count), "the namespaces do not cover the rows"),
    ):
        if not holds:
            raise _damaged(path, what)
    return Table(
        path, labels, intercepts, namespaces, seed, probes, str(metadata["unicode"]), slots, rows, sections, content
    )  # fmt: skip


def _tile(namespaces: tuple[Namespace, ...], count: int) -> bool:
    """Whether the namespaces are sound and their rows, one behind the other, are all the rows."""
    expected = 0
    for namespace in namespaces:
        numbers = (namespace.min_n, namespace.max_n, namespace.first, namespace.last)
        named = type(namespace.name) is type(namespace.field) is str
        sound = named and namespace.analyzer in ANALYZERS and all(type(n) is int for n in numbers)
        if not sound or not 1 <= namespace.min_n <= namespace.max_n <= MAX_N:
            return False
        if namespace.first != expected or namespace.last < namespace.first:
            return False
        expected = namespace.last
    return expected == count


def _section(path: Path, content: memoryview, place: Section) -> memoryview:
    """The bytes of a section, once they are known to be inside the file and undamaged."""
    if not all(type(number) is int and number >= 0 for number in (place.offset, place.size, place.crc32)):
        raise _damaged(path, "a section is described wrongly")
    if place.offset % ALIGNMENT or place.offset + place.size > len(content):
        raise _damaged(path, "a section lies outside the file")
    data = content[place.offset : place.offset + place.size]
    if zlib.crc32(data) != place.crc32:
        raise _damaged(path, "a section's checksum is wrong")
    return data


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(f"{path}: damaged: {what}; train again, or classify with --engine sklearn")
