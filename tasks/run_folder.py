"""What a run leaves in its own folder for readers: while it goes on, and where MLflow is not.

The files have the names that they have in MLflow, so that a reader takes them from either place.
"""

from pathlib import Path

from agent_core.attempt import Attempt
from tasks.experiment_files import Files, reading_files

#: Of a script's log, that is kept here (bytes): the end of it.
_LOG_BYTES = 64 * 1024


def keep_attempt(folder: Path, attempt: Attempt, parent: Attempt | None) -> None:
    """Write what there is to read of ``attempt`` to ``trials/<name>/`` of a run's ``folder``."""
    files = reading_files(attempt, parent)
    place = folder / "trials" / attempt.name
    place.mkdir(parents=True, exist_ok=True)
    for name, content in _contents(files).items():
        beside = place / f"{name}.new"
        beside.write_bytes(content)
        beside.replace(place / name)


def _contents(files: Files) -> dict[str, bytes]:
    return {
        name: source if isinstance(source, bytes) else _end(source)
        for name, source in files.items()
    }


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG_BYTES) if path.suffix == ".txt" else 0)
        return file.read()
