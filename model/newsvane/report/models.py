"""Trainings and models as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsvane.report.evaluations import metrics_lines

if TYPE_CHECKING:
    from newsvane.store import Version
    from newsvane.training import Training


def training_text(training: Training, version: Version, seconds: float) -> str:
    """What was trained, how it was chosen and how good it is on articles it had not seen."""
    lines = [f"trained on {len(training.articles)} articles in {seconds:.1f} s: {version.path}"]
    for task, trained in training.tasks.items():
        counts = ", ".join(f"{label} {count}" for label, count in trained.counts.items())
        lines += ["", f"{task}: {counts}", "  out of fold (each article judged by a model that had not seen it)"]
        for settings, score in trained.trials:
            mark = "chosen" if settings == trained.settings else ""
            lines.append(
                f"    {'+'.join(settings.namespaces):18} C={settings.C:<5g} macro-F1 {score:.4f}  {mark}".rstrip()
            )
        lines += [f"  {line}".rstrip() for line in metrics_lines(trained.metrics)]
    return "\n".join(lines)


def version_text(version: Version) -> str:
    """What a model is: its data, labels, settings and out-of-fold metrics."""
    passport = version.passport
    libraries = ", ".join(f"{name} {number}" for name, number in passport["libraries"].items())
    lines = [
        f"{version.name}  ({version.path})",
        f"trained {version.created:%Y-%m-%d %H:%M} UTC"
        f" on {passport['data']['articles']} articles, seed {passport['seed']}",
        f"made by newsvane {passport['newsvane']}, Python {passport['python']}, {libraries}",
    ]
    for name, digest in passport["data"]["files"].items():
        lines.append(f"data  {name}  sha256 {digest[:16]}…")
    for task, facts in passport["tasks"].items():
        settings, metrics = facts["settings"], facts["out_of_fold"]
        counts = ", ".join(f"{label} {count}" for label, count in facts["counts"].items())
        lines += [
            f"{task}: {counts}",
            f"  {'+'.join(settings['namespaces'])}, C={settings['C']:g}, temperature {facts['temperature']:.3f}",
            f"  out of fold: macro-F1 {metrics['macro_f1']:.4f}, accuracy {metrics['accuracy']:.4f},"
            f" log loss {metrics['log_loss']:.4f}",
        ]
    for name, facts in passport["files"].items():
        lines.append(f"file  {name}  {facts['size']:,} bytes")
    return "\n".join(lines)
