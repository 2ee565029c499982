"""The flow on a real server with all its real parts, but for a script that is quick."""

from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client

import agent_core.solution
from agent_core.errors import BadSource, NotSolved
from agent_core.events import Event, Line, StageFinished
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.run import RunState, Solved, list_runs
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from flows.solve_competition import solve_competition
from tasks.progress import listening
from tests.flows.tiny_competition import CRASHES, GUESSES, SOLVES, write_competition

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("prefect_server"),
    # MLflow's own tables use it.
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]

STAGES = ["download", "profile", "strategy", "codegen", "train", "evaluate", "submission", "track"]


@pytest.fixture
def competition(tmp_path: Path) -> Path:
    return write_competition(tmp_path / "tiny")


def solve(competition: Path, script: str, monkeypatch: pytest.MonkeyPatch, seed: int = 0) -> Solved:
    def write(profile: Profile, strategy: Strategy) -> Solution:
        return Solution(source=script, strategy=strategy.fingerprint())

    monkeypatch.setattr(agent_core.solution, "write_solution", write)
    return solve_competition(str(competition), budget=60, sandbox="process", seed=seed)


def test_solved_once_then_taken_from_the_cache(
    competition: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    with listening(heard.append):
        first = solve(competition, SOLVES, monkeypatch)
    assert list(first.stages) == STAGES
    assert not any(stage.cached for stage in first.stages.values())
    assert 0.6 < first.cv_score < 0.95
    assert first.higher_is_better
    assert first.metric == "accuracy"
    assert first.baseline is not None
    assert first.cv_score > first.baseline
    assert first.submission.read_text().splitlines()[0] == "id,y"
    assert len(first.submission.read_text().splitlines()) == first.rows + 1 == 121
    assert first.solution.read_text() == SOLVES
    assert f"{first.cv_score:.6g}" in first.report.read_text()
    assert Line(stage="train", text="reading") in heard

    second = solve(competition, SOLVES, monkeypatch)
    assert all(stage.cached for stage in second.stages.values())
    assert second.run_id != first.run_id
    assert second.mlflow_run_id == first.mlflow_run_id is not None
    assert second.submission.read_bytes() == first.submission.read_bytes()
    runs, unreadable = list_runs(home)
    assert [run.run_id for run in runs] == [second.run_id, first.run_id]
    assert {run.state for run in runs} == {RunState.SOLVED}
    assert unreadable == ()
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(UUID(first.run_id)).name == "tiny"


def test_only_what_depends_on_a_lost_file_is_done_again(
    competition: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = solve(competition, SOLVES, monkeypatch)
    (oof,) = home.trials.glob("*/out/oof.csv")
    oof.unlink()
    second = solve(competition, SOLVES, monkeypatch)
    done = [name for name, stage in second.stages.items() if not stage.cached]
    assert done[0] == "train"
    assert "profile" not in done
    assert second.cv_score == first.cv_score


@pytest.mark.parametrize(
    ("script", "why"), [(CRASHES, "no such luck|ended with|exit code"), (GUESSES, "dummy|baseline")]
)
def test_a_script_that_is_no_good_is_no_solution(
    competition: Path, home: Home, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    heard: list[Event] = []
    with listening(heard.append), pytest.raises(NotSolved, match=why) as caught:
        solve(competition, script, monkeypatch)
    assert "log.txt" in caught.value.next
    finished = [event.stage for event in heard if isinstance(event, StageFinished)]
    assert "submission" not in finished
    assert finished[-1] == "track"  # failures can be compared too
    ((run,), _) = list_runs(home)
    assert run.state is RunState.FAILED
    assert run.failure
    assert run.failure.what == caught.value.what


def test_a_crash_is_tried_again_by_the_same_command(
    competition: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    for _ in range(2):
        with listening(heard.append), pytest.raises(NotSolved):
            solve(competition, CRASHES, monkeypatch)
    trained = [e.cached for e in heard if isinstance(e, StageFinished) and e.stage == "train"]
    assert trained == [False, False]


def test_no_competition(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BadSource):
        solve_competition(str(tmp_path / "nowhere"))
    ((run,), _) = list_runs(home)
    assert run.state is RunState.FAILED
