"""The recipe counts once, and gives what scikit-learn gives."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from newsvane import Article, fields
from newsvane.pipeline import ANALYZERS, MIN_DF, Counts, PipelineScorer, assemble, fit_linear, logits_of, softmax

NAMESPACES = ("words", "characters")


@pytest.fixture(scope="module")
def documents(articles: list[Article]) -> list[str]:
    return [fields.document(article) for article in articles[:120]]


@pytest.fixture(scope="module")
def labels(articles: list[Article]) -> np.ndarray:
    return np.array([article.labels["topic"] for article in articles[:120]])


def plain(namespaces: tuple[str, ...] = NAMESPACES) -> FeatureUnion:
    return FeatureUnion(
        [(name, TfidfVectorizer(**ANALYZERS[name], min_df=MIN_DF, sublinear_tf=True)) for name in namespaces]
    )


@pytest.mark.parametrize("namespaces", [("words",), ("characters",), NAMESPACES])
def test_every_fold_from_one_count(documents: list[str], namespaces: tuple[str, ...]) -> None:
    counts = Counts.of({"document": documents}, NAMESPACES).only(namespaces)
    fitted = np.arange(len(documents)) % 3 > 0
    idf = counts.idf(fitted)
    union = plain(namespaces).fit([document for document, inside in zip(documents, fitted, strict=True) if inside])
    expected = union.transform(documents).toarray()
    got = counts.tfidf(idf).toarray()[:, idf > 0]
    assert list(counts.terms[idf > 0]) == [name.partition("__")[2] for name in union.get_feature_names_out()]
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_rows_of_counts(documents: list[str]) -> None:
    rows = np.arange(len(documents)) % 2 == 0
    some = Counts.of({"document": documents}, NAMESPACES).of_rows(rows)
    alone = plain().fit_transform([document for document, inside in zip(documents, rows, strict=True) if inside])
    idf = some.idf()
    np.testing.assert_allclose(some.tfidf(idf).toarray()[:, idf > 0], alone.toarray(), atol=1e-12)


def test_known_words(documents: list[str]) -> None:
    counts = Counts.of({"document": [*documents, "zzyzx qwertz", "", "the of zzyzx the"]}, NAMESPACES)
    assert counts.known(counts.idf(slice(0, len(documents))))[-3:].tolist() == [0, 0, 0.75]


@pytest.mark.parametrize("kept", [("military", "health"), ("military", "diplomacy", "health", "other")])
def test_the_assembled_pipeline_is_plain_scikit_learn(
    documents: list[str], labels: np.ndarray, kept: tuple[str, ...]
) -> None:
    rows = np.isin(labels, kept)
    counts = Counts.of({"document": documents}, NAMESPACES).of_rows(rows)
    texts = [document for document, inside in zip(documents, rows, strict=True) if inside]
    idf = counts.idf()
    classifier = fit_linear(counts.tfidf(idf), labels[rows], 0.5, 0)
    pipeline = assemble(counts, classifier, idf, temperature=0.4)
    assert {type(step).__module__.split(".")[0] for _, step in pipeline.steps} == {"sklearn"}
    assert isinstance(pipeline[-1], LogisticRegression)
    logits = logits_of(classifier, counts.tfidf(idf)) / 0.4
    np.testing.assert_allclose(pipeline.predict_proba(texts), softmax(logits), atol=1e-9)
    assert list(pipeline.predict(texts)) == list(classifier.classes_[logits.argmax(axis=1)])

    scorer = PipelineScorer(pipeline)
    for text, score, row in zip(texts, scorer.score(texts), logits, strict=True):
        assert score.logits == pytest.approx(row, abs=1e-9)
        added = np.array(scorer.intercepts) + np.sum([term.weights for term in scorer.contributions(text)], axis=0)
        assert added == pytest.approx(row, abs=1e-9)
    assert [(score.words, score.known) for score in scorer.score(["", "the zzyzx a"])] == [(0, 0), (2, 1)]
