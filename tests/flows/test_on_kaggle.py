"""A run whose script is trained on Kaggle's machines, which the stand-in plays by executing it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import agent_core.solution
from agent_core.errors import BadSource, NotSolved
from agent_core.events import Event, Line, StageProgress
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.run import RunState, Solved, list_runs
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from flows.solve_competition import solve_competition
from tasks.progress import listening
from tests.flows.tiny_competition import CRASHES, SOLVES, write_competition
from tests.standins.kaggle import KaggleStandIn, pointed_at

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("prefect_server"),
    # MLflow's own tables use it.
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KaggleStandIn]:
    folder = write_competition(tmp_path / "there")
    (folder / "competition.json").unlink()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setenv("KAGGLE_AGENT_KERNEL_INTERVAL", "0.1")
    with KaggleStandIn("tiny", files) as kaggle, pointed_at(kaggle):
        kaggle.details["title"] = "タイタニック号の生存者"
        kaggle.datasets.settling = 0
        yield kaggle


def solve(kaggle: KaggleStandIn, script: str, monkeypatch: pytest.MonkeyPatch) -> Solved:
    def write(profile: Profile, strategy: Strategy) -> Solution:
        return Solution(source=script, strategy=strategy.fingerprint())

    monkeypatch.setattr(agent_core.solution, "write_solution", write)
    return solve_competition(kaggle.address, budget=60, planner="rules", sandbox="kaggle")


def test_trained_on_kaggle_and_scored_here(
    kaggle: KaggleStandIn, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    with listening(heard.append):
        solved = solve(kaggle, SOLVES, monkeypatch)

    assert 0.6 < solved.cv_score < 0.95
    assert len(solved.submission.read_text().splitlines()) == solved.rows + 1 == 121
    (pushed,) = kaggle.kernels.pushed
    assert pushed["isPrivate"] is True
    assert pushed["kernelType"] == "script"
    assert pushed["competitionDataSources"] == ["tiny"]
    assert not pushed.get("enableInternet")
    assert not pushed.get("enableGpu")
    ((how, dataset),) = kaggle.datasets.saved
    assert (how, [dataset]) == ("create", pushed["datasetDataSources"])
    assert list(kaggle.datasets.files[dataset]) == ["folds.csv"]
    assert dataset in kaggle.datasets.private
    lines = [event.text for event in heard if isinstance(event, Line) and event.stage == "train"]
    assert lines[0] == "reading"  # the rest may come so soon after it that it is not shown
    assert any(isinstance(e, StageProgress) and "kernel ada/" in e.message for e in heard)
    ((run,), _) = list_runs(home)
    assert (run.state, run.waits_for, run.name) == (RunState.SOLVED, "", "tiny")


def test_what_lies_on_kaggle_already_is_not_pushed_again(
    kaggle: KaggleStandIn, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another home, as on another machine, or after this one was lost."""
    kaggle.kernels.newer_mounts = True
    first = solve(kaggle, SOLVES, monkeypatch)
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(home.root.with_name("another")))
    second = solve(kaggle, SOLVES, monkeypatch)

    assert second.cv_score == first.cv_score
    assert not second.stages["train"].cached
    assert len(kaggle.kernels.pushed) == 1
    assert len(kaggle.datasets.saved) == 1


def test_a_script_that_fails_there_is_told_as_one_that_fails_here(
    kaggle: KaggleStandIn, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    with listening(heard.append), pytest.raises(NotSolved, match="no such luck"):
        solve(kaggle, CRASHES, monkeypatch)

    told = [event.text for event in heard if isinstance(event, Line) and not event.stage]
    assert any("unknown: retry" in text for text in told)
    assert any("unknown: stop" in text and "No further improvement" in text for text in told)
    assert len(kaggle.kernels.pushed) == 2


def test_a_folder_is_not_sent_to_kaggle_unasked(
    kaggle: KaggleStandIn, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_competition(tmp_path / "mine")
    with pytest.raises(BadSource, match="folder on this machine") as refused:
        solve_competition(str(folder), budget=60, planner="rules", sandbox="kaggle")
    assert "KAGGLE_AGENT_KERNEL_MAY_UPLOAD=true" in refused.value.next
    assert kaggle.calls["StartBlobUpload"] == kaggle.calls["SaveKernel"] == 0
