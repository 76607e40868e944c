"""Three engines, one specification: scikit-learn, Python and native code agree on every text there is."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from newsvane import Article, fields, kernel
from newsvane import scorer as scorer_module
from newsvane.compile import NotCompilableError, _place, compile_pipeline
from newsvane.kernel import TableScorer
from newsvane.pipeline import PipelineScorer
from newsvane.table import open_table

needs_native = pytest.mark.skipif(kernel.native is None, reason="newsvane was installed without a compiler")

STRANGE = [
    "", " ", "a", "ab", "İstanbul İ", "ΣΊΣΥΦΟΣ Σ ΑΣ. ΑΣΑ", "a\u0301b c\u0327d", "🙂🙂 x🙂y", "中国外交部 发言人", "a\ud800b \udfff cd",
    "a\0b cd\0", "_ __ a_b", "٣٤ ½ x²", "ǅ ŉ ß ẞ ﬁ", "tab\tnew\nline\x0bvt\x1cfs\x85nel\u2028ls\u00a0nbsp\u3000wide", "\u200bzero\u200dwidth",
    "word" * 250_000, "ab " * 100_000, "…—“”", "\U0010ffff\U000e0041 ab",
]  # fmt: skip


def fitted(texts: list[str], labels: list[str], *namespaces: TfidfVectorizer) -> Pipeline:
    union = FeatureUnion([(f"{index}", vectorizer) for index, vectorizer in enumerate(namespaces)])
    return Pipeline([("tfidf", union), ("classifier", LogisticRegression())]).fit(texts, labels)


def tfidf(analyzer: str, shortest: int, longest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), sublinear_tf=True)


@pytest.fixture(scope="module")
def texts(articles: list[Article]) -> list[str]:
    return [fields.document(article) for article in articles[::3]]


RECIPES = {
    "words": [("word", 1, 2)],
    "words and characters": [("word", 1, 2), ("char_wb", 3, 5)],
    "long chains": [("word", 2, 4), ("char_wb", 1, 7)],
    "characters first": [("char_wb", 2, 2), ("word", 1, 1), ("word", 1, 3)],
}


@pytest.fixture(scope="module", params=RECIPES)
def engines(
    request: pytest.FixtureRequest, articles: list[Article], texts: list[str], tmp_path_factory: pytest.TempPathFactory
):
    labels = [article.labels["topic" if request.param != "words" else "stance"] for article in articles[::3]]
    labels = ["for" if label == "favor" else "not" for label in labels] if request.param == "words" else labels
    pipeline = fitted(
        [*texts[:100], *STRANGE[:-4]],
        [*labels[:100], *labels[: len(STRANGE) - 4]],
        *(tfidf(*space) for space in RECIPES[request.param]),
    )
    path = tmp_path_factory.mktemp("table") / "t.table"
    compile_pipeline(pipeline, path)
    return pipeline, TableScorer(open_table(path))


def expected(pipeline: Pipeline, documents: list[str]) -> np.ndarray:
    scores = pipeline.decision_function(documents)
    return scores if scores.ndim == 2 else np.column_stack([-scores / 2, scores / 2])


def logits(scores) -> np.ndarray:
    return np.array([score.logits for score in scores])


@needs_native
def test_native_code_is_scikit_learn(engines, texts: list[str]) -> None:
    pipeline, scorer = engines
    documents = texts + STRANGE
    wanted, got = expected(pipeline, documents), logits(scorer.score(documents))
    np.testing.assert_allclose(got, wanted, atol=1e-5)
    assert np.array_equal(got.argmax(axis=1)[: len(texts)], wanted.argmax(axis=1)[: len(texts)])


def test_python_is_scikit_learn(engines, texts: list[str]) -> None:
    pipeline, scorer = engines
    documents = texts[:40] + STRANGE[:16] + ["word" * 500]
    np.testing.assert_allclose(logits(map(scorer.score_one, documents)), expected(pipeline, documents), atol=1e-5)


any_text = st.text(st.characters(exclude_categories=[]), max_size=200)
wordy = st.lists(
    st.sampled_from(["the", "army", "hospital", "İ", "ΑΣ", "x", "…", "\t", "é", "\ud800", "\0"]), max_size=60
).map(" ".join)


@given(st.lists(any_text | wordy, min_size=1, max_size=4))
@example(["Σ", "ΑΣ", "İ"])
@settings(max_examples=150, deadline=None)
def test_engines_agree_on_any_text(engines, documents: list[str]) -> None:
    pipeline, scorer = engines
    python = [scorer.score_one(document) for document in documents]
    np.testing.assert_allclose(logits(python), expected(pipeline, documents), atol=1e-5)
    if kernel.native:
        native = scorer.score(documents)
        np.testing.assert_allclose(logits(native), logits(python), atol=1e-9)
        assert [(score.words, score.known) for score in native] == [(score.words, score.known) for score in python]


@needs_native
def test_every_code_point(engines) -> None:
    """Letters, spaces and lower case are those of the running Python, one character at a time."""
    _, scorer = engines
    documents = [
        "".join(f"a{chr(point)}b {chr(point)}the " for point in range(start, start + 256))
        for start in range(0, 0x110000, 256)
    ]
    native = scorer.score(documents)
    wanted = [len(scorer_module.WORD.findall(document.lower())) for document in documents]
    assert [score.words for score in native] == wanted
    some = random.Random(0).sample(range(len(documents)), 60) + list(range(40))
    python = [scorer.score_one(documents[index]) for index in some]
    np.testing.assert_allclose(logits(native)[some], logits(python), atol=1e-9)


def test_known_words_are_those_of_scikit_learn(engines, texts: list[str]) -> None:
    pipeline, scorer = engines
    documents = [*texts[:50], *STRANGE]
    expected = [(score.words, score.known) for score in PipelineScorer(pipeline).score(documents)]
    assert [(score.words, score.known) for score in scorer.score(documents)] == expected


def test_contributions_are_those_of_scikit_learn(articles: list[Article], texts: list[str], tmp_path: Path) -> None:
    labels = [article.labels["topic"] for article in articles]
    union = FeatureUnion([("words", tfidf("word", 1, 2)), ("characters", tfidf("char_wb", 3, 5))])
    pipeline = Pipeline([("tfidf", union), ("classifier", LogisticRegression())]).fit(texts[:100], labels[:100])
    compile_pipeline(pipeline, tmp_path / "t.table")
    table, reference = TableScorer(open_table(tmp_path / "t.table")), PipelineScorer(pipeline)
    for text in texts[:10]:
        one = {(term.namespace, term.term): term.weights for term in table.contributions(text)}
        two = {(term.namespace, term.term): term.weights for term in reference.contributions(text)}
        assert one.keys() == two.keys()
        np.testing.assert_allclose([one[key] for key in two], list(two.values()), atol=1e-6)


def test_without_native_code(engines, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, scorer = engines
    monkeypatch.setattr(kernel, "native", None)
    assert scorer.score(texts[:3]) == [scorer.score_one(text) for text in texts[:3]]


def recipe(vectorizer: TfidfVectorizer, classifier: LogisticRegression | LinearSVC) -> Pipeline:
    return Pipeline([("tfidf", FeatureUnion([("words", vectorizer)])), ("classifier", classifier)])


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        (recipe(TfidfVectorizer(sublinear_tf=True), LinearSVC()), "the classifier is a LinearSVC"),
        (recipe(TfidfVectorizer(), LogisticRegression()), "sublinear_tf=False"),
        (
            recipe(TfidfVectorizer(sublinear_tf=True, stop_words="english"), LogisticRegression()),
            "stop_words='english'",
        ),
        (recipe(TfidfVectorizer(sublinear_tf=True, analyzer="char"), LogisticRegression()), "analyzer 'char'"),
        (
            recipe(TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+"), LogisticRegression()),
            "token_pattern",
        ),
    ],
)
def test_what_cannot_be_compiled_is_said(pipeline: Pipeline, reason: str, tmp_path: Path) -> None:
    pipeline.fit(["army tank", "tank ship", "nurse ward", "ward pill"], ["a", "a", "b", "b"])
    with pytest.raises(NotCompilableError, match=reason):
        compile_pipeline(pipeline, tmp_path / "t.table")


def keys(*tags_and_slots: tuple[int, int]) -> np.ndarray:
    return np.array([tag << 32 | slot for tag, slot in tags_and_slots], dtype=np.uint64)


def test_terms_that_cannot_be_told_apart_are_noticed() -> None:
    assert _place(keys((7, 3), (7, 3)), 8) is None
    assert _place(keys((9, 2), (7, 2), (7, 3)), 8) is None  # the second would be sought past the third
    placed = _place(keys((7, 3), (8, 3), (7, 4)), 8)
    assert placed is not None
    assert placed[0].reshape(8, 2)[3:6].tolist() == [[7, 1], [7, 3], [8, 2]]
    assert placed[1] == 3
