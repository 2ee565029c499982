"""Removes what was not used for long: data, trials, kept results, and the folders of old runs.

Whatever a run makes or takes from the cache is marked as used (`mark_used`). What was used since
the oldest run that is not over began stays, whatever its age: that run may need it.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_core.home import Home
from agent_core.run import RunState, list_runs
from agent_core.storage.shelf import remove_tree
from agent_core.value import Value

_REMOVED = ".removed-"


class Ages(Value):
    """How long something is kept after its last use, in days.

    ``work`` is what costs only time to make again. ``runs`` are the folders with the submissions,
    and what people have uploaded for them.
    """

    work: float = 30.0
    runs: float = 365.0


class Cleaned(Value):
    """How many of each kind were removed, and what that has freed."""

    removed: dict[str, int]
    bytes: int


def mark_used(*paths: Path) -> None:
    """Say that ``paths`` are in use now.

    One that is gone, or that another user owns, will not be removed by us either.
    """
    for path in paths:
        with suppress(FileNotFoundError, PermissionError):
            os.utime(path)


def clean(home: Home, ages: Ages, now: datetime | None = None) -> Cleaned:
    """Remove what is older than ``ages`` and needed by no run. Raises OSError where it may not."""
    _remove_left_over(home)
    now = now or datetime.now(UTC)
    begun = min([now, *_going_on(home)])
    work = min(now - timedelta(days=ages.work), begun)
    kept_runs = min(now - timedelta(days=ages.runs), begun)
    old = {
        "datasets": _older(home.datasets, "*/*", work),
        "trials": _older(home.trials, "*", work),
        "results": [path for path in _older(home.results, "*", work) if path.is_file()],
        "uploads": _older(home.uploads, "*", kept_runs),
        "runs": _older(home.runs, "*", kept_runs),
    }
    freed = sum(_size(path) for paths in old.values() for path in paths)
    for path in (path for paths in old.values() for path in paths):
        _remove(path)
    return Cleaned(removed={kind: len(paths) for kind, paths in old.items()}, bytes=freed)


def _going_on(home: Home) -> Iterator[datetime]:
    """When each run began that is not over."""
    runs, _ = list_runs(home)
    going_on = {RunState.RUNNING, RunState.WAITING}
    return (run.started for run in runs if run.state in going_on)


def _older(folder: Path, pattern: str, than: datetime) -> list[Path]:
    """What was last used before ``than``. Hidden things are in the making."""
    found = (path for path in folder.glob(pattern) if not path.name.startswith("."))
    return [path for path in found if path.stat().st_mtime < than.timestamp()]


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())


def _remove(path: Path) -> None:
    """Out of the way at once, so that nobody finds half of it, and then for good."""
    if path.is_file():
        path.unlink(missing_ok=True)
        return
    aside = path.with_name(f"{_REMOVED}{uuid.uuid4().hex}")
    path.rename(aside)
    remove_tree(aside)


def _remove_left_over(home: Home) -> None:
    """What a cleaning that was killed had put out of the way."""
    places = ((home.datasets, "*/"), (home.trials, ""), (home.runs, ""))
    for folder, below in places:
        for left in folder.glob(f"{below}{_REMOVED}*"):
            remove_tree(left)
