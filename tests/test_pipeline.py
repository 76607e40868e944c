"""The recipe counts once, and gives what scikit-learn gives."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from newsvane import Article, fields
from newsvane.calibration import softmax
from newsvane.compile import compile_pipeline
from newsvane.counts import ANALYZERS, MIN_DF, Counts, field_of
from newsvane.kernel import TableScorer
from newsvane.pipeline import PipelineScorer, assemble, fit_linear, logits_of
from newsvane.table import open_table

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


FIELDS = ("words", "characters", "near words", "marks unigrams", "near characters")


@pytest.fixture(scope="module")
def columns(documents: list[str]) -> dict[str, list[str]]:
    """Documents with two more fields, one of them often empty."""
    near = [document[:80] if index % 3 else "" for index, document in enumerate(documents)]
    return {"document": documents, "near": near, "marks": [f"length{len(text) % 7}" for text in documents]}


@pytest.mark.parametrize(
    "chosen", [FIELDS, ("words", "marks unigrams"), ("words", "near characters", "characters", "near words")]
)
def test_a_pipeline_of_several_fields(
    columns: dict[str, list[str]], labels: np.ndarray, chosen: tuple[str, ...], tmp_path: Path
) -> None:
    """In any order of namespaces: the counts, the pipeline and both kernels of its table give the same logits."""
    weights = tuple(0.3 + 0.2 * place for place in range(len(chosen)))
    counts = Counts.of(columns, FIELDS).only(chosen)
    idf = counts.idf()
    matrix = counts.tfidf(idf, weights)
    classifier = fit_linear(matrix, labels, 0.5, 0)
    logits = logits_of(classifier, matrix) / 0.4
    pipeline = assemble(counts, classifier, idf, 0.4, weights)
    np.testing.assert_allclose(pipeline.predict_proba(pd.DataFrame(columns)), softmax(logits), atol=1e-9)
    joblib.dump(pipeline, tmp_path / "p.joblib")
    np.testing.assert_allclose(joblib.load(tmp_path / "p.joblib").predict_proba(columns), softmax(logits), atol=1e-9)

    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    reference = PipelineScorer(pipeline)
    compile_pipeline(pipeline, tmp_path / "t.table")
    table = TableScorer(open_table(tmp_path / "t.table"))
    assert reference.fields[0] == table.fields[0] == "document"
    assert set(reference.fields) == set(table.fields) == set(map(field_of, chosen))
    for scores in (reference.score(rows), table.score(rows), map(table.score_one, rows)):
        np.testing.assert_allclose([score.logits for score in scores], logits, atol=1e-5)
    alone = [score[1:] for score in reference.score([row["document"] for row in rows])]
    for scores in (reference.score(rows), table.score(rows), map(table.score_one, rows)):
        assert [score[1:] for score in scores] == alone
    for row, wanted in zip(rows[:20], logits, strict=False):
        for scorer in (reference, table):
            added = np.sum([term.weights for term in scorer.contributions(row)], axis=0) + scorer.intercepts
            assert added == pytest.approx(wanted, abs=1e-5)
    for word in ("the", "army", "zzyzx", "don't"):
        assert table.idf(word) == pytest.approx(reference.idf(word), rel=1e-6)
    assert reference.idf("zzyzx") > reference.idf("the")


def test_a_text_alone_is_its_document(columns: dict[str, list[str]], labels: np.ndarray) -> None:
    counts = Counts.of(columns, FIELDS)
    idf = counts.idf()
    pipeline = assemble(counts, fit_linear(counts.tfidf(idf), labels, 0.5, 0), idf, 1.0)
    scorer = PipelineScorer(pipeline)
    text = columns["document"][1]
    [plain], [mapping] = scorer.score([text]), scorer.score([{"document": text, "near": "", "marks": ""}])
    assert plain == mapping


def test_a_text_in_many_rows_is_counted_in_each(documents: list[str]) -> None:
    rows = [*documents[:10], *documents[:5], documents[0]]
    expected = plain(("words",)).fit_transform(rows).toarray()
    counts = Counts.of({"document": rows}, ("words",))
    np.testing.assert_allclose(counts.tfidf(counts.idf()).toarray(), expected, atol=1e-12)
