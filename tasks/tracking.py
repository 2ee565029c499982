"""The experiment tracker: the only module of the tasks that knows MLflow.

Embedded by default, in ``Home.mlflow``; with ``MLFLOW_TRACKING_URI`` set, whatever that names.
One experiment per competition, one run per solve, one child run per trial. Runs are written at the
end of a solve, in a second or so, by explicit run ids: MLflow's "active run" is global and not safe
between threads. A tracker that fails never costs a solve: what went wrong comes back as text.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from agent_core.home import Home
from agent_core.storage.locking import holding
from tasks.experiment import RunContent, describe_solve, describe_trial
from tasks.liveness import WRITER_TAG, is_dead, writer_tags
from tasks.record import SolveRecord, Tracked
from tasks.tracking_place import explain_failure, is_sqlite, server_url, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import RunInfo

_COMPLETE_TAG = "kaggle_agent.complete"
_PARENT_TAG = "mlflow.parentRunId"

#: Read by MLflow when it is imported or used; what a person has set wins.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_MODEL_CATALOG_URI": "",
    # Its failures are reported by us, in words.
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
    # Its own values let a dead server hang a solve for minutes.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


def warm_up(home: Home) -> str:
    """Import what tracking needs and create or upgrade the store (5 to 10 s for a fresh home).

    Meant for a background thread while a model trains. Returns what is wrong with the store, or an
    empty text; `track_solve` will meet the same problem and report it.
    """
    from tasks.plots import warm_up_plots  # noqa: PLC0415

    warm_up_plots()
    try:
        _mark_dead_runs(_open(home))
    except _store_failures() as error:
        return explain_failure(error, home)
    return ""


def track_solve(record: SolveRecord, home: Home) -> Tracked:
    """Write a run for the solve and a child for each trial; a record is written only once."""
    try:
        client = _open(home)
        _mark_dead_runs(client)
        experiment = _experiment(client, record, home)
        earlier = _earlier_run(client, experiment, record)
        if earlier:
            return _tracked(earlier, home)
        plots, problem = _draw(record)
        solve = describe_solve(record, plots)
        parent = _create_run(client, experiment, solve)
    except _store_failures() as error:
        problem = explain_failure(error, home)
        return Tracked(mlflow_run_id=None, experiment_id=None, problem=problem)
    try:
        _write_run(client, parent, solve, record)
        _write_trials(client, parent, record, plots)
        if not problem:
            client.set_tag(parent.run_id, _COMPLETE_TAG, "yes")
        _end_run(client, parent, solve)
    except _store_failures() as error:
        problem = explain_failure(error, home)
        with suppress(*_store_failures()):  # the store is broken, which is about to be reported
            client.set_terminated(parent.run_id, "FAILED")
    return _tracked(parent, home, problem)


def _draw(record: SolveRecord) -> tuple[dict[str, bytes], str]:
    """The plots of the best attempt, and what is wrong with them, or an empty text."""
    from tasks.plots import plots_of  # noqa: PLC0415

    try:
        return plots_of(record), ""
    except Exception as error:  # noqa: BLE001 - data of strangers; a picture never costs a solve
        what = f"The plots could not be drawn: {type(error).__name__}: {error}. "
        return {}, what + "Everything else was stored. Report it with the run's log."


def _open(home: Home) -> "MlflowClient":
    """A client whose store is there and up to date."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient  # noqa: PLC0415 - 2 to 10 s

    uri = tracking_uri(home)
    if not is_sqlite(home):
        client = MlflowClient(uri)
        client.search_experiments(max_results=1)
        return client
    # Several processes that meet a fresh SQLite file fail on each other's tables.
    with holding(home.mlflow / "store.lock", "Waiting for the experiment store"):
        return _open_sqlite(uri)


def _open_sqlite(uri: str) -> "MlflowClient":
    from mlflow import MlflowClient  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    try:
        client = MlflowClient(uri)
        client.search_experiments(max_results=1)
    except MlflowException as error:
        if "out-of-date database schema" not in str(error):
            raise
        _upgrade(uri)
        client = MlflowClient(uri)
        client.search_experiments(max_results=1)
    return client


def _upgrade(uri: str) -> None:
    """Bring the store of an older MLflow to this one's schema, as ``mlflow db upgrade`` does."""
    from mlflow.store.db import utils  # noqa: PLC0415

    utils._upgrade_db(utils.create_sqlalchemy_engine_with_retry(uri))


def _store_failures() -> tuple[type[Exception], ...]:
    """What a broken, full or absent store raises. Nothing that a mistake of ours would raise."""
    from alembic.util import CommandError  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    return MlflowException, SQLAlchemyError, CommandError, OSError


