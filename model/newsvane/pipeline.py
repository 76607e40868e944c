"""The recipe: namespaces of TF-IDF, one linear layer.

A namespace is a field of the article read as n-grams of one kind: ``words`` are those of the document, ``near
words`` those of the sentences near the target. Each is weighted by TF-IDF (1 + ln tf, smoothed idf, unit length:
Salton and Buckley 1988) on its own, and the classifier sees them side by side. What is fitted here is a plain
scikit-learn `Pipeline`, which loads and predicts without newsvane: texts in, or where it reads more fields than the
document, a data frame or dictionary with a column of texts for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from newsvane.counting import count
from newsvane.fields import DOCUMENT
from newsvane.scorer import WORD, Contribution, Document, Score, column

MIN_DF = 2
"""A term must stand in so many training documents."""

ANALYZERS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2)},
    "unigrams": {"analyzer": "word", "ngram_range": (1, 1)},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen out of fold: which namespaces, and `C`, the inverse strength of regularisation.

    `weights` are the lengths of the namespaces' vectors, 1 where none are given: what is the same in many articles,
    such as a finding of few values, would at full length drown what is rare in a document's words.
    """

    namespaces: tuple[str, ...]
    C: float
    weights: tuple[float, ...] = ()


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


def softmax(logits: ArrayLike) -> np.ndarray:
    """Probabilities of rows of logits."""
    logits = np.asarray(logits)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


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
