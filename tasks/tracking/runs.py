"""Writing runs by explicit ids: MLflow's "active run" is global and not safe between threads."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.home import Home
from tasks.experiment import RunContent
from tasks.liveness import writer_tags
from tasks.record import SolveRecord
from tasks.tracking_place import is_sqlite

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import RunInfo

_PARENT_TAG = "mlflow.parentRunId"


def find_experiment(client: "MlflowClient", record: SolveRecord, home: Home) -> str:
    """The id of the competition's experiment, which is made or brought back where needed."""
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


def create_run(
    client: "MlflowClient", experiment: str, content: RunContent, parent: str | None = None
) -> "RunInfo":
    """Begin a run; with ``parent`` as its child."""
    tags = {**content.tags, **writer_tags(), **({_PARENT_TAG: parent} if parent else {})}
    return client.create_run(experiment, content.start_ms, tags, content.name).info


def write_run(
    client: "MlflowClient", run: "RunInfo", content: RunContent, record: SolveRecord
) -> None:
    """Parameters, metrics, the dataset and files of ``content``."""
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


def end_run(client: "MlflowClient", run: "RunInfo", content: RunContent) -> None:
    """Say how it ended."""
    client.set_terminated(run.run_id, "FINISHED" if content.succeeded else "FAILED", content.end_ms)
