"""The sandbox of Kaggle's machines, on the stand-in, for data that are nobody's competition."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from agent_core.errors import Waiting
from agent_core.kaggle.connection import Connection
from agent_core.sandbox.kaggle.sandbox import KaggleSandbox
from agent_core.sandbox.kaggle.terms import Pause, Place, Terms
from agent_core.settings import Settings
from tests.standins.kaggle import KaggleStandIn, pointed_at

QUICK = Terms(may_upload=True, interval=timedelta(seconds=0.05), limit=timedelta(minutes=10))


@contextmanager
def kaggle_machine(records: Path, **place: object) -> Iterator[tuple[KaggleStandIn, KaggleSandbox]]:
    """A stand-in and a sandbox on it."""
    with KaggleStandIn() as kaggle, pointed_at(kaggle):
        kaggle.datasets.settling = 0
        yield kaggle, sandbox_at(records, **place)


def sandbox_at(
    records: Path, terms: Terms = QUICK, pause: Pause | None = None, **place: object
) -> KaggleSandbox:
    """One on the stand-in that this process is pointed at. Waits in real time, if shortly."""
    known = {"slug": "tiny", "on_kaggle": False, "root": records, "records": records} | place
    connection = Connection(Settings().patience())
    return KaggleSandbox(Place.model_validate(known), terms, pause or _sleep, connection=connection)


def _sleep(_: Waiting) -> None:
    time.sleep(0.05)
