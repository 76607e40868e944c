"""Counts, native or not, are those of scikit-learn's CountVectorizer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from newsvane import Article, counting, fields

KINDS = [("word", (1, 2)), ("word", (2, 3)), ("char_wb", (3, 5)), ("char_wb", (1, 4))]
SOMETHING = "of every kind of n-gram"


def check(documents: list[str], analyzer: str, ngram_range: tuple[int, int], min_df: int) -> None:
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range)
    expected = vectorizer.fit_transform(documents)
    kept = np.bincount(expected.indices, minlength=expected.shape[1]) >= min_df
    matrix, terms = counting.count(documents, analyzer, ngram_range, min_df)
    assert terms.tolist() == vectorizer.get_feature_names_out()[kept].tolist()
    assert matrix.shape == (len(documents), len(terms))
    assert matrix.has_sorted_indices
    assert (matrix != expected[:, kept]).nnz == 0


@pytest.mark.parametrize(("analyzer", "ngram_range"), KINDS)
@pytest.mark.parametrize("min_df", [1, 2])
def test_articles(articles: list[Article], analyzer: str, ngram_range: tuple[int, int], min_df: int) -> None:
    check([fields.document(article) for article in articles[:150]], analyzer, ngram_range, min_df)


@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=30), max_size=5))
@example(["İstanbul ΑΣ", "a\ud800b cd", "ab\u3000cd\x1cef\0", "🙂🙂 x", " ", ""])
def test_any_text(documents: list[str]) -> None:
    for analyzer, ngram_range in KINDS:
        check([SOMETHING, *documents, SOMETHING], analyzer, ngram_range, 2)


def test_nothing_to_count() -> None:
    for analyzer, ngram_range in KINDS:
        matrix, terms = counting.count(["", "!"], analyzer, ngram_range, 2)
        assert (matrix.shape, terms.tolist()) == ((2, 0), [])


def test_without_native_code(monkeypatch: pytest.MonkeyPatch, articles: list[Article]) -> None:
    monkeypatch.setattr(counting, "native", None)
    check([fields.document(article) for article in articles[:50]], "word", (1, 2), 2)
    test_nothing_to_count()
