"""How good newsvane is on open sets: trained with its defaults on the official training part, tested once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from newsvane import Article, train
from newsvane.classifier import of_training
from stopwatch import write

Score = Callable[[Sequence[str], Sequence[str]], float]


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean F1 of the labels."""
    return float(f1_score(truth, said, average="macro"))


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """The share of right answers."""
    return float(accuracy_score(truth, said))


def fnc_score(truth: Sequence[str], said: Sequence[str]) -> float:
    """The measure of the Fake News Challenge: a quarter for related or not, the rest for which relation."""
    points = best = 0.0
    for true, guess in zip(truth, said, strict=True):
        related = true != "unrelated"
        points += 0.25 * (related == (guess != "unrelated")) + 0.75 * (related and true == guess)
        best += 1.0 if related else 0.25
    return points / best


@dataclass(frozen=True)
class Measure:
    """A figure asked of a set: which test rows (`only`: those whose `column` has one of the values), which score.

    `published` says what others have reported, and `asked` what newsvane must reach.
    """

    name: str
    score: Score
    asked: float
    published: str
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class OpenSet:
    """A benchmark set with its measures."""

    name: str
    task: str
    test: str
    measures: tuple[Measure, ...]


RW, MT = ("subset", ("rw",)), ("subset", ("mt",))
THREE = ("topic", ("military", "diplomacy", "health"))
OPEN_SETS = (
    OpenSet("newsmtsc", "stance", "test", (
        Measure("rw, macro-F1", macro_f1, 0.67, "GRU-TSC (BERT) .831", RW),
        Measure("mt, macro-F1", macro_f1, 0.0, "", MT),
    )),
    OpenSet("vast_zeroshot", "stance", "test", (
        Measure("macro-F1", macro_f1, 0.48, "bag of words .35, JointCL (BERT) .723"),
    )),
    OpenSet("fnc1", "stance", "test", (
        Measure("FNC score", fnc_score, 0.803, "UCLMR (TF-IDF and MLP) .8213, Athene .8268"),
        Measure("macro-F1", macro_f1, 0.55, "UCLMR .563, Athene .602"),
    )),
    OpenSet("ibm_claim_stance", "stance", "test", (Measure("accuracy", accuracy, 0.60, ""),)),
    OpenSet("nyt_cap", "topic", "dev", (
        Measure("3 topics, macro-F1", macro_f1, 0.74, "MiniLM and LR about .80 on a sibling split", THREE),
        Measure("macro-F1", macro_f1, 0.69, "words and characters .69 on a sibling split"),
    )),
    OpenSet("agnews_5k", "topic", "test", (
        Measure("accuracy", accuracy, 0.885, ".924 with all 120,000 training rows"),
    )),
    OpenSet("20news_bydate", "topic", "test", (
        Measure("accuracy", accuracy, 0.865, "about .865 for TF-IDF and a linear model on raw posts"),
    )),
)  # fmt: skip


def rows(sets: Path, chosen: OpenSet, split: str) -> pd.DataFrame:
    """A split of a set, with `text`, the label, and where there is one the `target`."""
    if chosen.name == "fnc1":
        pairs, bodies = (_read(sets, f"fnc1_{part}", split) for part in ("stances", "bodies"))
        return pairs.merge(bodies[["body_id", "text"]], on="body_id", how="left", validate="many_to_one")
    return _read(sets, chosen.name, split)


def _read(sets: Path, name: str, split: str) -> pd.DataFrame:
    table = pd.read_csv(sets / f"{name}.csv.gz", dtype=str, keep_default_na=False)
    return table[table.split == split].reset_index(drop=True)


def articles(table: pd.DataFrame, task: str) -> list[Article]:
    """The articles of a table, with their labels."""
    targets = table.target if "target" in table else [""] * len(table)
    return [
        Article(id=row, text=text, target=target, labels={task: label})
        for row, text, target, label in zip(table.id, table.text, targets, table[task], strict=True)
    ]


def measure(sets: Path, chosen: OpenSet) -> Iterator[list[str]]:
    """A row of the table for each measure of a set. Where a measure asks for some labels, the likeliest of these."""
    training, test = rows(sets, chosen, "train"), rows(sets, chosen, chosen.test)
    started = time.perf_counter()
    trained = train(articles(training, chosen.task))
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    verdicts = [p.verdicts[chosen.task] for p in of_training(trained).predict(articles(test, chosen.task))]
    speed = len(test) / (time.perf_counter() - started)
    labels = trained.tasks[chosen.task].labels
    ours = pd.DataFrame([{label: v.probabilities.get(label, 1 / len(labels)) for label in labels} for v in verdicts])
    with threadpool_limits(1, user_api="blas"):
        plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LinearSVC(random_state=0))
        plain.fit(training.text, training[chosen.task])
        scores = plain.decision_function(test.text)
    if scores.ndim == 1:
        scores = pd.DataFrame({plain.classes_[0]: -scores, plain.classes_[1]: scores})
    theirs = pd.DataFrame(scores, columns=plain.classes_)
    for index, asked in enumerate(chosen.measures):
        among = test[asked.only[0]].isin(asked.only[1]) if asked.only else pd.Series(True, test.index)
        names = list(asked.only[1]) if asked.only and asked.only[0] == chosen.task else list(labels)
        truth = test[chosen.task][among].tolist()
        mine, other = (asked.score(truth, found[names][among].idxmax(axis=1).tolist()) for found in (ours, theirs))
        least = f"{asked.asked:.3f}{'' if mine >= asked.asked else ', **missed**'}" if asked.asked else ""
        cost = [f"{seconds:.0f} s", f"{speed:,.0f}"] if not index else ["", ""]
        name = chosen.name if not index else ""
        yield [name, f"{asked.name}, n={len(truth):,}", f"{other:.3f}", f"{mine:.3f}", least, asked.published, *cost]


HEAD = ["set", "measure", "plain TF-IDF", "newsvane", "at least", "published", "training", "articles/s"]
NOTES = """
Every row is `newsvane.train` with its defaults on the official training part, and its answers for the official test
part (nyt_cap has none in the open: its dev part). What is chosen, `train` chooses out of fold on the training part.
"Plain TF-IDF" is scikit-learn's TfidfVectorizer (words 1-2, min_df 2) and LinearSVC on the same text in the same run;
it does not see the target. Articles a second are those of the scikit-learn engine, fields of the target included.
"3 topics" are those articles alone, and of their labels the likeliest.
"""


def measure_accuracy(sets: Path, names: Sequence[str]) -> None:
    """Measure all sets, or those named, and print the table; when all were there, it goes into BENCHMARKS.md."""
    table = [HEAD, ["---"] * len(HEAD)]
    whole = True
    for chosen in OPEN_SETS:
        if names and chosen.name not in names:
            whole = False
        elif not any(sets.glob(f"{chosen.name}*")):
            whole = False
            print(f"{chosen.name} is skipped: it is not at {sets.parent.name}/{sets.name} beside the project")
        else:
            for row in measure(sets, chosen):
                table.append(row)
                print(f"| {' | '.join(row)} |", flush=True)
    if whole:
        lines = "\n".join(f"| {' | '.join(row)} |" for row in table)
        write("accuracy", f"## Accuracy\n\n{lines}\n{NOTES}")
