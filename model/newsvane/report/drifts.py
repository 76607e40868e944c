"""Drift, and what new files changed, as text and as records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from newsvane.report.style import cut, safe_for_terminal

if TYPE_CHECKING:
    from newsvane.articles import Article
    from newsvane.drift import Drift
    from newsvane.merging import Merged

SHOWN = 10


def drift_text(drift: Drift) -> str:
    """A line for each measure; what is past its limit is marked."""
    room = max(len(safe_for_terminal(measure.name)) for measure in drift.measures)
    lines = [
        f"{drift.n_new:,} new articles against {drift.n_reference:,} of the reference",
        f"{'':{room}}  reference      new  difference  95% interval",
    ]
    lines += [
        f"{safe_for_terminal(m.name):{room}}  {m.reference:9.3f}  {m.new:7.3f}  {m.difference:+10.3f}"
        f"  {m.low:+.3f} to {m.high:+.3f}{'  past its limit' if m.past else ''}"
        for m in drift.measures
    ]
    return "\n".join(lines)


def drift_record(drift: Drift) -> dict[str, Any]:
    """Drift for a program."""
    return {
        "reference": drift.n_reference,
        "new": drift.n_new,
        "drifted": bool(drift.past),
        "measures": [
            {
                "name": m.name,
                "reference": m.reference,
                "new": m.new,
                "difference": m.difference,
                "low": m.low,
                "high": m.high,
                "past": m.past,
            }
            for m in drift.measures
        ],
    }


def merged_text(merged: Merged, drift: Drift | None) -> str:
    """What newer files changed: rows added and repeated, labels changed, new targets, and how the new rows differ."""
    lines = [
        f"newer files: {len(merged.added):,} articles added, {merged.repeated:,} repeated unchanged,"
        f" {len(merged.relabelled):,} labels changed; {len(merged.articles):,} in all"
    ]
    changes = Counter((change.task, *change.change) for change in merged.relabelled)
    lines += [f"  {task} {old!r} -> {new!r}: {count}" for (task, old, new), count in changes.most_common()]
    for change in merged.relabelled[:SHOWN]:
        old, new = change.change
        lines.append(
            f"  {change.new.place}: {change.task} {old!r} -> {new!r} ({change.old.place})  {_excerpt(change.new)}"
        )
    if len(merged.relabelled) > SHOWN:
        lines.append(f"  ... and {len(merged.relabelled) - SHOWN} more")
    if targets := merged.new_targets:
        more = f", and {len(targets) - SHOWN} more" if len(targets) > SHOWN else ""
        lines.append(f"  {len(targets)} new targets: {cut(', '.join(targets[:SHOWN]), 300)}{more}")
    if drift:
        lines += ["  the articles added, against the older ones; confidence is that out of fold"]
        lines += [f"  {line}" for line in drift_text(drift).splitlines()[1:]]
    return "\n".join(safe_for_terminal(line) for line in lines)


def _excerpt(article: Article) -> str:
    return cut(article.title or article.text[:300], 60)
