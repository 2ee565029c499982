"""What a stage passes on to the core."""

from typing import Any

import pytest

from agent_core import trial
from tasks.caching import cache_key
from tasks.stages import train_solution


class Begun(Exception):
    """Instead of a training; holds its seconds."""


@pytest.mark.parametrize(
    ("left", "seconds"), [(57.0, 51.0), (40.0, 40.0), (2.0, 15.3), (-9.0, 15.3)]
)
def test_a_training_is_cut_short_where_time_has_run_out(
    left: float, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*given: Any) -> None:
        raise Begun(given[4])

    monkeypatch.setattr(trial, "run_trial", begin)
    monkeypatch.setattr("tasks.stages._warm_up", lambda: None)
    given: Any = None
    with pytest.raises(Begun) as begun:
        train_solution.fn(given, given, given, "process", 51.0, 1, left)
    assert begun.value.args[0] == pytest.approx(seconds)


def test_a_repeat_asks_for_the_same_training_whenever_it_comes() -> None:
    keys = {
        cache_key("train", train_solution.fn, (None, None, None, "process", 51.0, 1, left), {})
        for left in (57.0, 3.0)
    }
    assert len(keys) == 1
