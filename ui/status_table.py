"""How things stand, for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent_core.state_of_things import History, PoolState, Status


def print_status(status: Status) -> None:
    """A line for each thing, and then what is wrong."""
    grid = Table.grid(padding=(0, 2))
    for name, fact in _facts(status):
        grid.add_row(Text(name, style="dim"), Text(fact))
    console = Console(highlight=False)
    console.print(grid)
    for kind, count in status.history.failures.items():
        console.print(Text.assemble((f"  {count} x  ", "yellow"), kind))
    for problem in status.problems:
        console.print(Text.assemble(("problem  ", "red"), problem))


def _facts(status: Status) -> list[tuple[str, str]]:
    engine, disk = status.engine, status.disk
    return [
        ("server", _server(status)),
        ("mlflow", status.mlflow),
        *((service.name, service.problem or "serves") for service in status.services),
        *((f"pool {pool.name}", _pool(pool)) for pool in status.pools),
        *((f"limit {limit.name}", f"{limit.taken} of {limit.limit}") for limit in status.limits),
        ("engine", engine.problem or f"Docker {engine.version}, scripts can run in containers"),
        ("disk", f"{disk.free / 1e9:.1f} of {disk.total / 1e9:.1f} GB free ({disk.home})"),
        ("last runs", _history(status.history)),
    ]


def _server(status: Status) -> str:
    server = status.server
    if server is None:
        return "none runs all the time: each run brings its own (kaggle-agent up starts one)"
    if server.problem:
        return f"{server.address} does not answer"
    database = "answers" if server.database else "does NOT answer"
    return f"Prefect {server.version} at {server.address}, its database {database}"


def _pool(pool: PoolState) -> str:
    limit = "no limit" if pool.limit is None else f"{pool.limit} at once"
    online = sum(worker.online for worker in pool.workers)
    parts = [
        f"{pool.running} running ({limit})",
        f"{pool.queued} waiting" + (f", {pool.late} of them late" if pool.late else ""),
        f"{online} of {len(pool.workers)} workers online",
    ]
    return "; ".join([*parts, "PAUSED"] if pool.paused else parts)


def _history(history: History) -> str:
    if history.success is None or history.seconds is None:
        return "none ended yet on this server"
    return f"{history.success:.0%} of {history.runs} solved, median {history.seconds:.0f} s"
