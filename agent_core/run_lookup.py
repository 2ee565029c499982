"""Finding a run of this home by what a person calls it."""

from pathlib import Path

from agent_core.errors import BadSource, NoSuchResult, NoSuchRun
from agent_core.home import Home
from agent_core.run import Run, Solved, list_runs

#: What stands for the newest run.
LATEST = "latest"


def find_run(home: Home, name: str) -> Run:
    """The run with that id, or the only one whose id begins so, or the latest.

    Raises
    ------
    NoSuchRun
        None, or the run's record cannot be read.
    BadSource
        The ids of several begin so.
    """
    runs, _ = list_runs(home)
    wanted = name.strip().lower()
    found = [run for run in runs if wanted and run.run_id.startswith(wanted)]
    if wanted == LATEST:
        found = list(runs[:1])
    if len(found) > 1:
        raise BadSource(
            f"{len(found)} runs have an id that begins with {wanted}.",
            next="Give more of it; kaggle-agent runs lists them.",
        )
    if not found:
        raise NoSuchRun(
            f"There is no run {name!r} in {home.runs}.",
            next=f"kaggle-agent runs lists them; {LATEST} is the newest.",
        )
    return found[0]


def solved_of(run: Run) -> Solved:
    """What the run hands over. Raises NoSuchResult where it has come to nothing, or not yet."""
    if run.solved is None:
        raise NoSuchResult(
            f"The run {run.run_id} ({run.name}) has no submission: it is {run.state.value}.",
            next="Wait for it, or run the same command again: it goes on from the last finished "
            "stage.",
        )
    return run.solved


def folder_of(run: Run, home: Home) -> Path:
    """Where its files lie."""
    return home.runs / run.run_id
