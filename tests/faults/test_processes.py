"""Processes of the stack are killed while a run trains: it goes on, and nothing is lost."""

import json
import time
from pathlib import Path

import pytest

from tests.faults.conftest import SILENCE
from tests.faults.live import LiveStack
from tests.faults.scenario import check_taken_up, check_went_on, training
from tests.faults.table import TABLE
from tests.ui.up import until

pytestmark = pytest.mark.slow


def test_kill_of_the_flow_process(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    run.processes()[-1].kill()
    crashed = run.wait_for("CRASHED", killed)
    taken_up = run.wait_for("SCHEDULED", crashed.at)
    assert "Taken up again after a crash, 1 of 2 times" in taken_up.message
    assert crashed.message in taken_up.message
    run.wait_for("COMPLETED", taken_up.at)
    check_taken_up(run)
    assert "process worker   died" not in stack.said()
    TABLE.crashed("the flow's process", killed, crashed, taken_up)


@pytest.mark.faults
def test_kill_of_the_worker(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    stack.service("worker", "process").kill()
    until(lambda: "process worker   died, and was started again" in stack.said(), 60, stack.said)
    revived = time.time() - killed
    run.wait_for("COMPLETED", killed)
    check_went_on(run)
    TABLE.add("the worker", "nothing: the run goes on, another worker is started", revived)


def test_kill_of_the_worker_and_the_flow_together(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    for process in (stack.service("worker", "process"), *run.processes()):
        process.kill()
    crashed = run.wait_for("CRASHED", killed)
    assert f"No sign of life for {SILENCE:.0f} s" in crashed.message
    taken_up = run.wait_for("SCHEDULED", crashed.at)
    run.wait_for("COMPLETED", taken_up.at)
    check_taken_up(run)
    TABLE.crashed("the worker and the flow's process together", killed, crashed, taken_up)


@pytest.mark.faults
def test_kill_of_the_prefect_server(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    stack.service("server", "start").kill()
    done = run.wait_for("COMPLETED", killed)
    check_went_on(run)
    TABLE.add(
        "the Prefect server",
        "nothing: it is started again and the run goes on, COMPLETED",
        done.at - killed,
    )


@pytest.mark.faults
def test_kill_of_mlflow(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition)
    killed = time.time()
    stack.service("server", "--allowed-hosts").kill()
    done = run.wait_for("COMPLETED", killed)
    check_went_on(run)
    until(lambda: "mlflow           died, and was started again" in stack.said(), 60, stack.said)
    solved = json.loads((run.folder / "run.json").read_text())["solved"]
    assert solved["mlflow_run_id"] or "MLflow" in solved["tracking_problem"]
    TABLE.add(
        "MLflow",
        "nothing: it is started again, and the run is tracked there"
        if solved["mlflow_run_id"]
        else f"COMPLETED; the report says: {solved['tracking_problem']}",
        done.at - killed,
    )
