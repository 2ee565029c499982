"""Runs that wait for Kaggle, on a real Prefect server, and the stand-in that they wait for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.states import Running, Suspended

from agent_core.settings import Settings
from flows.keeper import Keeper
from flows.recovery import Rules
from flows.suspending import WaitingFor
from flows.waking import KaggleEyes, Times, Waker
from tests.standins.kaggle import KaggleStandIn, pointed_at
from tests.standins.kaggle.kernels import Play

pytestmark = pytest.mark.slow

KERNEL = "ada/kaggle-agent-tiny"
TIMES = Times(interval=timedelta(minutes=1), settle=timedelta(seconds=20))


@flow(name="solve-competition")
def solve_competition(budget: float = 600.0) -> None:
    pass


@dataclass
class Time:
    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    later: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later

    def pass_by(self, **by: float) -> None:
        self.later += timedelta(**by)


@pytest.fixture
def client(prefect_server: str) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def kaggle() -> Iterator[KaggleStandIn]:
    with KaggleStandIn() as kaggle, pointed_at(kaggle):
        yield kaggle


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def waker(client: SyncPrefectClient, kaggle: KaggleStandIn, clock: Time) -> Waker:
    eyes = KaggleEyes(Settings().patience(), lambda: clock().timestamp())
    return Waker(client, eyes.has_ended, TIMES, clock)


def asleep(client: SyncPrefectClient, name: str, kernel: str = KERNEL, hours: float = 3) -> UUID:
    """A run that has been suspended by its flow a moment ago."""
    flow_id = client.create_flow(solve_competition)
    deployment = client.create_deployment(flow_id=flow_id, name="test")
    run = client.create_flow_run_from_deployment(deployment, name=name)
    now = datetime.now(UTC)
    told = WaitingFor(what="it", since=now, until=now + timedelta(hours=hours), kernel=kernel)
    client.set_flow_run_state(run.id, Running(), force=True)
    client.update_flow_run_labels(run.id, told.labels())
    client.set_flow_run_state(run.id, Suspended())
    return run.id


def state_of(client: SyncPrefectClient, run: UUID) -> State[None]:
    state = client.read_flow_run(run).state
    assert state
    return state


@pytest.fixture(autouse=True)
def nobody_left(client: SyncPrefectClient) -> Iterator[None]:
    yield
    for run in client.read_flow_runs():
        if run.state and run.state.is_paused():
            client.delete_flow_run(run.id)


def test_a_run_sleeps_until_its_kernel_has_ended(
    client: SyncPrefectClient, kaggle: KaggleStandIn, waker: Waker, clock: Time
) -> None:
    kaggle.kernels.runs[KERNEL] = Play("RUNNING")
    run = asleep(client, "patient")
    assert waker.look() == []
    assert kaggle.calls["GetKernelSessionStatus"] == 0
    for _ in range(2):
        clock.pass_by(seconds=61)
        assert waker.look() == waker.look() == []
    assert kaggle.calls["GetKernelSessionStatus"] == 2
    assert state_of(client, run).is_paused()

    kaggle.kernels.runs[KERNEL] = Play("COMPLETE")
    clock.pass_by(seconds=61)
    assert waker.look() == ["patient"]
    assert state_of(client, run).is_scheduled()


def test_what_else_wakes_a_run(
    client: SyncPrefectClient, kaggle: KaggleStandIn, waker: Waker, clock: Time
) -> None:
    kaggle.kernels.runs |= {KERNEL: Play("RUNNING"), "ada/other": Play("ERROR")}
    asleep(client, "limit is over", hours=0)
    asleep(client, "kernel is gone", kernel="ada/deleted")
    asleep(client, "has failed", kernel="ada/other")
    for name in ("first in line", "second", "third"):
        asleep(client, name, kernel="")
    asleep(client, "goes on sleeping")
    assert waker.look() == []
    clock.pass_by(seconds=61)

    woken = waker.look()

    assert set(woken[:3]) == {"limit is over", "kernel is gone", "has failed"}
    assert woken[3:] == ["first in line", "second", "third"]


def test_whoever_cannot_look_lets_the_run_look_now_and_then(
    client: SyncPrefectClient, kaggle: KaggleStandIn, waker: Waker, clock: Time
) -> None:
    kaggle.fail("GetKernelSessionStatus", status=401)
    asleep(client, "alone")
    asleep(client, "in line", kernel="")
    for minutes in (2, 3, 4):
        clock.pass_by(minutes=minutes)
        assert waker.look() == []
    clock.pass_by(minutes=2)
    assert sorted(waker.look()) == ["alone", "in line"]


def test_kaggle_is_left_alone_where_it_asks_for_that(
    client: SyncPrefectClient, kaggle: KaggleStandIn, waker: Waker, clock: Time
) -> None:
    kaggle.fail("GetKernelSessionStatus", status=429, headers={"Retry-After": "300"}, times=1)
    for ref in ("ada/one", "ada/two"):
        kaggle.kernels.runs[ref] = Play("COMPLETE")
        asleep(client, ref, kernel=ref)
    for minutes in (2, 2):
        clock.pass_by(minutes=minutes)
        assert waker.look() == []
    assert kaggle.calls["GetKernelSessionStatus"] == 1
    clock.pass_by(minutes=4)
    assert waker.look() == ["ada/one", "ada/two"]


def test_the_keeper_takes_no_sleeper_for_dead(client: SyncPrefectClient) -> None:
    run = asleep(client, "hours")
    now = 0.0
    keeper = Keeper(client, Rules(hard_factor=0, hard_seconds=3600), lambda: now)
    keeper.look()
    now = 10_000.0
    assert [name for name, _ in keeper.look() if name == "hours"] == []
    assert state_of(client, run).is_paused()
