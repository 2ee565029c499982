"""The command ``status``: how things stand with everything that runs depend on."""

import os
import shutil
from contextlib import closing
from typing import Any

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.sandbox.choosing import choose_sandbox
from agent_core.settings import Settings
from agent_core.stack import Stack, running_stack
from agent_core.state_of_things import DiskState, EngineState, ServerState, Status, history_of
from ui.answers import print_json
from ui.readers.services import service_states
from ui.status_table import print_status

#: For how many days back failures are counted.
FAILURE_DAYS = 14


def show_status(last: int, as_json: bool) -> int:
    """Print it, with what came of the ``last`` runs. Returns 1 where runs cannot be executed."""
    status = read_status(Settings(), last)
    if as_json:
        print_json({**status.model_dump(mode="json"), "problems": list(status.problems)})
    else:
        print_status(status)
    return 1 if status.problems else 0


def read_status(settings: Settings, last: int) -> Status:
    """Ask everybody."""
    home = settings.folders()
    stack = running_stack(home)
    address = settings.prefect_api_url or (stack.prefect_api_url if stack else "")
    mlflow = settings.mlflow_tracking_uri or (stack.mlflow_url if stack else str(home.mlflow))
    return Status(
        mlflow=mlflow,
        engine=_engine(),
        disk=_disk(home),
        services=service_states(_health(stack, mlflow)),
        **(_prefect(address, last) if address else {"server": None, **_NOTHING}),
    )


_NOTHING: dict[str, Any] = {"pools": (), "limits": (), "history": history_of(())}


def _prefect(address: str, last: int) -> dict[str, Any]:
    """What a server knows, by the names of `Status`."""
    from ui.readers.prefect.connection import Connection  # noqa: PLC0415 - imports for seconds
    from ui.readers.prefect.system import PrefectSystem  # noqa: PLC0415

    with closing(Connection(lambda: address)) as connection:
        system = PrefectSystem(connection)
        try:
            return {
                "server": system.server(),
                "pools": system.pools(),
                "limits": system.limits(),
                "history": history_of(system.ended(last)),
                "failures": system.failures(FAILURE_DAYS),
            }
        except SurroundingsFailed as error:
            problem = f"{error.what} {error.means} {error.next}"
            return {"server": ServerState(address=address, problem=problem), **_NOTHING}


def _health(stack: Stack | None, mlflow: str) -> dict[str, str]:
    """Which services there are, by what is known here; Prefect's server is asked for more."""
    known = dict(stack.health) if stack else {}
    known.pop("prefect", None)
    if mlflow.startswith("http"):
        known["mlflow"] = f"{mlflow.rstrip('/')}/health"
    return known


def _engine() -> EngineState:
    try:
        choose_sandbox("docker")
        with Engine.connect() as engine:
            return EngineState(version=engine.version)
    except SurroundingsFailed as error:
        return EngineState(problem=f"{error.what} {error.next}")


def _disk(home: Home) -> DiskState:
    place = home.root
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    return DiskState(home=os.fspath(home.root), free=usage.free, total=usage.total)
