"""Classify a jsonl file with fastText in Python.

python scripts/peers/fasttext_python.py model.bin articles.jsonl answers.jsonl
"""

import json
import sys
from pathlib import Path

import fasttext

model_path, source, out = sys.argv[1:]
model = fasttext.load_model(model_path)
with Path(source).open(encoding="utf-8") as lines, Path(out).open("w", encoding="utf-8") as answers:
    for line in lines:
        row = json.loads(line)
        labels, probabilities = model.predict(" ".join(row["text"].split()))
        row |= {"topic": labels[0].removeprefix("__label__"), "topic_confidence": float(probabilities[0])}
        answers.write(json.dumps(row) + "\n")
