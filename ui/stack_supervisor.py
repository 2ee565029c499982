"""Starts services, waits until they are ready, starts them again when they die, and stops them."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from agent_core.errors import SurroundingsFailed
from agent_core.stack import around_proxies
from ui.stack_reaper import END_SECONDS, MARK, end_all, temporary_folder
from ui.stack_services import PROJECT, Service

#: A new database takes 12 s on an idle machine, and machines are not always idle.
READY_SECONDS = 300.0
_LOOK_SECONDS = 0.2
_SHOWN_LINES = 12
#: Before a service that died is started again: doubled each time, up to the longest, and the first
#: again for one that has lived longer than that.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


class Running:
    """A started service."""

    def __init__(self, service: Service, environment: dict[str, str], log: Path) -> None:
        self.service = service
        self.log = log
        self._wait = 0.0
        self._due: float | None = None
        self._environment = environment | service.environment
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self._started, self._due = time.monotonic(), None
        with self.log.open("ab") as log:
            # In a session of its own: Ctrl-C is for the supervisor, which stops all in order.
            self.process = subprocess.Popen(
                self.service.command,
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether it answers, or, for a step, is done. Raises SurroundingsFailed if it died."""
        code = self.process.poll()
        if code is not None and not (self.service.step and code == 0):
            raise self.failure(f"ended with {code} instead of starting")
        return code == 0 if self.service.step else _answers(self.service.health)

    def is_due(self) -> bool:
        """Whether it has died, and long enough ago to be started again."""
        if self.process.poll() is None:
            return False
        now = time.monotonic()
        if self._due is None:
            longer = min(2 * self._wait, _LONGEST_WAIT) or _FIRST_WAIT
            self._wait = _FIRST_WAIT if now - self._started > _LONGEST_WAIT else longer
            self._due = now + self._wait
        return now >= self._due

    def stop(self, grace: float) -> None:
        """End it, and then the runs that it has started, while the server still listens to them."""
        children = []
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.terminate()
        psutil.wait_procs(children, timeout=grace)
        self.process.kill()  # if it is gone, nothing happens
        self.process.wait()

    def failure(self, how: str) -> SurroundingsFailed:
        """What to tell a person."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return SurroundingsFailed(
            f"The service {self.service.name} {how}.",
            means="The end of its log:\n" + "\n".join(lines[-_SHOWN_LINES:]),
            next=f"Read {self.log}, and run kaggle-agent up again.",
        )


class Supervisor:
    """Everything that was started. As a context: all of it has ended when the body is left.

    ``environment`` is that of every service, ``logs`` the folder with a log for each, ``grace`` the
    seconds between asking a process to end and killing it.
    """

    def __init__(self, environment: dict[str, str], logs: Path, grace: float = END_SECONDS) -> None:
        self.mark = uuid.uuid4().hex
        self._grace = grace
        self._temporary = temporary_folder(self.mark)
        self._environment = environment | {MARK: self.mark, "TMPDIR": str(self._temporary)}
        self._logs = logs
        self._running: list[Running] = []

    def __enter__(self) -> Self:
        # Without the mark: it has to outlive what it ends.
        self._reaper = subprocess.Popen(
            (sys.executable, "-m", "ui.stack_reaper", self.mark, str(self._grace)),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._temporary.mkdir(mode=0o711)  # scripts of the sandbox pass through, as nobody
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for running in reversed(self._running):
            running.stop(self._grace)
        end_all(self.mark, self._grace)
        assert self._reaper.stdin
        self._reaper.stdin.close()
        self._reaper.wait()

    def start(self, service: Service) -> Running:
        """Start ``service``. Returns at once."""
        log = self._logs / f"{service.name.replace(' ', '-')}.log"
        log.unlink(missing_ok=True)
        running = Running(service, self._environment, log)
        self._running.append(running)
        return running

    def wait_for(self, running: Running) -> float:
        """Block until it is ready. Returns the seconds waited; raises SurroundingsFailed."""
        begun = time.monotonic()
        while not running.is_ready():
            if time.monotonic() - begun > READY_SECONDS:
                raise running.failure(f"was not ready after {READY_SECONDS:.0f} s")
            time.sleep(_LOOK_SECONDS)
        if running.service.step:
            self._running.remove(running)
        return time.monotonic() - begun

    def revive(self) -> list[Service]:
        """Start again what has died, each after a moment of its own. Returns it."""
        due = [running for running in self._running if running.is_due()]
        for running in due:
            running.start()
        return [running.service for running in due]


def _answers(health: str) -> bool:
    # Straight to it, whatever proxies are set.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(health, timeout=5):
            return True
    except (OSError, urllib.error.HTTPError):
        return False


def stack_environment(given: dict[str, str], **more: str) -> dict[str, str]:
    """``given`` without a person's own Prefect settings, and no proxy for our own machine."""
    kept = {name: value for name, value in given.items() if not name.startswith("PREFECT_")}
    quiet = {"DO_NOT_TRACK": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONUNBUFFERED": "1"}
    return kept | around_proxies(given) | quiet | more
