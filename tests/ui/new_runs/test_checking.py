import threading
import time
from collections.abc import Callable

import pytest

from agent_core.errors import BadSource
from agent_core.intake.preflight import Preflight
from ui.new_runs.checking import Preflights

FOUND = Preflight(competition=None)


def wait_for(look: Callable[[], Preflight | None]) -> Preflight:
    for _ in range(3000):
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("never answered")


def test_nobody_waits_for_an_answer_and_all_get_the_same_one() -> None:
    asked: list[str] = []
    may_answer = threading.Event()

    def check(source: str) -> Preflight:
        asked.append(source)
        may_answer.wait()
        return FOUND

    preflights = Preflights(check)
    assert preflights.look("titanic") is None
    assert preflights.look("titanic") is None
    may_answer.set()
    assert wait_for(lambda: preflights.look("titanic")) is FOUND
    assert preflights.look("titanic") is FOUND
    assert asked == ["titanic"]


def test_what_is_wrong_with_the_source_is_raised() -> None:
    def check(source: str) -> Preflight:
        raise BadSource(f"{source} is nothing.")

    preflights = Preflights(check)
    with pytest.raises(BadSource, match="x is nothing"):
        wait_for(lambda: preflights.look("x"))


def test_an_answer_is_asked_anew_after_a_minute_or_when_forgotten() -> None:
    asked: list[str] = []
    now = [0.0]

    def check(source: str) -> Preflight:
        asked.append(source)
        return FOUND

    preflights = Preflights(check, clock=lambda: now[0])
    wait_for(lambda: preflights.look("a"))
    now[0] = 59.0
    wait_for(lambda: preflights.look("a"))
    assert len(asked) == 1
    now[0] = 61.0
    wait_for(lambda: preflights.look("a"))
    assert len(asked) == 2
    preflights.forget("a")
    wait_for(lambda: preflights.look("a"))
    assert len(asked) == 3
