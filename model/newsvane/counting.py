"""Counting the n-grams of documents: scikit-learn's CountVectorizer, or the same in native code where it is there."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer

from newsvane.scorer import WORD

try:
    native: Any = importlib.import_module("newsvane._counting")
except ImportError:  # installed without a compiler
    native = None


def count(
    documents: Sequence[str],
    analyzer: str,
    ngram_range: tuple[int, int],
    min_df: int = 1,
    often: np.ndarray | None = None,
) -> tuple[sp.csr_matrix, np.ndarray]:
    """How often each n-gram stands in each document (documents x terms, int64), and the terms in sorted order.

    `analyzer` is ``word`` or ``char_wb``, as scikit-learn knows them. Terms in fewer than `min_df` documents are
    left out; there may be none at all. `often` (documents,) says how many documents each one stands for; default: one.
    """
    often = np.ones(len(documents), dtype=np.int64) if often is None else often
    if native is None:
        return _count_with_scikit_learn(documents, analyzer, ngram_range, min_df, often)
    texts = [document.lower() for document in documents]
    if analyzer == "char_wb":
        texts = [f" {' '.join(text.split())} " if text.split() else "" for text in texts]
    found = native.count(texts, analyzer == "char_wb", *ngram_range)
    terms, counts, document, start, end = (np.frombuffer(data, dtype=np.int32) for data in found[:-1])
    ends = np.frombuffer(found[-1], dtype=np.int64)
    df = np.bincount(terms, np.repeat(often, np.diff(ends, prepend=0)), minlength=len(start))
    kept = np.flatnonzero(df >= min_df)
    places = zip(document[kept].tolist(), start[kept].tolist(), end[kept].tolist(), strict=True)
    spellings = [texts[index][first:last] for index, first, last in places]
    if analyzer == "word":
        spellings = [" ".join(WORD.findall(spelling)) for spelling in spellings]
    order = sorted(range(len(spellings)), key=spellings.__getitem__)
    column = np.full(len(df), -1, dtype=np.int32)
    column[kept[order]] = np.arange(len(order))
    inside = column[terms] >= 0
    indptr = np.concatenate([[0], np.concatenate([[0], np.cumsum(inside)])[ends]])
    matrix = sp.csr_matrix(
        (counts[inside].astype(np.int64), column[terms][inside], indptr), shape=(len(texts), len(order))
    )
    matrix.sort_indices()
    return matrix, np.array([spellings[index] for index in order], dtype=object)


def _count_with_scikit_learn(
    documents: Sequence[str], analyzer: str, ngram_range: tuple[int, int], min_df: int, often: np.ndarray
) -> tuple[sp.csr_matrix, np.ndarray]:
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range)
    # An n-gram of every kind is put before, so that texts without words count too, and taken off again.
    matrix = vectorizer.fit_transform([" ".join(["nnn"] * ngram_range[1]), *documents])[1:]
    df = np.bincount(matrix.indices, np.repeat(often, np.diff(matrix.indptr)), minlength=matrix.shape[1])
    kept = df >= min_df
    matrix = sp.csr_matrix(matrix[:, kept])
    matrix.sort_indices()
    return matrix, vectorizer.get_feature_names_out()[kept]
