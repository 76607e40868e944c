"""The recipe: namespaces of TF-IDF, one linear layer.

A namespace is one way of reading a document as n-grams. Each is weighted by TF-IDF (1 + ln tf, smoothed idf,
unit length: Salton and Buckley 1988) on its own, and the classifier sees them side by side. What is fitted
here is a plain scikit-learn `Pipeline`, which loads and predicts without newsvane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from newsvane.scorer import WORD, Contribution, Score

MIN_DF = 2
"""A term must stand in so many training documents."""

ANALYZERS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2)},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen out of fold: which namespaces, and `C`, the inverse strength of regularisation."""

    namespaces: tuple[str, ...]
    C: float


@dataclass(frozen=True)
class Counts:
    """The documents of a training set, counted once, from which every fold's TF-IDF follows exactly.

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
    def of(cls, documents: Sequence[str], namespaces: Sequence[str]) -> Counts:
        """Count the n-grams of documents."""
        matrices, terms, owners = [], [], []
        tokens = np.zeros(len(documents), dtype=np.int64)
        for index, name in enumerate(namespaces):
            vectorizer = CountVectorizer(**ANALYZERS[name])
            # An n-gram of every kind is put before, so that texts without words count too, and taken off again.
            matrix = vectorizer.fit_transform(["nnn nnn", *documents])[1:]
            spellings = vectorizer.get_feature_names_out()
            if name == "words":
                tokens = np.asarray(matrix[:, _is_single(spellings)].sum(axis=1)).ravel()
            kept = np.bincount(matrix.indices, minlength=matrix.shape[1]) >= MIN_DF
            matrices.append(matrix[:, kept])
            terms.append(spellings[kept])
            owners.append(np.full(int(kept.sum()), index))
        joined = sp.hstack(matrices, format="csr", dtype=np.float64)
        joined.data = 1 + np.log(joined.data)
        return cls(tuple(namespaces), joined, np.concatenate(owners), np.concatenate(terms), tokens)

    def covers(self, namespaces: Sequence[str]) -> bool:
        """Whether each of some namespaces has a term frequent enough."""
        used = {self.namespaces[index] for index in np.unique(self.namespace[self.idf() > 0])}
        return used.issuperset(namespaces)

    def only(self, namespaces: Sequence[str]) -> Counts:
        """The same documents, read by fewer namespaces."""
        if tuple(namespaces) == self.namespaces:
            return self
        columns = np.isin(self.namespace, [self.namespaces.index(name) for name in namespaces])
        owner = np.array([namespaces.index(name) if name in namespaces else -1 for name in self.namespaces])
        return Counts(
            tuple(namespaces), self.matrix[:, columns], owner[self.namespace[columns]], self.terms[columns], self.tokens
        )

    def of_rows(self, rows: np.ndarray) -> Counts:
        """Some of the documents."""
        return Counts(self.namespaces, self.matrix[rows], self.namespace, self.terms, self.tokens[rows])

    def idf(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """ln((1 + n) / (1 + df)) + 1 over some rows (terms,); 0 for terms too rare among them."""
        subset = self.matrix[rows]
        df = np.bincount(subset.indices, minlength=subset.shape[1])
        return np.asarray(np.where(df >= MIN_DF, np.log((1 + subset.shape[0]) / (1 + df)) + 1, 0.0))

    def tfidf(self, idf: np.ndarray) -> sp.csr_matrix:
        """Rows weighted by `idf`, each namespace of each row of unit length (documents x terms)."""
        matrix = self.matrix
        data = matrix.data * idf[matrix.indices]
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        cell = rows * len(self.namespaces) + self.namespace[matrix.indices]
        norm = np.sqrt(np.bincount(cell, data**2))
        norm[norm == 0] = 1
        return sp.csr_matrix((data / norm[cell], matrix.indices, matrix.indptr), shape=matrix.shape)

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


def assemble(counts: Counts, classifier: LinearSVC, idf: np.ndarray, temperature: float) -> Pipeline:
    """A fitted scikit-learn pipeline, text in and probabilities out, from the parts fitted on counts.

    The temperature is folded into the weights: softmax(Wx / T) is multinomial logistic regression with the
    weights W / T, so the pipeline ends in scikit-learn's own class for that, and needs no class of ours.
    """
    vectorizers = []
    for index, name in enumerate(counts.namespaces):
        mine = (counts.namespace == index) & (idf > 0)
        vectorizer = TfidfVectorizer(**ANALYZERS[name], min_df=MIN_DF, sublinear_tf=True)
        vectorizer.vocabulary_ = {str(term): column for column, term in enumerate(counts.terms[mine])}
        vectorizer.fixed_vocabulary_ = False
        vectorizer.idf_ = idf[mine]
        vars(vectorizer).pop("_stop_words_id", None)  # an address in memory: it would change the file every run
        vectorizers.append((name, vectorizer))
    model = LogisticRegression(C=classifier.C)
    model.classes_ = classifier.classes_
    used = idf > 0
    model.coef_ = classifier.coef_[:, used] / temperature
    model.intercept_ = classifier.intercept_ / temperature
    model.n_features_in_ = int(used.sum())
    model.n_iter_ = np.atleast_1d(classifier.n_iter_)
    return Pipeline([("tfidf", FeatureUnion(vectorizers)), ("classifier", model)])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of rows of logits."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def _reads_single_words(vectorizer: TfidfVectorizer) -> bool:
    return bool(vectorizer.analyzer == "word" and vectorizer.ngram_range[0] == 1)


class PipelineScorer:
    """Scores documents with a fitted scikit-learn pipeline: the slow way, for what is not compiled and to compare."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._union: FeatureUnion = pipeline[0]
        self._classifier: LogisticRegression = pipeline[-1]
        self.labels = tuple(map(str, self._classifier.classes_))
        signs = [-0.5, 0.5] if len(self.labels) == 2 else [1.0]
        self.weights = np.vstack([sign * self._classifier.coef_ for sign in signs])
        self.intercepts = tuple(np.concatenate([sign * self._classifier.intercept_ for sign in signs]).tolist())
        readers = [vectorizer for _, vectorizer in self._union.transformer_list if _reads_single_words(vectorizer)]
        self._vocabulary = readers[0].vocabulary_ if readers else None

    def score(self, documents: Sequence[str]) -> Iterator[Score]:
        """The scores of documents, in order."""
        if not documents:
            return
        logits = logits_of(self._classifier, self._union.transform(documents))
        for document, row in zip(documents, logits.tolist(), strict=True):
            words = WORD.findall(document.lower())
            known = len(words) if self._vocabulary is None else sum(word in self._vocabulary for word in words)
            yield Score(tuple(row), len(words), known)

    @cached_property
    def _names(self) -> np.ndarray:
        return np.asarray(self._union.get_feature_names_out())

    def contributions(self, document: str) -> list[Contribution]:
        """The terms of a document that carry weight, with what each adds to the logits."""
        row = self._union.transform([document])
        weights = self.weights[:, row.indices].T * row.data[:, None]
        return [
            Contribution(term, namespace, tuple(values))
            for (namespace, _, term), values in zip(
                (self._names[i].partition("__") for i in row.indices), weights.tolist(), strict=True
            )
        ]
