"""A Prefect server of our own, for as long as somebody uses it.

Used where ``PREFECT_API_URL`` is not set. It listens on 127.0.0.1 only, keeps its database in
``Home.prefect`` and leaves the person's own Prefect settings alone. Starting it takes seconds, so
it is the first thing that a run does: nothing here imports Prefect, or anything else that is slow.

Simultaneous runs on one home share one server, since several servers on one SQLite file lock each
other out. Two lock files, freed by the kernel however their holder dies, are all the bookkeeping:

* ``server.start``  held by whoever looks for the server or starts it;
* ``server.users``  held shared by each user. The server itself tries now and then whether it can
  have it alone, and ends when that has been so for a while: it lingers, since the next command of
  a person at work needs it again, and since it writes the last states a moment after it was told.

The listening socket is made here and handed over: connecting works at once and the answer comes
when the server is up, so there is neither a race for a port nor a polling loop.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import IO

import psutil

from agent_core.errors import SurroundingsFailed
from agent_core.prefect_file import PREFECT_FILE, database_url
from flows import prefect_database

#: Set in the environment of a process that uses the embedded server.
EMBEDDED = "KAGGLE_AGENT_EMBEDDED_PREFECT"

#: A new database takes 12 s on an idle machine, and machines are not always idle.
START_SECONDS = 120.0
#: How long it outlives its last user where nothing else is said.
LINGER_SECONDS = 60.0
#: There while a new database is being made.
_UNFINISHED = "migrating"


class EmbeddedServer:
    """One user's hold on the server whose files are in ``folder``, which is `Home.prefect`.

    Call `start`, `wait_until_ready` and `stop`, each at most once with effect. A server that is
    started by this user ends ``linger`` seconds after its last user has gone.
    """

    def __init__(self, folder: Path, linger: float = LINGER_SECONDS) -> None:
        self.folder = folder
        self._linger = linger
        self._address = folder / "server.json"
        self._log = folder / "server.log"
        self._users: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def started(self) -> bool:
        """Whether `start` was called, and `stop` was not."""
        return self._users is not None

    @property
    def api_url(self) -> str:
        """What ``PREFECT_API_URL`` has to be."""
        return f"http://127.0.0.1:{self._port}/api"

    def start(self) -> None:
        """Join the running server or start one. Returns at once, before it answers."""
        if self._users is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "server.start", fcntl.LOCK_EX):
            # Waits here while an earlier server is just being stopped by its last user.
            self._users = _locked(self.folder / "server.users", fcntl.LOCK_SH)
            if not self._join():
                self._spawn()

    def wait_until_ready(self) -> None:
        """Block until the server answers.

        Raises SurroundingsFailed, with the end of the server's log, if it does not within
        `START_SECONDS`.
        """
        try:
            # Straight to it, whatever proxies are set; "/health" would not ask the database.
            with closing(HTTPConnection("127.0.0.1", self._port, timeout=START_SECONDS)) as server:
                server.request("GET", "/api/ready")
                status = server.getresponse().status
        except OSError as error:
            raise self._not_ready(str(error)) from error
        if status != HTTPStatus.OK:
            raise self._not_ready(f"its database cannot be used, status {status}")
        _marker(self.folder).touch()
        (self.folder / _UNFINISHED).unlink(missing_ok=True)

    def stop(self) -> None:
        """Let go of the server. Returns at once; it ends by itself, see above."""
        if self._users is not None:
            self._users.close()
            self._users = None

    def wait_until_ended(self) -> None:
        """Block until the server that this user has started is gone."""
        if self._process is not None:
            self._process.wait()

    def _join(self) -> bool:
        try:
            known = json.loads(self._address.read_text(encoding="utf-8"))
            if not _is_ours(int(known["pid"]), float(known["started"])):
                return False
            self._port = int(known["port"])
        except (OSError, ValueError, KeyError):
            return False
        return True

    def _spawn(self) -> None:
        _prepare(self.folder)
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        with listener, self._log.open("wb") as log:
            self._port = listener.getsockname()[1]
            fd = listener.fileno()
            command = (sys.executable, "-P", "-m", "flows.prefect_server", str(fd))
            self._process = subprocess.Popen(
                (*command, str(self.folder / "server.users"), str(self._linger)),
                cwd=self.folder,  # Prefect reads settings from files in the current folder
                env=_environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(fd,),
                start_new_session=True,  # Ctrl-C is for the flow, which then still needs a server
            )
        started = psutil.Process(self._process.pid).create_time()
        known = {"port": self._port, "pid": self._process.pid, "started": started}
        beside = self._address.with_suffix(".new")
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(self._address)

    def _not_ready(self, why: str) -> SurroundingsFailed:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return SurroundingsFailed(
            f"The embedded Prefect server did not start ({why}).",
            means="Nothing was computed and nothing was lost. The end of its log:\n"
            + "\n".join(lines),
            next=f"Read {self._log}. Deleting {self.folder} loses the history of runs in Prefect "
            "and nothing else; PREFECT_API_URL may name a server of your own instead.",
        )


def is_prepared(folder: Path) -> bool:
    """Whether the database below `Home.prefect` is as this version of Prefect wants it."""
    return _marker(folder).exists() and (folder / PREFECT_FILE).exists()


def check_reachable(api_url: str) -> None:
    """Raise SurroundingsFailed unless something answers at the person's own ``api_url``."""
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=15):  # noqa: S310
            return
    except urllib.error.HTTPError:
        return  # it is there; whether it lets us in is for Prefect's client to say
    except (OSError, ValueError) as error:
        raise SurroundingsFailed(
            f"No Prefect server answers at PREFECT_API_URL={api_url} ({error}).",
            means="The run was not started.",
            next="Start that server, or unset PREFECT_API_URL to use the embedded one.",
        ) from error


def _marker(folder: Path) -> Path:
    return folder / f"migrated-{version('prefect')}"


def _prepare(folder: Path) -> None:
    """Have the empty database there, if it can be copied.

    One whose making was interrupted is thrown away: it would never become whole.
    """
    unfinished = folder / _UNFINISHED
    if unfinished.exists():
        for part in folder.glob(f"{PREFECT_FILE}*"):
            part.unlink()
    elif not (folder / PREFECT_FILE).exists():
        if prefect_database.copy_template(folder):
            _marker(folder).touch()
        else:
            unfinished.touch()


def _environment(folder: Path) -> dict[str, str]:
    """The server's environment: none of the person's Prefect settings, quick to start."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    return kept | {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_API_DATABASE_MIGRATE_ON_START": str(not is_prepared(folder)).lower(),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url(folder),
        # No blocks and no pages here.
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_UI_ENABLED": "false",
        # Nothing is scheduled, triggered or late here, and each service writes to the database.
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    }


def _locked(path: Path, kind: int) -> IO[str]:
    """The open file, locked until it is closed; waits for the lock."""
    file = path.open("a", encoding="utf-8")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.close()
                raise SurroundingsFailed(
                    f"Another process has held {path} for {START_SECONDS:.0f} s.",
                    means="It may be hanging while it starts or stops the Prefect server.",
                    next="End it (kaggle-agent runs lists runs) and run the command again.",
                ) from None
            time.sleep(0.05)
        else:
            return file


def _is_ours(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and abs(process.create_time() - started) < 1.0
    except psutil.NoSuchProcess:
        return False
