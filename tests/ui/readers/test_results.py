"""Results as the flow leaves them, read back from MLflow and from the run's folder."""

import csv
import io
import time
from pathlib import Path
from uuid import uuid4

import pytest

from agent_core.errors import KaggleAgentError, NoSuchResult, SurroundingsFailed
from agent_core.home import Home
from agent_core.sandbox.sandbox import Outcome
from agent_core.settings import Settings
from agent_core.solution import Solution
from agent_core.trial_tree import NodeKind
from tasks.record import FlowRun, SolveRecord
from tasks.run_folder import keep_attempt
from tasks.tracking import track_solve
from tests.tasks.conftest import home, migrated_store, tracked_home
from tests.tasks.solve_records import OUTPUTS, attempt, record
from ui.readers import mlflow_reader
from ui.readers.mlflow_reader import MlflowFiles
from ui.readers.open_results import open_results, tracking_uri
from ui.readers.result_files import LOG_TAIL, FileResults, parse_importance
from ui.readers.run_folder import RunFolders

__all__ = ["home", "migrated_store", "tracked_home"]

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")

# Fixed: tests that run side by side have to be named alike.
RUN = "7b0c9a5e-6f1d-4c39-9b57-3d2f8e4a1c60"


@pytest.fixture
def solve(tracked_home: Home) -> SolveRecord:
    """A template that crashed, and a draft that comes from it and wins."""
    crashed = attempt(tracked_home.trials / "1", folds=None, outcome=Outcome.CRASHED)
    good = attempt(tracked_home.trials / "2", called="draft 1").model_copy(
        update={
            "kind": NodeKind.REPAIR,
            "parent": "template",
            "solution": Solution(source="print('better')\n", strategy="s"),
        }
    )
    return record(crashed, good, flow=FlowRun(id=RUN, name="shipwreck"))


def from_mlflow(home: Home, tracked_as: str | None = None) -> FileResults:
    uri = f"sqlite:///{home.mlflow / 'mlflow.db'}"
    return FileResults([MlflowFiles(uri, lambda run: tracked_as)])


def test_all_that_a_page_shows_is_in_mlflow(tracked_home: Home, solve: SolveRecord) -> None:
    tracked = track_solve(solve, tracked_home)
    results = from_mlflow(tracked_home)
    assert results.place(RUN).mlflow_run_id == tracked.mlflow_run_id
    assert results.place(RUN).url is None  # nobody serves a file
    assert results.profile(RUN) == solve.profile
    assert results.trials(RUN) == solve.tree()
    assert results.submission(RUN) == OUTPUTS["submission.csv"].encode()
    assert results.solution(RUN) == b"print('better')\n"
    (target,) = results.spreads(RUN).targets
    assert dict(zip(target.labels, target.series["training"], strict=True)) == {"0": 5, "1": 7}
    assert [one.feature for one in results.importance(RUN, "draft 1")] == ["age", "fare"]


def test_a_trial_comes_with_its_code_its_changes_and_its_log(
    tracked_home: Home, solve: SolveRecord
) -> None:
    track_solve(solve, tracked_home)
    trial = from_mlflow(tracked_home).trial(RUN, "draft 1")
    assert trial.solution == "print('better')\n"
    assert "-print('hello')\n+print('better')" in trial.changes
    assert trial.log == "fold 0\nfold 1\n"
    assert trial.strategy == solve.attempts[1].strategy
    assert trial.evaluation == solve.attempts[1].evaluation
    assert trial.verification is None


def test_a_run_that_took_all_from_the_cache_shares_an_earlier_ones_page(
    tracked_home: Home, solve: SolveRecord
) -> None:
    tracked = track_solve(solve, tracked_home)
    repeat = str(uuid4())
    results = from_mlflow(tracked_home, tracked.mlflow_run_id)
    assert results.place(repeat).mlflow_run_id == tracked.mlflow_run_id
    assert results.trials(repeat) == solve.tree()


def test_the_folder_says_the_same_without_mlflow(home: Home, solve: SolveRecord) -> None:
    folder = home.runs / RUN
    for made in solve.attempts:
        keep_attempt(folder, made, solve.parent_of(made))
    (folder / "profile.json").write_text(solve.profile.model_dump_json())
    results = open_results("http://127.0.0.1:9", home)
    assert results.profile(RUN) == solve.profile
    assert "+print('better')" in results.trial(RUN, "draft 1").changes
    assert results.trial(RUN, "template").log == "fold 0\nfold 1\n"


def test_of_a_long_log_the_end_is_kept_and_shown(home: Home, tmp_path: Path) -> None:
    made = attempt(tmp_path / "1")
    assert made.trial
    (made.trial.folder / "log.txt").write_text("x" * LOG_TAIL + "end\n")
    keep_attempt(home.runs / RUN, made, None)
    log = FileResults([RunFolders(home)]).trial(RUN, "template").log
    assert (len(log), log[-4:]) == (LOG_TAIL, "end\n")


def test_a_server_that_is_down_is_said_and_not_asked_again_at_once(home: Home) -> None:
    results = FileResults([MlflowFiles("http://person:secret@127.0.0.1:9", lambda run: None)])
    with pytest.raises(SurroundingsFailed, match="does not answer") as caught:
        results.profile(RUN)
    assert "secret" not in str(caught.value)
    begun = time.process_time()
    with pytest.raises(SurroundingsFailed, match="a moment ago"):
        results.profile(RUN)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("run_id", ["", "../../etc", "' or 1=1", RUN])
def test_a_run_that_nobody_knows(tracked_home: Home, run_id: str) -> None:
    with pytest.raises(NoSuchResult):
        from_mlflow(tracked_home).profile(run_id)
    with pytest.raises(NoSuchResult):
        FileResults([RunFolders(tracked_home)]).submission(run_id)


@pytest.mark.parametrize("name", ["../../secrets", "a/b", "x' or '1"])
def test_no_trials_name_leads_elsewhere(home: Home, name: str) -> None:
    with pytest.raises(NoSuchResult, match="trial called"):
        FileResults([RunFolders(home)]).trial(RUN, name)


def test_a_store_that_is_not_there_is_not_made(home: Home) -> None:
    with pytest.raises(NoSuchResult):
        from_mlflow(home).profile(RUN)
    assert not home.mlflow.exists()


def test_what_is_not_there_may_come_later(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = from_mlflow(tracked_home)
    with pytest.raises(NoSuchResult):
        results.profile(RUN)
    track_solve(solve, tracked_home)
    monkeypatch.setattr(mlflow_reader.time, "monotonic", lambda: time.time() + 1e6)
    assert results.profile(RUN) == solve.profile


def test_files_of_another_version_are_explained(home: Home) -> None:
    (home.runs / RUN).mkdir(parents=True)
    (home.runs / RUN / "profile.json").write_text('{"slug": 1}')
    with pytest.raises(KaggleAgentError, match=r"profile\.json of this run cannot be read"):
        FileResults([RunFolders(home)]).profile(RUN)


def test_importance_may_be_anything() -> None:
    text = io.StringIO()
    csv.writer(text).writerows(
        [("feature", "importance"), ("a", "1"), ("b", "x"), ("c",), ("d", "nan"), ("e", "2")]
    )
    assert [one.feature for one in parse_importance(text.getvalue())] == ["e", "a"]
    assert parse_importance("\0garbage") == ()


def test_the_store_is_the_one_that_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=home.root)
    assert tracking_uri(settings) == f"sqlite:///{home.mlflow / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracker:5000 ")
    assert tracking_uri(Settings(home=home.root)) == "http://tracker:5000"
