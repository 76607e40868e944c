"""Train Vowpal Wabbit on a jsonl file of articles with topics, or write the number of the topic it gives each.

    python scripts/peers/vowpal_wabbit.py train model.vw labelled.jsonl
    python scripts/peers/vowpal_wabbit.py predict model.vw articles.jsonl topics.txt

Words and pairs of words, one against the rest; by the program ``vw`` if it is installed, else by its Python package.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path


def prepare(source: str, prepared: str) -> int:
    """Write the articles in Vowpal Wabbit's own format, and give the number of topics."""
    topics: dict[str, int] = {}
    with Path(source).open(encoding="utf-8") as lines, Path(prepared).open("w", encoding="utf-8") as out:
        for line in lines:
            row = json.loads(line)
            text = row["text"].lower().replace(":", " ").replace("|", " ").replace("\n", " ")
            label = topics.setdefault(row["topic"], len(topics) + 1) if "topic" in row else ""
            out.write(f"{label} |w {text}\n")
    return len(topics)


def run(arguments: list[str]) -> None:
    """Run Vowpal Wabbit."""
    if program := shutil.which("vw"):
        subprocess.run([program, *arguments], check=True)  # noqa: S603
        return
    from vowpalwabbit import Workspace  # noqa: PLC0415 - only without the program

    workspace = Workspace(arg_list=arguments, enable_logging=False)
    workspace.run_parser()
    workspace.finish()


verb, model, source, *out = sys.argv[1:]
prepared = (out[0] if out else model) + ".prepared"
topics = prepare(source, prepared)
if verb == "train":
    learn = ["--oaa", str(topics), "--loss_function", "logistic", "--ngram", "w2", "-b", "22"]
    run([*learn, "--passes", "3", "-k", "--cache_file", f"{model}.cache", "-d", prepared, "-f", model, "--quiet"])
else:
    run(["-t", "-i", model, "-d", prepared, "-p", out[0], "--quiet"])
Path(prepared).unlink()
