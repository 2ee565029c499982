"""One execution in a container that was made: let it go, listen, stop it, and say how it ended."""

import signal
import time
from pathlib import Path

from agent_core.engine import Engine, State
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox import verdict
from agent_core.sandbox.container.outputs import ContainerFolder
from agent_core.sandbox.container.prints import Prints
from agent_core.sandbox.container.reports import Reports
from agent_core.sandbox.logs import Log
from agent_core.sandbox.outputs import collect_outputs
from agent_core.sandbox.run import kernel_kills
from agent_core.sandbox.sandbox import Execution, Limits, Resources
from agent_core.sandbox.verdict import Verdict

#: Seconds between looks at the log, and at the container's state while its log is open.
LOOK, STATE_LOOK = 0.05, 1.0
#: Seconds for the end of a container that was killed, and for what is left of its log.
END_SECONDS, DRAIN = 30.0, 2.0


class ContainerRun:
    """Wires the script's container, its log and the warden's reports together."""

    def __init__(
        self,
        engine: Engine,
        script: str,
        prints: Prints,
        reports: Reports,
        log: Log,
        limits: Limits,
    ) -> None:
        self._engine = engine
        self._script = script
        self._prints = prints
        self._reports = reports
        self._limits = limits
        self._log = log
        self._stopped: Verdict | None = None
        self._state = State(running=True, exit_code=0, out_of_memory=False)
        self._seconds = 0.0
        self._over = float("inf")
        self._kernel_kills = kernel_kills()

    def wait(self) -> None:
        """Run the script to its end, its own or ours."""
        begun = looked = time.monotonic()
        while self._state.running:
            self._read_log()
            now = time.monotonic()
            self._stop_at_limits(begun, now)
            if self._log.ended or self._stopped or now - looked > STATE_LOOK:
                self._state, looked = self._engine.state(self._script), now
        self._seconds = time.monotonic() - begun
        self._prints.join(DRAIN)
        self._log.drain(DRAIN)

    def _stop_at_limits(self, begun: float, now: float) -> None:
        if self._stopped is None:
            self._stopped = self._judge(now - begun)
            if self._stopped is not None:
                self._engine.kill(self._script)
                self._over = now + END_SECONDS
        elif now > self._over:
            raise _unstoppable(self._script)

    def _read_log(self) -> None:
        if self._log.ended:
            time.sleep(LOOK)
        elif self._prints.wait(LOOK):
            self._log.read()

    def _judge(self, seconds: float) -> Verdict | None:
        if self._log.full:
            return self._too_much_log()
        if seconds > self._limits.seconds:
            return verdict.timed_out(self._limits)
        return self._reports.verdict

    def _too_much_log(self) -> Verdict:
        limit = verdict.size(self._limits.log_bytes)
        return verdict.too_much_output(f"it printed more than {limit}")

    def result(self, folder: ContainerFolder, target: Path, names: tuple[str, ...]) -> Execution:
        """Take over the outputs and pronounce the verdict. ``names``: the protections."""
        outputs, problems = collect_outputs(folder, target, self._limits)
        found = verdict.with_problems(self._verdict(folder), problems)
        return Execution(
            outcome=found.outcome,
            exit_code=None if self._stopped else _as_signal(self._state.exit_code),
            message=found.message,
            resources=Resources(
                seconds=self._seconds,
                cpu_seconds=self._reports.cpu_seconds,
                peak_memory_bytes=self._peak_bytes(),
            ),
            outputs=outputs,
            protections=names,
        )

    def _verdict(self, folder: ContainerFolder) -> Verdict:
        if self._log.full:
            # Also where the rest of the log came to light only after the end.
            self._stopped = self._stopped or self._too_much_log()
        if self._stopped is not None:
            return self._stopped
        if self._state.out_of_memory:
            return verdict.out_of_memory(self._limits)
        killed = kernel_kills() > self._kernel_kills
        code = _as_signal(self._state.exit_code)
        ended = verdict.from_exit(code, self._log.tail, self._limits, killed)
        return verdict.too_full(*folder.used, self._limits) or ended

    def _peak_bytes(self) -> int:
        """What the warden saw; where the kernel has drawn the line, that line."""
        limit = self._limits.memory_bytes
        return limit if self._state.out_of_memory else min(self._reports.peak_bytes, limit)


def _as_signal(code: int) -> int:
    """An engine says 128 + n of a process that signal n has ended. Here that is -n."""
    return 128 - code if 128 < code <= 128 + signal.SIGRTMAX else code


def _unstoppable(container: str) -> SurroundingsFailed:
    return SurroundingsFailed(
        f"The Docker engine did not end container {container[:12]} in {END_SECONDS:.0f} s.",
        means="The script may still be running.",
        next=f"Run: docker rm -f {container[:12]}",
    )
