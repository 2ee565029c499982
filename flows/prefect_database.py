"""An empty database of Prefect's, made once where the project is installed: ``python -m`` this.

Prefect makes a database by going through all migrations of its history, which takes 12 s on an idle
machine. Every new home folder would wait for that; so set-up does it once, and they get a copy.
Without it (after a plain ``pip install``) each home makes its own.
"""

import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

from agent_core.prefect_file import PREFECT_FILE


def template() -> Path:
    """Where it lies, if it is there: with the environment, for this version of Prefect."""
    return Path(sys.prefix) / "share" / "kaggle-agent" / f"prefect-{version('prefect')}.db"


def copy_template(folder: Path) -> bool:
    """Give ``folder`` a copy, whole or not at all. False where there is none to copy."""
    beside = folder / f"{PREFECT_FILE}.new"
    with suppress(FileNotFoundError):
        shutil.copyfile(template(), beside)
        beside.rename(folder / PREFECT_FILE)
        return True
    return False


def make_template() -> None:
    """Have a server make one, unless it is there."""
    from flows.embedded_server import EmbeddedServer  # noqa: PLC0415 - which imports this module

    if template().exists():
        return
    template().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        server = EmbeddedServer(Path(place), linger=0)
        server.start()
        server.wait_until_ready()
        server.stop()
        server.wait_until_ended()
        beside = template().with_suffix(".new")
        beside.unlink(missing_ok=True)
        # Not a copy of the file: what was written last may still be in the log beside it.
        with (
            closing(sqlite3.connect(Path(place) / PREFECT_FILE)) as made,
            closing(sqlite3.connect(beside)) as to,
        ):
            made.backup(to)
        beside.rename(template())


if __name__ == "__main__":
    make_template()
