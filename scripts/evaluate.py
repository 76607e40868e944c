#!/usr/bin/env python3
"""Test the repository's own model: ``newsvane evaluate data/test.csv``. Options are passed on."""

import sys

from newsvane.cli import main

sys.argv[1:] = ["evaluate", "data/test.csv", *sys.argv[1:]]
main()
