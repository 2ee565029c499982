"""The one run of a process that `flows.local` has got going."""

import gc
import os
import queue
import threading
import traceback
from collections.abc import Callable
from typing import TextIO
from uuid import UUID

from agent_core.errors import KaggleAgentError
from agent_core.events import (
    Event,
    Line,
    RunCancelled,
    RunFailed,
    RunSolved,
    RunStarted,
)
from agent_core.run import Failure, Request, Solved, failure_of, was_stopped
from agent_core.settings import Settings
from agent_core.storage.disk import full_disk
from flows.embedded_server import EMBEDDED, EmbeddedServer, check_reachable
from flows.stopping import stop_is_heard

Solve = Callable[[Request], Solved]


class LocalRun:
    """Waits for a request, runs it on ``server`` (None: the person's own) and tells how it goes."""

    def __init__(
        self,
        events: TextIO,
        asked: "queue.SimpleQueue[str]",
        server: EmbeddedServer | None,
        begun: float,
    ) -> None:
        """``begun``, of `time.monotonic`: a budget is of the time that a person waits."""
        self._events = events
        self._asked = asked
        self._server = server
        self._begun = begun
        self._lock = threading.Lock()
        self._run_id: str | None = None

    def main(self) -> int:
        """Returns the exit code, which is for logs only: the events say it all."""
        try:
            self._tell_last(RunSolved(solved=self._run()))
        except BaseException as error:
            if was_stopped(error):
                self._tell_last(RunCancelled(run_id=self._run_id))
                return 130
            if not isinstance(error, Exception):
                raise
            traceback.print_exc()
            self._tell_last(RunFailed(failure=_failure(error), run_id=self._run_id))
            return 1
        return 0

    def _run(self) -> Solved:
        request = None
        if self._server and not self._server.started:
            request = self._next_request()
            self._tell(Line(text="setting up the embedded Prefect server (the first time)"))
            self._server.start()
        if self._server:
            _use(self._server)
        solve = _import_solve()
        gc.freeze()
        gc.enable()
        request = request or self._next_request()
        if self._server:
            self._server.wait_until_ready()
        else:
            check_reachable(os.environ["PREFECT_API_URL"])
        return self._solve(solve, request)

    def _next_request(self) -> Request:
        line = self._asked.get()
        if not line.strip():
            raise KeyboardInterrupt  # nobody asks any more
        return Request.model_validate_json(line)

    def _solve(self, solve: Solve, request: Request) -> Solved:
        from flows.journey import begun_at  # noqa: PLC0415 - imports Prefect
        from tasks.progress import listening  # noqa: PLC0415

        with listening(self._tell), begun_at(self._begun):
            try:
                return solve(request)
            except BaseException as error:
                if self._run_id and was_stopped(error):
                    stop_is_heard()
                    _mark_cancelled(self._run_id)
                raise
            finally:
                _flush()

    def _tell_last(self, event: Event) -> None:
        # Hearing it, the starter closes the pipe; there is nothing left that could be stopped.
        stop_is_heard()
        self._tell(event)

    def _tell(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._run_id = event.run_id
        with self._lock:  # a sandbox reports from a thread of its own
            self._events.write(event.model_dump_json() + "\n")


def _failure(error: Exception) -> Failure:
    """On a full disk, Prefect's database is the first to fail, and says nothing that helps."""
    known = isinstance(error, KaggleAgentError)
    return failure_of((None if known else full_disk(Settings().folders().root)) or error)


def _use(server: EmbeddedServer) -> None:
    """Point this process at ``server``, before Prefect is imported and reads its settings."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ |= {
        EMBEDDED: "1",
        "PREFECT_HOME": str(server.folder),
        "PREFECT_API_URL": server.api_url,
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    # Prefect's client would ask a proxy for our own machine.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))


def _import_solve() -> Solve:
    """The flow as a function of a request, with the settings that only code can make."""
    from prefect.settings import (  # noqa: PLC0415 - takes as long as the server, meanwhile
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from flows.solve_competition import solve_competition  # noqa: PLC0415

    def solve(request: Request) -> Solved:
        # Heartbeats find runs whose worker was lost. Here they would only keep the process from
        # ending for a second: their thread is waited for while it sleeps.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            asked = {name: getattr(request, name) for name in type(request).model_fields}
            solved: Solved = solve_competition(**asked)
            return solved

    return solve


def _mark_cancelled(run_id: str) -> None:
    """Prefect calls an interrupted run crashed; it was asked to stop."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.states import Cancelled  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        client.set_flow_run_state(
            UUID(run_id), Cancelled(message="Stopped by the user"), force=True
        )


def _flush() -> None:
    """Send the events and logs that Prefect still holds, while there is a server to take them."""
    from prefect.events.worker import EventsWorker  # noqa: PLC0415
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=5)
