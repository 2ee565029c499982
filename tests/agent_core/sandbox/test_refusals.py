"""Where the sandbox itself cannot work."""

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox import launch, plan, process
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Job, Limits, Outcome
from tests.requirements import require

LIMITS = Limits(seconds=10)


def prepare(job: Job, source: str = "pass") -> Path:
    job.script.write_text(source)
    return job.out.parent / "log.txt"


def refuse_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose kernel forbids them: a mount that cannot be made."""
    wanted = process.isolated_plan

    def impossible(job: Job, limits: Limits) -> dict[str, Any]:
        return wanted(job, limits) | {"workspace": "/no such folder"}

    monkeypatch.setattr(process, "isolated_plan", impossible)


def reachable_by_nobody() -> bool:
    paths = [Path(name).resolve() for name in (sys.executable, sys.prefix)]
    return all(parent.stat().st_mode & 1 for path in paths for parent in path.parents)


def test_without_namespaces_it_says_so_or_says_why_not(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_namespaces(monkeypatch)
    log = prepare(job)

    if os.getuid() == 0 and not reachable_by_nobody():
        with pytest.raises(SurroundingsFailed, match="Move the virtual environment"):
            ProcessSandbox().run(job, LIMITS, log)
        return
    execution = ProcessSandbox().run(job, LIMITS, log)
    assert execution.outcome is Outcome.OK
    assert "no namespaces (mount /no such folder: No such file or directory)" in (
        execution.protections
    )


def test_whoever_insists_on_namespaces_is_told_that_there_are_none(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_namespaces(monkeypatch)

    with pytest.raises(SurroundingsFailed, match=r"could not isolate.*No such file") as caught:
        ProcessSandbox(isolate=True).run(job, LIMITS, prepare(job))

    assert "namespaces" in caught.value.next


@pytest.mark.parametrize("missing", ["script", "folds", "data"])
def test_an_input_that_is_not_there(job: Job, missing: str) -> None:
    log = prepare(job)
    job = job.model_copy(update={missing: job.out.parent / "missing"})

    with pytest.raises(SurroundingsFailed, match="missing is not there"):
        ProcessSandbox().run(job, LIMITS, log)


def test_data_that_nobody_may_read(job: Job) -> None:
    require(os.getuid() == 0, "only root runs scripts as nobody")
    log = prepare(job)
    (job.data / "train.csv").chmod(0o600)

    with pytest.raises(SurroundingsFailed, match="chmod -R a"):
        ProcessSandbox().run(job, LIMITS, log)


def test_an_interpreter_that_is_not_there(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    log = prepare(job)
    monkeypatch.setattr(launch.sys, "executable", "/no/python")

    with pytest.raises(SurroundingsFailed, match="/no/python could not be started"):
        ProcessSandbox().run(job, LIMITS, log)


def test_a_script_that_cannot_be_executed(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = process.isolated_plan

    def impossible(job: Job, limits: Limits) -> dict[str, Any]:
        return wanted(job, limits) | {"argv": ["/no/python"]}

    monkeypatch.setattr(process, "isolated_plan", impossible)

    with pytest.raises(SurroundingsFailed, match="/no/python: No such file"):
        ProcessSandbox(isolate=True).run(job, LIMITS, prepare(job))


def test_a_jail_that_dies_while_it_is_built(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "STARTER", "raise SystemExit")

    with pytest.raises(SurroundingsFailed, match="ended while it was being built"):
        ProcessSandbox(isolate=True).run(job, LIMITS, prepare(job))


def test_a_jail_that_is_never_ready(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "STARTER", "import time; time.sleep(60)")
    monkeypatch.setattr(launch, "BUILD_SECONDS", 0.2)

    with pytest.raises(SurroundingsFailed, match="not ready in time"):
        ProcessSandbox(isolate=True).run(job, LIMITS, prepare(job))


@pytest.mark.parametrize(("number", "kind"), [("ENOSPC", SurroundingsFailed), ("EIO", OSError)])
def test_a_full_disk(
    job: Job, monkeypatch: pytest.MonkeyPatch, number: str, kind: type[Exception]
) -> None:
    def full(*_: object) -> None:
        code = getattr(errno, number)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(process.Run, "result", full)

    with pytest.raises(kind):
        ProcessSandbox(isolate=True).run(job, LIMITS, prepare(job))


def test_an_interrupt_while_lines_are_handed_on_leaves_nothing(job: Job) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt(line)

    log = prepare(job, "import time; print('first', flush=True); time.sleep(30)")

    with pytest.raises(KeyboardInterrupt, match="first"):
        ProcessSandbox(isolate=True).run(job, LIMITS, log, interrupt)


def test_every_name_of_the_interpreter_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "python-3.11.9"
    (real / "bin").mkdir(parents=True)
    (real / "bin" / "python").touch()
    (tmp_path / "python-3.11").symlink_to(real)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(tmp_path / "python-3.11" / "bin" / "python")
    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix"):
        monkeypatch.setattr(plan.sys, name, str(tmp_path / "venv"))
    monkeypatch.setattr(plan.sys, "executable", str(tmp_path / "venv" / "bin" / "python"))

    shown = {target for _, target, _ in plan._system().binds}

    assert {str(tmp_path / "venv"), str(tmp_path / "python-3.11"), str(real)} <= shown
    assert "/" not in shown
    assert str(tmp_path) not in shown
