"""A run on this machine, in a process of its own: ``python -m flows.local``.

Whoever starts it (`ui.launcher`) writes one line of JSON to its standard input, an
`agent_core.run.Request`, and keeps that pipe open: the run is stopped when it closes, so that no
run outlives a command line that was killed. Events come back on standard output, one JSON object a
line (`agent_core.events`); whatever else is printed goes to standard error.

What takes time is begun before the request is there: the embedded Prefect server and the import of
Prefect overlap with each other, and with the starter's preflight.
"""

import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import TextIO
from uuid import UUID

from agent_core.events import Event, Line, RunCancelled, RunFailed, RunSolved, RunStarted
from agent_core.home import Home, Settings
from agent_core.run import Request, Solved, failure_of
from flows.embedded_server import EMBEDDED, EmbeddedServer, check_reachable, is_prepared

Requests = queue.SimpleQueue[Request | None]
Solve = Callable[[Request], Solved]

#: How long a run whose starter has gone may take to put things in order.
_GOODBYE_SECONDS = 15.0


def main() -> int:
    """Run what is asked for on standard input, if anything is. The exit code is for logs only."""
    signal.signal(signal.SIGINT, _interrupted_once)
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asked: Requests = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    home = Settings().folders()
    own = os.environ.get("PREFECT_API_URL")
    server = None if own else EmbeddedServer(home)
    try:
        return LocalRun(home, events).run(asked, server)
    finally:
        if server:
            server.stop()


class LocalRun:
    """The one run of this process."""

    def __init__(self, home: Home, events: TextIO) -> None:
        self._home = home
        self._events = events
        self._lock = threading.Lock()
        self._run_id: str | None = None

    def run(self, asked: Requests, server: EmbeddedServer | None) -> int:
        """Wait for the request, run it, and say how it ended."""
        try:
            request = None
            if server and not is_prepared(self._home.prefect):
                # A new database has to wait: nothing is made for a source that may be none.
                request = asked.get()
                if request is None:
                    return 0
                self._tell(Line(text="setting up the embedded Prefect server (the first time)"))
            if server:
                server.start()
                _use(server, self._home)
            solve = _import_solve()
            request = request or asked.get()
            if request is None:
                return 0
            _wait_for(server)
            self._tell_last(RunSolved(solved=self._solve(solve, request)))
        except KeyboardInterrupt:
            self._tell_last(RunCancelled(run_id=self._run_id))
            return 130
        except Exception as error:  # noqa: BLE001 - whatever it is, the starter has to be told
            traceback.print_exc()
            self._tell_last(RunFailed(failure=failure_of(error), run_id=self._run_id))
            return 1
        return 0

    def _solve(self, solve: Solve, request: Request) -> Solved:
        from tasks.progress import listening  # noqa: PLC0415 - imports Prefect

        with listening(self._tell):
            try:
                return solve(request)
            except KeyboardInterrupt:
                if self._run_id:
                    _mark_cancelled(self._run_id)
                raise
            finally:
                _flush()

    def _tell_last(self, event: Event) -> None:
        # Hearing it, the starter closes the pipe; there is nothing left that could be stopped.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._tell(event)

    def _tell(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._run_id = event.run_id
        with self._lock:  # a sandbox reports from a thread of its own
            self._events.write(event.model_dump_json() + "\n")


def _use(server: EmbeddedServer, home: Home) -> None:
    """Point this process at ``server``, before Prefect is imported and reads its settings."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ |= {
        EMBEDDED: "1",
        "PREFECT_HOME": str(home.prefect),
        "PREFECT_API_URL": server.api_url,
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    # Prefect's client would ask a proxy for our own machine.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))


def _wait_for(server: EmbeddedServer | None) -> None:
    if server:
        server.wait_until_ready()
    else:
        check_reachable(os.environ["PREFECT_API_URL"])


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


def _listen(asked: Requests) -> None:
    """Pass the request on; when the pipe closes, stop the run."""
    line = sys.stdin.readline()
    asked.put(Request.model_validate_json(line) if line.strip() else None)
    if sys.stdin.read() or line.strip():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(_GOODBYE_SECONDS)
        os._exit(1)


def _interrupted_once(number: int, frame: FrameType | None) -> None:
    """The first interrupt stops the run; the next ones must not stop the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
