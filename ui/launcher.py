"""Starts a run in a process of its own and passes its events on.

The run (`flows.local`) is known by its module's name only: nothing of it is imported here. It
begins to warm up as soon as it is started, so start it before whatever else there is to do.
"""

import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from agent_core.events import Event, RunCancelled, RunFailed, RunSolved, parse_event
from agent_core.home import Home
from agent_core.run import Failure, Request
from agent_core.settings import Settings, environment
from agent_core.stack import running_stack

_STOP_SECONDS = 30.0
_KEPT_LINES = 40


class RunProcess:
    """A process that runs one request. As a context: it has ended when the body is left."""

    def __init__(self, settings: Settings) -> None:
        home = settings.folders()
        # In a session of its own: Ctrl-C reaches this process only, which then asks it to stop.
        # When this process ends, however that happens, the pipe closes and the run ends too.
        linger = str(settings.prefect_linger)
        self._process = subprocess.Popen(
            (sys.executable, "-P", "-m", "flows.local", str(home.prefect), linger),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_quiet_folder(home),
            env=process_environment(home),
            start_new_session=True,
        )
        self._asked = False
        self._told: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said: deque[str] = deque(maxlen=_KEPT_LINES)
        # Threads read the pipes, so that an interrupt never tears a line.
        self._readers = [threading.Thread(target=self._hear), threading.Thread(target=self._note)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._asked:
            self.kill()  # it is only warming up
        elif error is not None:
            self.interrupt()
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it is gone already
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()

    def ask(self, request: Request) -> None:
        """Have it run ``request``, once."""
        self._asked = True
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it has died, which `events` tells
            self._process.stdin.write(request.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()

    def events(self) -> Iterator[Event]:
        """What it tells from now on, up to the event that says how the run ended."""
        while (line := self._told.get()) is not None:
            event = parse_event(line)
            yield event
            if isinstance(event, (RunSolved, RunFailed, RunCancelled)):
                return
        yield RunFailed(failure=self._death())

    def interrupt(self) -> None:
        """Ask it to stop. It ends with the event of a cancelled run."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def _hear(self) -> None:
        assert self._process.stdout
        with self._process.stdout as events:
            for line in events:
                self._told.put(line)
        self._told.put(None)

    def _note(self) -> None:
        assert self._process.stderr
        with self._process.stderr as lines:
            for line in lines:
                self._said.append(line.decode(errors="replace").rstrip())

    def _death(self) -> Failure:
        code = self._process.wait()
        for reader in self._readers:
            reader.join()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        said = "\n".join(self._said)
        return Failure(
            what=f"The process of the run {how} without a word.",
            means="Finished stages are kept." + (f" Its last output:\n{said}" if said else ""),
            next="Run the same command again: it goes on from the last finished stage.",
        )


def process_environment(home: Home) -> dict[str, str]:
    """For a process of ours: with the servers of ``kaggle-agent up``, if that runs for ``home``."""
    stack = running_stack(home)
    known = stack.environment(environment()) if stack else environment()
    return known | {"KAGGLE_AGENT_HOME": str(home.root), "PYTHONUTF8": "1"}


def _quiet_folder(home: Home) -> Path:
    """A current folder without settings files: Prefect would read those of the person's project."""
    return home.root if home.root.is_dir() else Path(home.root.anchor)
