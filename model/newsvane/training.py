"""Training: one out-of-fold pass chooses the settings, fits the temperature and gives honest metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from newsvane import fields
from newsvane.articles import TASKS, Article
from newsvane.errors import InputError, Notify, ignore
from newsvane.metrics import Judgements, Metrics, judge
from newsvane.pipeline import Counts, Settings, assemble, fit_linear, logits_of, softmax

FOLDS, FEW_FOLDS, MANY_ARTICLES = 5, 3, 20_000
"""So many folds; fewer for a large corpus, where each fit takes long and a model of two thirds is as good."""
MANY_PER_TARGET = 100
"""With more articles a target on average, the targets are known ones, as in a poll on five questions."""

CANDIDATES = (
    Settings(("words",), C=0.5),
    Settings(("words", "characters"), C=0.25),
    Settings(("words", "characters"), C=1.0),
)
"""The settings tried, cheapest first; on a tie the cheaper one is taken."""

_LIGHT = {
    "words": 1.0, "characters": 1.0, "target words": 0.2, "relation unigrams": 0.1, "cues unigrams": 0.1,
    "tones unigrams": 0.1, "near words": 0.2, "right words": 0.2,
}  # fmt: skip
_RELATION = {
    "words": 0.4, "target words": 0.3, "relation unigrams": 0.5, "cues unigrams": 0.5, "tones unigrams": 0.4,
}  # fmt: skip
_WINDOWS = {
    "words": 0.5, "target words": 0.3, "relation unigrams": 0.4, "cues unigrams": 0.4, "tones unigrams": 0.4,
    "near words": 0.4, "left words": 0.3, "right words": 0.4, "close words": 0.6, "mention unigrams": 0.4,
}  # fmt: skip
_CHARACTERS = _WINDOWS | {
    "characters": 0.3, "left characters": 0.3, "right characters": 0.4, "close characters": 0.4,
}  # fmt: skip
TARGET_CANDIDATES = tuple(
    Settings(tuple(weights), C, tuple(weights.values()))
    for weights, C in ((_LIGHT, 0.5), (_RELATION, 0.25), (_WINDOWS, 0.3), (_CHARACTERS, 0.3))
)
"""Tried instead where articles have targets: mostly the document; what it has to do with the target; and besides
what stands around mentions."""

SEEN_OFTEN = (100, 30)
"""A target with so many articles gets weights of its own beside those for all; both are tried."""
MAX_SEEN_OFTEN = 40
POOLED_WEIGHT = 0.5

CLEARLY_WORSE = 0.05
"""A candidate whose macro-F1 on the first fold is so much below that of the best is not tried on the others."""

MAX_CHARACTERS = 25_000_000
"""In a larger corpus no n-grams of characters are counted: long training, and long articles gain little by them."""

KNOWN_QUANTILE = 0.002
"""Texts with a smaller share of known words than this quantile of unseen training articles are not judged."""


@dataclass(frozen=True)
class TrainedTask:
    """A fitted pipeline and what the out-of-fold pass says about it.

    `trials` holds each candidate with its out-of-fold macro-F1, None where it was given up after the first fold.
    `metrics` are those of the chosen one, over articles it was not fitted on (the choice among few candidates
    flatters them slightly). `probabilities` (rows x labels) are out of fold too, in the order of `ids`. `min_known`
    is the share of known words below which a text is not judged.
    """

    task: str
    labels: tuple[str, ...]
    counts: dict[str, int]
    settings: Settings
    trials: tuple[tuple[Settings, float | None], ...]
    temperature: float
    min_known: float
    metrics: Metrics
    ids: tuple[str, ...]
    probabilities: np.ndarray
    pipeline: Pipeline


@dataclass(frozen=True)
class Training:
    """What `train` gives: a `TrainedTask` for each task that has labels, the articles used, and the seed."""

    tasks: dict[str, TrainedTask]
    articles: tuple[Article, ...]
    seed: int

    @property
    def targets(self) -> frozenset[str]:
        """What the articles take a stance on, in lower case."""
        return frozenset(article.target.casefold() for article in self.articles if article.target)


def train(articles: Iterable[Article], *, seed: int = 0, notify: Notify = ignore) -> Training:
    """Train a model for every task that the articles have labels for.

    A task trains on the articles that have its label; those without any are left aside. Raises `InputError` where
    articles have errors, or a label set cannot be learned.
    """
    articles = [article for article in articles if article.labels]
    if unusable := [f"{article.place}: {article.error}" for article in articles if article.error]:
        raise InputError(unusable)
    labelled = {task: [article for article in articles if task in article.labels] for task in TASKS}
    problems = [problem for task, chosen in labelled.items() for problem in _check(task, chosen)]
    if problems:
        raise InputError(problems)
    if not any(labelled.values()):
        raise InputError("no article has a label", "Name the columns with --topic-column and --stance-column.")
    documents = list(map(fields.document, articles))
    counts = Counts.of({fields.DOCUMENT: documents}, _affordable(CANDIDATES[-1].namespaces, documents))
    tasks = {}
    for task, chosen in labelled.items():
        if chosen:
            notify(f"{task}: {len(chosen)} articles")
            rows = np.array([task in article.labels for article in articles])
            tasks[task] = _train_task(task, chosen, counts.of_rows(rows), seed)
    return Training(tasks, tuple(articles), seed)


def _check(task: str, articles: Sequence[Article]) -> list[str]:
    counts = Counter(article.labels[task] for article in articles)
    if len(counts) == 1:
        return [f"{task}: every article is labelled {next(iter(counts))!r}; at least two labels are needed"]
    return [
        f"{article.place}: {task} {article.labels[task]!r} has one article; at least two are needed"
        for article in articles
        if counts[article.labels[task]] == 1
    ]


def _affordable(namespaces: Sequence[str], documents: Sequence[str]) -> list[str]:
    small = sum(map(len, documents)) <= MAX_CHARACTERS
    return [name for name in namespaces if small or not name.endswith("characters")]


def _train_task(task: str, articles: Sequence[Article], counts: Counts, seed: int) -> TrainedTask:
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    names, truth = np.unique(labels, return_inverse=True)
    candidates = _usable(CANDIDATES, counts)
    if not candidates:
        raise InputError(
            f"{task}: no word stands in two of the {len(articles)} articles; there is nothing to learn from"
        )
    folds, by_target = _folds(labels, articles, seed)
    often: list[list[str]] = []
    if task == "stance" and any(article.target for article in articles):
        often = [] if by_target else _seen_often(articles)
        counts = _with_targets(counts, articles, often)
        candidates = _usable(TARGET_CANDIDATES, counts)
    with threadpool_limits(1, user_api="blas"):
        trials, given_up = _race(counts, labels, folds, candidates, seed, None)
        best = max(trials, key=lambda trial: trial.macro_f1_of(labels, folds))
        pooled = [_pooled(best.settings, targets, counts) for targets in often]
        more, more_given_up = _race(counts, labels, folds, pooled, seed, best)
        scores: dict[Settings, float | None] = {
            trial.settings: trial.macro_f1_of(labels, folds) for trial in (*trials, *more)
        }
        best = max([*trials, *more], key=lambda trial: trial.macro_f1_of(labels, folds))
        settings = best.settings
        temperature = fit_temperature(best.logits, truth)
        final = counts.only(settings.namespaces)
        idf = final.idf()
        classifier = fit_linear(final.tfidf(idf, settings.weights), labels, settings.C, seed)
    probabilities = softmax(best.logits / temperature)
    return TrainedTask(
        task=task,
        labels=tuple(names.tolist()),
        counts=dict(zip(names.tolist(), np.bincount(truth).tolist(), strict=True)),
        settings=settings,
        trials=(*scores.items(), *((settings, None) for settings in (*given_up, *more_given_up))),
        temperature=temperature,
        min_known=float(min(np.quantile(best.known, KNOWN_QUANTILE), 0.5)),
        metrics=judge(names.tolist(), labels.tolist(), probabilities).metrics,
        ids=tuple(article.id or article.place for article in articles),
        probabilities=probabilities,
        pipeline=assemble(final, classifier, idf, temperature, settings.weights),
    )


def _usable(candidates: Iterable[Settings], counts: Counts) -> list[Settings]:
    """The candidates that can be tried: those with weights without the namespaces that have no terms."""
    found = []
    for settings in candidates:
        if not settings.weights:
            found += [settings] if counts.used.issuperset(settings.namespaces) else []
            continue
        kept = [pair for pair in zip(settings.namespaces, settings.weights, strict=True) if pair[0] in counts.used]
        narrowed = Settings(tuple(name for name, _ in kept), settings.C, tuple(weight for _, weight in kept))
        if "words" in narrowed.namespaces and narrowed not in found:
            found.append(narrowed)
    return found


def _seen_often(articles: Sequence[Article]) -> list[list[str]]:
    """The targets that may get weights of their own, for each threshold, the most frequent first."""
    counts = Counter(article.target.casefold() for article in articles if article.target)
    found: list[list[str]] = []
    for threshold in SEEN_OFTEN:
        often = [target for target, count in counts.most_common(MAX_SEEN_OFTEN) if count >= threshold]
        if often and often not in found:
            found.append(often)
    return found


def _with_targets(counts: Counts, articles: Sequence[Article], often: Sequence[Sequence[str]]) -> Counts:
    """The counts of documents, with those of the fields that targets decide."""
    idf = counts.idf()
    single = counts.namespace == counts.namespaces.index("words")
    known = {term: value for term, value in zip(counts.terms[single], idf[single], strict=True) if value > 0}
    rarest = max(known.values())
    pooled = [fields.pooled(target) for target in often[-1]] if often else []
    read = fields.columns(articles, (*fields.OF_TARGET, *pooled), lambda word: known.get(word, rarest))
    wanted = [name for name in _CHARACTERS if name not in CANDIDATES[-1].namespaces]
    wanted = _affordable(wanted, [text for name in ("left", "right", "close") for text in read[name]])
    copies = [f"{name} {analyzer}" for name in pooled for analyzer in counts.namespaces]
    return counts.beside(Counts.of(read, [*wanted, *copies]))


def _pooled(settings: Settings, targets: Sequence[str], counts: Counts) -> Settings:
    """Settings, with a copy of the document's namespaces for each of some targets."""
    shared = [name for name in settings.namespaces if " " not in name]
    copies = [
        copy for target in targets for name in shared if (copy := f"{fields.pooled(target)} {name}") in counts.used
    ]
    weights = settings.weights or (1.0,) * len(settings.namespaces)
    return Settings((*settings.namespaces, *copies), settings.C, (*weights, *(POOLED_WEIGHT for _ in copies)))


