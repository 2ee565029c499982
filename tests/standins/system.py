"""How a Prefect server stands, made up: `ui.http.places.System` in memory."""

from agent_core.errors import SurroundingsFailed
from agent_core.state_of_things import PoolState, ServerState, WorkerState


class SystemStandIn:
    """Pools by name with the number of runs that wait; those of ``online`` have a worker."""

    def __init__(self, online: tuple[str, ...] = ("docker",), *, down: bool = False) -> None:
        self.queued = {"docker": 0, "process": 0}
        self.online = online
        self.down = down
        self.database = True

    def server(self) -> ServerState:
        self._answer()
        return ServerState(
            address="http://127.0.0.1:4200/api", version="3.8.8", database=self.database
        )

    def pools(self) -> tuple[PoolState, ...]:
        self._answer()
        return tuple(self._pool(name, queued) for name, queued in self.queued.items())

    def _pool(self, name: str, queued: int) -> PoolState:
        worker = WorkerState(name="host", online=name in self.online, silent=1.0)
        return PoolState(
            name=name,
            type=name,
            paused=False,
            limit=4,
            running=0,
            queued=queued,
            late=0,
            workers=(worker,),
        )

    def _answer(self) -> None:
        if self.down:
            raise SurroundingsFailed("The Prefect server does not answer.", next="Start it.")
