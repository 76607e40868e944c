#!/usr/bin/env python3
"""Train the repository's own model: ``newsvane train data/train.csv``, into model/. Options are passed on."""

import sys

from newsvane.cli import main

sys.argv[1:] = ["train", "data/train.csv", *sys.argv[1:]]
main()
