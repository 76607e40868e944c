"""An evaluation as one HTML page that stands by itself: no script, nothing fetched, and a table behind each chart."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from newsvane import __version__
from newsvane.bootstrap import LEVEL, ROUNDS
from newsvane.report.html.comparisons import comparison_html
from newsvane.report.html.figures import many, percent
from newsvane.report.html.gates import SYMBOLS, gates_html, verdict
from newsvane.report.html.markup import Content, Markup, join, tag
from newsvane.report.html.mistakes import mistakes_html
from newsvane.report.html.slices import slices_html
from newsvane.report.html.tasks import task_html

if TYPE_CHECKING:
    from newsvane.comparison import Comparison
    from newsvane.evaluation import Evaluation
    from newsvane.gates import GateReport

NOTHING_MAY_LOAD = "default-src 'none'; style-src 'unsafe-inline'"
"""A browser that reads this runs no script and fetches nothing, whatever an article holds."""


def evaluation_html(
    evaluation: Evaluation, gates: GateReport | None = None, comparison: Comparison | None = None
) -> str:
    """The page: gates, each task, slices, what changed against the baseline, the worst mistakes."""
    status, words = verdict(gates)
    sections: list[tuple[str, str, Content]] = []
    if gates and gates.results:
        sections.append(("gates", "Gates", gates_html(gates)))
    sections += [(task, task.title(), task_html(task, found)) for task, found in evaluation.tasks.items()]
    if evaluation.slices:
        sections.append(("slices", "Slices", slices_html(evaluation)))
    if comparison:
        sections.append(("baseline", "Against the baseline", comparison_html(comparison)))
    if any(evaluation.mistakes.values()):
        sections.append(("mistakes", "Worst mistakes", _mistakes(evaluation)))
    style = resources.files(__name__).joinpath("page.css").read_text(encoding="utf-8")
    head = join(
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_MAY_LOAD}">'),
        tag("title", f"{words}: {evaluation.answers.name}"),
        Markup(f"<style>{style}</style>"),
    )
    body = join(
        _header(evaluation, gates, status, words),
        tag("nav", tag("ul", [tag("li", tag("a", title, href=f"#{anchor}")) for anchor, title, _ in sections]),
            aria_label="Contents"),
        tag("main", [tag("section", tag("h2", title), content, id=anchor) for anchor, title, content in sections]),
        _footer(evaluation),
    )  # fmt: skip
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _header(evaluation: Evaluation, gates: GateReport | None, status: str, words: str) -> Markup:
    sign = join(tag("span", SYMBOLS[status], aria_hidden="true"), " ") if status else None
    about: list[Content] = [
        "Model ",
        tag("bdi", tag("code", evaluation.answers.name)),
        f" on {many(evaluation.n, 'labelled article', 'labelled articles')}",
    ]
    if gates and gates.baseline:
        about += [", drops judged against ", tag("bdi", tag("code", gates.baseline))]
    return tag(
        "header",
        tag("p", "newsvane evaluation", class_="brow"),
        tag("h1", sign, words, class_=status or None),
        tag("p", about, "."),
    )


def _mistakes(evaluation: Evaluation) -> Markup:
    key = tag(
        "p",
        "The wrong answers given with most confidence, which is the number in front. In the articles, words that",
        " spoke ",
        tag("mark", "for the answer", class_="for", style="--share:.6"),
        " are underlined, words that spoke ",
        tag("mark", "for the next label", class_="against", style="--share:.6"),
        " are underlined with dashes; the darker, the stronger.",
        class_="lead",
    )
    panels = [
        tag("section", tag("h3", task), mistakes_html(found), class_="panel half")
        for task, found in evaluation.mistakes.items()
        if found
    ]
    return join(key, tag("div", panels, class_="panels"))


def _footer(evaluation: Evaluation) -> Markup:
    grouped = any(task.groups is not None for task in evaluation.tasks.values())
    return tag(
        "footer",
        tag(
            "p",
            f"Intervals: {percent(LEVEL)}, BCa bootstrap of {ROUNDS:,} draws by {'group' if grouped else 'article'};"
            f" differences are paired on the same articles. Made with newsvane {__version__}.",
        ),
    )
