"""The starter model: trained at first use, in the user's data directory, from the corpus that newsvane ships."""

from __future__ import annotations

import time
from pathlib import Path

from newsvane import store
from newsvane.errors import Notify, ignore


def ensure(notify: Notify = ignore) -> store.Version:
    """The starter model; trained now, in seconds, if this version of newsvane has not yet done so."""
    directory = _directory()
    if not (directory / store.CURRENT).exists():
        _train(directory, notify)
    return store.current(directory)


def corpus() -> Path:
    """The starter corpus: beside this file where newsvane is installed, in ``data/`` in a checkout."""
    here = Path(__file__).parent
    installed = here / "starter_corpus" / "train.csv"
    return installed if installed.exists() else here.parent.parent / "data" / "train.csv"


def _directory() -> Path:
    import platformdirs  # only who uses the starter model waits for it

    from newsvane import __version__

    # The size tells a changed corpus from the one that a model was trained on.
    return (
        Path(platformdirs.user_data_dir("newsvane", appauthor=False))
        / f"starter-{__version__}-{corpus().stat().st_size}"
    )


def _train(directory: Path, notify: Notify) -> None:
    from newsvane import publishing
    from newsvane.sources import read_labelled
    from newsvane.training import train

    notify(f"no model yet: training the starter model into {directory}")
    started = time.perf_counter()
    publishing.publish(train(read_labelled(corpus())), directory, sources=[corpus()])
    notify(f"trained in {time.perf_counter() - started:.1f} s")
