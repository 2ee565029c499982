"""Works side by side: all of them, their errors, and no longer than there is time."""

import threading

import pytest

from agent_core.searching.side_by_side import side_by_side


def test_all_are_done_before_an_error_is_raised() -> None:
    done: list[int] = []

    def fail() -> None:
        raise KeyError("first")

    def slow() -> None:
        threading.Event().wait(0.05)
        done.append(1)

    def fail_too() -> None:
        raise ValueError("second")

    with pytest.raises(KeyError, match="first"):
        side_by_side([fail, slow, fail_too], 60)
    assert done == [1]


def test_nobody_is_waited_for_longer_than_there_is_time() -> None:
    released = threading.Event()
    done: list[str] = []
    side_by_side([lambda: done.append("quick"), lambda: done.extend([str(released.wait(60))])], 0.5)
    assert done == ["quick"]
    released.set()


def test_without_end() -> None:
    done: list[int] = []
    side_by_side([lambda: done.append(1)], float("inf"))
    assert done == [1]
