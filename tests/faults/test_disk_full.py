"""The disk of the home gets full while a run trains: that is said, and what was done counts."""

import errno
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.table import TABLE
from tests.flows.tiny_competition import write_competition
from tests.requirements import require
from tests.ui.up import BIN, until

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1800)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with little more room than a run asks for."""
    require(os.geteuid() == 0, "only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", folder), check=True)
    try:
        yield folder
    finally:
        # The embedded server is there for a moment longer.
        until(lambda: subprocess.run(("umount", folder), check=False).returncode == 0, 60, str)


def solve(competition: Path, home: Path) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MLFLOW_"))}
    settings = {"KAGGLE_AGENT_HOME": str(home), "KAGGLE_AGENT_PREFECT_LINGER": "2"}
    command = (
        str(BIN / "kaggle-agent"), "solve", str(competition), "--json", "--budget", "120",
        "--planner", "rules", "--sandbox", "process",
    )  # fmt: skip
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=kept | settings, stdout=pipe, stderr=pipe, text=True)


def fill(disk: Path) -> Path:
    """Take all the room there is, whoever else takes of it meanwhile."""
    filler, block = disk / "filler", bytes(2**20)
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(block):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    return filler


def ended(process: subprocess.Popen[str]) -> bool:
    return process.poll() is not None


def logs(home: Path) -> str:
    return "".join(log.read_text() for log in home.glob("runs/*/log.txt"))


def test_full_disk(small_disk: Path, tmp_path: Path) -> None:
    competition = write_competition(tmp_path / "tiny", rows=600)
    home = small_disk / "home"
    with solve(competition, home) as first:
        until(lambda: "codegen done" in logs(home) or ended(first), 240, lambda: logs(home))
        assert not ended(first), first.communicate()
        filled = time.time()
        filler = fill(small_disk)
        answer, _ = first.communicate(timeout=240)
    error = json.loads(answer)["error"]
    assert first.returncode == 1
    assert "is full" in error["what"] or "No space left" in json.dumps(error)
    assert "free some space" in error["next"].lower()
    TABLE.add(
        "nothing, but the home's disk gets full (`solve`)",
        f"exit code 1: {error['what']} With space again, the same command goes on",
        time.time() - filled,
    )
    filler.unlink()
    with solve(competition, home) as again:
        answer, shown = again.communicate(timeout=240)
    assert again.returncode == 0, shown
    assert json.loads(answer)["stages"]["profile"]["cached"]
    assert Path(json.loads(answer)["submission"]).is_file()
