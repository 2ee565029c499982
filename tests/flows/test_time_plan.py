"""Shares of the budget: always the same for the same budget, and together less than all of it."""

import pytest

from flows.time_plan import (
    search_seconds,
    template_seconds,
    training_end,
    training_seconds,
    trial_seconds,
)


@pytest.mark.parametrize(("budget", "training"), [(10, 8.5), (60, 51), (200, 170), (600, 570)])
def test_share_of_the_template_alone(budget: float, training: float) -> None:
    assert training_seconds(budget) == pytest.approx(training)


@pytest.mark.parametrize(
    ("budget", "template", "trial"), [(20, 5, 3), (60, 15, 9), (600, 150, 36), (7200, 1800, 432)]
)
def test_shares_where_claude_searches(budget: float, template: float, trial: float) -> None:
    assert template_seconds(budget) == pytest.approx(template)
    assert trial_seconds(budget) == pytest.approx(trial)


@pytest.mark.parametrize("budget", [90, 600, 3600, 7 * 24 * 3600])
def test_there_is_time_for_the_template_a_trial_and_its_verification(budget: float) -> None:
    longest = 1.1 * trial_seconds(budget) + 5
    assert 1.1 * template_seconds(budget) + 5 + 2 * longest < search_seconds(budget)


@pytest.mark.parametrize("budget", [10, 60, 600, 7 * 24 * 3600])
def test_a_training_that_begins_at_once_is_not_cut(budget: float) -> None:
    assert training_seconds(budget) < training_end(budget, 1000) < budget


def test_large_tables_leave_more_time_for_what_reads_them_again() -> None:
    assert training_end(60, 0) == pytest.approx(57)
    assert training_end(60, 1_000_000) == pytest.approx(51)
    assert training_end(60, 1_000_000_000) == pytest.approx(42)
    assert training_end(3600, 1_000_000) == pytest.approx(3584)
