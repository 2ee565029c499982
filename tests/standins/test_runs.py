"""The stand-in answers as `ui.readers.runs.Runs` promises."""

import pytest

from agent_core.errors import NoSuchDeployment, NoSuchRun, SurroundingsFailed
from agent_core.run import Request
from tests.standins.run_rows import a_run, many_runs, queued_run, solved_run
from tests.standins.runs import RunsStandIn
from ui.readers.runs import JobState, RunFilter, Runs


def test_pages_filters_and_counts() -> None:
    runs: Runs = RunsStandIn(many_runs(60))
    first = runs.page(RunFilter(), limit=25, offset=0)
    rest = runs.page(RunFilter(), limit=50, offset=25)
    assert (len(first.rows), len(rest.rows), first.total) == (25, 35, 60)
    created = [row.created for row in (*first.rows, *rest.rows)]
    assert created == sorted(created, reverse=True)
    assert runs.page(RunFilter(states=(JobState.FAILED,)), 5, 0).total == 10
    assert runs.page(RunFilter(text="TION-3"), 5, 0).total == 9
    assert runs.counts() == dict.fromkeys(JobState, 10)
    assert sum(runs.counts(owner="somebody").values()) == 0


def test_starting_twice_with_a_key_makes_one_run() -> None:
    runs = RunsStandIn()
    asked = Request(source="https://www.kaggle.com/competitions/titanic")
    one = runs.start(asked, "docker", owner="a", idempotency_key="k")
    assert runs.start(asked, "docker", owner="a", idempotency_key="k") == one
    assert runs.start(asked, "docker", owner="b", idempotency_key="k").id != one.id
    assert (one.name, one.owner, one.state) == ("titanic", "a", JobState.QUEUED)
    with pytest.raises(NoSuchDeployment):
        runs.start(asked, "moon")


def test_cancelling() -> None:
    waiting, working, over = queued_run(), a_run(), solved_run()
    runs = RunsStandIn([waiting, working, over])
    assert runs.cancel(waiting.id).state is JobState.CANCELLED
    assert runs.cancel(working.id).detail == "Cancelling"
    assert runs.cancel(over.id) == over
    with pytest.raises(NoSuchRun):
        runs.cancel("nobody")


def test_a_server_that_is_down() -> None:
    runs = RunsStandIn([row := a_run()], down=True)
    with pytest.raises(SurroundingsFailed, match="kaggle-agent up"):
        runs.counts()
    runs.down = False
    assert runs.run(row.id) == row
