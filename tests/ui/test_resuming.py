"""A run that trains on Kaggle is killed with all it has started here, and goes on later."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from agent_core.home import Home
from agent_core.run import RunState, list_runs
from tests.flows.tiny_competition import write_competition
from tests.standins.kaggle import KaggleStandIn
from tests.standins.kaggle.kernels import Play
from tests.ui.up import until

TITLE = "タイタニック号の生存者を当てる"
COMMAND = str(Path(sys.executable).with_name("kaggle-agent"))


@pytest.fixture
def kaggle(tmp_path: Path) -> Iterator[KaggleStandIn]:
    folder = write_competition(tmp_path / "there")
    (folder / "competition.json").unlink()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with KaggleStandIn("tiny", files) as kaggle:
        kaggle.details["title"] = TITLE
        kaggle.datasets.settling = 0
        yield kaggle


@pytest.fixture
def environment(kaggle: KaggleStandIn, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C",
        "LC_ALL": "C",
        "KAGGLE_AGENT_HOME": str(tmp_path / "家"),
        "KAGGLE_AGENT_KERNEL_INTERVAL": "0.3",
        "KAGGLE_AGENT_PREFECT_LINGER": "30",
    } | kaggle.env


def kill_all(home: Path) -> None:
    """Everything of that home but its Prefect server, as a machine that is shut."""
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(home) in words and "prefect_server" not in words:
            process.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_killed_while_a_kernel_runs_and_resumed_with_one_push(
    kaggle: KaggleStandIn, environment: dict[str, str], tmp_path: Path
) -> None:
    home = Home(root=tmp_path / "家")
    kaggle.kernels.plays = [Play("RUNNING")]
    options = ("--sandbox", "kaggle", "--planner", "rules", "--budget", "30")
    with (tmp_path / "said").open("wb") as said:
        running = subprocess.Popen(
            (COMMAND, "solve", kaggle.address, *options), env=environment, stdout=said, stderr=said
        )
        until(lambda: _waiting(home), 300, (tmp_path / "said").read_text)
        running.kill()
        kill_all(home.root)
        running.wait()

    ((died,), _) = list_runs(home)
    assert died.state is RunState.DIED
    (ref,) = kaggle.kernels.runs
    assert ref in died.waits_for
    kaggle.kernels.execute(ref)
    done = subprocess.run(
        (COMMAND, "resume", "latest", "--json"), env=environment, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    solved: dict[str, Any] = json.loads(done.stdout)
    assert [asked["slug"] for asked in kaggle.kernels.pushed] == [ref]
    assert solved["stages"]["codegen"]["cached"]
    assert not solved["stages"]["train"]["cached"]
    assert 0.6 < solved["cv_score"] < 0.95
    rows = Path(solved["submission"]).read_text(encoding="utf-8").splitlines()
    assert len(rows) == 121
    assert "家" in solved["submission"]
    with closing(sqlite3.connect(home.mlflow / "mlflow.db")) as store:
        notes = store.execute("SELECT value FROM experiment_tags WHERE key = 'mlflow.note.content'")
        assert [TITLE in note for (note,) in notes] == [True]


def _waiting(home: Home) -> bool:
    runs, _ = list_runs(home)
    return bool(runs and runs[0].waits_for)
