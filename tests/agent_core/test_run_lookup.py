"""A run is found by what a person calls it."""

import pytest

from agent_core.errors import BadSource, NoSuchResult, NoSuchRun
from agent_core.run import RunState, save_run
from agent_core.run_lookup import find_run, folder_of, solved_of
from tests.agent_core.submitting.orders import solved_run


def test_by_id_by_its_beginning_and_as_the_latest(home):
    first, second = solved_run(home), solved_run(home)

    assert find_run(home, first.run_id) == first
    assert find_run(home, f" {first.run_id[:13].upper()} ") == first
    assert find_run(home, "latest") == second
    assert folder_of(first, home).is_dir()
    assert solved_of(first) == first.solved


def test_what_cannot_be_told_apart_is_asked_for(home):
    run = solved_run(home)
    save_run(run.model_copy(update={"run_id": run.run_id + "0"}), home.runs / (run.run_id + "0"))

    with pytest.raises(BadSource, match="2 runs"):
        find_run(home, run.run_id[:8])


@pytest.mark.parametrize("name", ["", "nothing", "latest"])
def test_what_is_not_there_is_told(home, name):
    with pytest.raises(NoSuchRun, match="kaggle-agent runs"):
        find_run(home, name)


def test_a_run_that_came_to_nothing_has_nothing_to_hand_over(home):
    failed = solved_run(home).model_copy(update={"solved": None, "state": RunState.FAILED})

    with pytest.raises(NoSuchResult, match="it is failed"):
        solved_of(failed)
