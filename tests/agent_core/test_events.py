"""Events cross a pipe as lines, and read as sentences."""

from pathlib import Path

import pytest

from agent_core.events import (
    Event,
    Line,
    RunCancelled,
    RunFailed,
    RunSolved,
    RunStarted,
    StageFinished,
    StageProgress,
    StageStarted,
    as_text,
    parse_event,
)
from agent_core.run import Failure, Solved, StageTime

SOLVED = Solved(
    run_id="r1", slug="tiny", task_type="binary", metric="accuracy", higher_is_better=True,
    cv_score=0.8, cv_std=0.01, baseline=None, gates=(), warnings=(), rows=3,
    submission=Path("/s"), solution=Path("/p"), report=Path("/r"), seconds=1.0,
    stages={"train": StageTime(seconds=1.0, cached=False)}, mlflow_run_id=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (RunStarted(run_id="r1", name="tiny"), "run r1 (tiny)"),
        (StageStarted(stage="train"), "train ..."),
        (StageFinished(stage="train", seconds=1.24, cached=False), "train done in 1.2 s"),
        (StageFinished(stage="train", seconds=0.0, cached=True), "train cached"),
        (StageProgress(stage="train", message="waiting"), "train: waiting"),
        (StageProgress(stage="train", message="training", fraction=0.5), ""),
        (Line(text="ours\nin two lines"), "ours\nin two lines"),
        (Line(text="printed", stage="train"), "  train | printed"),
        (RunSolved(solved=SOLVED), ""),
        (RunFailed(failure=Failure(what="It broke.")), "failed: It broke."),
        (RunCancelled(run_id="r1"), "cancelled"),
    ],
)
def test_there_and_back(event: Event, text: str) -> None:
    line = event.model_dump_json()
    assert "\n" not in line
    assert parse_event(line) == event
    assert as_text(event) == text


@pytest.mark.parametrize("line", ["", "hello", "{}", '{"kind": "other"}'])
def test_anything_else_is_no_event(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_event(line)
