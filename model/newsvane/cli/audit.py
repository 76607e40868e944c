"""newsvane audit."""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsvane import outputs
from newsvane.articles import Columns
from newsvane.cli.options import say, takes_columns
from newsvane.report import audits
from newsvane.report.records import to_json
from newsvane.report.style import Style
from newsvane.sources import read_articles


class Format(StrEnum):
    """How an audit is written."""

    text = "text"
    json = "json"
    csv = "csv"


@takes_columns(labels=True)
def audit(
    data: Annotated[
        list[str], typer.Argument(metavar="DATA...", help="Labelled tables, or exports of labelling tools.")
    ],
    *,
    against: Annotated[
        list[str] | None, typer.Option(metavar="TEST", help="Test data: its texts must not stand in DATA.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if anything is found.")] = False,
    fix: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a cleaned copy (.csv, .jsonl), and beside it FILE.left-out.csv: what was left out and why.",
        ),
    ] = None,
    suspects: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Show the N most suspect labels of each task. Default: the likely errors."
        ),
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f")] = Format.text,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Findings of a kind that the text spells out.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the folds and the solver.")] = 0,
    columns: Columns,
) -> None:
    """Look for what is wrong with labelled data: leaks, duplicates, misspelt and wrong labels, and more."""
    if fix:
        _check_fix(fix, data)
    from newsvane import auditing
    from newsvane.cleaning import clean

    articles = list(read_articles(data, columns, notify=say))
    tests = read_articles(against or [], columns, notify=say)
    audited = auditing.audit(articles, against=tests, columns=columns, suspects=suspects, seed=seed, notify=say)
    if fix:
        cleaned = clean(audited, columns)
        with outputs.open_output(fix) as out:
            audits.write_table(cleaned.articles, out, jsonl=fix.suffix.lower() == ".jsonl")
        with outputs.open_output(_list_of(fix)) as out:
            audits.write_changes(cleaned.changes, out)
        left = len(audited.articles) - len(cleaned.articles)
        mended = sum(change.relabelled for change in cleaned.changes)
        say(f"{fix}: {len(cleaned.articles)} rows; {left} left out, {mended} labels mended: {_list_of(fix)}")
    with outputs.open_output(None) as out:
        if format is Format.json:
            print(to_json(audits.audit_record(audited), indent=True), file=out)
        elif format is Format.csv:
            audits.write_findings(audited.findings, out)
        else:
            terminal = out.isatty()
            width = shutil.get_terminal_size().columns if terminal else None
            style = Style(terminal and "NO_COLOR" not in os.environ)
            print(audits.audit_text(audited, auditing.KINDS, limit=limit, width=width, style=style), file=out)
    if strict and audited.findings:
        raise typer.Exit(3)


def _list_of(fix: Path) -> Path:
    return fix.with_name(f"{fix.name}.left-out.csv")


def _check_fix(fix: Path, data: list[str]) -> None:
    if fix.suffix.lower() not in (".csv", ".jsonl"):
        raise typer.BadParameter("must end in .csv or .jsonl", param_hint="--fix")
    if any(Path(source).exists() and fix.exists() and fix.samefile(source) for source in data):
        raise typer.BadParameter("is one of the inputs, which stay as they are; name another file", param_hint="--fix")
