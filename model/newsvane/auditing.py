"""What is wrong with labelled data, before a model learns it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from newsvane import fields
from newsvane.articles import STANDARD, TASKS, Article, Columns
from newsvane.confident import find_suspects
from newsvane.duplicates import Duplicate, find_duplicates
from newsvane.errors import InputError, Notify, ignore
from newsvane.folds import FOLDS
from newsvane.labels import find_giveaways, find_typos
from newsvane.out_of_fold import OutOfFold, out_of_fold

KINDS = {
    "schema": "rows that cannot be used",
    "leak": "text that also stands in the test data",
    "two-labels": "one text with two labels",
    "label-typo": "labels that look misspelt",
    "duplicate": "text that stands there twice",
    "near-duplicate": "text that nearly stands there twice",
    "suspected-label": "labels that are likely wrong",
    "tiny-class": "labels of few articles",
    "giveaway": "columns that give a label away",
    "outlier": "texts unlike all others",
}
"""The kinds of findings, the gravest first."""

STRANGE = 0.5
"""Where models of the other articles know fewer of its words, a text is an outlier: another language, or no text."""

SHORT = 3
"""A text of so few words can hardly be labelled."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: of which kind, where, and why.

    `article` is the one it is about; None where it is about the whole. `label` is what it is labelled for `task`,
    `suggestion` what it might be labelled instead. `other` is the article that it repeats or contradicts.
    `score` is the share of shingles in common for duplicates, the probability of the own label for suspected labels.
    """

    kind: str
    message: str
    article: Article | None = None
    task: str = ""
    label: str = ""
    suggestion: str = ""
    other: Article | None = None
    score: float | None = None

    @property
    def place(self) -> str:
        """Where the article stands (``file:row``)."""
        return self.article.place if self.article else ""


@dataclass(frozen=True)
class Audit:
    """What `audit` gives: the articles it read, and the findings, the gravest kind first."""

    articles: tuple[Article, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in KINDS}


def audit(
    articles: Iterable[Article],
    *,
    against: Iterable[Article] = (),
    columns: Columns | None = None,
    suspects: int | None = None,
    seed: int = 0,
    notify: Notify = ignore,
) -> Audit:
    """Look for what is wrong with labelled articles; `against` are those of the test data.

    `suspects` is how many suspected labels to give for each task, instead of those that are likely wrong.
    """
    articles, columns = list(articles), columns or STANDARD
    as_read = [article for article in articles if not article.error]
    usable = as_read
    findings = _schema(articles, columns)
    strange: dict[str, Finding] = {}
    for task in TASKS:
        typos = find_typos(Counter(article.labels[task] for article in usable if task in article.labels))
        findings += _typos(usable, task, typos)
        usable = [_relabelled(article, task, typos) for article in usable]
    findings += _repetitions(usable, [article for article in against if not article.error])
    for task in TASKS:
        labelled = [article for article in usable if task in article.labels]
        findings += _tiny_classes(labelled, task)
        findings += _giveaways(labelled, task, columns)
        counts = Counter(article.labels[task] for article in labelled)
        judged = [article for article in labelled if counts[article.labels[task]] > 1]
        try:
            table = out_of_fold(judged, task, seed=seed) if judged else None
        except InputError as error:
            notify(f"wrong labels cannot be looked for: {error}")
            continue
        if table:
            findings += _suspects(judged, task, table, suspects)
            strange |= {finding.place: finding for finding in _outliers(judged, table)}
    findings += strange.values()
    originals = {id(meant): article for meant, article in zip(usable, as_read, strict=True)}
    findings = [
        replace(
            finding,
            article=originals.get(id(finding.article), finding.article),
            other=originals.get(id(finding.other), finding.other),
        )
        for finding in findings
    ]
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    return Audit(tuple(articles), tuple(sorted(findings, key=lambda finding: order[finding.kind])))


def _relabelled(article: Article, task: str, typos: Mapping[str, str]) -> Article:
    """The article with the label that was meant."""
    meant = typos.get(article.labels.get(task, ""))
    return article._replace(labels={**article.labels, task: meant}) if meant else article


def _schema(articles: Sequence[Article], columns: Columns) -> list[Finding]:
    names = " or ".join(f"'{column}'" for _, column in columns.labels)
    return [
        Finding("schema", article.error or f"no label in {names}", article)
        for article in articles
        if article.error or not (article.labels or article.export)
    ]


def _repetitions(articles: Sequence[Article], against: Sequence[Article]) -> list[Finding]:
    """Leaks, duplicates, and texts with two labels. One text about two targets is neither, but has one topic."""
    everything = [*against, *articles]
    groups: defaultdict[int, list[int]] = defaultdict(list)  # articles of exactly the same words, by the first of them
    findings = []
    for duplicate in find_duplicates([fields.document(article) for article in everything]):
        if duplicate.exact:
            groups[duplicate.original].append(duplicate.position)
        elif everything[duplicate.position].target == everything[duplicate.original].target:
            findings.append(_repetition(duplicate, everything, len(against)))
    for first, others in groups.items():
        by_target: dict[str, int] = {everything[first].target: first}
        for position in others:
            original = by_target.setdefault(everything[position].target, position)
            if original != position:
                findings.append(_repetition(Duplicate(position, original, 1.0, exact=True), everything, len(against)))
        findings += _contradictions([everything[position] for position in (first, *others) if position >= len(against)])
    return [finding for finding in findings if finding]


def _repetition(duplicate: Duplicate, articles: Sequence[Article], tests: int) -> Finding | None:
    article, original = articles[duplicate.position], articles[duplicate.original]
    if duplicate.position < tests:
        return None
    how = "the same words as" if duplicate.exact else f"{duplicate.similarity:.0%} of its three-word runs shared with"
    kind = "leak" if duplicate.original < tests else "duplicate" if duplicate.exact else "near-duplicate"
    differing = [
        f"{task} {article.labels[task]!r} here, {original.labels[task]!r} there"
        for task in TASKS
        if task in article.labels and article.labels[task] != original.labels.get(task, article.labels[task])
    ]
    message = "; ".join([f"{how} {original.place}", *differing])
    return Finding(kind, message, article, other=original, score=duplicate.similarity)


def _contradictions(articles: Sequence[Article]) -> list[Finding]:
    """Where articles of the same words differ in topic, or in stance towards the same target."""
    findings = []
    for task in TASKS:
        first: dict[str, Article] = {}
        for article in articles:
            if task in article.labels:
                before = first.setdefault(article.target if task == "stance" else "", article)
                mine, theirs = article.labels[task], before.labels[task]
                if mine != theirs:
                    message = f"{task} {mine!r} here, {theirs!r} in {before.place}"
                    findings.append(Finding("two-labels", message, article, task, mine, theirs, before))
    return findings


def _typos(articles: Sequence[Article], task: str, typos: dict[str, str]) -> list[Finding]:
    return [
        Finding("label-typo", f"{task} {label!r}: did you mean {typos[label]!r}?", article, task, label, typos[label])
        for article in articles
        if (label := article.labels.get(task, "")) in typos
    ]


def _tiny_classes(articles: Sequence[Article], task: str) -> list[Finding]:
    counts = Counter(article.labels[task] for article in articles)
    return [
        Finding(
            "tiny-class",
            f"{task} {label!r} has {count} of {len(articles)} articles; {FOLDS} folds need {FOLDS}",
            task=task,
            label=label,
        )
        for label, count in counts.items()
        if count < FOLDS
    ]


def _giveaways(articles: Sequence[Article], task: str, columns: Columns) -> list[Finding]:
    apart = {columns.id, columns.title, columns.text, columns.topic, columns.stance}
    if task == "topic":
        apart.add(columns.target)  # what it is about may well decide what it is about
    names = dict.fromkeys(column for article in articles for column in article.record if column not in apart)
    labels = [article.labels[task] for article in articles]
    return [
        Finding(
            "giveaway",
            f"{found.column} {found.value!r}: {found.right} of {found.total} articles have the {task} {found.label!r}",
            task=task,
            label=found.label,
        )
        for found in find_giveaways([article.record for article in articles], labels, names)
    ]


def _suspects(articles: Sequence[Article], task: str, table: OutOfFold, limit: int | None) -> list[Finding]:
    found = find_suspects(table)
    findings = []
    for suspect in [suspect for suspect in found if suspect.likely] if limit is None else found[:limit]:
        article = articles[suspect.position]
        label = article.labels[task]
        message = f"{task} {label!r} at {suspect.own:.3f}; looks like {suspect.label!r} at {suspect.probability:.3f}"
        findings.append(Finding("suspected-label", message, article, task, label, suspect.label, score=suspect.own))
    return findings


def _outliers(articles: Sequence[Article], table: OutOfFold) -> list[Finding]:
    findings = []
    for article, known in zip(articles, table.known.tolist(), strict=True):
        words = len(fields.document(article).split())
        if words <= SHORT:
            findings.append(Finding("outlier", f"only {words} words", article))
        elif known < STRANGE:
            message = f"the other articles know {known:.0%} of its words"
            findings.append(Finding("outlier", message, article, score=known))
    return findings
