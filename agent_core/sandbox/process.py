"""The sandbox that needs no more than this machine: processes, namespaces and limits."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.launch import Jail, JailRefused
from agent_core.sandbox.logs import Log, from_pipe
from agent_core.sandbox.plan import (
    SCRATCH_ENTRIES,
    isolated_plan,
    may_become_nobody,
    plain_plan,
    protections,
)
from agent_core.sandbox.run import Run, cannot_start
from agent_core.sandbox.sandbox import Execution, Job, Limits
from agent_core.sandbox.spaces import FolderSpace, MemorySpace, Space
from agent_core.sandbox.staging import check_readable, staged
from agent_core.sandbox.verdict import OUTPUT_ENTRIES

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where processes share memory, nothing of ours
OnLine = Callable[[str], None]


class ProcessSandbox:
    """Runs a script in a jail of namespaces, or where the kernel forbids them, of limits only.

    ``isolate``: True insists on namespaces, False does without, None takes what is possible and
    says in `Execution.protections` what that was.
    """

    name = "process"

    def __init__(self, isolate: bool | None = None) -> None:
        self._isolate = isolate

    def run(self, job: Job, limits: Limits, log: Path, on_line: OnLine | None = None) -> Execution:
        """See `Sandbox.run`."""
        check_readable(job, by_nobody=may_become_nobody())
        with disk_full(), log.open("wb") as file:
            return self._run(job, limits, file, on_line)

    def _run(self, job: Job, limits: Limits, log: BinaryIO, on_line: OnLine | None) -> Execution:
        reason = "not asked for"
        if self._isolate is not False and sys.platform == "linux":
            spec = isolated_plan(job, limits)
            with Jail(spec) as jail:
                try:
                    jail.build(spec)
                except JailRefused as refused:
                    reason = str(refused)
                else:
                    out, *scratch = [MemorySpace(handle) for handle in jail.handles]
                    run = Run(
                        jail,
                        limits,
                        out,
                        scratch,
                        Log(from_pipe(jail.output), log, limits, on_line),
                    )
                    run.wait()
                    return run.result(out.folder, job.out, protections(spec))
        if self._isolate:
            raise SurroundingsFailed(
                f"The sandbox could not isolate the script ({reason}).",
                means="This machine or container does not allow namespaces.",
                next="Allow them (user namespaces, Linux 5.12 or later), or do not insist on them.",
            )
        execution = _run_plain(job, limits, log, on_line)
        missing = (f"no namespaces ({reason})",)
        return execution.model_copy(update={"protections": execution.protections + missing})


@contextmanager
def disk_full() -> Iterator[None]:
    """Say so in plain words where the disk has no room."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise SurroundingsFailed(
            "The disk is full.",
            means="The log or the outputs of the script could not be kept.",
            next="Free some space and run the command again.",
        ) from error


def _run_plain(job: Job, limits: Limits, log: BinaryIO, on_line: OnLine | None) -> Execution:
    """With a folder on disk instead of a root of its own."""
    with ExitStack() as stack:
        places = stack.enter_context(staged(job))
        spec = plain_plan(job, limits, places)
        jail = stack.enter_context(Jail(spec))
        try:
            jail.build(spec)
        except JailRefused as refused:
            raise cannot_start(str(refused)) from refused
        folder = os.open(places.out, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, folder)
        out = FolderSpace(Path(places.out), OUTPUT_ENTRIES)
        scratch: list[Space] = [FolderSpace(Path(places.scratch), SCRATCH_ENTRIES)]
        if SHARED_MEMORY.is_dir():
            shared = os.open(SHARED_MEMORY, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, shared)
            scratch.append(MemorySpace(shared, shared=True))
        run = Run(jail, limits, out, scratch, Log(from_pipe(jail.output), log, limits, on_line))
        run.wait()
        return run.result(folder, job.out, protections(spec))
