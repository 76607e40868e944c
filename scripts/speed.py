"""How fast newsvane is beside the programs people would use instead: whole processes, from file to file."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

import newsvane
import stopwatch
from newsvane.candidates import Settings
from newsvane.counts import Counts
from newsvane.folds import Folds, make_folds
from newsvane.out_of_fold import attempt
from stopwatch import Cost, Row, faster, in_turn, run, share
from workbench import (
    ARTICLE_SIZE,
    CHUNK_WORDS,
    EQUAL_ARTICLES,
    PEERS,
    TRAINING_ARTICLES,
    Bench,
    prepare,
    read_chunks,
    say,
    write_jsonl,
)

ASKED_AT = {"words": 100_000, "characters": 10_000}
"""The numbers of articles that ratios are asked of. With characters it is also the most that are timed: for more
scikit-learn takes many minutes."""
FOLD_ARTICLES = 5_000
FOLD_SETTINGS = tuple(Settings(("words",), C=C) for C in (0.25, 0.5, 1.0))
FASTTEXT = ("-dim", 10, "-wordNgrams", 2, "-epoch", 5, "-lr", 0.5, "-thread", 1, "-verbose", 0)

NOTES = f"""
How to repeat it (some 25 minutes, on Linux or macOS):

    python -m venv .venv && .venv/bin/pip install ".[bench]" -c constraints.txt
    apt-get install fasttext        # or another way to the program; without it its rows are skipped
    .venv/bin/python scripts/benchmark.py speed

Articles of about {ARTICLE_SIZE / 1000:g} kB are made of random pieces, {CHUNK_WORDS} words each, of {{texts}}:
{{topics}} topics. Times are those of whole processes from start to end, reading and writing files, newsvane and its
peer in turn: medians of {stopwatch.AT_LEAST} to {stopwatch.AT_MOST} pairs, or of fewer once these have taken
{stopwatch.LONG} seconds together. Only the out-of-fold pass and the equality of answers are measured inside a process,
the pass once. "scikit-learn" is [scripts/peers/plain.py](scripts/peers/plain.py) with the very pipeline file that
newsvane trained: "words" are word 1-2-grams ({{words}}), "characters" these and character 3-5-grams within words
({{characters}}). The fastText program gets plain lines, made beforehand, and gives one label each
({" ".join(map(str, FASTTEXT[:8]))}); Vowpal Wabbit's lines are made from jsonl in the time measured,
and it gives labels alone (--oaa, --ngram w2, -b 22, 3 passes). Both are trained on the articles that the model of
words is, which serves against them. Memory is the peak of a process, the pages of the mapped model included.
"""


def equal_answers(bench: Bench) -> Iterator[Row]:
    """Whether labels and logits are scikit-learn's, with the engine of each in this process."""
    texts = [article.text for article in newsvane.read_articles(bench.articles(EQUAL_ARTICLES))]
    for model in ("words", "characters"):
        engines = [newsvane.load(bench.models[model], engine=engine) for engine in ("table", "sklearn")]
        ours, theirs = (np.array([s.logits for s in engine.scorers["topic"].score(texts)]) for engine in engines)
        equal = int((ours.argmax(axis=1) == theirs.argmax(axis=1)).sum())
        size, worst, largest = f"{len(texts):,}", float(np.abs(ours - theirs).max()), float(np.abs(theirs).max())
        yield Row(f"labels equal to scikit-learn's, {model}", size, f"{equal:,}", asked="all", met=equal == len(texts))
        what = f"largest difference of a logit, {model} (largest logit {largest:.0f})"
        yield Row(what, size, f"{worst:.2g}", asked="at most 1e-5", met=worst <= 1e-5)


def against_scikit_learn(bench: Bench) -> Iterator[Row]:
    """jsonl to jsonl, with the same pipeline file."""
    for model, at_least, chosen in (
        ("words", 25, bench.sizes),
        ("characters", 15, [size for size in bench.sizes if size <= ASKED_AT["characters"]]),
    ):
        for size in chosen:
            source = bench.articles(size)
            costs = in_turn(bench.newsvane(model, source), bench.peer("plain.py", bench.pipeline(model), source))
            bench.costs[model, size] = costs[0]
            yield faster(f"scikit-learn, {model}", size, costs, at_least if size == ASKED_AT[model] else None)


def against_fasttext(bench: Bench) -> Iterator[Row]:
    """jsonl to jsonl against prepared lines to labels."""
    program, model = shutil.which("fasttext"), bench.folder / "fasttext.bin"
    if not program:
        yield Row("fastText command line", "", "skipped: the program fasttext is not installed")
        return
    for size in bench.sizes:
        source = bench.articles(size).with_suffix(".txt")
        texts = [" ".join(article.text.split()) + "\n" for article in newsvane.read_articles(bench.articles(size))]
        source.write_text("".join(texts), encoding="utf-8")
        ours, theirs = bench.newsvane("words", bench.articles(size)), [program, "predict-prob", model, source]
        costs = in_turn(ours, theirs, output=bench.folder / "peer.out")
        yield faster("fastText command line", size, costs, 3 if size == ASKED_AT["words"] else None)


def train_fasttext(bench: Bench) -> None:
    """Train fastText on the labelled articles, if it is there."""
    if program := shutil.which("fasttext"):
        lines = [f"__label__{a.labels['topic'].replace(' ', '_')} {' '.join(a.text.split())}\n" for a in bench.labelled]
        (bench.folder / "labelled.txt").write_text("".join(lines), encoding="utf-8")
        source, out = bench.folder / "labelled.txt", bench.folder / "fasttext"
        run([program, "supervised", "-input", source, "-output", out, *FASTTEXT])


