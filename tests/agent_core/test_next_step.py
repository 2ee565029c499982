"""What is done about a training that failed on Kaggle's machines."""

import pytest

from agent_core.failures import failure_named
from agent_core.next_step import Step, next_step

CLASSES = ["oom", "pandas_compat", "missing_dep", "dataset_missing", "multi_index_columns"]


@pytest.mark.parametrize("name", [*CLASSES, "network_timeout"])
@pytest.mark.parametrize(("author", "step"), [(True, Step.REPAIR), (False, Step.STOP)])
def test_what_would_fail_again_is_repaired_or_left(name: str, author: bool, step: Step) -> None:
    decided = next_step(failure_named(name), 1, author=author)
    assert (decided.step, decided.failure) == (step, name)


@pytest.mark.parametrize(
    ("name", "network"), [("unknown", False), ("network_timeout", True), ("yfinance", True)]
)
def test_what_may_have_been_chance_is_run_again_once(name: str, network: bool) -> None:
    failure = failure_named(name)
    assert next_step(failure, 1, network=network, author=True).step is Step.RETRY
    assert next_step(failure, 2, network=network, author=True).step is Step.REPAIR
    decided = next_step(failure, 2, network=network)
    assert decided.step is Step.STOP
    assert "No further improvement" in decided.why


def test_inputs_that_kaggle_did_not_mount_are_no_fault_of_the_script() -> None:
    failure = failure_named("dataset_missing")
    assert next_step(failure, 1, script_ran=False, author=True).step is Step.RETRY
    assert next_step(failure, 2, script_ran=False, author=True).step is Step.STOP
