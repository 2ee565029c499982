"""Starting the jail, agreeing with it, and making sure that nothing of it is left."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.jail.sweep import descendants, kill_descendants

#: Seconds for building the jail, and for its end after it was killed.
BUILD_SECONDS, END_SECONDS = 30.0, 15.0
CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
PRODUCT = Path(__file__).resolve().parents[2]
#: Without `site` and environment the jail is there in a few hundredths of a second.
STARTER = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from agent_core.sandbox.jail.main import main; main(int(sys.argv[2]))"
)


class JailRefused(Exception):
    """The machine did not let the jail be built. Never leaves this package."""


class Jail:
    """A running jail. Use as a context: leaving it kills and reaps everything.

    ``output`` is the reading end of what the script prints, ``handles`` are open folders of its
    writable places (none without namespaces). ``exit_code`` and ``peak_bytes`` (resident, of its
    largest process) are known once it has ended by itself.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._isolated = bool(spec["isolate"])
        self._init: int | None = None
        self._cpu_seconds = 0.0
        self._heard = b""
        self._waited = False
        self.handles: list[int] = []
        self.exit_code: int | None = None
        self.peak_bytes = 0
        self.socket, inner = socket.socketpair()
        self.output, log = os.pipe()
        os.set_blocking(self.output, False)
        flags = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        command = [sys.executable, *flags, "-c", STARTER, str(PRODUCT), str(inner.fileno())]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"LANG": "C.UTF-8"},
                pass_fds=[inner.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            self.socket.close()
            os.close(self.output)
            raise SurroundingsFailed(
                f"The interpreter {sys.executable} could not be started: {error}.",
                means="No program can be run in the sandbox.",
                next="Set the virtual environment up again.",
            ) from error
        finally:
            inner.close()
            os.close(log)
        self.socket.settimeout(BUILD_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.kill()
            self.finish()
        finally:
            self.socket.close()
            os.close(self.output)
            for handle in self.handles:
                os.close(handle)

    @property
    def root_process(self) -> int:
        """The process below which everything of the script is found."""
        return self._init or self._process.pid

    def build(self, spec: dict[str, Any]) -> None:
        """Have the jail built. Raises `JailRefused` with the reason if the machine forbids it."""
        with contextlib.suppress(ConnectionError):  # it is gone: reading says so, too
            self.socket.sendall(json.dumps(spec).encode() + b"\n")
        ready = False
        while not (ready and self._init):
            try:
                message = self._receive()
            except ConnectionError as error:
                raise JailRefused("the jail ended while it was being built") from error
            self._init = message.get("init", self._init)
            ready = ready or "ready" in message

    def go(self) -> None:
        """Start the script."""
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(b"go\n")
        self.socket.setblocking(False)

    def hear(self) -> bool:
        """Read what the jail reports. True once it is over, however it ended."""
        try:
            message = self._receive()
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
        self.exit_code = message.get("ended", self.exit_code)
        self.peak_bytes = message.get("peak_bytes", self.peak_bytes)
        return True

    def kill(self) -> None:
        """Kill everything. With the init of a process namespace the kernel kills the rest."""
        if self._waited:
            return
        with contextlib.suppress(ProcessLookupError):
            if self._isolated and self._init:
                os.kill(self._init, signal.SIGKILL)
            elif self._init:
                os.kill(self._init, signal.SIGTERM)
                kill_descendants(self._init)
            else:
                # Not by `Popen.kill`, which may reap the process and with it what it has used.
                os.kill(self._process.pid, signal.SIGKILL)

    def finish(self) -> float:
        """Wait for the end. CPU seconds of all processes."""
        if self._waited:
            return self._cpu_seconds
        deadline = time.monotonic() + END_SECONDS
        process = 0
        while not process:
            process, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if not process and time.monotonic() > deadline:
                for left in [*descendants(self._process.pid), self._process.pid]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(left, signal.SIGKILL)
                process, status, usage = os.wait4(self._process.pid, 0)
            elif not process:
                time.sleep(0.002)
        self._waited = True
        self._process.returncode = os.waitstatus_to_exitcode(status)
        # Its peak of memory is of no use: until the exec it was a copy of this process.
        self._cpu_seconds = usage.ru_utime + usage.ru_stime
        return self._cpu_seconds

    def _receive(self) -> dict[str, Any]:
        """The next message. Raises `JailRefused` if it tells of a failure."""
        while b"\n" not in self._heard:
            try:
                data, handles, _, _ = socket.recv_fds(self.socket, 4096, 8, CLOSE_ON_EXEC)
            except TimeoutError as error:
                raise JailRefused("the jail was not ready in time") from error
            if not data:
                raise ConnectionError("the jail is gone")
            self._heard += data
            self.handles += handles
        line, self._heard = self._heard.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        if "failed" in message:
            raise JailRefused(f"{message['failed']}: {message['error']}")
        return message
