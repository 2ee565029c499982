"""What a run says of itself while it goes, on a real server and on one that is gone."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import UUID

import pytest
from prefect import flow, task
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from agent_core.errors import RulesNotAccepted
from agent_core.events import Event, Line, StageProgress, StageStarted
from agent_core.home import Home
from agent_core.run import Request
from flows import journey as journey_module
from flows.bulletin import Bulletin
from flows.embedded_server import EMBEDDED
from flows.journey import Journey
from tasks.progress import listening, tell
from tests.standins.run_rows import a_tree
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns
from ui.readers.runs import JobState, RunRow

pytestmark = pytest.mark.slow

PAUSE = 0.05


@pytest.fixture
def runs(prefect_server: str) -> Iterator[PrefectRuns]:
    with closing(Connection(lambda: prefect_server)) as connection:
        yield PrefectRuns(connection)


@pytest.fixture(autouse=True)
def _at_short_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journey_module, "Bulletin", lambda run: Bulletin(run, PAUSE))


def travel(home: Home, body: Callable[[Journey], object]) -> str:
    """The id of a run that did ``body`` on its way."""
    ids: list[str] = []

    @flow(name="solve-competition", validate_parameters=False)
    def travelling() -> None:
        from prefect.runtime import flow_run

        ids.append(str(flow_run.get_id()))
        with Journey(ids[0], "titanic", Request(source="titanic"), home) as journey:
            body(journey)

    travelling(return_state=True)
    return ids[0]


def until(seen: Callable[[], RunRow], wanted: Callable[[RunRow], bool]) -> RunRow:
    """What is seen once it is as ``wanted``. The test's own limit on time ends the wait."""
    while not wanted(row := seen()):
        time.sleep(PAUSE)
    return row


def test_readers_see_a_run_while_it_goes(runs: PrefectRuns, home: Home) -> None:
    def body(journey: Journey) -> None:
        tell(StageStarted(stage="train draft 1"))
        tell(StageProgress(stage="train", message="", fraction=0.5))
        tell(StageProgress(stage="profile", message="", fraction=0.9))
        row = until(lambda: runs.run(journey.run_id), lambda row: row.progress is not None)
        assert (row.state, row.stage, row.progress) == (JobState.RUNNING, "train draft 1", 0.5)
        journey.keep_tree(a_tree())
        row = until(lambda: runs.run(journey.run_id), lambda row: row.score is not None)
        assert (row.metric, row.higher_is_better, row.score) == ("accuracy", True, 0.83)
        assert (row.trials, row.cost_usd) == (4, 0.04)
        until(lambda: runs.run(journey.run_id), lambda row: runs.trials(row.id) is not None)
        assert runs.trials(journey.run_id) == a_tree()
        tell(StageStarted(stage="evaluate"))
        row = until(lambda: runs.run(journey.run_id), lambda row: row.stage == "evaluate")
        assert (row.progress, row.score) == (None, 0.83)
        journey.keep_tree(a_tree().model_copy(update={"winner": "template"}))

    run = travel(home, body)
    assert runs.run(run).state is JobState.SUCCESS, runs.run(run).message
    assert runs.run(run).score == 0.80
    tree = runs.trials(run)
    assert tree
    assert tree.winner == "template"


def test_a_failure_has_a_class(runs: PrefectRuns, home: Home) -> None:
    def body(journey: Journey) -> None:
        raise RulesNotAccepted("Not accepted.")

    row = runs.run(travel(home, body))
    assert (row.state, row.failure) == (JobState.FAILED, "RulesNotAccepted")


def test_the_log_is_there_for_readers(runs: PrefectRuns, home: Home) -> None:
    def body(journey: Journey) -> None:
        task(lambda: None)()
        task(lambda: None)()
        tell(StageStarted(stage="train"))
        for number in range(100):
            tell(Line(stage="train", text=f"epoch {number}"))
        tell(Line(text="<b>planner</b>: rules"))

    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        run = travel(home, body)
    lines: list[str] = []
    while "<b>planner</b>: rules" not in lines:
        lines = [line.text for line in runs.logs(run).lines]
    assert "train ..." in lines
    assert "  train | epoch 0" in lines
    assert sum("epoch" in line for line in lines) < 10
    # The flow's own, if it is there yet; of the stages our lines say it better.
    assert sum("Finished in state" in line for line in lines) <= 1


def test_nothing_is_sent_where_nobody_reads(
    runs: PrefectRuns, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EMBEDDED, "1")
    run = travel(home, lambda journey: journey.keep_tree(a_tree()))
    assert runs.run(run).score is None
    assert runs.trials(run) is None
    assert (home.runs / run / "trials.json").is_file()


def test_many_changes_are_few_updates(prefect_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(
        SyncPrefectClient, "update_flow_run_labels", lambda self, run, labels: sent.append(labels)
    )
    with Bulletin(UUID(int=1), pause=60) as bulletin:
        while not sent:
            time.sleep(0.01)
        for number in range(1000):
            bulletin(StageStarted(stage="train"))
            bulletin(StageProgress(stage="train", message="", fraction=number / 1000))
    first, last = sent
    assert first["kaggle-agent.stage"] == ""
    assert last == {
        "kaggle-agent.stage": "train",
        "kaggle-agent.progress": pytest.approx(0.99, abs=0.01),
    }


def test_a_server_that_is_gone_is_told_of_once_and_changes_nothing() -> None:
    heard: list[Event] = []
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        listening(heard.append),
        Bulletin(UUID(int=1), pause=0) as bulletin,
    ):
        for number in range(3):
            bulletin.say(trials=number)
            bulletin.show(a_tree())
    (line,) = (event for event in heard if isinstance(event, Line))
    assert "could not be told to Prefect" in line.text
