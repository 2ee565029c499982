"""The embedded Prefect server's process: ``python -m flows.prefect_server FD USERS_FILE LINGER``.

Serves Prefect's own application on the inherited socket FD, and ends when nobody has held a lock
on USERS_FILE for LINGER seconds (see `flows.embedded_server`).
"""

import fcntl
import gc
import os
import signal
import socket
import sys
import threading
import time
from typing import TextIO

_LOOK_SECONDS = 0.5


def main(fd: int, users: str, linger: float) -> None:
    """Serve until told to stop, or until there have been no users for ``linger`` seconds."""
    threading.Thread(target=_end_without_users, args=(users, linger), daemon=True).start()
    # Importing the server makes millions of objects that stay: collecting garbage among them
    # again and again is a quarter of the time it takes to start.
    gc.disable()
    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415

    app = create_app(final=True)
    gc.freeze()
    gc.enable()
    config = uvicorn.Config(app, log_level="warning", lifespan="on", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


def _end_without_users(path: str, linger: float) -> None:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not worth its import
        last_used = time.monotonic()
        while True:
            if not _is_unused(file):
                last_used = time.monotonic()
            elif time.monotonic() - last_used >= linger:
                break
            else:
                fcntl.flock(file, fcntl.LOCK_UN)
            time.sleep(_LOOK_SECONDS)
        # Whoever comes now waits for the lock, which this process keeps until it is gone.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_LOOK_SECONDS * 20)
        os._exit(1)  # stuck while starting, where uvicorn does not listen to signals yet


def _is_unused(users: TextIO) -> bool:
    """Whether nobody holds ``users``. If so, this process does now."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
