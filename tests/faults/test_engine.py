"""The Docker engine is restarted while runs train: one in its pool, one in its sandbox."""

import time
from pathlib import Path

import pytest

from tests.faults.live import LiveStack
from tests.faults.own_engine import OwnEngine
from tests.faults.scenario import taken_up, training, went_on

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1800)]


def test_restart_under_a_run_in_the_pool(
    stack_on_engine: LiveStack, engine: OwnEngine, competition: Path
) -> None:
    run = training(stack_on_engine, competition, "docker")
    stopped = time.time()
    engine.stop()
    engine.start()
    taken_up(run, "the engine, restarted under a run of the docker pool", stopped)


def test_restart_under_a_sandbox(
    stack_on_engine: LiveStack, engine: OwnEngine, competition: Path
) -> None:
    run = training(stack_on_engine, competition, sandbox="docker")
    stopped = time.time()
    engine.stop()
    engine.start()
    seen = "nothing: the training is repeated when it is back"
    went_on(run, "the engine, restarted under a run's sandbox", stopped, seen)
