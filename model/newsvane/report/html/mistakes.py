"""Mistakes as HTML: what the model said, what it rests on, and the words of the article that led it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from newsvane.report.html.markup import Content, Markup, tag
from newsvane.report.predictions import lead_text
from newsvane.scorer import WORD

if TYPE_CHECKING:
    from newsvane.evaluation import Mistake
    from newsvane.predictions import Explanation, TermWeight

SHOWN_TERMS = 8
SHOWN_WORDS = 180
"""A longer article is cut to about so many words."""
PASSAGES = 4
STRONG = 20
"""So many words of an article are marked."""


def mistakes_html(mistakes: Iterable[Mistake]) -> Markup:
    """The mistakes as a list; each opens on its explanation and its article."""
    return tag("ol", [tag("li", _mistake(mistake)) for mistake in mistakes], class_="mistakes")


def _mistake(mistake: Mistake) -> Markup:
    article, verdict = mistake.article, mistake.verdict
    explanation = verdict.explanation
    weights = word_weights(explanation) if explanation else {}
    confidence = f"{verdict.confidence or 0:.2f}"
    summary = tag(
        "summary",
        tag("span", confidence, class_="confidence"),
        tag(
            "span",
            tag("span", article.title or _first_words(article.text), class_="headline", dir="auto", lang=""),
            tag(
                "span",
                "said ",
                tag("bdi", verdict.label, class_="wrong"),
                ", is ",
                tag("bdi", mistake.truth, class_="right"),
                class_="said",
            ),
        ),
    )
    facts = {"row": article.place, "id": article.id, "target": article.target}
    truth = verdict.probabilities.get(mistake.truth)
    return tag(
        "details",
        summary,
        tag("dl", [tag("div", tag("dt", name), tag("dd", value, dir="auto")) for name, value in facts.items() if value],
            tag("div", tag("dt", "probability of the true label"), tag("dd", f"{truth:.4f}")) if truth else None,
            class_="facts"),
        _explanation(explanation) if explanation else None,
        tag(
            "blockquote",
            tag("p", marked(article.title, weights), class_="headline") if article.title else None,
            tag("p", _passages(article.text, weights)),
            dir="auto",
            lang="",
        ),
    )  # fmt: skip


def _explanation(explanation: Explanation) -> Markup:
    words = [term for term in explanation.terms if term.namespace == "words"]
    speak_for = [term for term in words if term.margin > 0][:SHOWN_TERMS]
    speak_against = [term for term in reversed(words) if term.margin < 0][:SHOWN_TERMS]
    return tag(
        "div",
        tag("p", lead_text(explanation)),
        _terms(("for ", tag("bdi", explanation.label)), "for", speak_for),
        _terms(("for ", tag("bdi", explanation.runner_up)), "against", speak_against),
        class_="why",
    )


def _terms(title: Content, side: str, terms: list[TermWeight]) -> Markup | None:
    if not terms:
        return None
    items = [tag("li", tag("bdi", term.term, lang=""), " ", tag("b", f"{abs(term.margin):.2f}")) for term in terms]
    return tag("div", tag("p", title), tag("ul", items), class_=f"terms {side}")


def word_weights(explanation: Explanation) -> dict[str, float]:
    """What each of the strongest single words adds to the lead of the label, in lower case."""
    words = [term for term in explanation.terms if term.namespace == "words" and " " not in term.term]
    words.sort(key=lambda term: -abs(term.margin))
    return {term.term: term.margin for term in words[:STRONG] if term.margin}


def marked(text: str, weights: Mapping[str, float]) -> list[Content]:
    """A text with its weighty words marked, the stronger the darker."""
    most = max(map(abs, weights.values()), default=0.0)
    pieces: list[Content] = []
    end = 0
    for found in WORD.finditer(text):
        if weight := weights.get(found[0].lower()):
            share = round(0.3 + 0.7 * abs(weight) / most, 2)
            side = "for" if weight > 0 else "against"
            pieces += [text[end : found.start()], tag("mark", found[0], class_=side, style=f"--share:{share}")]
            end = found.end()
    return [*pieces, text[end:]]


def _passages(text: str, weights: Mapping[str, float]) -> list[Content]:
    """The text, or the passages of it in which the weighty words stand, in their order."""
    pieces: list[Content] = []
    end = 0
    for start, stop in passages(text, weights):
        if start > end:
            pieces.append(tag("span", " […] ", class_="cut"))
        pieces += marked(text[start:stop], weights)
        end = stop
    if end < len(text):
        pieces.append(tag("span", " […]", class_="cut"))
    return pieces


def passages(text: str, weights: Mapping[str, float]) -> Iterator[tuple[int, int]]:
    """Where (start, end) the passages of a text lie that hold most weight; one that is short is taken whole.

    The opening is always among them; the others are chosen greedily, each by the sum of its words' weights.
    """
    words = list(re.finditer(r"\S+", text))
    if len(words) <= SHOWN_WORDS:
        yield 0, len(text)
        return
    length = SHOWN_WORDS // PASSAGES
    each = (sum(abs(weights.get(part.lower(), 0.0)) for part in WORD.findall(word[0])) for word in words)
    summed = list(accumulate(each, initial=0.0))
    chosen = [0]
    while len(chosen) < PASSAGES:
        totals = {
            start: summed[start + length] - summed[start]
            for start in range(len(words) - length + 1)
            if all(abs(start - other) >= length for other in chosen)
        }
        if not totals:
            break
        chosen.append(max(totals, key=lambda start: totals[start]))
    begin: int | None = None
    for start in sorted(chosen):
        begin = start if begin is None else begin
        if start + length not in chosen:  # else the next passage follows at once
            yield (0 if begin == 0 else words[begin].start()), words[start + length - 1].end()
            begin = None


def _first_words(text: str) -> str:
    return " ".join(text.split()[:12])
