#!/usr/bin/env python3
"""Simulated labelling: does what `newsvane suggest` chooses teach more than what chance chooses?

    python scripts/active.py nyt_cap agnews_5k              five seeds each, from 50 labels to 200

Each seed starts from its own random labels; from there one run goes on with suggestions and one with random choice, 50
at a time. Macro-F1 is measured on held-out articles (the set's dev part, or else 30% of train kept aside). The settings
of `suggest` were chosen on uscongress_cap. The sets lie in ../shared/benchmarks, beside the project.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from newsvane import Article, suggest, train
from newsvane.classifier import Classifier
from newsvane.pipeline import PipelineScorer

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "benchmarks"
START, STEP, END = 50, 50, 200


def read_pool(name: str) -> tuple[list[Article], list[Article]]:
    """The articles to choose from and those to judge on, with their true labels."""
    table = pd.read_csv(SETS / f"{name}.csv.gz", dtype=str, keep_default_na=False)
    pool, held_out = table[table.split == "train"], table[table.split == "dev"]
    if held_out.empty:
        order = np.random.default_rng(0).permutation(len(pool))
        cut = int(0.7 * len(pool))
        pool, held_out = pool.iloc[order[:cut]], pool.iloc[order[cut:]]
    return _articles(pool), _articles(held_out)


def _articles(table: pd.DataFrame) -> list[Article]:
    rows = zip(table.text, table.topic, strict=True)
    unique = {text: Article(f"{i}", text=text, labels={"topic": topic}) for i, (text, topic) in enumerate(rows)}
    return list(unique.values())


def simulate(
    pool: Sequence[Article], held_out: Sequence[Article], seed: int, *, suggested: bool, labels: Sequence[str]
) -> list[float]:
    """The macro-F1 after each step; an annotator who is always right answers with the true labels."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(pool)).tolist()
    labelled, rest = [pool[i] for i in order[:START]], [pool[i] for i in order[START:]]
    scores = []
    while True:
        classifier = _train(labelled, seed)
        scores.append(_macro_f1(classifier, held_out, labels))
        if len(labelled) >= END:
            return scores
        if suggested:
            unlabelled = [Article(article.id, text=article.text) for article in rest]
            chosen = {s.article.id for s in suggest(unlabelled, classifier, n=STEP, seed=seed)}
        else:
            chosen = {article.id for article in rest[:STEP]}
        labelled += [article for article in rest if article.id in chosen]
        rest = [article for article in rest if article.id not in chosen]


def _train(labelled: Sequence[Article], seed: int) -> Classifier:
    counts = pd.Series([article.labels["topic"] for article in labelled]).value_counts()
    known = [article for article in labelled if counts[article.labels["topic"]] > 1]
    trained = train(known, seed=seed).tasks["topic"]
    return Classifier({"topic": PipelineScorer(trained.pipeline)}, {"topic": 0.0})


def _macro_f1(classifier: Classifier, held_out: Sequence[Article], labels: Sequence[str]) -> float:
    """Over all labels of the set, those that the model has not met yet included; without words, no label."""
    truth = np.array([article.labels["topic"] for article in held_out])
    said = np.array([prediction.verdicts["topic"].label or "" for prediction in classifier.predict(held_out)])
    scores = []
    for label in labels:
        both = np.sum((truth == label) & (said == label))
        scores.append(2 * both / max(np.sum(truth == label) + np.sum(said == label), 1))
    return float(np.mean(scores))


def compare(name: str, seeds: Sequence[int]) -> None:
    """Print both curves and the paired difference at the end, with its 95% interval over seeds (Student's t)."""
    pool, held_out = read_pool(name)
    labels = sorted({article.labels["topic"] for article in (*pool, *held_out)})
    print(f"{name}: {len(pool)} to choose from, {len(held_out)} held out, seeds {seeds[0]} to {seeds[-1]}")
    curves = {}
    for kind in ("random", "suggest"):
        curves[kind] = np.array(
            [simulate(pool, held_out, seed, suggested=kind == "suggest", labels=labels) for seed in seeds]
        )
        means = "  ".join(f"{START + STEP * i}: {value:.3f}" for i, value in enumerate(curves[kind].mean(axis=0)))
        print(f"  {kind:8} {means}", flush=True)
    gains = (curves["suggest"] - curves["random"])[:, -1].tolist()
    mean, error = statistics.mean(gains), statistics.stdev(gains) / len(gains) ** 0.5
    reach = error * float(stats.t.ppf(0.975, len(gains) - 1))
    print(f"  gain at {END} labels: {mean:+.3f} ({mean - reach:+.3f} to {mean + reach:+.3f})")


def main() -> None:
    """Run the simulation on the sets that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["nyt_cap", "agnews_5k"])
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--first-seed", type=int, default=0)
    options = parser.parse_args()
    if not SETS.is_dir():
        sys.exit(f"skipped: the benchmark sets are not at {SETS.parent.name}/{SETS.name} beside the project")
    for name in options.sets:
        compare(name, range(options.first_seed, options.first_seed + options.seeds))


if __name__ == "__main__":
    main()
