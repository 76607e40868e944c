"""Duplicates and near-duplicates: documents that say the same in the same words.

A document is the set of its three-word shingles; two are alike as far as these sets overlap (Broder 1997, "On the
resemblance and containment of documents"). Candidates are found by bottom-k sketches, the few smallest hashes of
each set: alike sets have the same smallest members. Every candidate is then compared exactly.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

WORD = re.compile(r"\w+")

SHINGLE = 3
"""Words in a shingle."""

RESEMBLANCE = 0.5
"""Documents with so large a share of their shingles in common (Jaccard) are near-duplicates. Where one word in ten
was replaced, here and there, it is 0.54."""

CONTAINMENT, CONTAINED = 0.8, 20
"""So is a document of which such a share stands in the other, as when an article was cut short; provided that it
has so many shingles, for a headline may well stand in another article."""

SKETCH, SHARED, WINDOW = 16, 2, 10
"""How many smallest hashes are kept of a document; how many of them candidates share; and with how many of the
documents that have a hash in common each is compared, so that boilerplate stays cheap."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document (`position`) that repeats an earlier one (`original`).

    `similarity` is the share of their shingles that they have in common, or 1 where all words are the same.
    """

    position: int
    original: int
    similarity: float
    exact: bool


def find_duplicates(documents: Sequence[str]) -> list[Duplicate]:
    """The documents that repeat an earlier one, each with the earlier one most like it.

    Case, punctuation and spacing do not count. A document without words repeats nothing.
    """
    words, spans = _number_words(documents)
    hashes = _hash_shingles(words)
    found: dict[int, Duplicate] = {}
    originals: dict[bytes, int] = {}
    shingles: dict[int, np.ndarray] = {}
    for position, span in enumerate(spans):
        if span.start == span.stop:
            continue
        original = originals.setdefault(words[span].tobytes(), position)
        if original == position:
            shingles[position] = np.unique(hashes[span])
        else:
            found[position] = Duplicate(position, original, 1.0, exact=True)
    for original, position in _candidates(shingles):
        similarity = _similarity(shingles[original], shingles[position])
        if similarity and (position not in found or similarity > found[position].similarity):
            found[position] = Duplicate(position, original, similarity, exact=False)
    return [found[position] for position in sorted(found)]


def _number_words(documents: Sequence[str]) -> tuple[np.ndarray, list[slice]]:
    """The words of all documents as numbers, and where those of each stand.

    Behind each document is room for a shingle to run out in, so that a single word has one too.
    """
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers) + 1)
    words = array("q")
    spans = []
    for document in documents:
        start = len(words)
        words.extend(map(numbers.__getitem__, WORD.findall(document.lower())))
        spans.append(slice(start, len(words)))
        words.extend([0] * (SHINGLE - 1))
    return np.frombuffer(words, dtype=np.int64) if words else np.zeros(0, np.int64), spans


def _hash_shingles(words: np.ndarray) -> np.ndarray:
    """A 64-bit hash of the shingle that begins at each word."""
    mixed = _mix(words.astype(np.uint64))
    hashes = np.zeros(max(len(words) - SHINGLE + 1, 0), np.uint64)
    for offset in range(SHINGLE):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + mixed[offset : offset + len(hashes)]
    return _mix(hashes)


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread values over all 64 bits (the finalizer of SplitMix64: Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))


def _candidates(shingles: dict[int, np.ndarray]) -> Iterator[tuple[int, int]]:
    """Pairs of documents, the earlier one first, whose sketches have enough in common."""
    sketches = [sorted_hashes[:SKETCH] for sorted_hashes in shingles.values()]
    if not sketches:
        return
    owner = np.repeat(np.fromiter(shingles, np.int64), [len(sketch) for sketch in sketches])
    values = np.concatenate(sketches)
    order = np.lexsort((owner, values))
    owner, values = owner[order], values[order]
    pairs = []
    for offset in range(1, WINDOW + 1):
        same = values[offset:] == values[:-offset]
        pairs.append(owner[:-offset][same] * len(owner) + owner[offset:][same])
    keys, shared = np.unique(np.concatenate(pairs), return_counts=True)
    for key in keys[shared >= SHARED].tolist():
        yield divmod(key, len(owner))


def _similarity(one: np.ndarray, other: np.ndarray) -> float:
    """The Jaccard index of two sets of shingles where it makes them near-duplicates; otherwise 0."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    smaller = min(len(one), len(other))
    resemblance = common / (len(one) + len(other) - common)
    contained = smaller >= CONTAINED and common >= CONTAINMENT * smaller
    return resemblance if resemblance >= RESEMBLANCE or contained else 0.0
