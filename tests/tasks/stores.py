"""Looking into an MLflow store."""

from mlflow import MlflowClient
from mlflow.entities import Run

from agent_core.home import Home
from tasks.tracking_place import tracking_uri


def client_of(home: Home) -> MlflowClient:
    return MlflowClient(tracking_uri(home))


def children(client: MlflowClient, parent: Run) -> list[Run]:
    found = client.search_runs(
        [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    return list(found)
