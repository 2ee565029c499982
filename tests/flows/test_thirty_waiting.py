"""Thirty deployed runs wait for kernels, and hold no place of the worker's four meanwhile."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.run import RunState, load_run
from flows.suspending import WaitingFor
from tests.faults.live import HandedIn, LiveStack
from tests.flows.tiny_competition import write_competition
from tests.standins.kaggle import KaggleStandIn
from tests.standins.kaggle.kernels import Play

pytestmark = pytest.mark.slow

#: Beside the one that came by its way as every run does: those look the same to all who look.
MORE = 29


@pytest.fixture
def kaggle(tmp_path: Path) -> Iterator[KaggleStandIn]:
    folder = write_competition(tmp_path / "there")
    (folder / "competition.json").unlink()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with KaggleStandIn("tiny", files) as kaggle:
        kaggle.datasets.settling = 0
        kaggle.kernels.plays = [Play("RUNNING")]
        yield kaggle


@pytest.fixture
def stack(kaggle: KaggleStandIn, tmp_path: Path) -> Iterator[LiveStack]:
    made = LiveStack(
        Home(root=tmp_path / "home"),
        KAGGLE_AGENT_KERNEL_INTERVAL="2",
        KAGGLE_AGENT_RUNS_AT_ONCE="4",
        **kaggle.env,
    )
    try:
        made.wait_until_up()
        yield made
    finally:
        made.stop()


def sleeping(stack: LiveStack, kaggle: KaggleStandIn, number: int) -> None:
    """One more run that is suspended until its kernel ends."""
    ref = f"ada/kaggle-agent-{number}"
    kaggle.kernels.runs[ref] = Play("RUNNING")
    made = stack.ask("GET", "/deployments/name/solve-competition/process")["id"]
    now = datetime.now(UTC)
    told = WaitingFor(what="it", since=now, until=now + timedelta(hours=3), kernel=ref)
    asked = {
        "state": {"type": "PENDING"},
        "parameters": {"source": kaggle.address},
        "labels": told.labels(),
    }
    run = stack.ask("POST", f"/deployments/{made}/create_flow_run", asked)["id"]
    suspended = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}}
    stack.ask("POST", f"/flow_runs/{run}/set_state", {"state": suspended, "force": True})


def paused(stack: LiveStack) -> int:
    wanted = {"flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}}
    count: int = stack.ask("POST", "/flow_runs/count", wanted)
    return count


def test_waiting_runs_hold_no_place_and_go_on_when_their_kernel_has_ended(
    stack: LiveStack, kaggle: KaggleStandIn, tmp_path: Path
) -> None:
    began = time.time()
    waiting = hand_in(stack, kaggle, "kaggle")
    asleep = waiting.wait_for("PAUSED", began)
    assert "the kernel ada/kaggle-agent-tiny" in asleep.message
    assert load_run(waiting.folder).state is RunState.WAITING
    for number in range(MORE):
        sleeping(stack, kaggle, number)
    assert paused(stack) == MORE + 1

    handed_in = time.time()
    started = hand_in(stack, kaggle, "process").wait_for("RUNNING", handed_in)
    print(f"started {started.at - handed_in:.1f} s after it was handed in")
    assert paused(stack) == MORE + 1
    assert waiting.processes() == []

    ref = kaggle.kernels.pushed[0]["slug"]
    kaggle.kernels.execute(ref)
    done = waiting.wait_for("COMPLETED", began)
    assert "accuracy" in done.message
    assert [asked["slug"] for asked in kaggle.kernels.pushed] == [ref]
    assert paused(stack) == MORE
    # In its first life it went to sleep; the second found all but the training in the cache.
    assert [state.type for state in waiting.states()].count("RUNNING") == 2


def hand_in(stack: LiveStack, kaggle: KaggleStandIn, sandbox: str) -> HandedIn:
    return stack.hand_in("process", kaggle.address, sandbox=sandbox, budget=15.0)
