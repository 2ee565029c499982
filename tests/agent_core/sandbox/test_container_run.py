"""Listening to a container and stopping it, with an engine that is played."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.engine import State
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container import run as module
from agent_core.sandbox.container.prints import Prints
from agent_core.sandbox.container.reports import Reports
from agent_core.sandbox.container.run import ContainerRun
from agent_core.sandbox.logs import Log
from agent_core.sandbox.outputs import Entry
from agent_core.sandbox.sandbox import Execution, Limits, Outcome

RUNNING = State(running=True, exit_code=0, out_of_memory=False)
REPORT = {
    "cpu_seconds": 1.5,
    "held_bytes": 1000,
    "processes": 1,
    "output_bytes": 0,
    "output_entries": 1,
}


class FakeEngine:
    """Containers whose states follow each other; the last one stays."""

    def __init__(self, *states: State) -> None:
        self._states = list(states)
        self.killed: list[str] = []

    def kill(self, container: str) -> None:
        self.killed.append(container)

    def state(self, container: str) -> State:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]


class FakeStream:
    """An attachment that yields its blocks and ends."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = blocks

    def blocks(self) -> Iterator[bytes]:
        yield from self._blocks


class EmptyFolder:
    """An output folder in which nothing was left."""

    used = (0, 1)

    def entries(self) -> list[Entry]:
        return []


def execute(
    engine: FakeEngine, tmp_path: Path, *printed: bytes, report: object = None, **limits: float
) -> Execution:
    chosen = Limits.model_validate({"seconds": 30} | limits)
    prints = Prints(FakeStream(*printed), chosen.log_bytes + 1)  # type: ignore[arg-type]
    line = json.dumps(REPORT | (report or {})).encode() + b"\n"  # type: ignore[operator]
    reports = Reports(FakeStream(line[:7], line[7:]), chosen)  # type: ignore[arg-type]
    for thread in (prints, reports):
        thread.start()
        thread.join()
    log = Log(prints.read, io.BytesIO(), chosen, None)
    run = ContainerRun(engine, "script", prints, reports, log, chosen)  # type: ignore[arg-type]
    run.wait()
    return run.result(EmptyFolder(), tmp_path, ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "outcome", "exit_code"),
    [
        (State(False, 0, False), Outcome.OK, 0),
        (State(False, 3, False), Outcome.CRASHED, 3),
        (State(False, 255, False), Outcome.CRASHED, 255),
        (State(False, 139, False), Outcome.CRASHED, -11),
        (State(False, 153, False), Outcome.TOO_MUCH_OUTPUT, -25),
        (State(False, 137, True), Outcome.OUT_OF_MEMORY, -9),
        (State(False, 0, True), Outcome.OUT_OF_MEMORY, 0),
    ],
)
def test_an_end_of_its_own(tmp_path: Path, state: State, outcome: Outcome, exit_code: int) -> None:
    engine = FakeEngine(RUNNING, state)

    execution = execute(engine, tmp_path, b"last words\n")

    assert (execution.outcome, execution.exit_code) == (outcome, exit_code)
    assert engine.killed == []
    assert execution.resources.cpu_seconds == 1.5
    peak = 8 * 1024**3 if state.out_of_memory else 1000
    assert execution.resources.peak_memory_bytes == peak


@pytest.mark.parametrize(
    ("limits", "report", "outcome"),
    [
        ({"seconds": 0}, {}, Outcome.TIMEOUT),
        ({"log_bytes": 5}, {}, Outcome.TOO_MUCH_OUTPUT),
        ({}, {"processes": 1000}, Outcome.TOO_MANY_PROCESSES),
        ({"output_bytes": 10}, {"output_bytes": 10}, Outcome.TOO_MUCH_OUTPUT),
    ],
)
def test_at_a_limit_it_is_killed_once(
    tmp_path: Path, limits: dict[str, float], report: object, outcome: Outcome
) -> None:
    engine = FakeEngine(RUNNING, RUNNING, State(False, 137, False))

    execution = execute(engine, tmp_path, b"many words\n", report=report, **limits)

    assert execution.outcome is outcome
    assert execution.exit_code is None
    assert engine.killed == ["script"]


def test_a_container_that_cannot_be_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "END_SECONDS", 0.1)

    with pytest.raises(SurroundingsFailed, match="did not end container script"):
        execute(FakeEngine(RUNNING), tmp_path, seconds=0)


def test_what_is_printed_beyond_the_limit_is_taken_and_dropped() -> None:
    prints = Prints(FakeStream(b"abc", b"defg", b"h"), 5)  # type: ignore[arg-type]
    with pytest.raises(BlockingIOError):
        prints.read()

    prints.start()
    prints.join()

    assert [prints.read() for _ in range(3)] == [b"abc", b"de", b""]


def test_waiting_for_prints_ends_when_nothing_comes() -> None:
    begun = time.monotonic()

    assert not Prints(FakeStream(), 5).wait(0.01)  # type: ignore[arg-type]
    assert time.monotonic() - begun >= 0.01
