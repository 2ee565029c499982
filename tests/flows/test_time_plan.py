"""The training gets most of the budget, and always the same share of the same budget."""

import pytest

from flows.time_plan import training_seconds


@pytest.mark.parametrize(("budget", "training"), [(10, 8.5), (60, 51), (200, 170), (600, 570)])
def test_share(budget: float, training: float) -> None:
    assert training_seconds(budget) == pytest.approx(training)