@dataclass(frozen=True)
class OutOfFold:
    """What models say of labelled articles that they were not fitted on, in the order of the articles.

    `labels` are those of the columns of `probabilities` (articles x labels); `given` (articles,) is the position of
    each article's own label among them; `known` (articles,) the share of its words that its judge knew.
    """

    labels: tuple[str, ...]
    given: np.ndarray
    probabilities: np.ndarray
    known: np.ndarray

    @property
    def judgements(self) -> Judgements:
        """The same as judgements: every article is answered."""
        return Judgements(self.labels, self.given, self.probabilities, np.ones(len(self.given), dtype=bool))


def out_of_fold(articles: Sequence[Article], task: str, *, seed: int = 0) -> OutOfFold:
    """Judge every article by models that have not seen it, with the cheapest settings and honest probabilities.

    All articles have a label for the task. Raises `InputError` where it cannot be learned: fewer than two labels, a
    label of one article, no words in common.
    """
    return out_of_folds(articles, task, (1.0,), seed=seed)[0]


def out_of_folds(articles: Sequence[Article], task: str, shares: Sequence[float], *, seed: int = 0) -> list[OutOfFold]:
    """As `out_of_fold`, by models fitted on shares of the articles that they could be fitted on.

    Every label is in every share, and a larger share holds a smaller one.
    """
    if problems := _check(task, articles):
        raise InputError(problems)
    settings = CANDIDATES[0]
    counts = Counts.of({fields.DOCUMENT: list(map(fields.document, articles))}, settings.namespaces)
    if not counts.used.issuperset(settings.namespaces):
        raise InputError(f"{task}: no word stands in two of the {len(articles)} articles")
    labels = np.array([article.labels[task] for article in articles], dtype=str)
    names, given = np.unique(labels, return_inverse=True)
    folds, _ = _folds(labels, articles, seed)
    judged = []
    with threadpool_limits(1, user_api="blas"):
        for share in shares:
            parts = [(_part(fitted, labels, share, seed), held_out) for fitted, held_out in folds]
            trial = _try(counts, labels, parts, settings, seed)
            probabilities = softmax(trial.logits / fit_temperature(trial.logits, given))
            judged.append(OutOfFold(tuple(names.tolist()), given, probabilities, trial.known))
    return judged


