"""What is decided about runs that went silent, hang or crashed."""

import pytest

from flows.recovery import Action, Memory, Rules, Seen, decide

RULES = Rules(silence=100, pending=600, settle=20, takes=2, hard_factor=3, hard_seconds=900)


@pytest.mark.parametrize(
    ("seen", "silence", "action"),
    [
        (Seen("r", "RUNNING", "s", running=500, budget=600), 99, None),
        (Seen("r", "RUNNING", "s", running=500, budget=600), 101, Action.CRASH),
        (Seen("r", "RUNNING", "s", running=2699, budget=600), 0, None),
        (Seen("r", "RUNNING", "s", running=2701, budget=600), 0, Action.STOP),
        (Seen("r", "CRASHED", "s"), 19, None),
        (Seen("r", "CRASHED", "s"), 20, Action.TAKE_UP),
        (Seen("r", "CRASHED", "s", takes=1), 20, Action.TAKE_UP),
        (Seen("r", "CRASHED", "s", takes=2), 9999, None),
        (Seen("r", "CRASHED", "s", overdue=True), 0, Action.TIME_OUT),
        (Seen("r", "CANCELLED", "s", overdue=True), 0, Action.TIME_OUT),
        (Seen("r", "CANCELLED", "s"), 9999, None),
        (Seen("r", "PENDING", "s"), 599, None),
        (Seen("r", "PENDING", "s"), 601, Action.START_AGAIN),
        (Seen("r", "CANCELLING", "s"), 99, None),
        (Seen("r", "CANCELLING", "s"), 101, Action.CANCEL),
        (Seen("r", "CANCELLING", "s", overdue=True), 101, Action.TIME_OUT),
        (Seen("r", "FAILED", "s"), 9999, None),
    ],
)
def test_what_to_do(seen: Seen, silence: float, action: Action | None) -> None:
    assert decide(seen, silence, RULES) is action


def test_silence_is_counted_from_the_last_new_sign() -> None:
    memory = Memory()
    assert memory.silence(Seen("r", "RUNNING", "one"), 10.0) == 0
    assert memory.silence(Seen("r", "RUNNING", "one"), 50.0) == 40
    assert memory.silence(Seen("r", "RUNNING", "two"), 60.0) == 0
    assert memory.silence(Seen("r", "RUNNING", "two"), 75.0) == 15


def test_what_could_not_be_heard_is_no_silence() -> None:
    memory = Memory()
    memory.silence(Seen("r", "RUNNING", "one"), 0.0)
    memory.forget()
    assert memory.silence(Seen("r", "RUNNING", "one"), 500.0) == 0


def test_runs_that_are_over_are_forgotten() -> None:
    memory = Memory()
    for run in "ab":
        memory.silence(Seen(run, "RUNNING", "one"), 0.0)
    memory.keep_only({"a"})
    assert set(memory.since) == {"a"}
