"""The command ``status``: how things stand with everything that runs depend on."""

import os
import shutil

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.sandbox.choosing import choose_sandbox
from agent_core.settings import Settings
from agent_core.stack import running_stack
from agent_core.state_of_things import (
    DiskState,
    EndedRun,
    EngineState,
    History,
    LimitState,
    PoolState,
    ServerState,
    Status,
    history_of,
)
from ui.answers import print_json
from ui.status_table import print_status


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
    server, pools, limits, history = _prefect(address, last) if address else _nobody()
    return Status(
        server=server,
        mlflow=settings.mlflow_tracking_uri or (stack.mlflow_url if stack else str(home.mlflow)),
        pools=pools,
        limits=limits,
        engine=_engine(),
        disk=_disk(home),
        history=history,
    )


_Prefect = tuple[ServerState | None, tuple[PoolState, ...], tuple[LimitState, ...], History]


def _nobody() -> _Prefect:
    return None, (), (), history_of(())


def _prefect(address: str, last: int) -> _Prefect:
    from ui.prefect_reader import reading  # noqa: PLC0415 - seconds, and only if there is a server

    runs: tuple[EndedRun, ...] = ()
    try:
        with reading(address) as reader:
            runs = reader.ended(last)
            return reader.server(), reader.pools(), reader.limits(), history_of(runs)
    except SurroundingsFailed as error:
        problem = f"{error.what} {error.means} {error.next}"
        return ServerState(address=address, problem=problem), (), (), history_of(runs)


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
