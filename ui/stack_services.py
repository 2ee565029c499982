"""What the stack consists of: one value for each service, started wave by wave.

To add a service, write a function that returns its `Service` and name it in `waves`. Programs are
known by their command lines only: nothing of Prefect, MLflow or the flows is imported here.
"""

import socket
import sys
from pathlib import Path

from pydantic import Field

from agent_core.home import Home
from agent_core.prefect_file import database_url
from agent_core.settings import Settings
from agent_core.stack import stack_folder
from agent_core.value import Value
from ui.free_port import LOCAL, free_port

PROJECT = Path(__file__).resolve().parents[1]


class Service(Value):
    """A program that the stack runs.

    ``health`` is an address that answers 200 when it is ready; a ``step`` has none, but ends by
    itself. ``address`` is for people, ``port`` what it needs and ``setting`` how to change that.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = Field(default_factory=dict)
    health: str = ""
    step: bool = False
    address: str = ""
    port: int | None = None
    setting: str = ""


def waves(settings: Settings, pools: tuple[str, ...]) -> tuple[tuple[Service, ...], ...]:
    """All services in their order: those of one wave start together, when the last is ready."""
    home = settings.folders()
    return (
        (prefect_server(settings, home), mlflow_server(settings, home)),
        (pools_step(pools),),
        (deployments_step(pools),),
        (keeper(), *(worker(pool, settings) for pool in pools), app(settings), api(settings)),
    )


def prefect_api_url(settings: Settings) -> str:
    """Of the stack's own server."""
    return f"http://{LOCAL}:{settings.prefect_port}/api"


def mlflow_url(settings: Settings) -> str:
    """Of the stack's own server."""
    return f"http://{LOCAL}:{settings.mlflow_port}"


def prefect_server(settings: Settings, home: Home) -> Service:
    """Prefect's API, its pages and its services, with a database of its own or the one named."""
    port = settings.prefect_port
    return Service(
        name="prefect",
        command=(sys.executable, "-m", "flows.stack_server", "--host", LOCAL, "--port", str(port)),
        environment={
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": (
                settings.prefect_database or database_url(stack_folder(home))
            ),
            # Kept in memory, places to train would be lost for good when the server restarts.
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
                "prefect.server.concurrency.lease_storage.filesystem"
            ),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_METRICS_ENABLED": "true",
        },
        health=f"http://{LOCAL}:{port}/api/ready",
        address=f"http://{LOCAL}:{port}",
        port=port,
        setting="KAGGLE_AGENT_PREFECT_PORT",
    )


def mlflow_server(settings: Settings, home: Home) -> Service:
    """MLflow's server and pages on the store that runs without a stack use as well."""
    home.mlflow.mkdir(parents=True, exist_ok=True)
    store = f"sqlite:///{home.mlflow / 'mlflow.db'}"
    port = settings.mlflow_port
    return Service(
        name="mlflow",
        command=(
            *_program("mlflow"), "server", "--host", LOCAL, "--port", str(port), "--workers", "1",
            "--backend-store-uri", store, "--artifacts-destination", str(home.mlflow / "artifacts"),
            "--allowed-hosts", f"localhost:{port},{LOCAL}:{port}",
        ),
        # Its job runners take a dozen processes and 3 GB, for nothing that is used here.
        environment={"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        health=f"http://{LOCAL}:{port}/health",
        address=f"http://{LOCAL}:{port}",
        port=port,
        setting="KAGGLE_AGENT_MLFLOW_PORT",
    )  # fmt: skip


def pools_step(pools: tuple[str, ...]) -> Service:
    """Work pools and limits."""
    command = (sys.executable, "-m", "deployments.pools", *pools)
    return Service(name="pools", command=command, step=True)


def deployments_step(pools: tuple[str, ...]) -> Service:
    """What `prefect.yaml` says of these pools, by which it names them: others are not there."""
    named = (word for pool in pools for word in ("--name", pool))
    command = (*_program("prefect"), "--no-prompt", "deploy", *named)
    return Service(name="deployments", command=command, step=True)


def keeper() -> Service:
    """Looks after runs that went silent, and cleans up."""
    port = free_port()
    return Service(
        name="keeper",
        command=(sys.executable, "-m", "flows.keeper"),
        environment={
            "PREFECT_RUNNER_SERVER_HOST": LOCAL,
            "PREFECT_RUNNER_SERVER_PORT": str(port),
        },
        health=f"http://{LOCAL}:{port}/health",
    )


def worker(pool: str, settings: Settings) -> Service:
    """Executes the runs that are handed to ``pool``."""
    port = free_port()
    return Service(
        name=f"{pool} worker",
        command=(
            *_program("prefect"), "worker", "start", "--pool", pool, "--name", socket.gethostname(),
            "--limit", str(settings.runs_at_once), "--with-healthcheck",
        ),
        environment={
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_WORKER_WEBSERVER_HOST": LOCAL,
            "PREFECT_WORKER_WEBSERVER_PORT": str(port),
        },
        health=f"http://{LOCAL}:{port}/health",
        address=f"prefect deployment run solve-competition/{pool} -p source=ADDRESS",
    )  # fmt: skip


def app(settings: Settings) -> Service:
    """The app for the browser. Its folder holds the rest of its configuration."""
    port = settings.app_port
    return Service(
        name="app",
        command=(
            sys.executable, "-m", "ui.app_server",
            "--server.address", LOCAL, "--server.port", str(port),
        ),
        health=f"http://{LOCAL}:{port}/_stcore/health",
        address=f"http://{LOCAL}:{port}",
        port=port,
        setting="KAGGLE_AGENT_APP_PORT",
    )  # fmt: skip


def api(settings: Settings) -> Service:
    """The HTTP API, which listens where the settings say."""
    port = settings.api_port
    here = LOCAL if settings.api_host in {"localhost", "0.0.0.0", "::"} else settings.api_host  # noqa: S104
    return Service(
        name="api",
        command=(*_program("kaggle-agent"), "api"),
        health=f"http://{here}:{port}/openapi.json",
        address=f"http://{here}:{port}/docs",
        port=port,
        setting="KAGGLE_AGENT_API_PORT",
    )


def _program(name: str) -> tuple[str, ...]:
    """The command of a program that is installed beside this one."""
    return (str(Path(sys.executable).parent / name),)
