"""Runs beside a script's container and holds what the script lives in: its process namespace and
its output folder. Lives as long as the host's end of its input is open.

When the host dies, however it dies, the input ends, this process ends, and the kernel kills
everything in the process namespace. As another user it is out of the script's reach.

Reports what it sees, a JSON object a line: {"cpu_seconds", "held_bytes", "processes",
"output_bytes", "output_entries"}. Memory that a fork shares is counted once for each process.
"""

import json
import os
import select
import sys
from typing import Any

INTERVAL = 0.05
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Report on the folder that the first argument names until the input ends."""
    while not select.select([sys.stdin], [], [], INTERVAL)[0]:
        _say(look(sys.argv[1]))


def look(folder: str) -> dict[str, Any]:
    """What is going on right now."""
    ours = os.getpid()
    seconds, held, processes = 0.0, 0, 0
    for process in os.listdir("/proc"):  # noqa: PTH208 - twenty times a second
        if not process.isdigit() or int(process) == ours:
            continue
        try:
            seconds += _cpu_seconds(process)
            if process != "1":
                held += _held_bytes(process)
                processes += 1
        except OSError:
            continue  # it ended meanwhile
    return {
        "cpu_seconds": seconds,
        "held_bytes": held,
        "processes": processes,
    } | used(folder)


def used(folder: str) -> dict[str, int]:
    """How full the file system of ``folder`` is; of deleted files what is still open, too."""
    state = os.statvfs(folder)
    return {
        "output_bytes": (state.f_blocks - state.f_bfree) * state.f_frsize,
        # The folder itself is one of the file system's entries.
        "output_entries": state.f_files - state.f_ffree,
    }


def _cpu_seconds(process: str) -> float:
    """CPU time of ``process`` and of those children that it has buried."""
    with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
        numbers = file.read().rpartition(")")[2].split()
    return sum(map(int, numbers[11:15])) / TICKS


def _held_bytes(process: str) -> int:
    """Resident memory of ``process`` that is neither a file's nor shared."""
    with open(f"/proc/{process}/statm", encoding="ascii") as file:  # noqa: PTH123
        numbers = file.read().split()
    return (int(numbers[1]) - int(numbers[2])) * PAGE


def list_folder() -> None:
    """Say what lies in the folder that the first argument names, and how full it is."""
    folder = sys.argv[1]
    os.chmod(folder, 0o700)  # noqa: PTH101 - the script may have closed it
    entries = []
    for name in os.listdir(folder):  # noqa: PTH208
        state = os.lstat(os.path.join(folder, name))  # noqa: PTH118
        entries.append([name, state.st_mode, state.st_nlink, state.st_size])
    _say({"entries": entries} | used(folder))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
