"""What is said about how things stand."""

from agent_core.state_of_things import (
    DiskState,
    EndedRun,
    EngineState,
    PoolState,
    ServerState,
    Status,
    WorkerState,
    history_of,
)


def ended(state: str, seconds: float, why: str = "") -> EndedRun:
    return EndedRun(name="x", state=state, solved=not why, seconds=seconds, why=why)


def pool(name: str, online: bool, paused: bool = False) -> PoolState:
    worker = WorkerState(name="w", online=online, silent=3.0)
    return PoolState(
        name=name, type="process", paused=paused, limit=4, running=0, queued=9, late=2,
        workers=(worker,),
    )  # fmt: skip


def status(server: ServerState | None, *pools: PoolState) -> Status:
    return Status(
        server=server,
        mlflow="",
        pools=pools,
        limits=(),
        engine=EngineState(problem="none"),
        disk=DiskState(home="/", free=1, total=2),
        history=history_of(()),
    )


def test_history() -> None:
    lost = "No sign of life for 100 s"
    history = history_of(
        (ended("Completed", 60), ended("Completed", 80), ended("Crashed", 10, lost),
         ended("Crashed", 10, lost), ended("TimedOut", 900, "hung"))
    )  # fmt: skip
    assert history.success == 0.4
    assert history.seconds == 60
    assert list(history.failures.items()) == [(f"Crashed: {lost}", 2), ("TimedOut: hung", 1)]


def test_no_history() -> None:
    assert history_of(()).success is None
    assert history_of(()).seconds is None


def test_no_problem_where_all_is_well_or_nothing_runs_all_the_time() -> None:
    assert status(ServerState(address="a"), pool("process", online=True)).problems == ()
    assert status(None).problems == ()


def test_each_problem_names_its_fix() -> None:
    down = ServerState(address="a", problem="It does not answer. Start it.")
    problems = status(down, pool("docker", online=False), pool("process", True, True)).problems
    assert len(problems) == 3
    assert "Start it" in problems[0]
    assert "prefect worker start --pool docker" in problems[1]
    assert "prefect work-pool resume process" in problems[2]
