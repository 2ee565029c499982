"""The flow as a deployment runs it: its final state says in words what came of it."""

from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State, StateType

import agent_core.solution
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.run import RunState, list_runs
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from flows.deployed import solve_deployed
from tests.flows.tiny_competition import SOLVES, write_competition

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("prefect_server"),
    # MLflow's own tables use it.
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]


def final_state(source: Path, **options: Any) -> State[Any]:
    state: State[Any] = solve_deployed(str(source), return_state=True, **options)
    return state


def test_the_outcome_is_in_the_state(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(profile: Profile, strategy: Strategy) -> Solution:
        return Solution(source=SOLVES, strategy=strategy.fingerprint())

    monkeypatch.setattr(agent_core.solution, "write_solution", write)
    competition = write_competition(tmp_path / "tiny")
    state = final_state(competition, budget=60, planner="rules", sandbox="process")
    ((run,), _) = list_runs(home)
    assert run.state is RunState.SOLVED
    assert run.solved
    assert state.type is StateType.COMPLETED
    assert f"{run.solved.cv_score:.6g}" in str(state.message)
    assert str(run.solved.submission) in str(state.message)


def test_what_stands_in_the_way_is_told_all_at_once(home: Home, tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny")
    (folder / "sample_submission.csv").unlink()
    (folder / "train.csv").unlink()
    state = final_state(folder)
    assert state.type is StateType.FAILED
    message = str(state.message)
    assert "cannot be solved as things stand" in message
    assert message.count("\n* ") >= 1
    assert "Next: " in message
    assert "Traceback" not in message
    ((run,), _) = list_runs(home)
    assert run.state is RunState.FAILED


@pytest.mark.parametrize("options", [{"metric": "no-such-metric"}, {}])
def test_bad_input(home: Home, tmp_path: Path, options: dict[str, str]) -> None:
    state = final_state(tmp_path / "nowhere", **options)
    assert state.type is StateType.FAILED
    assert ("no-such-metric" if options else "nowhere") in str(state.message)
