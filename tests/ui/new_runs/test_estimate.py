import pytest

from tests.standins.status import a_status
from ui.new_runs.estimate import estimate


@pytest.mark.parametrize(
    ("running", "queued", "waits"),
    [(0, 0, 0), (3, 0, 0), (4, 0, 100), (4, 3, 100), (4, 4, 200), (2, 1, 0), (2, 2, 100)],
)
def test_a_run_waits_for_as_many_turns_as_the_queue_is_long(
    running: int, queued: int, waits: float
) -> None:
    status = a_status(running=running, queued=queued, limit=4, typical=100.0)
    told = estimate(status, "process", budget=600, usd=1.0)
    assert (told.waits, told.seconds) == (waits, waits + 600)
    assert (told.before, told.usd, told.online) == (queued, 1.0, True)


def test_without_history_each_run_is_taken_to_need_the_budget() -> None:
    status = a_status(running=4, queued=0, limit=4, typical=None)
    assert estimate(status, "process", budget=600, usd=0).seconds == 1200


def test_a_pool_without_limit_has_no_queue() -> None:
    status = a_status(running=40, queued=9, limit=None, typical=100.0)
    assert estimate(status, "process", budget=60, usd=0).waits == 0


def test_nobody_is_there_to_execute_it() -> None:
    assert estimate(a_status(online=False), "process", 60, 0).online is False
    assert estimate(a_status(paused=True), "process", 60, 0).online is False
    assert estimate(a_status(), "elsewhere", 60, 0).online is None
