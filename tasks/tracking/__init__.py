"""The experiment tracker: the only room of the tasks that knows MLflow.

Embedded by default, in ``Home.mlflow``; with ``MLFLOW_TRACKING_URI`` set, whatever that names.
One experiment per competition, one run per solve, one child run per trial. Runs are written at the
end of a solve, in a second or so, by explicit run ids: MLflow's "active run" is global and not safe
between threads. A tracker that fails never costs a solve: what went wrong comes back as text.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from agent_core.home import Home
from agent_core.mlflow_pages import run_url
from tasks.experiment import describe_solve, describe_trial
from tasks.pictures import count_spreads, draw_plots
from tasks.record import SolveRecord, Tracked
from tasks.tracking.runs import create_run, end_run, find_experiment, write_run
from tasks.tracking.store import mark_dead_runs, open_store, store_failures
from tasks.tracking.traces import write_traces
from tasks.tracking_place import explain_failure, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import RunInfo

_COMPLETE_TAG = "kaggle_agent.complete"


def warm_up(home: Home) -> str:
    """Import what tracking needs and create or upgrade the store (5 to 10 s for a fresh home).

    Meant for a background thread while a model trains. Returns what is wrong with the store, or an
    empty text; `track_solve` will meet the same problem and report it.
    """
    from tasks.plots import warm_up_plots  # noqa: PLC0415

    warm_up_plots()
    try:
        mark_dead_runs(open_store(home))
    except store_failures() as error:
        return explain_failure(error, home)
    return ""


def track_solve(record: SolveRecord, home: Home) -> Tracked:
    """Write a run for the solve and a child for each trial; a record is written only once."""
    try:
        client = open_store(home)
        mark_dead_runs(client)
        experiment = find_experiment(client, record, home)
        earlier = _earlier_run(client, experiment, record)
        if earlier:
            return _tracked(earlier, home)
        plots, problem = draw_plots(record)
        spreads, uncounted = count_spreads(record)
        problem = problem or uncounted
        solve = describe_solve(record, plots, spreads)
        parent = create_run(client, experiment, solve)
    except store_failures() as error:
        problem = explain_failure(error, home)
        return Tracked(mlflow_run_id=None, experiment_id=None, problem=problem)
    try:
        write_run(client, parent, solve, record)
        runs = _write_trials(client, parent, record, plots)
        if record.calls:
            write_traces(client, {"": parent, **runs}, record, home)
        if not problem:
            client.set_tag(parent.run_id, _COMPLETE_TAG, "yes")
        end_run(client, parent, solve)
    except store_failures() as error:
        problem = explain_failure(error, home)
        with suppress(*store_failures()):  # the store is broken, which is about to be reported
            client.set_terminated(parent.run_id, "FAILED")
    return _tracked(parent, home, problem)


def _earlier_run(client: "MlflowClient", experiment: str, record: SolveRecord) -> "RunInfo | None":
    """The run that an earlier execution of the very same work has written, if it is complete."""
    runs = client.search_runs(
        [experiment],
        f"tags.`kaggle_agent.record` = '{record.fingerprint()}' and tags.`{_COMPLETE_TAG}` = 'yes'",
        max_results=1,
    )
    return runs[0].info if runs else None


def _write_trials(
    client: "MlflowClient", parent: "RunInfo", record: SolveRecord, plots: Mapping[str, bytes]
) -> dict[str, "RunInfo"]:
    """A child for each attempt, by its name."""
    children = {}
    for number, attempt in enumerate(record.attempts, start=1):
        content = describe_trial(record, number, plots if attempt is record.best else {})
        child = create_run(client, parent.experiment_id, content, parent.run_id)
        write_run(client, child, content, record)
        end_run(client, child, content)
        children[attempt.name] = child
    return children


def _tracked(info: "RunInfo", home: Home, problem: str = "") -> Tracked:
    place = urlsplit(info.artifact_uri)
    return Tracked(
        mlflow_run_id=info.run_id,
        experiment_id=info.experiment_id,
        folder=Path(unquote(place.path)) if place.scheme in ("", "file") else None,
        url=run_url(tracking_uri(home), info.experiment_id, info.run_id),
        problem=problem,
    )
