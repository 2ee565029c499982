"""Ends what belongs to a stack: ``python -m ui.stack_reaper MARK SECONDS``.

A process of its own. It reads its standard input, where nothing ever comes, and acts when that
closes: then whoever started the stack is gone, by whatever death. Everything of the stack carries
its mark in the environment, which children inherit wherever they hang in the tree of processes.
"""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from ui.stack_containers import remove_containers

MARK = "KAGGLE_AGENT_STACK"
#: Seconds between asking and killing. Prefect's workers tell the server about runs that they end.
END_SECONDS = 20.0


def temporary_folder(mark: str) -> Path:
    """Where everything of the stack keeps what is temporary: killed, it could not clear it away."""
    return Path(tempfile.gettempdir()) / f"kaggle-agent-stack-{mark}"


def marked(mark: str) -> list[psutil.Process]:
    """All living processes of the stack but the calling one."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it is somebody else's, or has just ended
            living = process.status() != psutil.STATUS_ZOMBIE
            if living and process.environ().get(MARK) == mark and process.pid != os.getpid():
                found.append(process)
    return found


def end_all(mark: str, seconds: float) -> None:
    """Ask every process of the stack to end, kill what has not after ``seconds``, and tidy up."""
    remove_containers(mark)
    left = marked(mark)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    psutil.wait_procs(left, timeout=seconds)
    while left := marked(mark):  # also what was started meanwhile
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=1.0)
    remove_containers(mark)
    shutil.rmtree(temporary_folder(mark), ignore_errors=True)


def main(mark: str, seconds: float) -> None:
    """Wait for the end of the starter, then end the rest."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_all(mark, seconds)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
