"""Processes of the stack are killed while a run trains: it goes on, and nothing is lost."""

import json
import time
from pathlib import Path

import pytest

from tests.faults.conftest import SILENCE
from tests.faults.live import LiveStack
from tests.faults.scenario import taken_up, training, went_on

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

_OUTAGE = 60.0
#: The budget of the scenarios that are part of every `make test`.
_QUICK = 45.0


def test_kill_of_the_flow_process(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, budget=_QUICK)
    killed = time.time()
    run.processes()[-1].kill()
    crashed, again = taken_up(run, "the flow's process", killed)
    assert "Taken up again after a crash, 1 of 2 times" in again.message
    assert crashed.message in again.message
    assert "process worker   died" not in stack.said()


@pytest.mark.faults
def test_kill_of_the_worker(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    stack.service("worker", "process").kill()
    went_on(run, "the worker", killed, "nothing: another worker is started, the run goes on")
    assert "process worker   died, and was started again" in stack.said()


def test_kill_of_the_worker_and_the_flow_together(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, budget=_QUICK)
    killed = time.time()
    for process in (stack.service("worker", "process"), *run.processes()):
        process.kill()
    crashed, _ = taken_up(run, "the worker and the flow's process together", killed)
    assert f"No sign of life for {SILENCE:.0f} s" in crashed.message


@pytest.mark.faults
def test_kill_of_the_prefect_server(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    stack.service("flows.stack_server").kill()
    went_on(run, "the Prefect server", killed, "nothing: it is started again, the run goes on")


@pytest.mark.faults
def test_mlflow_is_down_for_a_minute(stack: LiveStack, competition: Path) -> None:
    """As often as the stack starts it, it is killed again: the run wants to be tracked then."""
    run = training(stack, competition)
    killed = time.time()
    while time.time() < killed + _OUTAGE:
        for process in stack.services("server", "--allowed-hosts"):
            process.kill()
        time.sleep(0.5)
    went_on(run, "MLflow, for a minute", killed, "nothing: it is started again, the run is tracked")
    solved = json.loads((run.folder / "run.json").read_text())["solved"]
    assert solved["mlflow_run_id"], solved["tracking_problem"]
    assert "mlflow           died, and was started again" in stack.said()
