"""A run on this machine, in a process of its own: ``python -m flows.local PREFECT_FOLDER LINGER``.

Whoever starts it (`ui.launcher`) writes one line of JSON to its standard input, an
`agent_core.run.Request`, and keeps that pipe open: the run is stopped when it closes, so that no
run outlives a command line that was killed. Events come back on standard output, one JSON object a
line (`agent_core.events`); whatever else is printed goes to standard error. ``KAGGLE_AGENT_HOME``
names the home, and PREFECT_FOLDER is `Home.prefect` in it. An embedded Prefect server that this run
starts outlives its last user by LINGER seconds.

This module only gets things going: the embedded Prefect server starts first, and the imports of
the run overlap with it and with the starter's preflight.
"""

import gc
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path

from flows.embedded_server import EmbeddedServer, is_prepared
from flows.stopping import stop_is_heard, stop_on_interrupt

#: How long a run whose starter has gone may take to put things in order.
_GOODBYE_SECONDS = 15.0


def main(folder: Path, linger: float) -> int:
    """Run what is asked for on standard input, if anything is. Returns the exit code."""
    begun = time.monotonic()
    stop_on_interrupt()
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    server = None if os.environ.get("PREFECT_API_URL") else EmbeddedServer(folder, linger)
    try:
        if server and is_prepared(folder):
            # A new database has to wait: nothing is made for a source that may be none.
            server.start()
        # What is imported stays; looking for garbage in it is a fifth of the time it takes.
        gc.disable()
        from flows.local_run import LocalRun  # noqa: PLC0415 - after the server, see above

        return LocalRun(events, asked, server, begun).main()
    except KeyboardInterrupt:
        stop_is_heard()
        return 130
    finally:
        if server:
            server.stop()


def _listen(asked: "queue.SimpleQueue[str]") -> None:
    """Pass the request on; when the pipe closes, stop the run."""
    asked.put(sys.stdin.readline())
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_GOODBYE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
