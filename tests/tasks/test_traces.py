"""Calls to Claude become traces of the runs that they were made for."""

import os

import pytest
from mlflow import MlflowClient

from agent_core.conversation import Call, Usage
from agent_core.home import Home
from tasks.tracking import track_solve
from tasks.tracking_place import tracking_uri
from tests.tasks.solve_records import attempt, record

pytestmark = [
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning"),
    # A trace makes MLflow import its model serving, which warns of its own types.
    pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning"),
]

USAGE = Usage(input_tokens=10, cache_write_5m=100, cache_read=1000, output_tokens=50)


def call(purpose: str, usd: float | None = 0.003, outcome: str = "answered") -> Call:
    return Call.model_validate(
        {
            "purpose": purpose, "model": "claude-sonnet-5-5", "usage": USAGE, "seconds": 12.5,
            "usd": usd, "request_id": "req_1", "outcome": outcome,
        }
    )  # fmt: skip


def test_each_call_is_a_trace_of_its_trial(tracked_home: Home) -> None:
    plan, written, refused = call("plan"), call("draft"), call("draft", None, "refused")
    template = attempt(tracked_home.trials / "1")
    draft = attempt(tracked_home.trials / "2", called="draft 1")
    draft = draft.model_copy(update={"calls": (refused, written)})
    solve = record(template, draft).model_copy(
        update={"calls": (plan, refused, written), "planner": "claude"}
    )
    tracked = track_solve(solve, tracked_home)
    assert tracked.problem == ""
    assert "MLFLOW_TRACKING_URI" not in os.environ
    client = MlflowClient(tracking_uri(tracked_home))
    traces = {
        (trace.info.tags.get("mlflow.traceName"), trace.info.state.value): trace
        for trace in client.search_traces(locations=[tracked.experiment_id])
    }
    assert set(traces) == {
        ("plan (plan)", "OK"), ("draft (draft 1)", "OK"), ("draft (draft 1)", "ERROR"),
    }  # fmt: skip
    info = traces["draft (draft 1)", "OK"].info
    assert info.token_usage["input_tokens"] == 1110
    assert info.token_usage["output_tokens"] == 50
    assert info.cost["total_cost"] == pytest.approx(0.003)
    assert info.execution_duration == 12_500
    (child,) = client.search_runs([tracked.experiment_id], "tags.trial = 'draft 1'")
    assert info.request_metadata["mlflow.sourceRun"] == child.info.run_id
    plans = traces["plan (plan)", "OK"].info
    assert plans.request_metadata["mlflow.sourceRun"] == tracked.mlflow_run_id


def test_a_server_of_the_person_stays_theirs(
    tracked_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = tracking_uri(tracked_home)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    solve = record(attempt(tracked_home.trials / "1")).model_copy(update={"calls": (call("plan"),)})
    assert track_solve(solve, tracked_home).problem == ""
    assert os.environ["MLFLOW_TRACKING_URI"] == uri
