"""The arithmetic behind the load test's proof."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.load.figures import Passed, figures, most_at_once

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("spans", "most"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (1, 2), (2, 3)], 1),
        ([(0, 9), (1, 2), (3, 4), (3.5, 5)], 3),
        ([(0, 3), (1, 3), (2, 3), (3, 4)], 3),
    ],
)
def test_how_many_overlap(spans: list[tuple[float, float]], most: int) -> None:
    assert most_at_once((after(begin), after(end)) for begin, end in spans) == most


def test_figures_of_three_runs() -> None:
    runs = [
        Passed(handed_in=after(n), accepted=after(2 * n + 1), started=after(10), ended=after(36))
        for n in range(3)
    ]
    found = figures(runs)
    assert found["handed in within, s"] == 2
    assert found["accept latency, median, s"] == 2
    assert found["accept latency, p95, s"] == pytest.approx(2.9)
    assert found["accepted to running, median, s"] == 7
    assert found["most running at once"] == 3
    assert found["runs per hour"] == pytest.approx(300)
