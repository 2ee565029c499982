"""Judging a process from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from agent_core.sandbox import watch
from agent_core.sandbox.jail.sweep import descendants, kill_descendants
from agent_core.sandbox.sandbox import Limits, Outcome
from agent_core.sandbox.watch import Watch

MIB = 1024**2
CODE = "import sys, time; held = bytearray(b'x' * 60 * 2**20); print(flush=True); time.sleep(60)"


class Place:
    def __init__(self, size: int = 0, entries: int = 0, in_memory: bool = True) -> None:
        self.in_memory = in_memory
        self._used = (size, entries)

    def used(self) -> tuple[int, int]:
        return self._used


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds 60 MiB."""
    with subprocess.Popen([sys.executable, "-S", "-c", CODE], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def make(
    out: Place | None = None, scratch: tuple[Place, ...] = (), **limits: float
) -> tuple[Watch, list[str]]:
    killed: list[str] = []
    made = Watch(
        os.getpid(),
        Limits.model_validate({"seconds": 60} | limits),
        out or Place(),
        scratch,
        lambda: killed.append("killed"),
    )
    return made, killed


@pytest.mark.parametrize(
    ("out", "scratch", "limits", "outcome"),
    [
        (None, (), {"memory_bytes": 500 * MIB}, None),
        (None, (), {"memory_bytes": 30 * MIB}, Outcome.OUT_OF_MEMORY),
        (Place(450 * MIB), (), {"memory_bytes": 500 * MIB}, Outcome.OUT_OF_MEMORY),
        (None, (Place(450 * MIB),), {"memory_bytes": 500 * MIB}, Outcome.OUT_OF_MEMORY),
        (None, (Place(450 * MIB, in_memory=False),), {"memory_bytes": 500 * MIB}, None),
        (Place(11), (), {"output_bytes": 10}, Outcome.TOO_MUCH_OUTPUT),
        (Place(0, 5000), (), {}, Outcome.TOO_MUCH_OUTPUT),
        (None, (Place(11, in_memory=False),), {"output_bytes": 10}, Outcome.TOO_MUCH_OUTPUT),
        (None, (), {"processes": 0}, Outcome.TOO_MANY_PROCESSES),
        (None, (), {"seconds": 0}, Outcome.TIMEOUT),
    ],
)
def test_each_limit(
    child: "subprocess.Popen[bytes]",
    out: Place | None,
    scratch: tuple[Place, ...],
    limits: dict[str, float],
    outcome: Outcome | None,
) -> None:
    made, _ = make(out, scratch, **limits)

    found = made.judge()

    assert (found.outcome if found else None) == outcome


def test_a_crossed_limit_kills_once_and_ends_the_watch(child: "subprocess.Popen[bytes]") -> None:
    made, killed = make(memory_bytes=30 * MIB)

    made.start()
    made.join(5)
    made.stop()

    assert killed == ["killed"]
    assert made.verdict is not None
    assert made.peak_bytes > 55 * MIB
    assert made.cpu_seconds > 0


def test_a_machine_short_of_memory_stops_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = make()
    monkeypatch.setattr(watch.psutil, "virtual_memory", lambda: _Memory(available=1))

    found = made.judge()

    assert found is not None
    assert found.outcome is Outcome.OUT_OF_MEMORY
    assert "the machine" in found.message


def test_a_machine_that_was_short_before_is_not_the_scripts_doing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch.psutil, "virtual_memory", lambda: _Memory(available=1))
    made, _ = make()

    assert made.judge() is None


class _Memory:
    def __init__(self, available: int) -> None:
        self.total = 8 * 1024**3
        self.available = available


def test_a_process_that_is_gone_uses_nothing() -> None:
    gone = 2**22 + 1

    assert watch.private_bytes(gone) == watch.proportional_bytes(gone) == 0
    assert watch.cpu_seconds(gone) == 0
    assert descendants(gone) == []


def test_other_systems_are_asked_through_psutil(
    child: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert child.pid in descendants(os.getpid())
    assert watch.private_bytes(child.pid) > 55 * MIB
    assert watch.private_bytes(2**22 + 1) == 0
    assert descendants(2**22 + 1) == []


def printed(code: str) -> str:
    """By a process of its own, for a sweep takes every child there is; and by all its children."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_sweep_of_our_own_children_reaps_them() -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "from agent_core.sandbox.jail.sweep import descendants, kill_descendants\n"
        "for _ in range(3): os.fork() or (os.fork(), time.sleep(60))\n"
        "kill_descendants(os.getpid()); print(descendants(os.getpid()))"
    )
    assert printed(code) == "[]\n"


def test_no_process_that_is_just_being_born_gets_away() -> None:
    # Each sweep meets children in the middle of a fork. One that gets away holds the pipe open.
    code = (
        "import os, time\n"
        "from agent_core.sandbox.jail.sweep import adopt_orphans, kill_descendants\n"
        "adopt_orphans()\n"
        "for _ in range(60):\n"
        "    for _ in range(3):\n"
        "        if not os.fork():\n"
        "            os.fork(); time.sleep(20); os.write(1, b'escaped '); os._exit(0)\n"
        "    kill_descendants(os.getpid())\n"
    )
    assert printed(code) == ""


def test_a_sweep_of_nothing_is_over_at_once() -> None:
    begun = time.monotonic()
    kill_descendants(2**22 + 1)
    assert time.monotonic() - begun < 1
