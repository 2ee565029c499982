"""How a run stands, in labels and back; what failures are counted by."""

import math

import pytest

from agent_core.errors import NotSolved, PreflightFailed, RulesNotAccepted
from agent_core.intake.blocker import Blocker
from agent_core.standing import OVERDUE, Standing, failure_class

WHOLE = Standing(
    stage="train", progress=0.5, metric="rmse", higher_is_better=False, score=1.0, score_std=0.25,
    trials=3, cost_usd=0.0, failure="oom",
)  # fmt: skip


@pytest.mark.parametrize("standing", [WHOLE, Standing()])
def test_there_and_back(standing: Standing) -> None:
    labels: dict[str, object] = {"prefect.flow.id": "x", OVERDUE: True, **standing.labels()}
    assert Standing.of(labels) == standing


def test_what_is_no_longer_known_is_taken_back() -> None:
    labels = {**WHOLE.labels(), **Standing(stage="train").labels()}
    assert Standing.of(labels) == Standing(stage="train")


def test_a_score_that_is_no_number_is_unknown() -> None:
    assert Standing.of(Standing(score=math.nan, score_std=math.inf).labels()) == Standing()


def test_a_run_that_says_nothing() -> None:
    assert Standing.of({}) == Standing()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RulesNotAccepted("x"), "RulesNotAccepted"),
        (ValueError("x"), "ValueError"),
        (NotSolved("x", failure="oom"), "oom"),
        (NotSolved("x"), "NotSolved"),
        (PreflightFailed("x", blockers=(Blocker(code="rules", what="x"),)), "rules"),
        (PreflightFailed("x"), "PreflightFailed"),
    ],
)
def test_failures_have_a_class(error: Exception, expected: str) -> None:
    assert failure_class(error) == expected
