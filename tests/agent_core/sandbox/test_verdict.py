"""From what was observed to an outcome."""

import signal

import pytest

from agent_core.sandbox.sandbox import Limits, Outcome
from agent_core.sandbox.verdict import from_exit, size

LIMITS = Limits(seconds=10)


@pytest.mark.parametrize(
    ("code", "tail", "outcome"),
    [
        (0, "MemoryError", Outcome.OK),
        (1, "ValueError: x", Outcome.CRASHED),
        (1, "MemoryError", Outcome.OUT_OF_MEMORY),
        (1, "numpy: Unable to allocate 80 GiB\n\n", Outcome.OUT_OF_MEMORY),
        (1, "MemoryError\n1\n2\n3\nValueError", Outcome.CRASHED),
        (-6, "terminate called\n  what():  std::bad_alloc", Outcome.OUT_OF_MEMORY),
        (1, "BlockingIOError: Resource temporarily unavailable", Outcome.TOO_MANY_PROCESSES),
        (1, "RuntimeError: can't start new thread", Outcome.TOO_MANY_PROCESSES),
        (1, "OSError: [Errno 27] File too large", Outcome.TOO_MUCH_OUTPUT),
        (-signal.SIGXFSZ, "", Outcome.TOO_MUCH_OUTPUT),
        (-signal.SIGXCPU, "", Outcome.TIMEOUT),
        (-signal.SIGKILL, "", Outcome.CRASHED),
        (None, "", Outcome.CRASHED),
    ],
)
def test_an_end_of_its_own(code: int | None, tail: str, outcome: Outcome) -> None:
    verdict = from_exit(code, tail, LIMITS, killed_by_kernel=False)

    assert verdict.outcome is outcome
    assert bool(verdict.message) == (outcome is not Outcome.OK)


@pytest.mark.parametrize("code", [None, -signal.SIGKILL])
def test_the_kernel_took_it_for_its_memory(code: int | None) -> None:
    verdict = from_exit(code, "", LIMITS, killed_by_kernel=True)

    assert verdict.outcome is Outcome.OUT_OF_MEMORY
    assert "the machine had no more" in verdict.message


def test_the_kernel_took_somebody_else() -> None:
    verdict = from_exit(1, "ValueError", LIMITS, killed_by_kernel=True)

    assert verdict.outcome is Outcome.CRASHED


@pytest.mark.parametrize(
    ("code", "text"),
    [(None, "killed from outside"), (-9, "SIGKILL"), (-63, "signal 63"), (7, "exit code 7")],
)
def test_a_crash_says_how_it_ended(code: int | None, text: str) -> None:
    message = from_exit(code, "", LIMITS, killed_by_kernel=False).message

    assert text in message
    assert "it printed nothing" in message


def test_sizes_for_people() -> None:
    sizes = [size(number) for number in (5, 2048, 5 * 1024**2, 3 * 1024**3)]
    assert sizes == ["5 bytes", "2 KiB", "5 MiB", "3.0 GiB"]
