"""Runs on a real Prefect server: handed in, listed, followed, stopped."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.actions import ArtifactCreate, LogCreate
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Crashed, Failed, Late, Pending, Running

from agent_core.errors import NoSuchDeployment, NoSuchRun, RequestRefused, SurroundingsFailed
from agent_core.run import Request
from agent_core.standing import OVERDUE, TREE_ARTIFACT, Standing
from tests.standins.run_rows import a_tree
from tests.ui.readers.prefect.conftest import Server
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns
from ui.readers.runs import JobState, NewRun, RunFilter

pytestmark = pytest.mark.slow

TITANIC = Request(source="https://www.kaggle.com/competitions/titanic", budget=60, max_usd=0.5)
STATES: list[tuple[list[State[None]], JobState]] = [
    ([], JobState.QUEUED),
    ([Late()], JobState.QUEUED),
    ([Pending()], JobState.QUEUED),
    ([Running()], JobState.RUNNING),
    ([Running(), Completed(message="titanic: 0.82")], JobState.SUCCESS),
    ([Running(), Failed(message="No.\nNext: rest")], JobState.FAILED),
    ([Running(), Crashed(message="Out of memory")], JobState.FAILED),
    ([Running(), Failed(name="TimedOut")], JobState.TIMEOUT),
    ([Cancelled()], JobState.CANCELLED),
]


def test_a_run_that_is_handed_in(server: Server) -> None:
    row = server.runs.start(TITANIC, "docker", owner="ada")
    assert (row.name, row.state, row.owner) == ("titanic", JobState.QUEUED, "ada")
    assert (row.deployment, row.source) == ("docker", TITANIC.source)
    assert row.asked == TITANIC.model_dump(mode="json", exclude={"competition"})
    assert (row.started, row.ended, row.score, row.trials) == (None, None, None, None)
    assert row.url.endswith(f"/runs/flow-run/{row.id}")
    assert type(row.created) is datetime
    assert row.created > datetime.now(UTC) - timedelta(minutes=5)
    again = server.runs.run(row.id)
    assert again.model_copy(update={"seconds": row.seconds}) == row
    assert set(server.runs.deployments()) >= {"docker", "process"}


def test_what_cannot_be_handed_in(server: Server) -> None:
    with pytest.raises(NoSuchDeployment, match="docker, process"):
        server.runs.start(TITANIC, "moon")
    server.runs._deployments._names[uuid4()] = "gone"
    with pytest.raises(NoSuchDeployment):
        server.runs.start(TITANIC, "gone")
    broken = TITANIC.model_copy(update={"budget": "much"})
    with (
        pytest.warns(UserWarning, match="serializer"),
        pytest.raises(RequestRefused, match="field 'budget'"),
    ):
        server.runs.start(broken, "docker")


def test_one_key_makes_one_run_for_each_owner(server: Server) -> None:
    key = str(uuid4())
    first = server.runs.start(TITANIC, "docker", "ada", key)
    assert server.runs.start(TITANIC, "docker", "ada", key).id == first.id
    assert server.runs.start(TITANIC, "docker", "bob", key).id != first.id
    assert server.runs.start(TITANIC, "docker", "ada").id != first.id


def test_many_at_once_on_a_server_that_is_not_the_stacks_own(server: Server) -> None:
    """They are handed in one by one there, and a key means the same."""
    wanted = [
        NewRun(request=Request(source="titanic", seed=seed), owner="many", idempotency_key=key)
        for seed, key in ((1, "one"), (2, ""), (1, "one"))
    ]
    rows = server.runs.start_many("process", wanted)
    assert [row.asked["seed"] for row in rows] == [1, 2, 1]
    assert rows[0].id == rows[2].id != rows[1].id
    assert {(row.owner, row.state) for row in rows} == {("many", JobState.QUEUED)}
    with pytest.raises(NoSuchDeployment):
        server.runs.start_many("nowhere", wanted)


def test_states_are_told_and_found_again(server: Server) -> None:
    owner = str(uuid4())
    made = {server.a_run(*states, owner=owner): state for states, state in STATES}
    page = server.runs.page(RunFilter(owner=owner), 100, 0)
    assert [row.id for row in page.rows] == list(reversed(made))
    assert {row.id: row.state for row in page.rows} == made
    assert server.runs.counts(owner) == {
        state: list(made.values()).count(state) for state in JobState
    }
    for wanted in [(one,) for one in JobState] + [
        (JobState.TIMEOUT, JobState.SUCCESS),
        (JobState.TIMEOUT, JobState.FAILED),
        (JobState.FAILED, JobState.QUEUED),
        (JobState.TIMEOUT, JobState.FAILED, JobState.CANCELLED),
    ]:
        found = server.runs.page(RunFilter(states=wanted, owner=owner), 100, 0)
        assert {row.id for row in found.rows} == {i for i, s in made.items() if s in wanted}, wanted
        assert found.total == len(found.rows)


def test_why_runs_failed(server: Server) -> None:
    *_, failed, crashed, timed_out, _ = (server.a_run(*states) for states, _ in STATES)
    said = Standing(failure="RulesNotAccepted").labels()
    server.client.update_flow_run_labels(UUID(failed), said)
    row = server.runs.run(failed)
    assert (row.failure, row.message) == ("RulesNotAccepted", "No.\nNext: rest")
    assert server.runs.run(crashed).failure == "Crashed"
    assert server.runs.run(timed_out).failure == "TimedOut"


def test_a_run_that_is_stopped_for_its_time_is_never_seen_as_cancelled(server: Server) -> None:
    run = server.a_run(Running(), Cancelled())
    server.client.update_flow_run_labels(UUID(run), {OVERDUE: True})
    assert server.runs.run(run).state is JobState.TIMEOUT


def test_pages(server: Server) -> None:
    owner, slug = str(uuid4()), f"slug-{uuid4().hex[:8]}"
    made = [server.a_run(slug=slug if n % 2 else "", owner=owner) for n in range(7)]
    newest = list(reversed(made))
    assert [r.id for r in server.runs.page(RunFilter(owner=owner), 3, 0).rows] == newest[:3]
    rest = server.runs.page(RunFilter(owner=owner), 5, 3)
    assert ([r.id for r in rest.rows], rest.total) == (newest[3:], 7)
    named = server.runs.page(RunFilter(text=slug[2:].upper()), 10, 0)
    assert ([r.id for r in named.rows], named.total) == (newest[1::2], 3)


def test_what_a_run_says_of_itself_comes_with_the_list(server: Server) -> None:
    owner = str(uuid4())
    run = server.a_run(Running(), owner=owner)
    says = Standing(
        stage="train", progress=0.25, metric="rmse", higher_is_better=False, score=1.0,
        score_std=0.5, trials=2, cost_usd=0.125,
    )  # fmt: skip
    server.client.update_flow_run_labels(UUID(run), says.labels())
    (row,) = server.runs.page(RunFilter(owner=owner), 10, 0).rows
    assert {name: getattr(row, name) for name, _ in says} == says.model_dump()
    server.client.set_flow_run_state(UUID(run), Completed(), force=True)
    over = server.runs.run(run)
    assert (over.stage, over.progress, over.score) == ("", 1.0, 1.0)
    assert over.ended


def test_stopping(server: Server) -> None:
    waiting, working, over = server.a_run(), server.a_run(Running()), server.a_run(Completed())
    assert server.runs.cancel(waiting).state is JobState.CANCELLED
    stopping = server.runs.cancel(working)
    assert (stopping.state, stopping.detail) == (JobState.RUNNING, "Cancelling")
    assert server.runs.cancel(working).detail == "Cancelling"
    assert server.runs.cancel(over).state is JobState.SUCCESS


def test_lines_are_read_once_each_as_they_come(server: Server) -> None:
    run = server.a_run(Running())
    noon = datetime.now(UTC)
    said = [(f"line {number}", noon + timedelta(seconds=number // 100)) for number in range(450)]
    write_lines(server, run, said)
    read, cursor = [], ""
    while (page := server.runs.logs(run, cursor, 170)).lines:
        read += [line.text for line in page.lines]
        cursor = page.cursor
        assert len(page.lines) <= 170
    assert page.cursor == cursor
    assert sorted(read) == sorted(text for text, _ in said)
    write_lines(server, run, [("late", noon + timedelta(seconds=3))])
    (late,) = server.runs.logs(run, cursor).lines
    assert (late.text, late.level) == ("late", "INFO")


def write_lines(server: Server, run: str, said: list[tuple[str, datetime]]) -> None:
    server.client.create_logs(
        LogCreate(name="x", level=20, message=text, timestamp=at, flow_run_id=UUID(run))
        for text, at in said
    )


def test_the_tree_is_what_the_run_has_kept_last(server: Server) -> None:
    run = server.a_run(Running())
    assert server.runs.trials(run) is None
    data = a_tree().model_dump(mode="json")
    for stopped in ("", "All 3 trials are used up."):
        kept = ArtifactCreate(
            key=TREE_ARTIFACT, type="json", flow_run_id=UUID(run), data=data | {"stopped": stopped}
        )
        server.client.create_artifact(kept)
    tree = server.runs.trials(run)
    assert tree
    assert (tree.stopped, tree.nodes) == ("All 3 trials are used up.", a_tree().nodes)


_UNKNOWN = "7b0c9a5e-6f1d-4c39-9b57-3d2f8e4a1c60"


@pytest.mark.parametrize("run", [_UNKNOWN, "titanic", "", "<script>", "x" * 5000])
def test_a_run_that_is_not_there(server: Server, run: str) -> None:
    for ask in (
        server.runs.run, server.runs.stages, server.runs.logs, server.runs.trials,
        server.runs.cancel,
    ):  # fmt: skip
        with pytest.raises(NoSuchRun, match="There is no run"):
            ask(run)


def test_no_server() -> None:
    for address in ("", "http://127.0.0.1:9/api"):
        runs = PrefectRuns(Connection(lambda address=address: address))  # type: ignore[misc]
        with pytest.raises(SurroundingsFailed, match="kaggle-agent up"):
            runs.page(RunFilter(), 10, 0)
