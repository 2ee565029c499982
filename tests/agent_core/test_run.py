"""The record of a run, and how it is read again."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from agent_core.errors import BadSource, KaggleUnavailable, PreflightFailed, SurroundingsFailed
from agent_core.home import Home
from agent_core.run import (
    Process,
    Request,
    Run,
    RunState,
    failure_of,
    list_runs,
    load_run,
    save_run,
    this_host,
    was_stopped,
)

STARTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run(run_id: str = "r1", process: Process | None = None, minutes: int = 0) -> Run:
    return Run(
        run_id=run_id,
        name="titanic",
        request=Request(source="titanic"),
        state=RunState.RUNNING,
        process=process or Process.current(),
        started=STARTED + timedelta(minutes=minutes),
    )


def test_a_running_run_of_a_living_process(tmp_path: Path) -> None:
    save_run(run(), tmp_path / "runs" / "r1")
    assert load_run(tmp_path / "runs" / "r1") == run()
    assert [path.name for path in (tmp_path / "runs" / "r1").iterdir()] == ["run.json"]


def test_a_run_whose_process_was_killed_has_died(tmp_path: Path) -> None:
    sleeper = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(60)"))
    started = psutil.Process(sleeper.pid).create_time()
    process = Process(host=this_host(), pid=sleeper.pid, started=started)
    save_run(run(process=process), tmp_path)
    assert load_run(tmp_path).state is RunState.RUNNING
    sleeper.kill()
    deadline = time.monotonic() + 10
    while psutil.Process(sleeper.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert load_run(tmp_path).state is RunState.DIED  # dead, though nobody has waited for it
    sleeper.wait()
    assert load_run(tmp_path).state is RunState.DIED


def test_a_number_given_out_again_is_another_process(tmp_path: Path) -> None:
    before = Process(host=this_host(), pid=os.getpid(), started=1.0)
    save_run(run(process=before), tmp_path)
    assert load_run(tmp_path).state is RunState.DIED


def test_another_host_is_not_judged(tmp_path: Path) -> None:
    save_run(run(process=Process(host="elsewhere", pid=1, started=1.0)), tmp_path)
    assert load_run(tmp_path).state is RunState.RUNNING


def test_a_run_that_has_ended_never_dies(tmp_path: Path) -> None:
    gone = Process(host=this_host(), pid=os.getpid(), started=1.0)
    ended = run(process=gone).model_copy(update={"state": RunState.FAILED})
    save_run(ended, tmp_path)
    assert load_run(tmp_path).state is RunState.FAILED


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    assert list_runs(home) == ((), ())
    for minutes, name in enumerate(("b", "a", "c")):
        save_run(run(name, minutes=minutes), home.runs / name)
    (home.runs / "empty").mkdir()
    (home.runs / "older").mkdir()
    (home.runs / "older" / "run.json").write_text('{"version": 0}')
    runs, unreadable = list_runs(home)
    assert [run.run_id for run in runs] == ["c", "a", "b"]
    assert [path.name for path in unreadable] == ["empty", "older"]


@pytest.mark.parametrize(
    ("error", "bad_input"),
    [
        (BadSource("x", means="y", next="z"), True),
        (PreflightFailed("x", means="y", next="z"), True),
        (KaggleUnavailable("x", means="y", next="z"), False),
        (SurroundingsFailed("x", means="y", next="z"), False),
    ],
)
def test_our_own_errors_say_it_themselves(error: Exception, bad_input: bool) -> None:
    failure = failure_of(error)
    assert (failure.what, failure.means, failure.next) == ("x", "y", "z")
    assert failure.bad_input is bad_input


def test_an_unexpected_error_is_named() -> None:
    failure = failure_of(ZeroDivisionError("by zero"))
    assert "ZeroDivisionError: by zero" in failure.what
    assert failure.next
    assert not failure.bad_input


def interrupted_badly() -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        raise ValueError("Task run is not set")  # noqa: B904 - as Prefect does


def test_what_goes_wrong_on_the_way_out_of_an_interrupt_is_the_interrupt() -> None:
    with pytest.raises(ValueError, match="not set") as caught:
        interrupted_badly()
    assert was_stopped(caught.value)
    assert was_stopped(KeyboardInterrupt())
    assert not was_stopped(ValueError("Task run is not set"))
