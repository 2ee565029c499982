"""Containers are killed while a run trains, and flows that take too much memory."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agent_core.sandbox.engines import require_engine
from tests.faults.conftest import SILENCE
from tests.faults.live import HandedIn, LiveStack
from tests.faults.scenario import check_taken_up, check_went_on, training
from tests.faults.table import TABLE
from tests.ui.up import until

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture(autouse=True)
def engine() -> None:
    require_engine()


def docker(*command: str) -> str:
    done = subprocess.run(("docker", *command), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def pool_container(run: HandedIn) -> str:
    """The container that executes ``run``."""
    return docker("ps", "-q", "-f", f"label=io.prefect.flow-run-id={run.id}")


def sandbox_containers(stack: LiveStack, kind: str) -> list[str]:
    """Those of the home whose command calls that module of the jail."""
    ids = docker("ps", "-q", "-f", f"label=kaggle-agent.home={stack.home.root}").split()
    return [i for i in ids if kind in docker("inspect", "-f", "{{.Config.Cmd}}", i)]


def the_only(found: Callable[[], list[str]]) -> str:
    until(found, 180, found)
    (one,) = found()
    return one


def test_kill_of_the_pool_container(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, "docker")
    killed = time.time()
    docker("kill", pool_container(run))
    crashed = run.wait_for("CRASHED", killed)
    taken_up = run.wait_for("SCHEDULED", crashed.at)
    run.wait_for("COMPLETED", taken_up.at)
    check_taken_up(run)
    TABLE.crashed("the run's container (docker pool)", killed, crashed, taken_up)


def test_kill_of_the_worker_and_the_container_together(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, "docker")
    killed = time.time()
    stack.service("worker", "docker").kill()
    docker("kill", pool_container(run))
    crashed = run.wait_for("CRASHED", killed)
    assert f"No sign of life for {SILENCE:.0f} s" in crashed.message
    taken_up = run.wait_for("SCHEDULED", crashed.at)
    run.wait_for("COMPLETED", taken_up.at)
    check_taken_up(run)
    TABLE.crashed("the worker and the run's container together", killed, crashed, taken_up)


def test_out_of_memory_in_the_flows_container(stack: LiveStack, competition: Path) -> None:
    handed_in = time.time()
    run = stack.hand_in("docker", competition, job_variables={"memory": "200m"})
    crashed = run.wait_for("CRASHED", handed_in)
    assert "memory" in crashed.message
    taken_up = run.wait_for("SCHEDULED", crashed.at)
    stack.ask(
        "POST", f"/flow_runs/{run.id}/set_state", {"state": {"type": "CANCELLED"}, "force": True}
    )
    running = run.wait_for("PENDING", handed_in).at
    TABLE.add(
        "the memory of the run's container is too small",
        f"CRASHED: {crashed.message}; taken up again {taken_up.at - crashed.at:.0f} s later, at "
        "most twice",
        crashed.at - running,
    )


def test_kill_of_the_sandbox(stack: LiveStack, competition: Path) -> None:
    """With its warden, which holds its outputs, the whole sandbox is gone: it is tried again."""
    run = training(stack, competition, sandbox="docker")
    the_only(lambda: sandbox_containers(stack, "contained"))
    killed = time.time()
    docker("kill", the_only(lambda: sandbox_containers(stack, "warden")))
    done = run.wait_for("COMPLETED", killed)
    check_went_on(run)
    TABLE.add(
        "the sandbox (its warden container)",
        "nothing: the training is tried again, COMPLETED",
        done.at - killed,
    )


def test_kill_of_the_script(stack: LiveStack, competition: Path) -> None:
    """Nobody can tell it from a script that ends itself so: the run fails, and may be repeated."""
    run = training(stack, competition, sandbox="docker")
    script = the_only(lambda: sandbox_containers(stack, "contained"))
    killed = time.time()
    docker("kill", script)
    failed = run.wait_for("FAILED", killed)
    assert "Next:" in failed.message
    TABLE.add("the script in its container", f"FAILED: {failed.message}", failed.at - killed)
    again = stack.hand_in("process", competition, sandbox="docker")
    again.wait_for("COMPLETED", killed)
    assert "profile cached" in again.log()
