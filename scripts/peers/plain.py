"""Classify a jsonl file with a saved scikit-learn pipeline, as a script for that is usually written.

python scripts/peers/plain.py topic.joblib articles.jsonl answers.jsonl
"""

import sys

import joblib
import pandas as pd

model_path, source, out = sys.argv[1:]
model = joblib.load(model_path)
table = pd.read_json(source, lines=True)
probabilities = model.predict_proba(table["text"])
table["topic"] = model.classes_[probabilities.argmax(axis=1)]
table[list(model.classes_)] = probabilities
table.to_json(out, orient="records", lines=True)