def against_vowpal_wabbit(bench: Bench) -> Iterator[Row]:
    """jsonl to jsonl against jsonl to labels."""
    if not (shutil.which("vw") or importlib.util.find_spec("vowpalwabbit")):
        yield Row("Vowpal Wabbit", "", "skipped: it is not installed")
        return
    labelled, model = bench.folder / "labelled.jsonl", bench.folder / "model.vw"
    write_jsonl(labelled, bench.labelled, topics=True)
    run([sys.executable, PEERS / "vowpal_wabbit.py", "train", model, labelled])
    for size in bench.sizes:
        source = bench.articles(size)
        costs = in_turn(bench.newsvane("words", source), bench.peer("vowpal_wabbit.py", "predict", model, source))
        yield faster("Vowpal Wabbit, lines made from jsonl", size, costs, 2 if size == ASKED_AT["words"] else None)


def one_article(bench: Bench) -> Iterator[Row]:
    """The time to start, load and answer once."""
    source, model = bench.articles(1), bench.folder / "fasttext.bin"
    ours = bench.newsvane("words", source)
    plain = in_turn(ours, bench.peer("plain.py", bench.pipeline("words"), source))
    yield share("scikit-learn, words", "1", plain, 1 / 15, "at most 1/15")
    if not model.exists() or not importlib.util.find_spec("fasttext"):
        yield Row("fastText in Python", "1", "skipped: its package or its program is not installed")
    else:
        yield share("fastText in Python", "1", in_turn(ours, bench.peer("fasttext_python.py", model, source)), 0.9)
    yield share("`python -c pass`", "1", in_turn(ours, [sys.executable, "-c", "pass"]), 9)
    sizes_of_models = f"{bench.features['words']:,} terms against {bench.features['small']:,}"
    large_and_small = in_turn(ours, bench.newsvane("small", source))
    yield share(f"newsvane, model of {sizes_of_models}", "1", large_and_small, 1.25)


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory, as seen in the runs against scikit-learn."""
    for model in ("words", "characters"):
        known = [size for size in bench.sizes if (model, size) in bench.costs]
        if len(known) < 2:
            continue
        few, many = known[-2:]
        first, last = (bench.costs[model, size].megabytes for size in (few, many))
        what, sizes_shown = f"peak memory against that of fewer articles, {model}", f"{many:,} against {few:,}"
        ratio = f"{last / first:.2f} of it"
        if many != ASKED_AT["words"]:
            yield Row(what, sizes_shown, f"{last:.0f} MB", f"{first:.0f} MB", ratio)
            continue
        yield Row(what, sizes_shown, f"{last:.0f} MB", f"{first:.0f} MB", ratio, "at most 1.1", last <= 1.1 * first)
        yield Row(f"peak memory, {model}", f"{many:,}", f"{last:.0f} MB", asked="under 250 MB", met=last < 250)


def out_of_fold(bench: Bench) -> Iterator[Row]:
    """The pass that chooses settings, in this process, against GridSearchCV: the same folds, the same scores."""
    chosen = bench.labelled[:FOLD_ARTICLES]
    texts, labels = [a.text for a in chosen], np.array([a.labels["topic"] for a in chosen])
    folds, _ = make_folds(labels, chosen, 0)
    with threadpool_limits(1, user_api="blas"):
        ours, scores = _timed(lambda: _newsvane_scores(texts, labels, folds))
        theirs, expected = _timed(lambda: _grid_scores(texts, labels, folds))
    what = f"out-of-fold pass against GridSearchCV, {len(folds)} folds x {len(FOLD_SETTINGS)} settings"
    yield faster(what, len(texts), (Cost(ours, 0), Cost(theirs, 0)), 4)
    worst = float(np.abs(np.array(scores) - expected).max())
    yield Row(
        "largest difference of their scores", f"{len(texts):,}", f"{worst:.2g}", asked="at most 5e-5", met=worst <= 5e-5
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _newsvane_scores(texts: list[str], labels: np.ndarray, folds: Folds) -> list[float]:
    counts, names = Counts.of({"document": texts}, ("words",)), np.unique(labels)
    said = [names[attempt(counts, labels, folds, s, 0).logits.argmax(axis=1)] for s in FOLD_SETTINGS]
    return [float(np.mean([f1_score(labels[i], all_[i], average="macro") for _, i in folds])) for all_ in said]


def _grid_scores(texts: list[str], labels: np.ndarray, folds: Folds) -> np.ndarray:
    machine = LinearSVC(class_weight="balanced", dual=True, tol=1e-2, max_iter=5000, random_state=0)
    pipeline = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2)), machine)
    grid = {"linearsvc__C": [settings.C for settings in FOLD_SETTINGS]}
    search = GridSearchCV(pipeline, grid, scoring="f1_macro", cv=folds, refit=False)
    return np.asarray(search.fit(texts, labels).cv_results_["mean_test_score"])


MEASUREMENTS = (
    against_scikit_learn, against_fasttext, against_vowpal_wabbit, one_article, memory, out_of_fold, equal_answers,
)  # fmt: skip


def speed(sets: Path, sizes: Sequence[int]) -> None:
    """Measure everything, print the table and write it into BENCHMARKS.md."""
    texts, chunks = read_chunks(sets)
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(Path(folder), chunks, sizes)
        train_fasttext(bench)
        rows: list[Row] = []
        for measurement in MEASUREMENTS:
            for row in measurement(bench):
                say(" | ".join(row.cells))
                rows.append(row)
    table = stopwatch.table(rows)
    print(table)
    models = {name: f"{terms:,} terms, {TRAINING_ARTICLES[name]:,} articles" for name, terms in bench.features.items()}
    notes = NOTES.format(texts=texts, topics=len(chunks), **models)
    stopwatch.write("speed", f"## Speed\n\n{table}\n\n{stopwatch.machine()}\n{notes}")
