"""A cleaned copy of audited data: what an audit is certain of is left out or mended, and the rest is kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from newsvane.articles import Article, Columns
from newsvane.auditing import Audit, Finding

CERTAIN = ("schema", "leak")
REPETITIONS = ("duplicate", "near-duplicate")


@dataclass(frozen=True, slots=True)
class Change:
    """An article that was left out, or `relabelled`, and why."""

    article: Article
    reason: str
    relabelled: bool = False


@dataclass(frozen=True)
class Cleaned:
    """What `clean` gives: the articles that are left, in order, and every change."""

    articles: tuple[Article, ...]
    changes: tuple[Change, ...]


def clean(audit: Audit, columns: Columns | None = None) -> Cleaned:
    """Leave out what an audit is certain of, and mend misspelt labels, in the records too.

    Left out are rows that cannot be used, leaks, and repetitions but for the first. Of one text with two labels the
    row of the later file is kept; where both stand in one file nobody can tell, and both are left out. Labels that
    are suspected to be wrong are kept as they are: those a reader must look at.
    """
    columns = columns or Columns()
    reasons = _reasons(audit)
    typos: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in audit.findings:
        if finding.kind == "label-typo":
            typos[id(finding.article)].append(finding)
    kept: list[Article] = []
    changes: list[Change] = []
    for article in audit.articles:
        if reason := reasons.get(id(article)):
            changes.append(Change(article, reason))
            continue
        mended = article
        for finding in typos[id(article)]:
            mended = _relabelled(mended, finding, columns)
            changes.append(Change(article, f"{finding.task} was {finding.label!r}", relabelled=True))
        kept.append(mended)
    return Cleaned(tuple(kept), tuple(changes))


def _reasons(audit: Audit) -> dict[int, str]:
    """Why articles are left out, by their identity: places need not be unique, nor ids be there."""
    reasons: dict[int, str] = {}
    disputed = {id(finding.article) for finding in audit.findings if finding.kind == "two-labels"}
    for finding in audit.findings:
        article, other = finding.article, finding.other
        reason = f"{finding.kind}: {finding.message}"
        if finding.kind == "two-labels" and article and other:
            if _file(article) == _file(other):
                reasons.setdefault(id(article), reason)
            contradicted = f"{finding.task} {finding.suggestion!r} here, {finding.label!r} in {article.place}"
            reasons.setdefault(id(other), f"{finding.kind}: {contradicted}")
        elif finding.kind in CERTAIN or (finding.kind in REPETITIONS and id(article) not in disputed):
            reasons.setdefault(id(article), reason)
    return reasons


def _file(article: Article) -> str:
    return article.place.rpartition(":")[0]


def _relabelled(article: Article, finding: Finding, columns: Columns) -> Article:
    column = dict(columns.labels)[finding.task]
    return article._replace(
        labels={**article.labels, finding.task: finding.suggestion},
        record={**article.record, column: finding.suggestion},
        raw=b"",
    )
