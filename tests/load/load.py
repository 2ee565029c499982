"""Fifty runs at the same moment on a stack of their own, and what became of each."""

import csv
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect.client.schemas.objects import FlowRun

from agent_core.home import Home
from agent_core.run import Run, list_runs
from agent_core.stack import running_stack
from tests.flows.tiny_competition import write_competition
from tests.load.figures import Passed
from tests.load.handing_in import Accepted, hand_in_at_once, wait_for_all
from tests.ui.up import Up

LIMIT = 4
CLIENTS = 50
#: So many trainings are done, two at once; the other runs find theirs in the cache.
SEEDS = 5
#: More than it takes, also where the machine is busy.
BUDGET = 60
#: No run may wait longer, whatever else the machine has to do.
_PATIENCE = 1500.0


@dataclass(frozen=True)
class Outcome:
    """``runs`` is what the server says of the runs, ``records`` what they left in the home."""

    home: Home
    competition: Path
    accepted: list[Accepted]
    runs: list[FlowRun]
    records: tuple[Run, ...]

    def passed(self) -> list[Passed]:
        """The times of each run, as clients and server have recorded them."""
        of_run = {run.id: run for run in self.runs}
        return list(map(_passed, self.accepted, (of_run[one.run_id] for one in self.accepted)))


def _passed(accepted: Accepted, run: FlowRun) -> Passed:
    assert run.start_time
    assert run.end_time
    return Passed(accepted.handed_in, accepted.answered, run.start_time, run.end_time)


@contextmanager
def stack(folder: Path, database: str = "") -> Iterator[Up]:
    """The stack with nothing but the process pool, for as long as the body runs."""
    up = Up(
        Home(root=folder / "home"),
        KAGGLE_AGENT_RUNS_AT_ONCE=str(LIMIT),
        KAGGLE_AGENT_TRAININGS_AT_ONCE="2",
        KAGGLE_AGENT_POOL_IMAGE="none:of-this-name",
        PREFECT_SERVER_DATABASE_CONNECTION_URL=database,
    )
    try:
        up.wait_until_up()
        yield up
    finally:
        up.stop()


def put_load(up: Up, folder: Path) -> Outcome:
    """Hand in all runs at once, and wait until they have ended."""
    competition = write_competition(folder / "tiny")
    running = running_stack(up.home)
    assert running
    seeds = itertools.islice(itertools.cycle(range(SEEDS)), CLIENTS)
    common = {
        "source": str(competition),
        "budget": BUDGET,
        "planner": "rules",
        "sandbox": "process",
    }
    asked = [common | {"seed": seed} for seed in seeds]
    accepted = hand_in_at_once(running.prefect_api_url, asked)
    runs = wait_for_all(running.prefect_api_url, _PATIENCE)
    records, unreadable = list_runs(up.home)
    assert not unreadable
    return Outcome(up.home, competition, accepted, runs, records)


def rows_of(table: Path) -> list[list[str]]:
    """With the header."""
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
