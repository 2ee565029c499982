"""What the scenarios have in common: a run that trains, and how it goes on after the fault."""

from pathlib import Path
from typing import Any

from tests.faults.live import HandedIn, LiveStack, State
from tests.faults.table import TABLE

_TRAINS = "train ..."


def training(stack: LiveStack, competition: Path, pool: str = "process", **more: Any) -> HandedIn:
    """A run in ``pool`` that has just come to its training."""
    run = stack.hand_in(pool, competition, **more)
    run.wait_for_line(_TRAINS)
    return run


def taken_up(run: HandedIn, what: str, at: float) -> tuple[State, State]:
    """See how ``run`` crashes, since ``what`` was killed at the time ``at``, and is taken up again:
    its finished stages come from the cache, and it has its submission. Returns both states."""
    crashed = run.wait_for("CRASHED", at)
    again = run.wait_for("SCHEDULED", crashed.at)
    run.wait_for("COMPLETED", again.at)
    _, anew = run.log().split(_TRAINS, 1)
    for stage in ("download", "profile", "strategy", "codegen"):
        assert f"{stage} cached" in anew, run.log()
    assert (run.folder / "submission.csv").is_file()
    first, _, _ = crashed.message.partition(".")
    later = again.at - crashed.at
    seen = f"CRASHED: {first}; taken up again {later:.0f} s later, COMPLETED"
    TABLE.add(what, seen, crashed.at - at)
    return crashed, again


def went_on(run: HandedIn, what: str, at: float, seen: str) -> None:
    """See how ``run`` goes on as if nothing had happened when ``what`` was killed at ``at``, and
    has its submission. ``seen`` is what the user sees of it."""
    done = run.wait_for("COMPLETED", at)
    assert "CRASHED" not in {state.type for state in run.states()}
    assert run.log().count(_TRAINS) == 1
    assert (run.folder / "submission.csv").is_file()
    TABLE.add(what, f"{seen}; COMPLETED", done.at - at)


def failed(run: HandedIn, what: str, at: float) -> State:
    """See how ``run`` fails, since ``what`` was killed at ``at``, and is told what to do next."""
    ended = run.wait_for("FAILED", at)
    assert "Next:" in ended.message
    first, *_ = ended.message.splitlines()
    TABLE.add(what, f"FAILED: {first}; handed in again, it is solved", ended.at - at)
    return ended
