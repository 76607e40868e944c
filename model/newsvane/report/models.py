"""Trainings and models as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
            mark = "  chosen" if settings == trained.settings else ""
            found = "given up after one fold" if score is None else f"macro-F1 {score:.4f}{mark}"
            lines.append(f"    {_namespaces(settings.namespaces):18} C={settings.C:<5g} {found}")
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
            f"  {_namespaces(settings['namespaces'])}, C={settings['C']:g}, temperature {facts['temperature']:.3f}",
            f"  out of fold: macro-F1 {metrics['macro_f1']:.4f}, accuracy {metrics['accuracy']:.4f},"
            f" log loss {metrics['log_loss']:.4f}",
        ]
    for name, facts in passport["files"].items():
        lines.append(f"file  {name}  {facts['size']:,} bytes")
    return "\n".join(lines)


def list_text(versions: Sequence[Version], serving: str) -> str:
    """A line for each version: when, how large, on how much, how good out of fold, and whether it serves."""
    tasks = list(dict.fromkeys(task for version in versions for task in version.passport["tasks"]))
    room = max((len(version.name) for version in versions), default=0)
    lines = [
        f"  {'version':{room}}  {'trained (UTC)':16}  {'articles':>8}  {'MB':>6}  "
        + "  ".join(f"{task + ' F1':>9}" for task in tasks)
    ]
    for version in versions:
        passport = version.passport
        scores = [passport["tasks"].get(task, {}).get("out_of_fold", {}).get("macro_f1") for task in tasks]
        test = passport.get("test")
        note = "  failed its gates" if test and not test["gates"]["passed"] else ""
        lines.append(
            f"{'*' if version.name == serving else ' '} {version.name:{room}}  {version.created:%Y-%m-%d %H:%M}"
            f"  {passport['data']['articles']:8,}  {version.size / 1e6:6.1f}  "
            + "  ".join("        -" if score is None else f"{score:9.4f}" for score in scores)
            + note
        )
    return "\n".join(lines)


def difference_text(old: Version, new: Version) -> str:
    """In what two versions differ."""
    before, after = _facts(old.passport), _facts(new.passport)
    room = max(map(len, {**before, **after}))
    lines = [f"{'':{room}}  {old.name} -> {new.name}"]
    for name in {**before, **after}:
        first, second = before.get(name, "-"), after.get(name, "-")
        if first != second:
            lines.append(f"{name:{room}}  {first} -> {second}")
    return "\n".join(lines) if len(lines) > 1 else f"{old.name} and {new.name} differ in nothing that a passport tells"


def _facts(passport: dict[str, Any]) -> dict[str, str]:
    facts = {
        "newsvane": passport["newsvane"],
        "python": passport["python"],
        "seed": str(passport["seed"]),
        "articles": f"{passport['data']['articles']:,}",
    }
    facts |= {f"library {name}": number for name, number in passport["libraries"].items()}
    facts |= {f"data {name}": digest[:16] for name, digest in passport["data"]["files"].items()}
    for task, found in passport["tasks"].items():
        facts[f"{task} settings"] = f"{_namespaces(found['settings']['namespaces'])} C={found['settings']['C']:g}"
        facts |= {f"{task} {label}": f"{count:,}" for label, count in found["counts"].items()}
        facts |= {
            f"{task} {name} out of fold": f"{found['out_of_fold'][name]:.4f}"
            for name in ("macro_f1", "accuracy", "log_loss")
        }
    return facts


def _namespaces(names: Sequence[str]) -> str:
    """The namespaces of the document, and how many there are of the target."""
    own = [name for name in names if " " not in name]
    return "+".join(own) + (f"+{len(names) - len(own)} of the target" if len(own) < len(names) else "")
