"""What the warden reports while a script runs, and which limit that crosses."""

import json
import threading

from agent_core.engine import Attachment
from agent_core.sandbox import verdict
from agent_core.sandbox.sandbox import Limits
from agent_core.sandbox.verdict import Verdict


class Reports(threading.Thread):
    """Listens to ``warden`` until it ends. ``verdict`` says which limit was crossed, if one was.

    Memory is the kernel's to limit and is only measured here.
    """

    def __init__(self, warden: Attachment, limits: Limits) -> None:
        super().__init__(name="sandbox-reports", daemon=True)
        self.verdict: Verdict | None = None
        self.cpu_seconds = 0.0
        self.peak_bytes = 0
        self._warden = warden
        self._limits = limits

    def run(self) -> None:
        """Take report after report."""
        rest = b""
        for block in self._warden.blocks():
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self._take(json.loads(line))

    def _take(self, report: dict[str, float]) -> None:
        self.cpu_seconds = max(self.cpu_seconds, report["cpu_seconds"])
        self.peak_bytes = max(self.peak_bytes, int(report["held_bytes"]))
        self.verdict = self.verdict or self._judge(report)

    def _judge(self, report: dict[str, float]) -> Verdict | None:
        if report["processes"] > self._limits.processes:
            return verdict.too_many_processes(self._limits)
        held, entries = int(report["output_bytes"]), int(report["output_entries"])
        return verdict.too_full(held, entries, self._limits)
