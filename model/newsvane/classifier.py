"""The classifier: articles in, predictions out."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import repeat
from math import exp, fsum
from pathlib import Path
from typing import TYPE_CHECKING

from newsvane import fields, starter, store
from newsvane.articles import Article
from newsvane.attribution import by_sentence
from newsvane.batches import BATCH, as_they_come, in_batches, worked_ahead
from newsvane.errors import InputError, ModelError, Notify, ignore
from newsvane.kernel import TableScorer
from newsvane.predictions import Explanation, Prediction, Section, Stance, TermWeight, Verdict
from newsvane.scorer import Document, Score, Scorer

if TYPE_CHECKING:
    from newsvane.training import Training

MODEL_VARIABLE = "NEWSVANE_MODEL"
ENGINES = ("auto", "table", "sklearn")
PROBE_TOLERANCE = 1e-6
"""A loaded pipeline must give the probes of its passport the same probabilities."""
SECTION_WORDS = 8
"""A section of fewer words (a subheading, a date, an advertisement's mark) is not judged."""


_Scored = tuple[list[Article], list[Article], list[Document], dict[str, list[Score]]]
"""A batch; the same articles, each once for every target that is asked for; the document of each of these, which
differ in nothing but the target; and the scores, in tasks other than stance of one document an article."""


class Classifier:
    """Judges articles with a scorer for each task.

    `min_known` gives, by task, the share of known words below which a text is not judged; `labels` the labels.
    `targets` are those of the training articles, in lower case; None where the model does not say.
    """

    def __init__(
        self,
        scorers: Mapping[str, Scorer],
        min_known: Mapping[str, float],
        *,
        name: str = "model",
        targets: Iterable[str] | None = None,
    ) -> None:
        self.scorers = dict(scorers)
        self.labels = {task: scorer.labels for task, scorer in scorers.items()}
        self.min_known = dict(min_known)
        self.name = name
        self.targets = None if targets is None else frozenset(targets)
        self._fields = {field for scorer in scorers.values() for field in scorer.fields}
        self._idf = lru_cache(1 << 16)(scorers["stance"].idf) if "stance" in scorers else lambda _: 1.0

    def predict(
        self,
        articles: Iterable[Article],
        *,
        targets: Sequence[str] = (),
        min_confidence: float = 0.0,
        explain: bool = False,
        sections: bool = False,
        live: bool = False,
    ) -> Iterator[Prediction]:
        """One prediction for each article, in order.

        Nothing is read before the first prediction is asked for. With `targets` every article gets a stance on
        each of them, instead of on its own. An answer less probable than `min_confidence` is withheld. An article
        with an error, without words, or in words the model does not know gets no label, never the commonest one.
        Articles are read and judged in batches, the next ones while the last ones are used; `live` ones as they
        come, so that none waits for others.
        """
        if sections and "topic" not in self.scorers:
            raise ModelError("sections are told apart by topic, and this model has none")
        if targets and "stance" not in self.scorers:
            raise ModelError("targets are what a stance is towards, and this model has no stance")
        if not all(target.strip() for target in targets):
            raise InputError("a target is empty", "Without a target the stance is towards the main subject.")
        targets = tuple(dict.fromkeys(target.strip() for target in targets))
        each = max(1, len(targets))
        size, score = max(1, BATCH // each), partial(self._score, targets=targets)
        done = map(score, as_they_come(articles, size)) if live else worked_ahead(score, in_batches(articles, size))
        for batch, asked, documents, scores in done:
            verdicts = {}
            for task, found in scores.items():
                step = len(asked) // len(found)
                judged = list(map(partial(self._verdict, task, min_confidence), found, asked[::step]))
                if explain:
                    judged = list(map(partial(self._explained, task), judged, asked[::step], documents[::step]))
                verdicts[task] = judged
            stances = list(map(self._stance, asked, verdicts.get("stance", ())))
            views = zip(*[iter(stances)] * each, strict=True) if stances else repeat(())
            firsts = zip(*(judged[:: len(judged) // len(batch)] for judged in verdicts.values()), strict=True)
            for article, first, stances_of in zip(batch, firsts, views, strict=False):
                yield Prediction(
                    article,
                    dict(zip(verdicts, first, strict=True)),
                    tuple(self._sections(article, min_confidence)) if sections else (),
                    stances_of,
                )

    def _stance(self, article: Article, verdict: Verdict) -> Stance:
        target = article.target
        return Stance(target, bool(target) and target.casefold() in (self.targets or ()), verdict)

    def _score(self, batch: list[Article], targets: Sequence[str]) -> _Scored:
        asked = [article._replace(target=target) for article in batch for target in targets] if targets else batch
        documents = list(map(self._document, asked))
        each = max(1, len(targets))
        return batch, asked, documents, {
            task: list(scorer.score(documents if task == "stance" else documents[::each]))
            for task, scorer in self.scorers.items()
        }  # fmt: skip

    def _document(self, article: Article) -> Document:
        """What the scorers read of an article: only its text where there is no target or none of them heeds it."""
        text = fields.document(article)
        if not article.target or self._fields == {fields.DOCUMENT}:
            return text
        return {fields.DOCUMENT: text, fields.pooled(article.target): text} | fields.of_target(article, self._idf)

    def explain(self, document: Document, task: str) -> Explanation:
        """What the terms of a document add to the logits of its likeliest label and of the runner-up."""
        scorer = self.scorers[task]
        contributions = scorer.contributions(document)
        logits = [
            fsum([intercept, *(term.weights[label] for term in contributions)])
            for label, intercept in enumerate(scorer.intercepts)
        ]
        first, second = sorted(range(len(logits)), key=lambda label: -logits[label])[:2]
        terms = [
            TermWeight(term.term, term.namespace, term.weights[first], term.weights[second]) for term in contributions
        ]
        terms.sort(key=lambda term: (-term.margin, term.term))
        return Explanation(
            scorer.labels[first], logits[first], scorer.intercepts[first],
            scorer.labels[second], logits[second], scorer.intercepts[second], tuple(terms),
        )  # fmt: skip

    def _verdict(self, task: str, min_confidence: float, score: Score, article: Article) -> Verdict:
        if article.error:
            return Verdict(None, {}, article.error)
        logits, words, known = score
        if not words:
            return Verdict(None, {}, "no words")
        if known <= self.min_known[task] * words:
            return Verdict(None, {}, f"unknown text: the model knows {known} of {words} words")
        labels, top = self.labels[task], max(logits)
        exponentials = [exp(logit - top) for logit in logits]
        total = sum(exponentials)
        probabilities = {label: value / total for label, value in zip(labels, exponentials)}  # noqa: B905 - it costs time
        label = labels[logits.index(top)]
        if 1 / total < min_confidence:
            reason = f"{label} at {1 / total:.3f} is below the minimum confidence of {min_confidence:g}"
            return Verdict(None, probabilities, reason)
        return Verdict(label, probabilities)

    def _explained(self, task: str, verdict: Verdict, article: Article, document: Document) -> Verdict:
        if not verdict.probabilities:
            return verdict
        why = self.explain(document, task)
        terms = ((term.namespace, term.term, term.margin) for term in why.terms)
        why = replace(why, sentences=tuple(by_sentence(terms, fields.sentences(article, self._idf))))
        return Verdict(verdict.label, verdict.probabilities, verdict.reason, why)

    def _sections(self, article: Article, min_confidence: float) -> Iterator[Section]:
        body = [block for block in article.text.split("\n\n") if block.strip()]
        texts = [*body, *article.side]
        for index, (text, score) in enumerate(zip(texts, self.scorers["topic"].score(texts), strict=True)):
            if score.words < SECTION_WORDS:
                verdict = Verdict(None, {}, "too short to judge")
            else:
                verdict = self._verdict("topic", min_confidence, score, article)
            yield Section(text, index >= len(body), verdict)


def load(model: str | Path | None = None, *, engine: str = "auto", notify: Notify = ignore) -> Classifier:
    """The classifier of a model directory, or of one of its versions.

    Without one: `$NEWSVANE_MODEL`, else ``./model`` if a model serves there, else the starter model, which is
    trained at its first use. `engine` is ``table`` (the compiled model), ``sklearn`` (the pipeline itself), or
    ``auto``: the table, and scikit-learn, told to `notify`, for what could not be compiled. Raises `ModelError`
    where the model is missing, damaged or of another version.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is none of {', '.join(ENGINES)}")
    version = resolve(model, notify=notify)
    tasks = version.passport["tasks"]
    scorers = {task: _scorer(version, task, engine, notify) for task in tasks}
    return Classifier(
        scorers,
        {task: tasks[task]["min_known"] for task in tasks},
        name=version.name,
        targets=version.passport["data"].get("targets"),
    )


def of_training(training: Training) -> Classifier:
    """The classifier of a training that is not published yet."""
    from newsvane.pipeline import PipelineScorer

    return Classifier(
        {task: PipelineScorer(trained.pipeline) for task, trained in training.tasks.items()},
        {task: trained.min_known for task, trained in training.tasks.items()},
        name="the new model",
        targets=training.targets,
    )


def _scorer(version: store.Version, task: str, engine: str, notify: Notify) -> Scorer:
    if engine != "sklearn":
        if table := version.open_table(task):
            if table.unicode != unicodedata.unidata_version:
                notify(
                    f"{task} was trained with Unicode {table.unicode}: letters that are newer may be read differently"
                )
            return TableScorer(table)
        if engine == "table":
            raise ModelError(f"{version.path}: {task} has no table; classify with --engine sklearn")
        notify(f"{task} has no table: served by scikit-learn, slower")
    from newsvane.calibration import softmax
    from newsvane.pipeline import PipelineScorer

    scorer = PipelineScorer(version.load_pipeline(task))
    said = softmax([score.logits for score in scorer.score(version.passport["probes"])]).tolist()
    for now, then in zip(said, version.passport["tasks"][task]["probes"], strict=True):
        if any(abs(a - b) > PROBE_TOLERANCE for a, b in zip(now, then, strict=True)):
            raise ModelError(f"{version.path}: {task} answers otherwise than when it was trained; train again")
    return scorer


def resolve(model: str | Path | None = None, *, notify: Notify = ignore) -> store.Version:
    """The version that `load` would load."""
    named = model or os.environ.get(MODEL_VARIABLE)
    if named:
        path = Path(named)
        return store.open_version(path) if (path / store.PASSPORT).exists() else store.current(path)
    here = Path("model")
    return store.current(here) if (here / store.CURRENT).exists() else starter.ensure(notify)
