"""``python -m newsvane``."""

from newsvane.cli import main

main()
