"""Runs a sandbox as another user of this machine, in a process of its own.

Root's folders are closed to other users, and a checkout may lie in one. The process therefore
first gets a view of the file system in which the way to the interpreter, the product and the job
is open, and nothing else has changed; then it becomes the user.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from agent_core.sandbox.jail import kernel
from agent_core.sandbox.plan import _interpreter
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Execution, Job, Limits

PRODUCT = Path(__file__).resolve().parents[3]
OTHER_USER = 54321


class ElsewhereSandbox:
    """`ProcessSandbox` as user ``user`` (None: as who we are), with or without namespaces."""

    name = "process elsewhere"

    def __init__(self, user: int | None, isolate: bool) -> None:
        self._user = user
        self._isolate = isolate

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        order = {
            "job": job.model_dump(mode="json"),
            "limits": limits.model_dump(),
            "log": str(log),
            "user": self._user,
            "isolate": self._isolate,
        }
        if self._user is not None:
            _hand_over(job.out.parent, self._user)
        done = subprocess.run(
            [sys.executable, "-m", "tests.agent_core.sandbox.elsewhere", json.dumps(order)],
            cwd=PRODUCT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        *lines, last = done.stdout.splitlines()
        for line in lines:
            if on_line:
                on_line(json.loads(line))
        return Execution.model_validate_json(last)


def _hand_over(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def open_the_way(needed: Iterable[Path]) -> None:
    """In a view of the file system of its own, let every user reach the ``needed`` paths."""
    blocked: dict[Path, list[Path]] = {}
    for path in {path.resolve() for path in needed}:
        closed = [parent for parent in reversed(path.parents) if not parent.stat().st_mode & 1]
        if closed:
            blocked.setdefault(closed[0], []).append(path)
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    for closed_folder, paths in blocked.items():
        handles = {path: os.open(path, os.O_PATH) for path in sorted(paths)}
        kernel.mount("tmpfs", str(closed_folder), "tmpfs", 0, "mode=755")
        for path, handle in handles.items():
            if not path.exists():
                path.mkdir(parents=True)
                flags = kernel.MS_BIND | kernel.MS_REC
                kernel.mount(f"/proc/self/fd/{handle}", str(path), "", flags)
            os.close(handle)


def main() -> None:
    order = json.loads(sys.argv[1])
    job = Job.model_validate(order["job"])
    open_the_way([*map(Path, _interpreter()), PRODUCT, job.out.parent])
    os.chdir("/")
    if order["user"] is not None:
        os.setgroups([])
        os.setresgid(*[order["user"]] * 3)
        os.setresuid(*[order["user"]] * 3)
    execution = ProcessSandbox(isolate=order["isolate"]).run(
        job,
        Limits.model_validate(order["limits"]),
        Path(order["log"]),
        lambda line: print(json.dumps(line)),
    )
    print(execution.model_dump_json())


if __name__ == "__main__":
    main()
