"""How things may stand, for tests of whoever shows it."""

from agent_core.state_of_things import (
    DiskState,
    EngineState,
    History,
    LimitState,
    PoolState,
    ServerState,
    Status,
    WorkerState,
)

NOBODY = History(runs=0, success=None, seconds=None, failures={})


def a_status(
    *,
    running: int = 1,
    queued: int = 0,
    limit: int | None = 4,
    typical: float | None = 120.0,
    online: bool = True,
    paused: bool = False,
) -> Status:
    """A server with one pool, "process", with one worker."""
    failures = {"Failed: The **metric** <b>x</b> is not known.": 2, "Crashed": 1}
    return Status(
        server=ServerState(address="http://127.0.0.1:4200/api", version="3.8.8", database=True),
        mlflow="http://127.0.0.1:5000",
        pools=(
            PoolState(
                name="process",
                type="process",
                paused=paused,
                limit=limit,
                running=running,
                queued=queued,
                late=0,
                workers=(WorkerState(name="<b>host</b>", online=online, silent=3.0),),
            ),
        ),
        limits=(LimitState(name="trainings", limit=2, taken=1),),
        engine=EngineState(version="29.0"),
        disk=DiskState(home="/home/someone/kaggle-agent", free=40 * 10**9, total=100 * 10**9),
        history=NOBODY
        if typical is None
        else History(runs=10, success=0.7, seconds=typical, failures=failures),
    )


def no_server() -> Status:
    """None runs all the time."""
    return a_status().model_copy(
        update={"server": None, "pools": (), "limits": (), "history": NOBODY}
    )


def server_down() -> Status:
    """One should run, and does not answer."""
    problem = "The Prefect server does not answer. Start it (kaggle-agent up)."
    server = ServerState(address="http://127.0.0.1:4200/api", problem=problem)
    return no_server().model_copy(update={"server": server})
