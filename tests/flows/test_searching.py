"""A whole solve with Claude: real SDK, HTTP, sandbox and Prefect, and a model that is played."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient

import agent_core.solution
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.run import Solved
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from agent_core.trial_tree import TrialTree, load_tree
from flows.solve_competition import solve_competition
from tasks.tracking_place import tracking_uri
from tests.flows.dialogue import SCRIPTS, TROUBLES, Model, write_competition
from tests.standins.claude import KEY, ClaudeStandIn, Says, pointed_at
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns
from ui.readers.runs import JobState

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
    # A trace makes MLflow import its model serving, which warns of its own types.
    pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning"),
]

BUDGET = 400.0
SECRET = "hunter2-of-the-environment"


@dataclass(frozen=True)
class Whole:
    """A whole run and what the stand-in saw of it."""

    solved: Solved
    tree: TrialTree
    claude: ClaudeStandIn
    home: Home
    folder: Path


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def whole(
    prefect_server: str, tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch
) -> Iterator[Whole]:
    home = Home(root=tmp_path_factory.mktemp("home") / "my hôme")
    folder = write_competition(tmp_path_factory.mktemp("data") / "codes")
    use(patched, home)
    with ClaudeStandIn(Model(**TROUBLES)) as claude:
        yield run(folder, home, claude)


def use(patch: pytest.MonkeyPatch, home: Home) -> None:
    """That home, a template that is quick, and something in the environment that is secret."""

    def write(profile: Profile, strategy: Strategy) -> Solution:
        return Solution(source=SCRIPTS["fine"], strategy=strategy.fingerprint())

    patch.setattr(agent_core.solution, "write_solution", write)
    patch.setenv("KAGGLE_AGENT_HOME", str(home.root))
    patch.setenv("KAGGLE_KEY", SECRET)
    patch.delenv("MLFLOW_TRACKING_URI", raising=False)


def run(folder: Path, home: Home, claude: ClaudeStandIn, max_usd: float = 5.0) -> Whole:
    with pointed_at(claude):
        solved = solve_competition(
            str(folder), budget=BUDGET, planner="claude", sandbox="process", max_usd=max_usd
        )
    tree = load_tree(home.runs / solved.run_id)
    assert tree
    return Whole(solved, tree, claude, home, folder)


def test_the_right_winner_and_the_right_tree(whole: Whole) -> None:
    states = {node.name: node.state.value for node in whole.tree.nodes if node.name != "blend"}
    assert states == {
        "template": "verified",
        "draft 1": "verified",
        "draft 2": "failed",
        "draft 2 repair 1": "verified",
        "draft 3": "failed",
        "draft 3 repair 1": "failed",
        "draft 3 repair 2": "failed",
        "improve 1": "verified",
        "improve 2": "scored",
        "improve 3": "leaking",
        "improve 3 repair 1": "scored",
        "improve 4": "scored",
    }
    assert whole.solved.winner in {"improve 1", "blend"}
    assert whole.tree.winner == whole.solved.winner
    leaking = whole.tree.node("improve 3")
    assert leaking.score
    assert leaking.score.value > 0.98
    assert leaking.failure == "leak"
    assert "withheld" in leaking.message
    assert whole.solved.cv_score > 0.8
    assert whole.solved.cv_score < leaking.score.value
    assert whole.tree.node("improve 1").parent == "draft 2 repair 1"
    assert whole.tree.node("improve 4").parent == "improve 1"
    assert "3 ideas in a row" in whole.solved.stopped
    assert whole.solved.planner == "claude"
    assert whole.solved.trials == 12
    submitted = whole.solved.submission.read_text().splitlines()
    assert len(submitted) == 301


def test_prefect_knows_how_it_went(whole: Whole, prefect_server: str) -> None:
    with closing(Connection(lambda: prefect_server)) as connection:
        runs = PrefectRuns(connection)
        row = runs.run(whole.solved.run_id)
        assert runs.trials(row.id) == whole.tree
        # Prefect writes down a moment later what becomes of tasks.
        while not (told := runs.stages(row.id)) or not all(stage.state.over for stage in told):
            time.sleep(0.2)
    stages = {stage.name: stage for stage in told}
    assert (row.score, row.score_std) == (whole.solved.cv_score, whole.solved.cv_std)
    assert (row.metric, row.trials) == (whole.solved.metric, whole.solved.trials)
    assert row.cost_usd == whole.solved.cost_usd
    assert {"download", "train draft 1", "verify improve 1"} <= set(stages)
    assert all(stage.state is JobState.SUCCESS for stage in stages.values())
    assert not stages["download"].cached


def test_the_ledger_is_what_the_service_counted(whole: Whole) -> None:
    import json

    client = MlflowClient(tracking_uri(whole.home))
    path = client.download_artifacts(whole.solved.mlflow_run_id, "calls.json")
    calls = json.loads(Path(path).read_text())
    answered = [call for call in calls if call["outcome"] != "failed"]
    for name in ("input_tokens", "cache_write_5m", "cache_write_1h", "cache_read", "output_tokens"):
        booked = sum(call["usage"][name] for call in answered)
        assert booked == getattr(whole.claude.usage, name), name
    assert [call["outcome"] for call in calls].count("failed") == 1
    assert sum(call["usd"] for call in calls) == pytest.approx(whole.solved.cost_usd)
    assert whole.solved.cost_usd == whole.tree.cost_usd
    nodes = sum(node.cost_usd for node in whole.tree.nodes)
    plan = sum(call["usd"] for call in calls if call["purpose"] == "plan")
    assert nodes + plan == pytest.approx(whole.solved.cost_usd)


def test_most_of_what_is_sent_is_read_from_the_cache(whole: Whole) -> None:
    assert whole.claude.cached_share(since=1) >= 0.7


def test_nothing_secret_is_sent(whole: Whole) -> None:
    sent = whole.claude.sent.decode()
    assert "Codes" in sent
    private = {SECRET, KEY, str(whole.home.root), str(whole.folder), str(Path.home())}
    private |= {str(Path(__file__).parents[2]), whole.solved.run_id, socket.gethostname()}
    # Shorter ones (a number, a language) may be words of any text.
    private |= {value for value in os.environ.values() if len(value) >= 8}
    assert [value for value in private if value in sent] == []
    assert "Ignore all rules" in sent  # as data


def test_trials_and_calls_are_in_mlflow(whole: Whole) -> None:
    client = MlflowClient(tracking_uri(whole.home))
    parent = client.get_run(whole.solved.mlflow_run_id)
    children = {
        child.data.tags["trial"]: child
        for child in client.search_runs(
            [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
        )
    }
    assert set(children) == {node.name for node in whole.tree.nodes}
    better = children["improve 1"]
    assert better.data.metrics["cv_score"] == whole.tree.node("improve 1").score.value  # type: ignore[union-attr]
    assert better.data.metrics["cost_usd"] == pytest.approx(whole.tree.node("improve 1").cost_usd)
    files = {item.path for item in client.list_artifacts(better.info.run_id)}
    assert {"solution.py", "diff.patch", "log.txt", "verification.json"} <= files
    assert children["draft 3"].data.tags["failure"]
    traces = client.search_traces(locations=[parent.info.experiment_id])
    assert len(traces) == len(whole.claude.whole) + 1  # and the one that was cut
    costs = [trace.info.cost["total_cost"] for trace in traces]
    assert sum(costs) == pytest.approx(whole.solved.cost_usd)
    assert parent.data.metrics["cost_usd"] == pytest.approx(whole.solved.cost_usd)


def test_the_same_command_again_asks_nothing(whole: Whole) -> None:
    before = len(whole.claude.log)
    again = run(whole.folder, whole.home, whole.claude)
    assert len(whole.claude.log) == before
    assert all(stage.cached for stage in again.solved.stages.values())
    assert again.tree == whole.tree
    assert again.solved.submission.read_bytes() == whole.solved.submission.read_bytes()


def test_nonsense_throughout_ends_with_the_template(
    prefect_server: str, tmp_path: Path, patched: pytest.MonkeyPatch
) -> None:
    home = Home(root=tmp_path / "home")
    use(patched, home)
    with ClaudeStandIn(lambda asked: Says("I like trains.")) as claude:
        ended = run(write_competition(tmp_path / "codes"), home, claude)
    assert ended.solved.winner == "template"
    assert {node.state.value for node in ended.tree.nodes} == {"verified", "unwritten"}
    assert any("No draft holds" in warning for warning in ended.solved.warnings)
    assert "No draft holds" in ended.solved.report.read_text()
    assert 0 < ended.solved.cost_usd < 5


def test_a_small_limit_is_never_exceeded(
    prefect_server: str, tmp_path: Path, patched: pytest.MonkeyPatch
) -> None:
    home = Home(root=tmp_path / "home")
    use(patched, home)
    with ClaudeStandIn(Model()) as claude:
        ended = run(write_competition(tmp_path / "codes"), home, claude, max_usd=0.05)
    assert ended.solved.winner == "template"
    assert ended.solved.cost_usd <= 0.05
    assert any("--max-usd" in warning for warning in ended.solved.warnings)


def test_a_key_that_is_not_accepted(
    prefect_server: str, tmp_path: Path, patched: pytest.MonkeyPatch
) -> None:
    home = Home(root=tmp_path / "home")
    use(patched, home)
    with ClaudeStandIn(Model()) as claude, pytest.MonkeyPatch.context() as patch:
        env = claude.env | {"ANTHROPIC_API_KEY": "sk-wrong"}
        for name, value in env.items():
            patch.setenv(name, value)
        folder = write_competition(tmp_path / "codes")
        solved = solve_competition(str(folder), budget=BUDGET, sandbox="process")
    assert solved.planner == "claude"
    assert "ANTHROPIC_API_KEY is set" in solved.planner_reason
    assert solved.winner == "template"
    assert solved.cost_usd == 0
    assert any("key is not accepted" in warning for warning in solved.warnings)
