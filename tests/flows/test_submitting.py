"""The whole loop: solve, submit, wait, public score, rank, gap; and what if Kaggle will not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import agent_core.solution
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.receipt import receipt_of
from agent_core.run import RunState, Solved, list_runs
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from flows.deployed import solve_deployed
from flows.solve_competition import solve_competition
from tests.flows.tiny_competition import SOLVES, write_competition
from tests.standins.kaggle import KaggleStandIn, pointed_at
from tests.tasks.stores import client_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("prefect_server"),
    # MLflow's own tables use it.
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KaggleStandIn]:
    def write(profile: Profile, strategy: Strategy) -> Solution:
        return Solution(source=SOLVES, strategy=strategy.fingerprint())

    monkeypatch.setattr(agent_core.solution, "write_solution", write)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = write_competition(tmp_path / "tiny")
    files = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    with KaggleStandIn("tiny", files) as standin, pointed_at(standin):
        yield standin


def solve(source: str, **options: Any) -> Solved:
    wishes = {"budget": 60.0, "planner": "rules", "sandbox": "process", "submit_to_kaggle": True}
    solved: Solved = solve_competition(source, **wishes | options)
    return solved


def test_the_loop_is_closed_and_no_repeat_sends_twice(kaggle: KaggleStandIn, home: Home) -> None:
    kaggle.details["title"] = "タイタニック"

    solved = solve("tiny")

    assert solved.receipt
    assert (solved.receipt.public_score, solved.receipt.rank) == (0.77, 3)
    assert solved.receipt.gap == pytest.approx(0.77 - solved.cv_score)
    assert "submit" in solved.stages
    assert solved.decision
    assert solved.decision.verdict.value == "pass"
    folder = home.runs / solved.run_id
    assert receipt_of(folder) == solved.receipt
    report = (folder / "report.md").read_text("utf-8")
    assert "rank 3 of 4 teams" in report
    assert "## Decision on template: pass" in report
    assert solved.mlflow_run_id
    metrics = client_of(home).get_run(solved.mlflow_run_id).data.metrics
    assert metrics["public_score"] == 0.77
    assert metrics["cv_to_leaderboard_gap"] == pytest.approx(solved.receipt.gap)
    [handed] = kaggle.submissions.handed
    assert handed.content == solved.submission.read_bytes()

    again = solve("tiny")

    assert again.receipt
    assert again.receipt.ref == solved.receipt.ref
    assert again.stages["train"].cached
    assert len(kaggle.submissions.handed) == 1


def test_kaggle_refusing_costs_no_solved_run(kaggle: KaggleStandIn, home: Home) -> None:
    kaggle.submissions.used_elsewhere = 5

    state = solve_deployed(
        "tiny",
        budget=60,
        planner="rules",
        sandbox="process",
        submit_to_kaggle=True,
        return_state=True,
    )

    assert state.is_completed()
    ((run,), _) = list_runs(home)
    assert run.state is RunState.SOLVED
    assert run.solved
    assert run.solved.receipt is None
    assert any("are used up" in warning for warning in run.solved.warnings)
    assert f"kaggle-agent submit {run.run_id}" in " ".join(run.solved.warnings)


def test_a_folder_that_belongs_nowhere_is_told_before_the_work(
    kaggle: KaggleStandIn, home: Home, tmp_path: Path
) -> None:
    state = solve_deployed(
        str(tmp_path / "tiny"), sandbox="process", submit_to_kaggle=True, return_state=True
    )

    assert state.is_failed()
    assert "not known where its submission belongs" in str(state.message)
    assert not home.trials.exists()
