"""Makes the work pools and the limits, or brings them up to date: ``python -m deployments.pools``.

How much runs at once, and what each run may use, is said in one place: `agent_core.settings`. Pools
that were changed by hand in Prefect's pages are set back; runs, deployments and queues stay.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate

from agent_core.settings import Settings, environment

_FOLDER = Path(__file__).parent
#: Where a run in a container looks for the engine.
_SOCKET = Path("/var/run/docker.sock")
#: Where the image keeps the code, and `Settings` looks for a file.
_CODE = "/opt/kaggle-agent"

#: The one secret among our settings. Runs need it as little as Prefect's pages do, which show them.
_API_KEY = "KAGGLE_AGENT_API_KEY"

#: Set by whoever ends the containers with the stack they belong to.
_STACK = "KAGGLE_AGENT_STACK"

Template = dict[str, Any]


def process_template(settings: Settings) -> Template:
    """Of the pool ``process``: the worker's environment says the rest, secrets too."""
    return _template("process-pool.json", {})


def docker_template(settings: Settings) -> Template:
    """Of the pool ``docker`` on the machine that calls this: its home folder, user and engine.

    Its own settings are passed on, none of which is a secret. A home that is a folder is mounted
    where it is on the machine, so that a path means the same to a run in a container, to the engine
    and to the command line.
    """
    socket = _socket()
    given = {
        name: value
        for name, value in environment().items()
        if name.startswith("KAGGLE_AGENT_") and name != _API_KEY
    }
    own = {
        "HOME": "/tmp",  # noqa: S108 - the container's own
        "LOGNAME": "agent",  # the user need not be in the image's list
        "PREFECT_HOME": "/tmp/prefect",  # noqa: S108
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # the keeper listens for it
        "KAGGLE_AGENT_HOME": str(settings.folders().root),
        "MLFLOW_TRACKING_URI": settings.mlflow_tracking_uri,
    }
    defaults = {
        "image": settings.pool_image,
        "memory": settings.pool_memory,
        "nano_cpus": round(settings.pool_cpus * 1e9),
        "processes": settings.pool_processes,
        "user": f"{os.getuid()}:{os.getgid()}",
        "groups": [str(socket.stat().st_gid)] if socket else [],
        "networks": [settings.pool_network] if settings.pool_network else [],
        "volumes": _volumes(settings, socket),
        "env": {name: value for name, value in (given | own).items() if value},
        "labels": {"kaggle-agent": "run", "kaggle-agent.stack": os.environ.get(_STACK, "")},
    }
    return _template("docker-pool.json", defaults)


def _socket() -> Path | None:
    """Of the engine that this environment names, where it listens on this machine."""
    named = os.environ.get("DOCKER_HOST", "")
    path = Path(named.removeprefix("unix://")) if named else _SOCKET
    return path if path.is_socket() else None


def _volumes(settings: Settings, socket: Path | None) -> list[str]:
    home = settings.folders().root
    home.mkdir(parents=True, exist_ok=True)  # the engine would make it, and root its owner
    volumes = [f"{settings.pool_home or home}:{home}"]
    if settings.pool_data:
        data = settings.pool_data.expanduser().resolve()
        volumes.append(f"{data}:{data}:ro")
    if settings.pool_secrets:
        # Where runs look for their `.env`. What it holds never reaches Prefect.
        volumes.append(f"{settings.pool_secrets.expanduser().absolute()}:{_CODE}/.env:ro")
    if socket:
        volumes.append(f"{socket}:{_SOCKET}")
    return volumes


def _template(file: str, defaults: dict[str, Any]) -> Template:
    """A base job template, with the default of some of its variables replaced."""
    template: Template = json.loads((_FOLDER / file).read_text(encoding="utf-8"))
    for name, value in defaults.items():
        template["variables"]["properties"][name]["default"] = value
    return template


#: By the pool's name, which is also its type.
TEMPLATES: dict[str, Callable[[Settings], Template]] = {
    "process": process_template,
    "docker": docker_template,
}


def make_pools(client: SyncPrefectClient, names: list[str], settings: Settings) -> None:
    """Make the pools ``names`` and the limits on the server of ``client``, or update them."""
    for name in names:
        pool = WorkPoolCreate(
            name=name,
            type=name,
            base_job_template=TEMPLATES[name](settings),
            concurrency_limit=settings.runs_at_once,
        )
        client.create_work_pool(pool, overwrite=True)
    client.upsert_global_concurrency_limit_by_name(
        settings.trainings_limit, settings.trainings_at_once
    )


def main() -> None:
    """Make all pools, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m deployments.pools", description=__doc__)
    parser.add_argument("pools", nargs="*", metavar="POOL", help=f"of {', '.join(TEMPLATES)}; all")
    names = parser.parse_args().pools or list(TEMPLATES)
    settings = Settings()
    with get_client(sync_client=True) as client:
        make_pools(client, names, settings)
    print(  # noqa: T201 - what it did
        f"Pools {', '.join(names)}: {settings.runs_at_once} runs at once, "
        f"{settings.trainings_at_once} trainings at once ({settings.trainings_limit})."
    )


if __name__ == "__main__":
    main()
