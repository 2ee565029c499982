"""What was not used for long goes; what a run needs stays."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from agent_core.home import Home
from agent_core.run import Process, Request, Run, RunState, save_run
from agent_core.storage.cleaning import Ages, Cleaned, clean, mark_used

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AGES = Ages(work=30, runs=365)
Make = Callable[[str, float], Path]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def make(home: Home) -> Make:
    """Makes a folder (or, below results, a file) of three bytes, last used that many days ago."""

    def make(place: str, days: float) -> Path:
        path = home.root / place
        if "results" in place:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("abc")
        else:
            (path / "inner").mkdir(parents=True)
            (path / "inner" / "file").write_text("abc")
            (path / "inner").chmod(0o555)
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
        return path

    return make


def going_on(home: Home, days: float, process: Process) -> None:
    run = Run(
        run_id="now",
        name="titanic",
        request=Request(source="titanic"),
        state=RunState.RUNNING,
        process=process,
        started=NOW - timedelta(days=days),
    )
    save_run(run, home.runs / "now")


def test_what_is_old_goes(home: Home, make: Make) -> None:
    old = [make("datasets/a/1", 31), make("trials/t1", 40), make("results/train-1", 365)]
    young = [make("datasets/a/2", 29), make("trials/t2", 1), make("results/train-2", 0)]
    cleaned = clean(home, AGES, NOW)
    assert cleaned == Cleaned(
        removed={"datasets": 1, "trials": 1, "results": 1, "uploads": 0, "runs": 0}, bytes=9
    )
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in young)


def test_submissions_are_kept_for_longer(home: Home, make: Make) -> None:
    kept, gone = make("runs/r1", 364), make("runs/r2", 366)
    clean(home, AGES, NOW)
    assert kept.exists()
    assert not gone.exists()


def test_nothing_that_a_run_may_need(home: Home, make: Make) -> None:
    """A run of 40 days is still going on; it took from the cache what had been made before."""
    going_on(home, 40, Process.current())
    before, since = make("trials/t1", 41), make("trials/t2", 39)
    clean(home, AGES, NOW)
    assert not before.exists()
    assert since.exists()


def test_a_dead_run_needs_nothing(home: Home, make: Make) -> None:
    gone = Process(host=Process.current().host, pid=psutil.Process().pid, started=1.0)
    going_on(home, 40, gone)
    old = make("trials/t1", 39)
    clean(home, AGES, NOW)
    assert not old.exists()


def test_use_makes_young(home: Home, make: Make) -> None:
    used, other = make("trials/t1", 90), make("trials/t2", 90)
    mark_used(used, home.trials / "not there")
    clean(home, AGES)
    assert used.exists()
    assert not other.exists()


def test_what_is_in_the_making_stays_and_locks_do(home: Home, make: Make) -> None:
    staging, locks = make("datasets/a/.staging-1", 90), make("results/locks/one", 90)
    clean(home, AGES, NOW)
    assert staging.exists()
    assert locks.exists()


def test_a_killed_cleaning_is_finished(home: Home, make: Make) -> None:
    left = [make("datasets/a/.removed-1", 0), make("trials/.removed-2", 0)]
    clean(home, AGES, NOW)
    assert not any(path.exists() for path in left)


def test_an_empty_home(home: Home) -> None:
    assert clean(home, AGES, NOW).bytes == 0
