"""Runs as the ways in see them, made up: waiting, at work, solved, failed, and many of each."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Any
from uuid import UUID, uuid4

from agent_core.evaluation import Score
from agent_core.trial_tree import Node, NodeKind, NodeState, TrialTree
from ui.readers.runs import JobState, RunRow

#: When `a_run` began: tests that show times say so, instead of asking the clock.
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_run(**known: Any) -> RunRow:
    """A run that is half way through its training, or what ``known`` says of it."""
    row = RunRow(
        id=str(uuid4()),
        name="titanic",
        state=JobState.RUNNING,
        detail="Running",
        source="https://www.kaggle.com/competitions/titanic",
        deployment="docker",
        stage="train",
        progress=0.5,
        metric="accuracy",
        higher_is_better=True,
        score=0.8215,
        score_std=0.0123,
        trials=3,
        cost_usd=0.0412,
        created=BEGAN,
        started=BEGAN + timedelta(seconds=4),
        seconds=95.0,
        asked={"source": "https://www.kaggle.com/competitions/titanic", "budget": 600.0},
    )
    return row.model_copy(update=known)


def solved_run(**known: Any) -> RunRow:
    """A run that has a submission."""
    over: dict[str, Any] = {
        "state": JobState.SUCCESS,
        "detail": "Completed",
        "message": "titanic: 0.8215 ± 0.012 accuracy; 418 rows in submission.csv",
        "stage": "",
        "progress": 1.0,
        "ended": BEGAN + timedelta(seconds=304),
        "seconds": 300.0,
    }
    return a_run(**(over | known))


def failed_run(**known: Any) -> RunRow:
    """A run that may not begin, with what happened, what it means and what to do."""
    over: dict[str, Any] = {
        "state": JobState.FAILED,
        "detail": "Failed",
        "message": "You have not accepted this competition's rules.\nKaggle gives no data without."
        "\nNext: Accept them at https://www.kaggle.com/competitions/titanic/rules and run again.",
        "failure": "RulesNotAccepted",
        "stage": "",
        "progress": None,
        "score": None,
        "score_std": None,
        "trials": None,
        "cost_usd": None,
        "ended": BEGAN + timedelta(seconds=6),
        "seconds": 2.0,
    }
    return a_run(**(over | known))


def queued_run(**known: Any) -> RunRow:
    """A run that waits: nothing is known of it but what was asked."""
    nothing = ("progress", "higher_is_better", "score", "score_std", "trials", "cost_usd")
    over: dict[str, Any] = {
        "state": JobState.QUEUED,
        "detail": "Scheduled",
        "stage": "",
        "metric": "",
        "started": None,
        "seconds": 0.0,
    }
    return a_run(**(dict.fromkeys(nothing) | over | known))


def many_runs(number: int) -> list[RunRow]:
    """One a minute, the last at `BEGAN`, of six competitions and in every state in turn."""
    makers = {
        JobState.QUEUED: queued_run,
        JobState.RUNNING: a_run,
        JobState.SUCCESS: solved_run,
        JobState.FAILED: failed_run,
        JobState.TIMEOUT: failed_run,
        JobState.CANCELLED: failed_run,
    }
    rows = []
    for index in range(number):
        state = tuple(makers)[index % len(makers)]
        at = BEGAN - timedelta(minutes=index)
        rows.append(
            makers[state](
                id=str(UUID(int=index)), name=f"competition-{index % 7}", state=state, created=at
            )
        )
    return rows


def a_tree() -> TrialTree:
    """The template, a draft that failed and was repaired, and an improvement that leads."""
    score = Score(
        metric="accuracy", value=0.80, std=0.01, higher_is_better=True, folds=(0.79, 0.81)
    )
    better = score.model_copy(update={"value": 0.83})
    return TrialTree(
        planner="claude",
        nodes=(
            _node("template", NodeKind.TEMPLATE, NodeState.VERIFIED, score=score),
            _node("draft 1", NodeKind.DRAFT, NodeState.FAILED, failure="syntax"),
            _node("draft 1 repair 1", NodeKind.REPAIR, NodeState.VERIFIED, "draft 1", score=score),
            _node("improve 1", NodeKind.IMPROVE, NodeState.VERIFIED, "draft 1 repair 1", better),
        ),
        winner=None,
        stopped="",
        cost_usd=0.04,
    )


def _node(
    name: str,
    kind: NodeKind,
    state: NodeState,
    parent: str | None = None,
    score: Score | None = None,
    failure: str | None = None,
) -> Node:
    return Node(
        name=name,
        kind=kind,
        state=state,
        title=f"{name}: gradient boosting",
        parent=parent,
        solution=blake2s(name.encode()).hexdigest(),
        score=score,
        failure=failure,
        message="The script is no Python: line 3." if failure else "",
        cost_usd=0.01,
        seconds=12.0,
    )
