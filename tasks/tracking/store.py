"""The place where MLflow keeps experiments: opening it, upgrading it, what goes wrong with it."""

from typing import TYPE_CHECKING

from agent_core.home import Home
from agent_core.mlflow_environment import prepare_mlflow
from agent_core.storage.locking import holding
from tasks.liveness import WRITER_TAG, is_dead
from tasks.tracking_place import is_sqlite, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient


def open_store(home: Home) -> "MlflowClient":
    """A client whose store is there and up to date."""
    prepare_mlflow()
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


def store_failures() -> tuple[type[Exception], ...]:
    """What a broken, full or absent store raises. Nothing that a mistake of ours would raise."""
    from alembic.util import CommandError  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    return MlflowException, SQLAlchemyError, CommandError, OSError


def mark_dead_runs(client: "MlflowClient") -> None:
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
