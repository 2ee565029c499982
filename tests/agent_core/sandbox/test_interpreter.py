"""Wherever the interpreter lies, the script finds it."""

import sys
import venv
from pathlib import Path

import pytest

from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Job, Limits, Outcome


def test_an_environment_below_the_temporary_folder(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / "clone" / ".venv"
    venv.create(environment, symlinks=True)
    monkeypatch.setattr(sys, "executable", str(environment / "bin" / "python"))
    monkeypatch.setattr(sys, "prefix", str(environment))
    job.script.write_text("import os, sys; print(sys.prefix, os.listdir('/tmp'))")

    execution = ProcessSandbox().run(job, Limits(seconds=30), tmp_path / "log.txt")

    assert execution.outcome is Outcome.OK, execution.message
    assert (tmp_path / "log.txt").read_text().startswith(str(environment))
