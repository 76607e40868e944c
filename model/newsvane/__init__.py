"""newsvane: topic and stance of news articles, with TF-IDF and linear models.

    import newsvane
    classifier = newsvane.load()
    for prediction in classifier.predict(newsvane.read_articles("feed.jsonl")):
        print(prediction.verdicts["topic"].label)

The names below are loaded when they are first used, so that importing newsvane costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from newsvane.articles import Article, Columns
    from newsvane.auditing import Audit, audit
    from newsvane.classifier import Classifier, load
    from newsvane.errors import InputError, ModelError, NewsvaneError, OptionalFeatureError
    from newsvane.evaluation import Evaluation, evaluate
    from newsvane.predictions import Prediction, Verdict
    from newsvane.publishing import publish
    from newsvane.selection import Suggestion, suggest
    from newsvane.sources import read_articles, read_labelled
    from newsvane.training import Training, train

__all__ = [
    "Article",
    "Audit",
    "Classifier",
    "Columns",
    "Evaluation",
    "InputError",
    "ModelError",
    "NewsvaneError",
    "OptionalFeatureError",
    "Prediction",
    "Suggestion",
    "Training",
    "Verdict",
    "audit",
    "evaluate",
    "load",
    "publish",
    "read_articles",
    "read_labelled",
    "suggest",
    "train",
]

_HOMES = {
    "Article": "articles",
    "Audit": "auditing",
    "Classifier": "classifier",
    "Columns": "articles",
    "Evaluation": "evaluation",
    "InputError": "errors",
    "ModelError": "errors",
    "NewsvaneError": "errors",
    "OptionalFeatureError": "errors",
    "Prediction": "predictions",
    "Suggestion": "selection",
    "Training": "training",
    "Verdict": "predictions",
    "audit": "auditing",
    "evaluate": "evaluation",
    "load": "classifier",
    "publish": "publishing",
    "read_articles": "sources",
    "read_labelled": "sources",
    "suggest": "selection",
    "train": "training",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'newsvane' has no attribute {name!r}")
    return getattr(importlib.import_module(f"newsvane.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
