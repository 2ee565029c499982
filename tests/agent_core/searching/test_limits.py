"""Where a search stops: its trials, its time, how many are trained at once."""

import threading

import pytest

from tests.agent_core.searching.fakes import (
    FINE,
    Comes,
    FakeSteps,
    run,
    states,
)


@pytest.mark.parametrize("trials", [1, 2, 3, 4, 5, 7])
def test_no_more_trials_than_allowed(trials: int) -> None:
    steps = FakeSteps(comes={"draft 1": Comes(0.8), "improve 1": Comes(0.81)})
    result = run(steps, trials=trials, patience=9)
    trained = [one for one in steps.done if one.startswith("train")]
    assert len(trained) <= trials
    assert states(result)["draft 1"] == "verified"
    if trials > 3:
        assert "trials are used up" in result.stopped


def test_drafts_are_written_side_by_side_and_trained_as_allowed() -> None:
    together = threading.Barrier(3, timeout=20)
    slow = dict.fromkeys([f"ask draft {n}" for n in (1, 2, 3)], together.wait)
    one = FakeSteps(comes=FINE, slow=dict(slow))
    run(one, patience=0, parallel=1)
    assert one.most_at_once == 1
    two = FakeSteps(comes=FINE, slow=dict(slow))
    meeting = threading.Barrier(3, timeout=20)
    two.slow |= {f"train draft {n}": meeting.wait for n in (1, 2, 3)}
    run(two, patience=0, parallel=3)
    assert two.most_at_once == 3


def test_time_is_up_before_it_began() -> None:
    steps = FakeSteps(comes=FINE)
    result = run(steps, time_left=lambda: 5.0)
    assert [one for one in steps.done if one.startswith("train")] == []
    assert "time" in result.stopped
    assert result.winner
    assert result.winner.name == "template"


def test_time_is_up_on_the_way() -> None:
    steps = FakeSteps(comes={**FINE, "improve 1": Comes(0.85)})
    result = run(steps, time_left=lambda: 5.0 if "train improve 1" in steps.done else 1e6)
    assert "time" in result.stopped
    assert states(result)["improve 1"] == "scored"
    assert result.winner
    assert result.winner.name == "draft 2"  # an improvement that could not be verified is none
    assert "ask improve 2" not in steps.done


def test_a_question_that_hangs_is_left_alone() -> None:
    released = threading.Event()
    steps = FakeSteps(comes=FINE, slow={"ask draft 3": lambda: released.wait(60)})
    clock = iter([1e6, 1e6, 1e6])
    result = run(steps, time_left=lambda: next(clock, 1.0 if len(steps.done) < 99 else 0))
    released.set()
    assert result.winner
