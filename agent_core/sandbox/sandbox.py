"""The contract that every sandbox keeps: what may run, within which limits, and how it ends.

The same suite of attacks (`tests/agent_core/sandbox`) runs against every implementation.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from agent_core.value import Value


class Outcome(StrEnum):
    """How an execution ended. All but OK are failures of the generated program."""

    OK = "ok"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MANY_PROCESSES = "too_many_processes"
    TOO_MUCH_OUTPUT = "too_much_output"
    BAD_OUTPUT = "bad_output"


class Resources(Value):
    """What the execution used: wall and CPU seconds, and the peak of resident bytes."""

    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


class OutputFile(Value):
    """A regular file that the script left in its output folder."""

    name: str
    bytes: int
    sha256: str


class Limits(Value):
    """Hard limits on one execution. Whoever crosses one is killed with everything it started."""

    seconds: float
    memory_bytes: int = 8 * 1024**3
    processes: int = 256
    file_bytes: int = 2 * 1024**3
    output_bytes: int = 4 * 1024**3
    log_bytes: int = 8 * 1024**2


class Job(Value):
    """``script`` is called as the solution contract says, and cannot change ``data`` and ``folds``.

    ``out`` is an empty folder that the caller made. ``budget`` (seconds) is what it is told.
    """

    script: Path
    data: Path
    folds: Path
    out: Path
    budget: float


class Execution(Value):
    """How it ended. ``protections`` names what this machine really enforced, for the record."""

    outcome: Outcome
    exit_code: int | None
    message: str
    resources: Resources
    outputs: tuple[OutputFile, ...]
    protections: tuple[str, ...]


class Sandbox(Protocol):
    """Runs hostile code. Raises `SurroundingsFailed` only where the sandbox itself cannot work."""

    name: str

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        """Execute ``job``; write what it prints to ``log`` and, line by line, to ``on_line``."""
        ...
