"""One kernel under way: a process with a folder like /kaggle around it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil


class KernelRun:
    """Executes ``text`` in ``root``, where its inputs lie."""

    failure = ""

    def __init__(self, root: "tempfile.TemporaryDirectory[str]", text: str) -> None:
        self._root = root
        self._working = Path(root.name, "working")
        self._working.mkdir()
        script = Path(root.name, "script.py")
        script.write_text(text, encoding="utf-8")
        self.log: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            (sys.executable, "-X", "utf8", "-P", "-u", script.name),
            cwd=root.name,
            env={
                "PATH": os.environ["PATH"],
                "HOME": root.name,
                "TMPDIR": root.name,
                "PYTHONUNBUFFERED": "1",
                "PYTHONUTF8": "1",
                "KAGGLE_AGENT_KERNEL_ROOT": root.name,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def state(self) -> str:
        """As Kaggle spells it."""
        if self._reader.is_alive():
            return "RUNNING"
        return "ERROR" if self._process.wait() else "COMPLETE"

    @property
    def files(self) -> dict[str, bytes]:
        """What lies in its working folder once it has ended."""
        if self.state == "RUNNING":
            return {}
        found = [path for path in self._working.rglob("*") if path.is_file()]
        return {path.relative_to(self._working).as_posix(): path.read_bytes() for path in found}

    def close(self) -> None:
        """End it, and all it has started."""
        for pid in (*_children(self._process.pid), self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(10)
        self._root.cleanup()

    def _read(self) -> None:
        assert self._process.stdout
        began = time.monotonic()
        with self._process.stdout as lines:
            for line in lines:
                text = line.decode(errors="replace")
                entry = {"stream_name": "stdout", "time": time.monotonic() - began, "data": text}
                self.log.append(entry)


def _children(parent: int) -> list[int]:
    """The solution runs in a session of its own, so no group has all of them."""
    with suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(parent).children(recursive=True)]
    return []
