"""What the scenarios have in common: a run that trains, and how it goes on after the fault."""

from pathlib import Path
from typing import Any

from tests.faults.live import HandedIn, LiveStack

_TRAINS = "train ..."


def training(stack: LiveStack, competition: Path, pool: str = "process", **more: Any) -> HandedIn:
    """A run in ``pool`` that has just come to its training."""
    run = stack.hand_in(pool, competition, **more)
    run.wait_for_line(_TRAINS)
    return run


def check_taken_up(run: HandedIn) -> None:
    """It began anew: its finished stages came from the cache, and it has its submission."""
    _, again = run.log().split(_TRAINS, 1)
    for stage in ("download", "profile", "strategy", "codegen"):
        assert f"{stage} cached" in again, run.log()
    assert (run.folder / "submission.csv").is_file()


def check_went_on(run: HandedIn) -> None:
    """It was never interrupted, and has its submission."""
    assert "CRASHED" not in {state.type for state in run.states()}
    assert run.log().count(_TRAINS) == 1
    assert (run.folder / "submission.csv").is_file()
