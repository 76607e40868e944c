"""The n-grams of a training set, counted once; every fold's TF-IDF follows from them.

A namespace is a field of the article read as n-grams of one kind: ``words`` are those of the document, ``near
words`` those of the sentences near the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from newsvane.counting import count
from newsvane.fields import DOCUMENT
from newsvane.scorer import WORD

MIN_DF = 2
"""A term must stand in so many training documents."""

ANALYZERS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2)},
    "unigrams": {"analyzer": "word", "ngram_range": (1, 1)},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}


def field_of(namespace: str) -> str:
    """The field that a namespace reads."""
    return namespace.rpartition(" ")[0] or DOCUMENT


def analyzer_of(namespace: str) -> str:
    """How a namespace reads it."""
    return namespace.rpartition(" ")[2]


@dataclass(frozen=True)
class Counts:
    """The fields of a training set, counted once, from which every fold's TF-IDF follows exactly.

    `matrix` (documents x terms, float64) holds 1 + ln tf of the terms with a document frequency of at least
    `MIN_DF`: pruning before splitting loses nothing, for a term that frequent inside a fold is so overall.
    `namespace` (terms,) is the index of each term's namespace in `namespaces`; `terms` their spellings;
    `tokens` (documents,) the words of each document, known or not.
    """

    namespaces: tuple[str, ...]
    matrix: sp.csr_matrix
    namespace: np.ndarray
    terms: np.ndarray
    tokens: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[str]], namespaces: Sequence[str]) -> Counts:
        """Count the n-grams of fields, each a column of texts. A text that stands in many rows is read once."""
        size = len(next(iter(columns.values())))
        matrices, terms, owners = [], [], []
        tokens = np.zeros(size, dtype=np.int64)
        for index, name in enumerate(namespaces):
            texts = columns[field_of(name)]
            places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
            rows = np.array([places[text] for text in texts], dtype=np.int64)
            often = np.bincount(rows, minlength=len(places))
            matrix, spellings = count(list(places), **ANALYZERS[analyzer_of(name)], min_df=MIN_DF, often=often)
            if name == "words":
                tokens = np.array([len(WORD.findall(text.lower())) for text in places], dtype=np.int64)[rows]
            matrices.append(matrix[rows])
            terms.append(spellings)
            owners.append(np.full(len(spellings), index))
        joined = sp.hstack(matrices, format="csr", dtype=np.float64)
        joined.data = 1 + np.log(joined.data)
        return cls(tuple(namespaces), joined, np.concatenate(owners), np.concatenate(terms), tokens)

    def beside(self, other: Counts) -> Counts:
        """The same documents, with the namespaces of others' counts behind these."""
        return Counts(
            self.namespaces + other.namespaces,
            sp.hstack([self.matrix, other.matrix], format="csr"),
            np.concatenate([self.namespace, other.namespace + len(self.namespaces)]),
            np.concatenate([self.terms, other.terms]),
            self.tokens,
        )

    @cached_property
    def used(self) -> frozenset[str]:
        """The namespaces that have a term frequent enough."""
        return frozenset(self.namespaces[index] for index in np.unique(self.namespace[self.idf() > 0]))

    def only(self, namespaces: Sequence[str]) -> Counts:
        """The same documents, read by fewer namespaces, in the order given."""
        if tuple(namespaces) == self.namespaces:
            return self
        places = {name: place for place, name in enumerate(namespaces)}
        owner = np.array([places.get(name, -1) for name in self.namespaces])[self.namespace]
        columns = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
        return Counts(tuple(namespaces), self.matrix[:, columns], owner[columns], self.terms[columns], self.tokens)

    def of_rows(self, rows: np.ndarray) -> Counts:
        """Some of the documents."""
        return Counts(self.namespaces, self.matrix[rows], self.namespace, self.terms, self.tokens[rows])

    def idf(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """ln((1 + n) / (1 + df)) + 1 over some rows (terms,); 0 for terms too rare among them."""
        subset = self.matrix[rows]
        df = np.bincount(subset.indices, minlength=subset.shape[1])
        return np.asarray(np.where(df >= MIN_DF, np.log((1 + subset.shape[0]) / (1 + df)) + 1, 0.0))

    def tfidf(self, idf: np.ndarray, weights: Sequence[float] = ()) -> sp.csr_matrix:
        """Rows weighted by `idf`, each namespace of each row of unit length, or `weights` (documents x terms)."""
        matrix = self.matrix
        data = matrix.data * idf[matrix.indices]
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        cell = rows * len(self.namespaces) + self.namespace[matrix.indices]
        norm = np.sqrt(np.bincount(cell, data**2))
        norm[norm == 0] = 1
        data /= norm[cell]
        if weights:
            data *= np.array(weights)[self.namespace[matrix.indices]]
        return sp.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)

    def known(self, idf: np.ndarray) -> np.ndarray:
        """The share of each document's words that have a weight (documents,); 0 where there are no words."""
        if "words" not in self.namespaces:
            return np.ones(self.matrix.shape[0])
        single = np.isin(self.namespace, self.namespaces.index("words"))
        single[single] = _is_single(self.terms[single])
        columns = sp.csr_matrix(self.matrix[:, single & (idf > 0)])
        columns.data = np.exp(columns.data - 1)  # back from 1 + ln tf to tf
        shares: np.ndarray = np.asarray(columns.sum(axis=1)).ravel() / np.maximum(self.tokens, 1)
        return shares


def _is_single(terms: np.ndarray) -> np.ndarray:
    return np.array([" " not in term for term in terms], dtype=bool)
