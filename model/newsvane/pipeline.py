"""The recipe: namespaces of TF-IDF, one linear layer.

A namespace is a field of the article read as n-grams of one kind: ``words`` are those of the document, ``near
words`` those of the sentences near the target. Each is weighted by TF-IDF (1 + ln tf, smoothed idf, unit length:
Salton and Buckley 1988) on its own, and the classifier sees them side by side. What is fitted here is a plain
scikit-learn `Pipeline`, which loads and predicts without newsvane: texts in, or where it reads more fields than the
document, a data frame or dictionary with a column of texts for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from newsvane.counts import ANALYZERS, MIN_DF, Counts, analyzer_of, field_of
from newsvane.fields import DOCUMENT
from newsvane.scorer import WORD, Contribution, Document, Score, column


def fit_linear(matrix: sp.csr_matrix, labels: np.ndarray, C: float, seed: int) -> LinearSVC:
    """A linear support vector machine, squared hinge, one against the rest, classes weighted to equal size.

    The tolerance is wider than scikit-learn's: out of fold on the starter corpus the macro-F1 is the same to
    three digits, in two thirds of the time.
    """
    machine = LinearSVC(C=C, class_weight="balanced", dual=True, tol=1e-2, max_iter=5000, random_state=seed)
    return machine.fit(matrix, labels)


def logits_of(classifier: Any, matrix: sp.csr_matrix) -> np.ndarray:
    """Scores (rows x labels). For two labels, which scikit-learn gives one score s, (-s/2, s/2): the same softmax."""
    scores = classifier.decision_function(matrix)
    return np.asarray(scores) if scores.ndim == 2 else np.column_stack([-scores / 2, scores / 2])


def assemble(
    counts: Counts, classifier: LinearSVC, idf: np.ndarray, temperature: float, weights: Sequence[float] = ()
) -> Pipeline:
    """A fitted scikit-learn pipeline, text in and probabilities out, from the parts fitted on counts.

    The temperature is folded into the weights: softmax(Wx / T) is multinomial logistic regression with the
    weights W / T, so the pipeline ends in scikit-learn's own class for that, and needs no class of ours. So are the
    lengths of the namespaces, `weights`.
    """
    readers: list[tuple[str, Any]] = []
    several = {field_of(name) for name in counts.namespaces} != {DOCUMENT}
    for index, name in enumerate(counts.namespaces):
        mine = (counts.namespace == index) & (idf > 0)
        vectorizer = TfidfVectorizer(**ANALYZERS[analyzer_of(name)], min_df=MIN_DF, sublinear_tf=True)
        vectorizer.vocabulary_ = {str(term): column for column, term in enumerate(counts.terms[mine])}
        vectorizer.fixed_vocabulary_ = False
        vectorizer.idf_ = idf[mine]
        if several:
            field = FunctionTransformer(itemgetter(field_of(name)))
            readers.append((name, Pipeline([("field", field), ("tfidf", vectorizer)])))
        else:
            readers.append((name, vectorizer))
    model = LogisticRegression(C=classifier.C)
    model.classes_ = classifier.classes_
    used = idf > 0
    lengths = np.array(weights)[counts.namespace[used]] if weights else 1.0
    model.coef_ = classifier.coef_[:, used] * lengths / temperature
    model.intercept_ = classifier.intercept_ / temperature
    model.n_features_in_ = int(used.sum())
    model.n_iter_ = np.atleast_1d(classifier.n_iter_)
    return Pipeline([("tfidf", FeatureUnion(readers)), ("classifier", model)])


def readers_of(union: FeatureUnion) -> list[tuple[str, str, Any]]:
    """The name of each part of a union, the field it reads, and what reads it."""
    found = []
    for name, reader in union.transformer_list:
        getter = getattr(reader[0], "func", None) if isinstance(reader, Pipeline) and len(reader) == 2 else None
        if isinstance(getter, itemgetter):
            found.append((name, str(getter.__reduce__()[1][0]), reader[1]))
        else:
            found.append((name, DOCUMENT, reader))
    return found


def dump(pipeline: Pipeline, path: Path) -> None:
    """Write a pipeline with joblib, the same bytes for the same pipeline.

    scikit-learn notes an address in memory where a vectorizer has been used; that is left out.
    """
    for _, _, reader in readers_of(pipeline[0]):
        vars(reader).pop("_stop_words_id", None)
    joblib.dump(pipeline, path)


def _reads_single_words(vectorizer: TfidfVectorizer) -> bool:
    return bool(vectorizer.analyzer == "word" and vectorizer.ngram_range[0] == 1)


class PipelineScorer:
    """Scores documents with a fitted scikit-learn pipeline: the slow way, for what is not compiled and to compare."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._union: FeatureUnion = pipeline[0]
        self._classifier: LogisticRegression = pipeline[-1]
        self._readers = readers_of(self._union)
        self.fields = tuple(dict.fromkeys(field for _, field, _ in self._readers))
        self.labels = tuple(map(str, self._classifier.classes_))
        signs = [-0.5, 0.5] if len(self.labels) == 2 else [1.0]
        self.weights = np.vstack([sign * self._classifier.coef_ for sign in signs])
        self.intercepts = tuple(np.concatenate([sign * self._classifier.intercept_ for sign in signs]).tolist())
        single = [reader for _, field, reader in self._readers if field == DOCUMENT and _reads_single_words(reader)]
        self._words: TfidfVectorizer | None = single[0] if single else None

    def score(self, documents: Sequence[Document]) -> Iterator[Score]:
        """The scores of documents, in order."""
        if not documents:
            return
        logits = logits_of(self._classifier, self._transform(documents))
        for text, row in zip(column(documents, DOCUMENT), logits.tolist(), strict=True):
            words = WORD.findall(text.lower())
            known = len(words) if self._words is None else sum(word in self._words.vocabulary_ for word in words)
            yield Score(tuple(row), len(words), known)

    def idf(self, word: str) -> float:
        """How rare a word is in the documents; one that is not known is as rare as the rarest."""
        if self._words is None:
            return 1.0
        place = self._words.vocabulary_.get(word)
        return self._largest_idf if place is None else float(self._words.idf_[place])

    @cached_property
    def _largest_idf(self) -> float:
        return float(self._words.idf_.max()) if self._words else 1.0

    def _transform(self, documents: Sequence[Document]) -> sp.csr_matrix:
        if self.fields == (DOCUMENT,):
            return self._union.transform(column(documents, DOCUMENT))
        return self._union.transform({field: column(documents, field) for field in self.fields})

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return [(name, str(term)) for name, _, reader in self._readers for term in reader.get_feature_names_out()]

    def contributions(self, document: Document) -> list[Contribution]:
        """The terms of a document that carry weight, with what each adds to the logits."""
        row = self._transform([document])
        weights = self.weights[:, row.indices].T * row.data[:, None]
        return [
            Contribution(term, namespace, tuple(values))
            for (namespace, term), values in zip((self._names[i] for i in row.indices), weights.tolist(), strict=True)
        ]
