"""Scoring with a table, in pure Python: the reference. `_kernel` does the same in native code.

Each field of a document is lower-cased as Python does it and read by the namespaces of that field:

    word      maximal runs of two or more word characters (``\\w``); n-grams of neighbouring runs
    char_wb   runs without white space, a space put on both sides; n-grams of characters within each,
              and a run shorter than n once, whole

An n-gram's key is a 64-bit hash. Of a string: h = K3, and for each code point c: h = (h ^ c) * K1. Of a chain of
words: h = h(w1), then h = h * K2 + h(w2), and so on. In the end the seed of the namespace is put in, h ^= seed,
and h is mixed: h ^= h >> 32; h *= K3; h ^= h >> 29. All modulo 2**64.

The score of a label is its intercept plus, for each namespace, the sum over the terms found of
(1 + ln tf) * idf * weight, divided by the length of the vector of (1 + ln tf) * idf.
"""

from __future__ import annotations

import importlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from newsvane.errors import ModelError
from newsvane.scorer import WORD, Contribution, Document, Score, column
from newsvane.table import Namespace, Table

try:
    native: Any = importlib.import_module("newsvane._kernel")
except ImportError:  # installed without a compiler
    native = None

MASK = 2**64 - 1
K1 = 0x9E3779B97F4A7C15
K2 = 0xD6E8FEB86659FD93
K3 = 0xFF51AFD7ED558CCD


def namespace_seed(seed: int, index: int) -> int:
    """What is put into the hashes of a namespace."""
    return mix((seed + (index + 1) * K2) & MASK)


def mix(h: int) -> int:
    """Spread what distinguishes two hashes over all their bits."""
    h ^= h >> 32
    h = h * K3 & MASK
    return h ^ h >> 29


def hash_string(text: str) -> int:
    """The hash of a string, not yet mixed."""
    h = K3
    for character in text:
        h = (h ^ ord(character)) * K1 & MASK
    return h


def word_keys(words: Sequence[str], n: int, seed: int) -> Iterator[int]:
    """The keys of the chains of `n` words."""
    hashes = list(map(hash_string, words))
    for start in range(len(hashes) - n + 1):
        h = hashes[start]
        for follower in hashes[start + 1 : start + n]:
            h = h * K2 + follower & MASK
        yield mix(h ^ seed)


def character_keys(text: str, namespace: Namespace, seed: int) -> Iterator[int]:
    """The keys of the n-grams of characters within words."""
    for word in text.split():
        padded = f" {word} "
        for n in range(namespace.min_n, namespace.max_n + 1):
            for start in range(max(len(padded) - n, 0) + 1):
                yield mix(hash_string(padded[start : start + n]) ^ seed)
            if n >= len(padded):
                break


def find(table: Table, key: int) -> int:
    """The row of a key, or -1."""
    slots, mask, tag = table.slots, len(table.slots) // 2 - 1, key >> 32
    for probe in range(table.probes):
        slot = 2 * (key + probe & mask)
        row = slots[slot + 1]
        if not row:
            return -1
        if slots[slot] == tag:
            if row > table.size:
                raise ModelError(f"{table.path}: damaged: a slot names a row that is not there; train again")
            return row - 1
    return -1


class TableScorer:
    """Scores documents with a table: in native code where that is installed, in pure Python where not."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.labels = table.labels
        self.fields = table.fields
        self.intercepts = table.intercepts
        self._seeds = [namespace_seed(table.seed, index) for index in range(len(table.namespaces))]

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """The scores of documents, in order."""
        if native is None:
            return [self.score_one(document) for document in documents]
        return list(map(Score._make, self._native.score([column(documents, field) for field in self.fields])))

    @cached_property
    def _native(self) -> Any:
        return native.Kernel(self.table, self._seeds)

    def score_one(self, document: Document) -> Score:
        """The score of one document, in pure Python."""
        sums = [[intercept] for intercept in self.intercepts]
        for place, field in enumerate(self.fields):
            [text] = column([document], field)
            text = text.lower()
            words = WORD.findall(text)
            if not place:
                count = known = len(words)
            for index, _ in self._of_field(field):
                found, singles = self._found(text, words, index)
                if index == self._single:
                    known = singles
                for weights in self._weigh(found).values():
                    for total, weight in zip(sums, weights, strict=True):
                        total.append(weight)
        return Score(tuple(map(math.fsum, sums)), count, known)

    def idf(self, word: str) -> float:
        """How rare a word is in the documents; one that is not known is as rare as the rarest."""
        if self._single is None:
            return 1.0
        row = find(self.table, *word_keys([word], 1, self._seeds[self._single]))
        return self._largest_idf if row < 0 else self.table.rows[row * (len(self.labels) + 1)]

    @cached_property
    def _single(self) -> int | None:
        """The first namespace that reads single words of the document."""
        spaces = self._of_field(self.fields[0])
        return next((i for i, namespace in spaces if namespace.analyzer == "word" and namespace.min_n == 1), None)

    @cached_property
    def _largest_idf(self) -> float:
        namespace, width = self.table.namespaces[self._single or 0], len(self.labels) + 1
        return max(self.table.rows[namespace.first * width : namespace.last * width : width], default=1.0)

    def contributions(self, document: Document) -> list[Contribution]:
        """The terms of a document that carry weight, with what each adds to the logits."""
        found: list[Contribution] = []
        for field in self.fields:
            [text] = column([document], field)
            text = text.lower()
            words = WORD.findall(text)
            for index, namespace in self._of_field(field):
                weighed = self._weigh(self._found(text, words, index)[0])
                found += (
                    Contribution(self.table.term(row), namespace.name, weights) for row, weights in weighed.items()
                )
        return found

    def _of_field(self, field: str) -> list[tuple[int, Namespace]]:
        return [(i, namespace) for i, namespace in enumerate(self.table.namespaces) if namespace.field == field]

    def _found(self, document: str, words: list[str], index: int) -> tuple[Counter[int], int]:
        """How often each row of a namespace is found in a document, and how many single words are."""
        namespace, seed = self.table.namespaces[index], self._seeds[index]
        if namespace.analyzer == "char_wb":
            rows = (find(self.table, key) for key in character_keys(document, namespace, seed))
            return Counter(row for row in rows if row >= 0), 0
        found: Counter[int] = Counter()
        singles = 0
        for n in range(namespace.min_n, namespace.max_n + 1):
            rows = (find(self.table, key) for key in word_keys(words, n, seed))
            found.update(row for row in rows if row >= 0)
            if n == 1:
                singles = found.total()
        return found, singles

    def _weigh(self, found: Mapping[int, int]) -> dict[int, tuple[float, ...]]:
        """What each row found adds to the logits."""
        rows, width = self.table.rows, len(self.labels) + 1
        tfidf = {row: (1 + math.log(count)) * rows[row * width] for row, count in found.items()}
        length = math.sqrt(math.fsum(value * value for value in tfidf.values())) or 1.0
        return {
            row: tuple(value / length * weight for weight in rows[row * width + 1 : (row + 1) * width])
            for row, value in tfidf.items()
        }
