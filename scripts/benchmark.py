#!/usr/bin/env python3
"""Measure newsvane: how well it does on real text that it was not trained on, and how fast.

    python scripts/benchmark.py transfer      the starter model on headlines, bills, posts and news blurbs
    python scripts/benchmark.py accuracy      trained and tested on open sets; the table goes into BENCHMARKS.md
    python scripts/benchmark.py speed         whole processes against peers; the table goes into BENCHMARKS.md

The sets lie in ../shared/benchmarks, beside the project. Without them transfer and accuracy are skipped, and say so,
and speed takes its words from data/train.csv. Peers that are not installed are skipped, and named.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from accuracy import measure_accuracy
from newsvane import Article, load
from newsvane.classifier import Classifier
from newsvane.judgements import judge
from speed import speed

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "benchmarks"
THREE = ("diplomacy", "health", "military")


def read_set(name: str, split: str) -> pd.DataFrame:
    """A split of a benchmark set. Raises `FileNotFoundError` where the sets are missing."""
    table = pd.read_csv(SETS / f"{name}.csv.gz", dtype=str, keep_default_na=False)
    return table[table.split == split]


def topic_probabilities(classifier: Classifier, texts: Sequence[str]) -> pd.DataFrame:
    """The probability of each topic, a row a text; equal shares where the model does not judge."""
    labels = classifier.labels["topic"]
    verdicts = [p.verdicts["topic"] for p in classifier.predict(Article(text=text) for text in texts)]
    rows = [[v.probabilities.get(label, 1 / len(labels)) for label in labels] for v in verdicts]
    return pd.DataFrame(rows, columns=list(labels))


def transfer(classifier: Classifier) -> None:
    """Print how the starter model does on real text of other kinds."""
    print(f"{'set':34} {'measure':34} {'value':>7}")
    for name, split, what in (("nyt_cap", "dev", "headlines"), ("uscongress_cap", "test", "titles of bills")):
        table = read_set(name, split)
        probabilities = topic_probabilities(classifier, table.text.tolist())
        among_three = (table.topic != "other").to_numpy()
        chosen = probabilities[list(THREE)][among_three].to_numpy()
        three = judge(THREE, table.topic[among_three].tolist(), chosen / chosen.sum(axis=1, keepdims=True)).metrics
        four = judge(list(probabilities), table.topic.tolist(), probabilities.to_numpy()).metrics
        _say(f"{name} {split}, {what}", f"macro-F1, 3 topics, n={three.n}", three.macro_f1)
        _say("", f"macro-F1, with other, n={four.n}", four.macro_f1)
        _say("", "majority macro-F1, with other", four.majority_macro_f1)
    for name, groups, what in (
        ("20news_bydate", ("sci.med",), "sci.med"),
        ("huffpost_10k", ("WELLNESS", "HEALTHY LIVING"), "wellness, healthy living"),
    ):
        table = read_set(name, "test")
        said = topic_probabilities(classifier, table.text.tolist()).idxmax(axis=1).to_numpy() == "health"
        true = table.topic.isin(groups).to_numpy()
        _say(f"{name} test, {what}", f"recall of health, n={true.sum()}", float(said[true].mean()))
        _say("", "precision of health", float(true[said].mean()))
        _say("", "other texts called health", float(said[~true].mean()))


def _say(name: str, what: str, value: float) -> None:
    print(f"{name:34} {what:34} {value:7.4f}")


def _transfer(options: argparse.Namespace) -> None:
    if SETS.is_dir():
        transfer(load(options.model))
    else:
        print(f"transfer is skipped: the benchmark sets are not at {SETS.parent.name}/{SETS.name} beside the project")


def _speed(options: argparse.Namespace) -> None:
    speed(SETS, options.sizes)


def _accuracy(options: argparse.Namespace) -> None:
    measure_accuracy(SETS, options.sets)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], None]] = {
    "transfer": _transfer,
    "accuracy": _accuracy,
    "speed": _speed,
}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", nargs="*", choices=[*BENCHMARKS, []], help="default: all")
    parser.add_argument("-m", "--model", help="transfer: model directory; default: as newsvane classify")
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[1000, 10_000, 100_000], help="speed: numbers of articles; %(default)s"
    )
    parser.add_argument("--sets", nargs="+", default=[], help="accuracy: only these sets; default: all")
    options = parser.parse_args()
    for name in options.benchmark or BENCHMARKS:
        BENCHMARKS[name](options)


if __name__ == "__main__":
    main()
