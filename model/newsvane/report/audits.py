"""Audits as text and as records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from newsvane.report.records import to_cell, to_json
from newsvane.report.style import PLAIN, Style, cut, safe_for_terminal

if TYPE_CHECKING:
    from newsvane.articles import Article
    from newsvane.auditing import Audit, Finding
    from newsvane.cleaning import Change

INDENT = "  "


def audit_text(
    audit: Audit, kinds: Mapping[str, str], *, limit: int, width: int | None = None, style: Style = PLAIN
) -> str:
    """How many findings of each kind there are, then the first `limit` of each with their texts.

    `kinds` says what each kind is.
    """
    lines = [f"{_number(len(audit.articles), 'article')}, {_number(len(audit.findings), 'finding')}"]
    lines += [f"{count:7,}  {kind:15}  {kinds[kind]}" for kind, count in audit.counts.items() if count]
    for kind, count in audit.counts.items():
        if not count:
            continue
        lines += ["", style.bold(f"{kind}: {kinds[kind]}")]
        found = [finding for finding in audit.findings if finding.kind == kind]
        shown = found[:limit]
        room = max((len(finding.place) + 2 for finding in shown if finding.place), default=0)
        for finding in shown:
            rest = width - room - len(INDENT) if width else None
            lines.append(f"{INDENT}{safe_for_terminal(finding.place):{room}}{cut(finding.message, rest)}")
            if finding.article and (text := _text(finding.article)):
                indent = " " * (len(INDENT) + room)
                lines.append(style.dim(indent + cut(text, (width or 120) - len(indent))))
        if count > limit:
            lines.append(f"{INDENT}... and {count - limit:,} more (--limit {count}, or --format csv)")
    return "\n".join(lines)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}" if count else f"no {noun}s"


def _text(article: Article) -> str:
    return " · ".join(part for part in (article.title, article.text[:300]) if part)


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as a row of a table."""
    article = finding.article
    return {
        "kind": finding.kind,
        "place": finding.place,
        "id": article.id if article else "",
        "task": finding.task,
        "label": finding.label,
        "suggestion": finding.suggestion,
        "other": finding.other.place if finding.other else "",
        "score": finding.score,
        "message": finding.message,
        "title": article.title if article else "",
        "text": article.text if article else "",
    }


def audit_record(audit: Audit) -> dict[str, Any]:
    """An audit for a program."""
    return {
        "articles": len(audit.articles),
        "counts": audit.counts,
        "findings": [finding_record(finding) for finding in audit.findings],
    }


def write_findings(findings: Iterable[Finding], out: TextIO) -> None:
    """Findings as a csv table, safe to open in a spreadsheet."""
    columns = ("kind", "place", "id", "task", "label", "suggestion", "other", "score", "message", "title", "text")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for finding in findings:
        record = finding_record(finding)
        writer.writerow([to_cell(record[column]) for column in columns])


def write_changes(changes: Iterable[Change], out: TextIO) -> None:
    """What a cleaned copy left out or changed, and why, as a csv table."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("place", "change", "reason", "id", "title", "text"))
    for change in changes:
        article = change.article
        action = "relabelled" if change.relabelled else "left out"
        cells = (article.place, action, change.reason, article.id, article.title, article.text)
        writer.writerow(map(to_cell, cells))


def write_table(articles: Iterable[Article], out: TextIO, *, jsonl: bool) -> None:
    """The rows of articles as they came, to be read again: nothing is put before formulas."""
    records = [article.record for article in articles]
    if jsonl:
        out.writelines(f"{to_json(record)}\n" for record in records)
        return
    columns = dict.fromkeys(column for record in records for column in record)
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow(
            {column: value if isinstance(value, str) else to_cell(value) for column, value in record.items()}
        )
