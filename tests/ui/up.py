"""``kaggle-agent up`` as a test runs it: in a home of its own, on ports of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from agent_core.home import Home
from agent_core.stack import running_stack
from ui.free_port import free_port

BIN = Path(sys.executable).parent
PREFECT = str(BIN / "prefect")


def until(met: Callable[[], object], seconds: float, shown: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, shown()
        time.sleep(0.2)


class Up:
    """The command with a home of its own, and what can be asked of it from outside."""

    def __init__(self, home: Home, **settings: str) -> None:
        self.home = home
        self.log = home.root.with_name("up.log")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MLFLOW_"))}
        self.environment = kept | {
            "KAGGLE_AGENT_HOME": str(home.root),
            "KAGGLE_AGENT_PREFECT_PORT": str(free_port()),
            "KAGGLE_AGENT_MLFLOW_PORT": str(free_port()),
            "KAGGLE_AGENT_APP_PORT": str(free_port()),
            "KAGGLE_AGENT_API_PORT": str(free_port()),
            **settings,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                (str(BIN / "kaggle-agent"), "up"), env=self.environment, stdout=log, stderr=log
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_up(self) -> None:
        until(
            lambda: "Everything is up" in self.said() or self.process.poll() is not None,
            900,
            self.said,
        )
        assert self.process.poll() is None, self.said()

    def call(self, *command: str, seconds: float = 400) -> str:
        stack = running_stack(self.home)
        assert stack
        environment = stack.environment(self.environment)
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{self.said()}"
        return done.stdout

    def left(self) -> list[str]:
        """Command lines of all processes of this home, wherever they hang in the tree."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                about = [*process.cmdline(), process.environ().get("KAGGLE_AGENT_HOME", "")]
                ours = str(self.home.root) in " ".join(about) and process.pid != os.getpid()
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)
