"""Containers are killed, or get out of memory, while a run trains."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agent_core.sandbox.engines import require_engine
from tests.faults.conftest import SILENCE
from tests.faults.live import HandedIn, LiveStack
from tests.faults.scenario import failed, taken_up, training, went_on
from tests.faults.table import TABLE
from tests.ui.up import until

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1800)]

#: Less than the flow needs to begin.
_TOO_SMALL = "150m"
_TAKES = 2
#: More than a script takes, and less than a folder in memory may.
_LITTLE = "1g"


@pytest.fixture(autouse=True)
def _engine() -> None:
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


def fill_memory(container: str) -> None:
    """Fill its folder in memory, which counts as its own, until the kernel kills its script."""
    docker("update", "--memory", _LITTLE, "--memory-swap", _LITTLE, container)
    # Detached: the engine forgets to answer where the container ends first.
    docker("exec", "-d", container, "sh", "-c", "cat /dev/zero > /tmp/filler")


def test_kill_of_the_pool_container(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, "docker")
    killed = time.time()
    docker("kill", pool_container(run))
    taken_up(run, "the run's container (docker pool)", killed)


def test_kill_of_the_worker_and_the_container_together(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, "docker")
    killed = time.time()
    stack.service("worker", "docker").kill()
    docker("kill", pool_container(run))
    crashed, _ = taken_up(run, "the docker worker and the run's container together", killed)
    assert f"No sign of life for {SILENCE:.0f} s" in crashed.message


def test_memory_of_the_flows_container(stack: LiveStack, competition: Path) -> None:
    """It never suffices: the run is taken up as often as is allowed, and is then left crashed."""
    run = stack.hand_in("docker", competition, job_variables={"memory": _TOO_SMALL})
    began = run.wait_for("PENDING", 0)
    crashed = run.wait_for("CRASHED", began.at)
    assert "memory" in crashed.message
    last, waits = crashed, []
    for _ in range(_TAKES):
        again = run.wait_for("SCHEDULED", last.at)
        waits.append(f"{again.at - last.at:.0f} s")
        last = run.wait_for("CRASHED", again.at)
    left_alone = time.time() + 2 * SILENCE
    until(lambda: time.time() > left_alone, 3 * SILENCE, run.states)
    assert run.states()[-1] == last
    said = crashed.message.rstrip(".")
    TABLE.add(
        f"nothing, but the run's container never has memory enough ({_TOO_SMALL})",
        f"CRASHED: {said}; taken up again after {' and '.join(waits)}, then left so",
        crashed.at - began.at,
    )


def test_kill_of_the_sandbox(stack: LiveStack, competition: Path) -> None:
    """With its warden, which holds its outputs, the whole sandbox is gone: it is tried again."""
    run = training(stack, competition, sandbox="docker")
    the_only(lambda: sandbox_containers(stack, "contained"))
    killed = time.time()
    docker("kill", the_only(lambda: sandbox_containers(stack, "warden")))
    went_on(run, "the sandbox (its warden container)", killed, "nothing: the training is repeated")


def test_kill_of_the_script(stack: LiveStack, competition: Path) -> None:
    """Nobody can tell it from a script that ends itself so: the run fails, and may be repeated."""
    run = training(stack, competition, sandbox="docker")
    script = the_only(lambda: sandbox_containers(stack, "contained"))
    killed = time.time()
    docker("kill", script)
    failed(run, "the script in its container", killed)
    check_repeated(stack, competition)


def test_memory_of_the_sandbox(stack: LiveStack, competition: Path) -> None:
    run = training(stack, competition, sandbox="docker")
    script = the_only(lambda: sandbox_containers(stack, "contained"))
    filled = time.time()
    fill_memory(script)
    ended = failed(run, "nothing, but the script gets out of memory", filled)
    assert "memory" in ended.message
    check_repeated(stack, competition)


def check_repeated(stack: LiveStack, competition: Path) -> None:
    """What failed in its sandbox is no answer for good: handed in again, it is solved."""
    handed_in = time.time()
    again = stack.hand_in("process", competition, sandbox="docker")
    again.wait_for("COMPLETED", handed_in)
    assert "profile cached" in again.log()
    assert "train cached" not in again.log()
