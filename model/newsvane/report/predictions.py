"""Predictions as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from newsvane.report.style import Style, cut, safe_for_terminal

if TYPE_CHECKING:
    from newsvane.predictions import Explanation, Prediction, Stance, Verdict

SHOWN_TERMS = 8
SHOWN_SENTENCES = 3


def prediction_line(
    prediction: Prediction, labels: Mapping[str, Sequence[str]], width: int | None, style: Style
) -> str:
    """One line for one article: a column for each task, then its title. Cut to `width` characters if given."""
    article = prediction.article
    cells, taken = [], 0
    for task, names in labels.items():
        verdict = prediction.verdicts[task]
        room = max(len("none"), *map(len, names))
        confidence = _confidence(verdict)
        label = f"{safe_for_terminal(verdict.label or 'none'):{room}}"
        cells.append(f"{style.bold(label) if verdict.label else style.dim(label)} {style.dim(confidence)}")
        taken += room + len(confidence) + 3
    name = f"{article.place}: {article.error}" if article.error else article.title or article.text
    name = cut(name, width and width - taken)
    return "  ".join([*cells, style.bad(name) if article.error else name])


def prediction_text(prediction: Prediction, style: Style) -> str:
    """Several lines for one article: each verdict, what it rests on, and the sections if there are any."""
    article = prediction.article
    lines = [style.bold(cut(article.title or article.text, 100))]
    for task, verdict in prediction.verdicts.items():
        found = [(_towards(stance), stance.verdict) for stance in prediction.stances] if task == "stance" else []
        for towards, judged in found or [("", verdict)]:
            lines.append(f"  {task:8}{_verdict_text(judged, style)}{style.dim(towards)}")
            if judged.explanation:
                lines.extend(f"          {line}" for line in _explanation_lines(judged.explanation, style))
    for section in prediction.sections:
        label = f"{section.verdict.label or 'none':10}"
        part = "side" if section.side else "body"
        label = style.dim(label) if section.side else label
        lines.append(f"  {part:6}{label} {_confidence(section.verdict)}  {style.dim(cut(section.text, 70))}")
    return "\n".join(lines) + "\n"


def _towards(stance: Stance) -> str:
    if not stance.target:
        return ""
    seen = "" if stance.known else ", a target that the model has not been trained on"
    return f"  towards {cut(safe_for_terminal(stance.target), 60)}{seen}"


def _confidence(verdict: Verdict) -> str:
    return "    " if verdict.confidence is None else f"{verdict.confidence:.2f}"


def _verdict_text(verdict: Verdict, style: Style) -> str:
    if not verdict.probabilities:
        return f"{style.bold('none')}  {verdict.reason}"
    ranked = sorted(verdict.probabilities.items(), key=lambda item: -item[1])
    others = ", ".join(f"{label} {probability:.2f}" for label, probability in ranked[1:4])
    if verdict.label is None:
        return f"{style.bold('none')}  {verdict.reason} (then {others})"
    return f"{style.bold(safe_for_terminal(verdict.label))} {verdict.confidence:.2f}  {style.dim(f'({others})')}"


def _explanation_lines(explanation: Explanation, style: Style) -> list[str]:
    """The strongest words on both sides; pieces of words are summed up, for they say little one by one."""
    words = [term for term in explanation.terms if term.namespace == "words"]
    speak_for = [style.good(f"{safe_for_terminal(term.term)} +{term.margin:.2f}") for term in words if term.margin > 0][
        :SHOWN_TERMS
    ]
    speak_against = [
        style.bad(f"{safe_for_terminal(term.term)} {term.margin:.2f}") for term in reversed(words) if term.margin < 0
    ][:SHOWN_TERMS]
    lines = [safe_for_terminal(lead_text(explanation))]
    if speak_for:
        lines.append(f"{'for':9}{', '.join(speak_for)}")
    if speak_against:
        lines.append(f"{'against':9}{', '.join(speak_against)}")
    strongest = sorted(explanation.sentences, key=lambda sentence: -abs(sentence.margin))[:SHOWN_SENTENCES]
    for sentence in strongest if len(explanation.sentences) > 1 else ():
        margin = f"{sentence.margin:+.2f}"
        lines.append(f"{style.good(margin) if sentence.margin > 0 else style.bad(margin)}   {cut(sentence.text, 90)}")
    return lines


def lead_text(explanation: Explanation) -> str:
    """By how much the label came before the runner-up, and which kinds of terms the lead comes from."""
    words = [term.margin for term in explanation.terms if term.namespace == "words"]
    pieces = [term.margin for term in explanation.terms if term.namespace == "characters"]
    target = [term.margin for term in explanation.terms if " " in term.namespace]
    lead = explanation.logit - explanation.runner_up_logit
    intercepts = explanation.intercept - explanation.runner_up_intercept
    text = f"{explanation.label} before {explanation.runner_up} by {lead:.2f}: words {sum(words):+.2f}"
    if target:
        text += f", target {sum(target):+.2f}"
    if pieces:
        text += f", pieces of words {sum(pieces):+.2f}"
    return f"{text}, prior {intercepts:+.2f}"


def highlighted(prediction: Prediction, task: str, style: Style) -> str:
    """The article's text with the words that decided one task in colour."""
    text = safe_for_terminal(prediction.article.text)
    explanation = prediction.verdicts[task].explanation
    if not style.colours or not explanation:
        return text
    margins = {
        term.term: term.margin for term in explanation.terms if term.namespace == "words" and " " not in term.term
    }
    strong = sorted(map(abs, margins.values()), reverse=True)[: 3 * SHOWN_TERMS]
    limit = strong[-1] if strong else 0.0

    def colour(match: re.Match[str]) -> str:
        margin = margins.get(match[0].lower(), 0.0)
        return (
            match[0]
            if abs(margin) < limit or not margin
            else style.good(match[0])
            if margin > 0
            else style.bad(match[0])
        )

    return re.sub(r"\w\w+", colour, text)