def _part(rows: np.ndarray, labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """A share of the rows of each label, at least one; a larger share holds the rows of a smaller one."""
    random = np.random.default_rng(seed)
    of_label = [random.permutation(rows[labels[rows] == label]) for label in np.unique(labels[rows])]
    return np.sort(np.concatenate([each[: max(1, round(share * len(each)))] for each in of_label]))


@dataclass(frozen=True)
class _Trial:
    """Settings, and what models with them say of articles they have not seen: logits (rows x labels), and
    the share of each article's words that they know (rows,); zeros in folds that were not judged."""

    settings: Settings
    logits: np.ndarray
    known: np.ndarray

    def joined(self, other: _Trial) -> _Trial:
        """The same settings on other folds too."""
        return _Trial(self.settings, self.logits + other.logits, self.known + other.known)

    def macro_f1_of(self, labels: np.ndarray, folds: Folds) -> float:
        """The macro-F1 on the articles held out of some folds."""
        rows = np.concatenate([held_out for _, held_out in folds])
        return judge(np.unique(labels).tolist(), labels[rows].tolist(), softmax(self.logits[rows])).metrics.macro_f1


Folds = list[tuple[np.ndarray, np.ndarray]]
"""The rows to fit on and the rows to judge, for each fold."""


def _folds(labels: np.ndarray, articles: Sequence[Article], seed: int) -> tuple[Folds, bool]:
    """Folds that keep articles on one target, or with one text, together; and whether it is the targets.

    Three articles on one plan share names and places: with two of them in training, the third is no unseen
    article, and its figures flatter. So do rows that share a text. Whichever is shared by more rows is kept
    together. Where the targets are few, as in polls on five questions, a model is meant to know them, and only
    equal texts are kept together.
    """
    known = Counter(article.target for article in articles if article.target)
    documents = list(map(fields.document, articles))
    by_target = 0 < len(known) <= len(set(documents)) and known.total() <= MANY_PER_TARGET * len(known)
    groups = [
        article.target if by_target and article.target else document
        for article, document in zip(articles, documents, strict=True)
    ]
    most = FOLDS if len(articles) < MANY_ARTICLES else FEW_FOLDS
    held = [
        len({group for group, label in zip(groups, labels, strict=True) if label == name}) for name in np.unique(labels)
    ]
    if min(held) > 1 and len(set(groups)) < len(groups):  # else every group is one article, and this is slow
        splitter = StratifiedGroupKFold(min(most, *held), shuffle=True, random_state=seed)
        folds = list(splitter.split(labels, labels, groups))
        if all(len(set(labels[fitted])) == len(held) for fitted, _ in folds):
            return folds, by_target
    # Groups of one article; or a label of one group, or one that fell whole into a fold, which cannot be kept together.
    smallest = int(np.unique(labels, return_counts=True)[1].min())
    return list(StratifiedKFold(min(most, smallest), shuffle=True, random_state=seed).split(labels, labels)), False


def _race(
    counts: Counts, labels: np.ndarray, folds: Folds, candidates: Iterable[Settings], seed: int, best: _Trial | None
) -> tuple[list[_Trial], list[Settings]]:
    """Try candidates. One that on the first fold is clearly worse than the best so far is given up: the second list.

    A race as of Maron and Moore 1994 ("Hoeffding races"), with a fixed margin.
    """
    trials, given_up = [], []
    for settings in candidates:
        trial = _try(counts, labels, folds[:1], settings, seed)
        if best and trial.macro_f1_of(labels, folds[:1]) < best.macro_f1_of(labels, folds[:1]) - CLEARLY_WORSE:
            given_up.append(settings)
            continue
        trial = trial.joined(_try(counts, labels, folds[1:], settings, seed))
        trials.append(trial)
        best = max([best, trial] if best else [trial], key=lambda one: one.macro_f1_of(labels, folds))
    return trials, given_up


def _try(counts: Counts, labels: np.ndarray, folds: Folds, settings: Settings, seed: int) -> _Trial:
    counts = counts.only(settings.namespaces)
    logits, known = np.zeros((len(labels), len(np.unique(labels)))), np.zeros(len(labels))
    for fitted, held_out in folds:
        idf = counts.idf(fitted)
        matrix = counts.tfidf(idf, settings.weights)
        classifier = fit_linear(matrix[fitted], labels[fitted], settings.C, seed)
        logits[held_out] = logits_of(classifier, matrix[held_out])
        known[held_out] = counts.known(idf)[held_out]
    return _Trial(settings, logits, known)


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature T that makes softmax(logits / T) likeliest (Guo et al. 2017, "On calibration").

    `logits` (rows x labels); `truth` (rows,), the index of each row's label. The targets are Platt's (1999): of a
    label with n rows (n + 1) / (n + K), the rest to the other K - 1, so that a few rows, all told apart, do not make
    a model certain of everything.
    """
    labels = logits.shape[1]
    other = 1 / (np.bincount(truth, minlength=labels)[truth] + labels)

    def loss(log_t: float) -> float:
        scaled = logits / np.exp(log_t)
        top = scaled.max(axis=1)
        log_sum = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        said = other * scaled.sum(axis=1) + (1 - labels * other) * scaled[np.arange(len(truth)), truth]
        return float(np.mean(log_sum - said))

    best = minimize_scalar(loss, bounds=(-7, 5), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))
