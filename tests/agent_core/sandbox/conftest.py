"""One way to run a hostile script in each sandbox, with limits that spare a shared machine."""

import os
import random
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from agent_core.sandbox.container.sandbox import DockerSandbox
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Execution, Job, Limits, Sandbox
from tests.agent_core.sandbox.elsewhere import OTHER_USER, ElsewhereSandbox
from tests.agent_core.sandbox.engines import require_engine
from tests.agent_core.sandbox.leftovers import Leftovers
from tests.agent_core.sandbox.on_kaggle import kaggle_machine
from tests.requirements import require

#: Each script starts so. Its own limits hold even if the sandbox's should fail.
PREAMBLE = """
import argparse, os, sys, time
parser = argparse.ArgumentParser()
for name in ("data", "folds", "out", "budget"):
    parser.add_argument("--" + name)
args = parser.parse_args()
out = args.out
"""
SANDBOXES = [
    "process",
    pytest.param("process-unprivileged", marks=pytest.mark.slow),
    pytest.param("process-plain", marks=pytest.mark.slow),
    pytest.param("process-plain-unprivileged", marks=pytest.mark.slow),
    pytest.param("docker", marks=pytest.mark.slow),
]


@pytest.fixture(params=SANDBOXES)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Every sandbox that has to hold out against attacks."""
    return sandbox_of(request.param)


def sandbox_of(kind: str) -> Sandbox:
    """That of `SANDBOXES`, or a skipped test where this machine cannot have it."""
    if kind == "process":
        return ProcessSandbox(isolate=True)
    if kind == "docker":
        require_engine()
        return DockerSandbox()
    require(sys.platform == "linux" and os.getuid() == 0, "changing the user needs root on Linux")
    user = OTHER_USER if kind.endswith("unprivileged") else None
    return ElsewhereSandbox(user, isolate="plain" not in kind)


@dataclass(frozen=True)
class Ran:
    """What came of a script: the execution, its log, and the folder that outputs went to."""

    execution: Execution
    log: str
    lines: list[str]
    out: Path


class Execute(Protocol):
    """Runs the text of a script with limits that the caller may change."""

    def __call__(self, script: str, **limits: float) -> Ran: ...


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose script is still to be written."""
    folder = tmp_path / "job"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "train.csv").write_text("id,target\n1,0\n")
    (folder / "folds.csv").write_text("row,fold\n0,0\n")
    (folder / "out").mkdir()
    return Job(
        script=folder / "solution.py",
        data=folder / "data",
        folds=folder / "folds.csv",
        out=folder / "out",
        # Told to the script on its command line: by this number its processes are found again.
        budget=random.randrange(10**4, 10**5) / 10**4,
    )


@pytest.fixture
def execute(sandbox: Sandbox, job: Job) -> Execute:
    """Run a script in the sandbox. Data, script and folds are unchanged afterwards."""

    def run(script: str, **changed: float) -> Ran:
        job.script.write_text(PREAMBLE + textwrap.dedent(script))
        inputs = (job.script, job.folds, job.data / "train.csv")
        before = [(path.read_bytes(), path.stat().st_mode) for path in inputs]
        sizes = {"memory_bytes": 300, "file_bytes": 50, "output_bytes": 20, "log_bytes": 1}
        values = {name: megabytes * 1024**2 for name, megabytes in sizes.items()}
        limits = Limits.model_validate({"seconds": 20, "processes": 40} | values | changed)
        lines: list[str] = []
        log = job.out.parent / "log.txt"
        execution = sandbox.run(job, limits, log, lines.append)
        assert [(path.read_bytes(), path.stat().st_mode) for path in inputs] == before
        return Ran(execution, log.read_text(), lines, job.out)

    return run


@pytest.fixture(autouse=True)
def nothing_left(job: Job) -> Iterator[None]:
    """No process, mount or temporary folder of a sandbox outlives a test."""
    before = Leftovers.before(f"--budget {job.budget:g}")
    yield
    before.check()


@pytest.fixture
def kaggle_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A machine of Kaggle's that the tests play."""
    with kaggle_machine(tmp_path / "kernels") as (_, sandbox):
        yield sandbox
