"""Looks many times a second at what a running script uses, and has it killed at its limits."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from agent_core.sandbox import verdict
from agent_core.sandbox.jail.sweep import descendants
from agent_core.sandbox.sandbox import Limits
from agent_core.sandbox.spaces import Space
from agent_core.sandbox.verdict import Verdict

INTERVAL = 0.05
#: The machine itself is looked at less often.
MACHINE_INTERVAL = 0.25
#: A machine with less free memory than this (or this part of all) is about to fail for everyone.
MACHINE_FLOOR, MACHINE_FLOOR_PART = 512 * 1024**2, 0.03
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch(threading.Thread):
    """Runs until `stop`. ``verdict`` says which limit was crossed, if one was."""

    def __init__(
        self,
        root: int,
        limits: Limits,
        out: Space,
        scratch: Sequence[Space],
        kill: Callable[[], None],
    ) -> None:
        super().__init__(name="sandbox-watch", daemon=True)
        self.verdict: Verdict | None = None
        self.peak_bytes = 0
        # By process; a killed namespace takes the kernel's own account of its processes with it.
        self._cpu_seconds: dict[int, float] = {}
        self.seconds = 0.0
        self._root = root
        self._limits = limits
        self._out = out
        self._scratch = scratch
        self._kill = kill
        self._over = threading.Event()
        self._begun = time.monotonic()
        self._machine_due = 0.0
        memory = psutil.virtual_memory()
        floor = min(MACHINE_FLOOR, int(memory.total * MACHINE_FLOOR_PART))
        # A machine that is short of memory before the start is not the script's doing.
        self._machine_floor = floor if memory.available > 2 * floor else 0

    def run(self) -> None:
        """Look, judge, and kill at the first crossed limit."""
        while not self._over.is_set():
            found = self.judge()
            if found is not None:
                self.verdict = found
                self._kill()
                return
            self._over.wait(INTERVAL)

    def stop(self) -> None:
        """End the watch; what is still in the output place is judged once more."""
        self._over.set()
        self.join()
        self.seconds = time.monotonic() - self._begun
        self.verdict = self.verdict or self._judge_output()

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all processes that were seen, as far as they were seen."""
        return sum(self._cpu_seconds.values())

    def judge(self) -> Verdict | None:
        """The first limit that is crossed right now."""
        processes = descendants(self._root)
        for process in processes:
            used = max(self._cpu_seconds.get(process, 0.0), cpu_seconds(process))
            self._cpu_seconds[process] = used
        if time.monotonic() - self._begun > self._limits.seconds:
            return verdict.timed_out(self._limits)
        if len(processes) > self._limits.processes:
            return verdict.too_many_processes(self._limits)
        return self._judge_output() or self._judge_memory(processes)

    def _judge_output(self) -> Verdict | None:
        for place in self._scratch:
            if not place.in_memory and place.used()[0] >= self._limits.output_bytes:
                return verdict.too_much_output("its scratch folder is as large as outputs may be")
        return verdict.too_full(*self._out.used(), self._limits)

    def _judge_memory(self, processes: list[int]) -> Verdict | None:
        places = [*self._scratch, self._out]
        stored = sum(place.used()[0] for place in places if place.in_memory)
        held = stored + sum(private_bytes(process) for process in processes)
        if held > self._limits.memory_bytes:
            # Pages shared since a fork were counted once for each process; now look closely.
            held = stored + sum(proportional_bytes(process) for process in processes)
        self.peak_bytes = max(self.peak_bytes, held)
        if held > self._limits.memory_bytes:
            return verdict.out_of_memory(self._limits)
        if self._machine_is_short():
            return verdict.out_of_memory(self._limits, "the machine had hardly any left")
        return None

    def _machine_is_short(self) -> bool:
        now = time.monotonic()
        if now < self._machine_due:
            return False
        self._machine_due = now + MACHINE_INTERVAL
        return psutil.virtual_memory().available < self._machine_floor


def cpu_seconds(process: int) -> float:
    """CPU time that ``process`` itself has used, 0 if it is gone."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            # The name in parentheses may hold anything; user and system time are fields 14 and 15.
            numbers = text.rpartition(")")[2].split()
            return (int(numbers[11]) + int(numbers[12])) / TICKS
    return 0.0


def private_bytes(process: int) -> int:
    """Resident memory of ``process`` that is neither a file's nor shared. Quick."""
    if sys.platform != "linux":
        return _resident_elsewhere(process)
    with contextlib.suppress(OSError):
        numbers = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
        return (int(numbers[1]) - int(numbers[2])) * PAGE
    return 0


def proportional_bytes(process: int) -> int:
    """The same, with each page divided by how many processes hold it. Slow for large processes."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
        return int(fields["Pss_Anon"].split()[0]) * 1024
    return private_bytes(process)


def _resident_elsewhere(process: int) -> int:
    with contextlib.suppress(psutil.Error):
        resident: int = psutil.Process(process).memory_info().rss
        return resident
    return 0
