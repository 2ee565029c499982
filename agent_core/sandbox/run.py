"""One execution inside a jail that is ready: let it go, listen, watch, and say how it ended."""

import selectors
import sys
from collections.abc import Sequence
from pathlib import Path

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox import verdict
from agent_core.sandbox.launch import Jail, JailRefused
from agent_core.sandbox.logs import Log
from agent_core.sandbox.outputs import LocalFolder, collect_outputs
from agent_core.sandbox.sandbox import Execution, Limits, Resources
from agent_core.sandbox.spaces import Space
from agent_core.sandbox.verdict import Verdict
from agent_core.sandbox.watch import Watch

#: Seconds between looks at the end when nothing is printed; and for what is left in the pipe.
LOOK, DRAIN = 0.5, 2.0
VMSTAT = Path("/proc/vmstat")


class Run:
    """Wires jail, log and watch together for one script."""

    def __init__(
        self, jail: Jail, limits: Limits, out: Space, scratch: Sequence[Space], log: Log
    ) -> None:
        self._jail = jail
        self._limits = limits
        self._log = log
        self._log_verdict: Verdict | None = None
        self._watch = Watch(jail.root_process, limits, out, scratch, jail.kill)
        self._kernel_kills = kernel_kills()
        self._resources = Resources(seconds=0, cpu_seconds=0, peak_memory_bytes=0)

    def wait(self) -> None:
        """Run the script to its end, its own or ours. Nothing of it is alive afterwards."""
        self._jail.go()
        self._watch.start()
        try:
            self._listen()
        except JailRefused as refused:
            raise cannot_start(str(refused)) from refused
        finally:
            self._jail.kill()
            self._watch.stop()
        cpu_seconds = self._jail.finish()
        self._log.drain(DRAIN)
        self._resources = Resources(
            seconds=self._watch.seconds,
            cpu_seconds=max(cpu_seconds, self._watch.cpu_seconds),
            # The watch adds up all processes, but may see nothing of what is over in no time.
            peak_memory_bytes=self._watch.peak_bytes or self._jail.peak_bytes,
        )

    def _listen(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._jail.output, selectors.EVENT_READ, "log")
            selector.register(self._jail.socket, selectors.EVENT_READ, "end")
            while True:
                ready = {key.data for key, _ in selector.select(LOOK)}
                if "log" in ready:
                    self._read_log()
                    if self._log.ended:
                        selector.unregister(self._jail.output)
                if "end" in ready and self._jail.hear():
                    return

    def _read_log(self) -> None:
        self._log.read()
        if self._log.full and self._log_verdict is None:
            self._log_verdict = self._too_much_log()
            self._jail.kill()

    def _too_much_log(self) -> Verdict:
        limit = verdict.size(self._limits.log_bytes)
        return verdict.too_much_output(f"it printed more than {limit}")

    def result(self, folder: int, target: Path, protections: tuple[str, ...]) -> Execution:
        """Take over the outputs from open ``folder`` and pronounce the verdict."""
        outputs, problems = collect_outputs(LocalFolder(folder), target, self._limits)
        found = verdict.with_problems(self._verdict(), problems)
        return Execution(
            outcome=found.outcome,
            exit_code=self._jail.exit_code,
            message=found.message,
            resources=self._resources,
            outputs=outputs,
            protections=protections,
        )

    def _verdict(self) -> Verdict:
        if self._log.full and self._log_verdict is None:
            # The rest of the log came to light only after the end.
            self._log_verdict = self._too_much_log()
        stopped = self._log_verdict or self._watch.verdict
        if stopped is not None:
            return stopped
        killed = kernel_kills() > self._kernel_kills
        return verdict.from_exit(self._jail.exit_code, self._log.tail, self._limits, killed)


def cannot_start(reason: str) -> SurroundingsFailed:
    """The script itself could not be executed."""
    return SurroundingsFailed(
        f"The sandbox could not start the script ({reason}).",
        means=f"Scripts run as an unprivileged user, who cannot use {sys.executable}.",
        next="Move the virtual environment to a folder that everybody may enter, or allow "
        "namespaces on this machine: then it may stay where it is.",
    )


def kernel_kills() -> int:
    """How many processes the kernel has killed for lack of memory since the machine started."""
    if not VMSTAT.exists():
        return 0
    lines = VMSTAT.read_text(encoding="ascii").splitlines()
    counts = dict(line.split() for line in lines)
    return int(counts.get("oom_kill", 0))
