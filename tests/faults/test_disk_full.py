"""The disk of the home gets full while a run trains: that is said, and what was done counts."""

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

pytestmark = [pytest.mark.slow, pytest.mark.faults]


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
    """Take all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        state = os.statvfs(disk)
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize)
    return filler


def logs(home: Path) -> str:
    return "".join(log.read_text() for log in home.glob("runs/*/log.txt"))


def test_full_disk(small_disk: Path, tmp_path: Path) -> None:
    competition = write_competition(tmp_path / "tiny", rows=600)
    home = small_disk / "home"
    first = solve(competition, home)
    until(lambda: "codegen done" in logs(home) or first.poll() is not None, 240, lambda: logs(home))
    assert first.poll() is None, first.communicate()
    filled = time.time()
    filler = fill(small_disk)
    answer, _ = first.communicate(timeout=240)
    told = json.loads(answer)
    assert first.returncode == 1
    assert "is full" in json.dumps(told) or "No space left" in json.dumps(told)
    assert "Free some space" in json.dumps(told) or "free space" in json.dumps(told)
    TABLE.add(
        "the disk gets full (`solve`)",
        f"exit code 1: {told['error']['what']}",
        time.time() - filled,
    )
    filler.unlink()
    again = solve(competition, home)
    answer, shown = again.communicate(timeout=240)
    assert again.returncode == 0, shown
    stages = json.loads(answer)["stages"]
    assert stages["profile"]["cached"]
    assert Path(json.loads(answer)["submission"]).is_file()
