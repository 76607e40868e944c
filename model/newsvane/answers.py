"""What a model said of a test set, article by article: kept, so that another model can be held against it.

A saved file is JSON, one line an article, sorted: the same answers give the same bytes, and a change shows in a diff.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from newsvane.articles import Article
from newsvane.errors import InputError, NewsvaneError
from newsvane.judgements import Judgements, judge

if TYPE_CHECKING:
    from newsvane.predictions import Prediction

FORMAT = 1
DIGITS = 6
SMALL = 1e-3
"""Probabilities are saved with so many decimals, smaller ones with three digits: none becomes 0, or a log loss
that was not."""


@dataclass(frozen=True)
class Answers:
    """The answers of one model, by `keys` of articles.

    For each task `labels`, `probabilities` (articles x labels) and `answered` (articles,), which is False where
    no label was given. Where nothing could be judged the probabilities are equal. `name` is the model's.
    """

    name: str
    keys: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    probabilities: Mapping[str, np.ndarray]
    answered: Mapping[str, np.ndarray]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each key."""
        return {key: row for row, key in enumerate(self.keys)}

    def judged(self, task: str, keys: Sequence[str], truth: Sequence[str]) -> Judgements:
        """Some of the answers beside the true labels; a label that the model lacks is added with probability 0."""
        rows = [self.row_of[key] for key in keys]
        labels = self.labels[task]
        probabilities, answered = self.probabilities[task][rows], self.answered[task][rows]
        if lacking := sorted(set(truth) - set(labels)):
            labels = (*labels, *lacking)
            probabilities = np.hstack([probabilities, np.zeros((len(rows), len(lacking)))])
        return judge(labels, truth, probabilities, answered)


def article_keys(articles: Iterable[Article]) -> tuple[str, ...]:
    """A key for each article: a hash of title, text and target, so that it outlives a new id or another order."""
    keys, seen = [], Counter[str]()
    for article in articles:
        content = "\0".join((article.title, article.text, article.target))
        key = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return tuple(keys)


def collect(
    name: str, labels: Mapping[str, tuple[str, ...]], articles: Sequence[Article], predictions: Iterable[Prediction]
) -> Answers:
    """The answers in predictions, one for each article."""
    n = len(articles)
    probabilities = {task: np.full((n, len(names)), 1 / len(names)) for task, names in labels.items()}
    answered = {task: np.zeros(n, dtype=bool) for task in labels}
    for row, prediction in enumerate(predictions):
        for task, verdict in prediction.verdicts.items():
            answered[task][row] = verdict.label is not None
            if verdict.probabilities:
                probabilities[task][row] = [verdict.probabilities[label] for label in labels[task]]
    return Answers(name, article_keys(articles), labels, probabilities, answered)


def write_answers(answers: Answers, path: Path) -> None:
    """Save answers: a header, then a line for each article, in the order of their keys.

    Raises `NewsvaneError` where the file cannot be written.
    """
    lines = []
    for key in sorted(answers.keys):
        row = answers.row_of[key]
        record: dict[str, Any] = {task: _rounded(values[row]) for task, values in answers.probabilities.items()}
        if abstained := [task for task, given in answers.answered.items() if not given[row]]:
            record["abstained"] = abstained
        lines.append(b"%s:%s" % (orjson.dumps(key), orjson.dumps(record)))
    head = b'{"format":%d,\n"model":%s,\n"labels":%s,\n"articles":{\n' % (
        FORMAT,
        orjson.dumps(answers.name),
        orjson.dumps(dict(answers.labels)),
    )
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")  # two may write at once
    try:
        temporary.write_bytes(head + b",\n".join(lines) + b"\n}}\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise NewsvaneError(f"{path}: {error.strerror or error}") from error


def _rounded(probabilities: np.ndarray) -> list[float]:
    """Probabilities with few digits, unless that would change which is the greatest."""
    exact = probabilities.tolist()
    short = [round(value, DIGITS) if value >= SMALL else float(f"{value:.3g}") for value in exact]
    return short if short.index(max(short)) == exact.index(max(exact)) else exact


def read_answers(path: Path) -> Answers:
    """Saved answers. Raises `InputError` where the file is missing or is not such a file."""
    try:
        saved = orjson.loads(path.read_bytes())
        if saved["format"] > FORMAT:
            raise InputError(f"{path}: made by a later newsvane; upgrade, or write it again with --update-baseline")
        name, labels = str(saved["model"]), {task: tuple(names) for task, names in saved["labels"].items()}
        articles: dict[str, dict[str, Any]] = saved["articles"]
        probabilities = {
            task: np.array([record[task] for record in articles.values()], dtype=float).reshape(
                len(articles), len(names)
            )
            for task, names in labels.items()
        }
        answered = {
            task: np.array([task not in record.get("abstained", ()) for record in articles.values()], dtype=bool)
            for task in labels
        }
        for task, values in probabilities.items():
            if len(set(labels[task])) < len(labels[task]) or not all(isinstance(label, str) for label in labels[task]):
                raise ValueError(f"{task}: its labels are not names, each another")
            if not (np.all(values >= 0) and np.allclose(values.sum(axis=1), 1, atol=1e-3)):
                raise ValueError(f"{task}: not probabilities")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: not saved answers of newsvane ({type(error).__name__}: {error})",
            "Write them with newsvane evaluate DATA --baseline FILE --update-baseline.",
        ) from error
    return Answers(name, tuple(articles), labels, probabilities, answered)
