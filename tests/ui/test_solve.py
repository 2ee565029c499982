"""``kaggle-agent solve`` with everything that is real: server, template, sandbox, tracking.

The tests share a home, as a person's runs do, and so one training where they can.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from agent_core.home import Home
from agent_core.run import RunState, list_runs
from tests.flows.tiny_competition import write_competition
from tests.standins.kaggle import KaggleStandIn

pytestmark = pytest.mark.slow

BUDGET = 20
STAGES = ["download", "profile", "strategy", "codegen", "train", "evaluate", "submission", "track"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(root=tmp_path_factory.mktemp("home") / "my hôme")


@pytest.fixture(scope="module")
def competition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_competition(tmp_path_factory.mktemp("data") / "tiny")


@pytest.fixture(autouse=True)
def _nothing_is_left(home: Home) -> Iterator[None]:
    yield
    until(lambda: not processes_of(home), 60, lambda: processes_of(home))


def start(home: Home, source: Path | str, *words: str, **env: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MLFLOW_"))}
    return subprocess.Popen(
        (sys.executable, "-c", "from ui.cli import main; main()", "solve", str(source), "--json",
         "--budget", str(BUDGET), "--sandbox", "process", *words),
        env=kept | {"KAGGLE_AGENT_HOME": str(home.root), "KAGGLE_AGENT_PREFECT_LINGER": "2"} | env,
        # Started in the background of a script, this process ignores Ctrl-C, and so would a child.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str], code: int = 0) -> dict[str, Any]:
    out, err = process.communicate(timeout=400)
    assert process.returncode == code, f"{out}\n{err}"
    answer = json.loads(out)
    assert isinstance(answer, dict)
    return answer


def until(met: Callable[[], bool], seconds: float, shown: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, shown()
        time.sleep(0.1)


def processes_of(home: Home) -> list[psutil.Process]:
    """All that work for this home, wherever they hang in the tree of processes."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            about = " ".join([*process.cmdline(), process.environ().get("KAGGLE_AGENT_HOME", "")])
            if str(home.root) in about and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"{text!r} was never said")


@pytest.fixture(scope="module")
def solved(home: Home, competition: Path) -> dict[str, Any]:
    return finish(start(home, competition))


def test_solved(solved: dict[str, Any], home: Home) -> None:
    assert list(solved["stages"]) == STAGES
    assert not any(stage["cached"] for stage in solved["stages"].values())
    assert solved["slug"] == "tiny"
    assert solved["metric"] == "accuracy"
    assert 0.6 < solved["cv_score"] < 0.95
    lines = Path(solved["submission"]).read_text().splitlines()
    assert lines[0] == "id,y"
    assert [line.partition(",")[0] for line in lines[1:]] == [str(n) for n in range(240, 360)]
    assert {line.partition(",")[2] for line in lines[1:]} == {"0", "1"}
    folder = home.runs / solved["run_id"]
    files = {"run.json", "log.txt", "report.md", "solution.py", "submission.csv", "trials.json"}
    files |= {"profile.json", "folds.txt", "trials"}
    assert {path.name for path in folder.iterdir()} == files
    assert solved["mlflow_run_id"]


def test_the_same_again_is_all_cached(
    solved: dict[str, Any], home: Home, competition: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mine.csv"
    again = finish(start(home, competition, "--output", str(copy)))
    assert all(stage["cached"] for stage in again["stages"].values())
    assert again["run_id"] != solved["run_id"]
    assert again["mlflow_run_id"] == solved["mlflow_run_id"]
    assert again["cv_score"] == solved["cv_score"]
    assert again["submission"] == str(copy)
    assert copy.read_bytes() == Path(solved["submission"]).read_bytes()


def test_a_lost_submission_is_made_again(
    solved: dict[str, Any], home: Home, competition: Path
) -> None:
    for lost in home.trials.glob("*/submission/submission.csv"):
        lost.unlink()
    again = finish(start(home, competition))
    assert [name for name, stage in again["stages"].items() if not stage["cached"]] == [
        "submission"
    ]
    assert Path(again["submission"]).read_bytes() == Path(solved["submission"]).read_bytes()


def test_killed_while_training_it_goes_on_from_there(home: Home, competition: Path) -> None:
    process = start(home, competition, "--seed", "1")
    wait_for(process, "train |")  # the script itself is running
    tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert len(tree) >= 4  # command line, run, server, sandbox with the script
    for victim in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    process.communicate()
    _, alive = psutil.wait_procs(tree, timeout=15)
    assert alive == []
    assert RunState.DIED in {run.state for run in list_runs(home)[0]}

    again = finish(start(home, competition, "--seed", "1"))
    cached = {name: stage["cached"] for name, stage in again["stages"].items()}
    assert cached["download"]
    assert cached["profile"]
    assert cached["strategy"]
    assert not cached["train"]


def test_killing_only_the_command_line_ends_the_rest(home: Home, competition: Path) -> None:
    process = start(home, competition, "--seed", "2")
    wait_for(process, "train ...")
    process.kill()
    process.communicate()
    until(lambda: not processes_of(home), 60, lambda: processes_of(home))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_on_request(home: Home, competition: Path, number: signal.Signals) -> None:
    process = start(home, competition, "--seed", "2")
    wait_for(process, "train ...")
    process.send_signal(number)
    answer = finish(process, code=130)
    assert "goes on from there" in answer["error"]["next"]
    (run,) = [run for run in list_runs(home)[0] if run.run_id == answer["run_id"]]
    assert run.state is RunState.CANCELLED


def test_two_at_once_on_one_home(solved: dict[str, Any], home: Home, tmp_path: Path) -> None:
    sources = [write_competition(tmp_path / name, seed=n) for n, name in enumerate("ab", start=5)]
    processes = [start(home, source) for source in sources]
    answers = [finish(process) for process in processes]
    assert [answer["slug"] for answer in answers] == ["a", "b"]
    assert all(Path(answer["submission"]).exists() for answer in answers)


def test_from_kaggle(solved: dict[str, Any], home: Home, competition: Path) -> None:
    files = {path.name: path.read_bytes() for path in competition.glob("*.csv")}
    with KaggleStandIn("tiny-on-kaggle", files) as kaggle:
        answer = finish(start(home, kaggle.address, **kaggle.env))
        assert answer["slug"] == "tiny-on-kaggle"
        again = finish(start(home, kaggle.address, **kaggle.env))
    assert all(stage["cached"] for stage in again["stages"].values())


def test_a_prefect_server_that_does_not_answer(home: Home, competition: Path) -> None:
    answer = finish(start(home, competition, PREFECT_API_URL="http://127.0.0.1:9/api"), code=1)
    assert "PREFECT_API_URL=http://127.0.0.1:9/api" in answer["error"]["what"]
    assert "unset PREFECT_API_URL" in answer["error"]["next"]