def _mark_dead_runs(client: "MlflowClient") -> None:
    """End the runs whose writer was killed: MLflow shows them as running for ever."""
    experiments = [found.experiment_id for found in client.search_experiments(max_results=1000)]
    unfinished = client.search_runs(
        experiments,
        f"attributes.status = 'RUNNING' and tags.`{WRITER_TAG}` LIKE '%'",
        max_results=1000,
    )
    for run in unfinished:
        if is_dead(run.data.tags):
            client.set_terminated(run.info.run_id, "KILLED")


def _experiment(client: "MlflowClient", record: SolveRecord, home: Home) -> str:
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    slug = record.profile.slug
    # Without a location MLflow would use a folder below wherever this process was started.
    folder = home.mlflow / "artifacts" / slug
    location = folder.absolute().as_uri() if is_sqlite(home) else None
    found = client.get_experiment_by_name(slug)
    if found is None:
        try:
            return str(client.create_experiment(slug, location, _experiment_tags(record)))
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            found = client.get_experiment_by_name(slug)
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _experiment_tags(record: SolveRecord) -> dict[str, str]:
    competition = record.dataset.competition
    link = f"[{competition.title}]({competition.url})" if competition.url else competition.title
    return {
        "mlflow.note.content": link,
        # Otherwise its UI takes the experiment for one of language models.
        "mlflow.experimentKind": "custom_model_development",
        "slug": competition.slug,
    }


def _earlier_run(client: "MlflowClient", experiment: str, record: SolveRecord) -> "RunInfo | None":
    """The run that an earlier execution of the very same work has written, if it is complete."""
    runs = client.search_runs(
        [experiment],
        f"tags.`kaggle_agent.record` = '{record.fingerprint()}' and tags.`{_COMPLETE_TAG}` = 'yes'",
        max_results=1,
    )
    return runs[0].info if runs else None


def _create_run(
    client: "MlflowClient", experiment: str, content: RunContent, parent: str | None = None
) -> "RunInfo":
    tags = {**content.tags, **writer_tags(), **({_PARENT_TAG: parent} if parent else {})}
    return client.create_run(experiment, content.start_ms, tags, content.name).info


def _write_trials(
    client: "MlflowClient", parent: "RunInfo", record: SolveRecord, plots: Mapping[str, bytes]
) -> None:
    for number, attempt in enumerate(record.attempts, start=1):
        content = describe_trial(record, number, plots if attempt is record.best else {})
        child = _create_run(client, parent.experiment_id, content, parent.run_id)
        _write_run(client, child, content, record)
        _end_run(client, child, content)


def _write_run(
    client: "MlflowClient", run: "RunInfo", content: RunContent, record: SolveRecord
) -> None:
    from mlflow.entities import Metric, Param  # noqa: PLC0415

    when = content.end_ms
    metrics = [Metric(key, value, when, 0) for key, value in content.metrics.items()]
    metrics += [
        Metric("score_by_fold", score, when + fold, fold)
        for fold, score in enumerate(content.fold_scores)
    ]
    parameters = [Param(key, value) for key, value in content.parameters.items()]
    client.log_batch(run.run_id, metrics=metrics, params=parameters)
    _write_dataset(client, run, record)
    with tempfile.TemporaryDirectory(prefix="kaggle-agent-") as folder:
        for name, source in content.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(source, Path):
                path.symlink_to(source.absolute())
            else:
                path.write_bytes(source)
        client.log_artifacts(run.run_id, folder)


def _write_dataset(client: "MlflowClient", run: "RunInfo", record: SolveRecord) -> None:
    """Name, content hash and place of the data; not the rows."""
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: PLC0415

    profile, columns = record.profile, record.profile.table("train").columns
    dataset = Dataset(
        name=profile.slug[:500],
        digest=record.dataset.fingerprint()[:12],
        source_type="local",
        source=json.dumps({"uri": str(record.dataset.root)}),
        profile=json.dumps(
            {"num_rows": profile.rows_train, "num_elements": profile.rows_train * len(columns)}
        ),
    )
    client.log_inputs(
        run.run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])]
    )


def _end_run(client: "MlflowClient", run: "RunInfo", content: RunContent) -> None:
    client.set_terminated(run.run_id, "FINISHED" if content.succeeded else "FAILED", content.end_ms)


def _tracked(info: "RunInfo", home: Home, problem: str = "") -> Tracked:
    place, server = urlsplit(info.artifact_uri), server_url(home)
    page = f"{server}/#/experiments/{info.experiment_id}/runs/{info.run_id}"
    return Tracked(
        mlflow_run_id=info.run_id,
        experiment_id=info.experiment_id,
        folder=Path(unquote(place.path)) if place.scheme in ("", "file") else None,
        url=page if server else None,
        problem=problem,
    )
