"""A fitted scikit-learn pipeline into a table."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from newsvane.fields import DOCUMENT
from newsvane.kernel import hash_string, mix, namespace_seed, word_keys
from newsvane.pipeline import PipelineScorer, readers_of
from newsvane.table import MAX_LABELS, MAX_N, MAX_PROBES, Namespace, write_table

SEEDS = 16
"""So many seeds are tried before a table is given up; with 64-bit hashes the first nearly always does."""


class NotCompilableError(Exception):
    """A pipeline that a table cannot hold; the text says which part."""


def compile_pipeline(pipeline: Pipeline, path: Path) -> None:
    """Write the table of a pipeline that `pipeline.assemble` made, or one built of the same parts.

    Raises `NotCompilableError` where a part is none that the kernel knows.
    """
    vectorizers = _vectorizers(pipeline)
    scorer = PipelineScorer(pipeline)
    namespaces, terms, first = [], [], 0
    for name, field, vectorizer in vectorizers:
        own = vectorizer.get_feature_names_out().tolist()
        shortest, longest = vectorizer.ngram_range
        namespaces.append(Namespace(name, field, vectorizer.analyzer, shortest, longest, first, first + len(own)))
        terms += own
        first += len(own)
    seed, slots, probes = _hash(namespaces, terms)
    rows = np.vstack([np.concatenate([vectorizer.idf_ for *_, vectorizer in vectorizers]), scorer.weights])
    encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    metadata = {
        "labels": scorer.labels,
        "intercepts": scorer.intercepts,
        "namespaces": [asdict(namespace) for namespace in namespaces],
        "seed": seed,
        "probes": probes,
        "unicode": unicodedata.unidata_version,
    }
    sections = {
        "slots": slots.astype("<u4").tobytes(),
        "rows": np.ascontiguousarray(rows.T, dtype="<f4").tobytes(),
        "ends": np.cumsum([len(term) for term in encoded], dtype="<u4").tobytes(),
        "terms": b"".join(encoded),
    }
    write_table(path, metadata, sections)


def _vectorizers(pipeline: Pipeline) -> list[tuple[str, str, TfidfVectorizer]]:
    """The vectorizers of a pipeline with their names and fields, each known to do what the kernel does."""
    classifier = pipeline[-1]
    if not isinstance(classifier, LogisticRegression):
        raise NotCompilableError(f"the classifier is a {type(classifier).__name__}")
    union = pipeline[0]
    if len(pipeline) != 2 or not isinstance(union, FeatureUnion) or union.transformer_weights:
        raise NotCompilableError("it is not a union of vectorizers, without weights, and a classifier")
    if len(classifier.classes_) > MAX_LABELS:
        raise NotCompilableError(f"it has more than {MAX_LABELS} labels")
    vectorizers = readers_of(union)
    if vectorizers[0][1] != DOCUMENT:
        raise NotCompilableError("its first part does not read the document")
    known = TfidfVectorizer(sublinear_tf=True).get_params()
    free = {"analyzer", "ngram_range", "min_df", "max_df", "max_features", "dtype", "vocabulary"}
    for name, _, vectorizer in vectorizers:
        if type(vectorizer) is not TfidfVectorizer:
            raise NotCompilableError(f"{name} is a {type(vectorizer).__name__}")
        if vectorizer.analyzer not in ("word", "char_wb"):
            raise NotCompilableError(f"{name} has the analyzer {vectorizer.analyzer!r}")
        if vectorizer.ngram_range[1] > MAX_N:
            raise NotCompilableError(f"{name} has n-grams of more than {MAX_N}")
        for parameter, value in vectorizer.get_params().items():
            if parameter not in free and value != known[parameter]:
                raise NotCompilableError(f"{name} has {parameter}={value!r}")
    return vectorizers


def _hash(namespaces: list[Namespace], terms: list[str]) -> tuple[int, np.ndarray, int]:
    """A seed with which every term is found, the slots (flat u32 pairs), and the longest search."""
    size = 1 << max(2 * len(terms) - 1, 1).bit_length()  # at most half full
    for seed in range(SEEDS):
        keys = np.array(_keys(namespaces, terms, seed), dtype=np.uint64)
        placed = _place(keys, size)
        if placed is not None:
            return seed, *placed
    raise NotCompilableError(f"the terms collide under {SEEDS} seeds")


def _keys(namespaces: list[Namespace], terms: list[str], seed: int) -> list[int]:
    keys: list[int] = []
    for index, namespace in enumerate(namespaces):
        start = namespace_seed(seed, index)
        for term in terms[namespace.first : namespace.last]:
            if namespace.analyzer == "word":
                words = term.split(" ")
                keys += word_keys(words, len(words), start)
            else:
                keys.append(mix(hash_string(term) ^ start))
    return keys


def _place(keys: np.ndarray, size: int) -> tuple[np.ndarray, int] | None:
    """Slots with every key in the first free slot from its own on; None where two terms cannot be told apart.

    All keys are placed at once, in rounds: of those that want the same slot the first one gets it, and the
    others, and those that find it taken, go on to the next.
    """
    tags, places = (keys >> np.uint64(32)).astype(np.uint32), (keys & np.uint64(size - 1)).astype(np.int64)
    slots = np.zeros((size, 2), dtype=np.uint32)
    waiting = np.arange(len(keys))
    for probe in range(1, MAX_PROBES + 1):
        at = places[waiting]
        free = slots[at, 1] == 0
        winners = np.unique(at[free], return_index=True)[1]
        placed = waiting[free][winners]
        slots[places[placed]] = np.column_stack([tags[placed], placed + 1])
        # A key that passes a slot with its own tag would be found there: two terms alike.
        waiting = np.setdiff1d(waiting, placed, assume_unique=True)
        if np.any(slots[places[waiting], 0] == tags[waiting]):
            return None
        if not len(waiting):
            return slots.ravel(), probe
        places[waiting] = (places[waiting] + 1) & (size - 1)
    return None
