"""The keeper on a real Prefect server, with runs that nobody executes any more."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event
from prefect.events.worker import EventsWorker
from prefect.states import Cancelled, Cancelling, Crashed, Failed, Pending, Running

from flows.keeper import Keeper, keep
from flows.recovery import Action, Rules

pytestmark = pytest.mark.slow

RULES = Rules(silence=100, pending=600, settle=0, takes=2, hard_factor=0, hard_seconds=3600)


@flow(name="solve-competition")
def solve_competition(budget: float = 600.0) -> None:
    pass


@dataclass
class Time:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(prefect_server: str) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def keeper(client: SyncPrefectClient, clock: Time) -> Keeper:
    return Keeper(client, RULES, clock)


def a_run(client: SyncPrefectClient, name: str, *states: State[None]) -> UUID:
    """A run of a deployment that went through ``states``, which nobody executes."""
    flow_id = client.create_flow(solve_competition)
    deployment = client.create_deployment(flow_id=flow_id, name="test")
    run = client.create_flow_run_from_deployment(deployment, name=name)
    for state in states:
        client.set_flow_run_state(run.id, state, force=True)
    return run.id


def state_of(client: SyncPrefectClient, run: UUID) -> State[None]:
    read: FlowRun = client.read_flow_run(run)
    assert read.state
    return read.state


def look(keeper: Keeper, name: str) -> list[Action]:
    """What was done to the run of that name: other tests' runs may be there as well."""
    return [action for seen, action in keeper.look() if seen == name]


def test_a_silent_run_is_crashed_and_taken_up_again_but_not_for_ever(
    client: SyncPrefectClient, keeper: Keeper, clock: Time
) -> None:
    run = a_run(client, "lost", Running())
    assert look(keeper, "lost") == []
    for take in range(3):
        clock.now += 101
        assert look(keeper, "lost") == [Action.CRASH]
        assert "No sign of life for 100 s" in str(state_of(client, run).message)
        if take < 2:
            assert look(keeper, "lost") == [Action.TAKE_UP]
            again = state_of(client, run)
            assert again.is_scheduled()
            assert f"{take + 1} of 2 times" in str(again.message)
            client.set_flow_run_state(run, Running(), force=True)  # as a worker would
            assert look(keeper, "lost") == []
    assert look(keeper, "lost") == []
    assert state_of(client, run).is_crashed()


def test_a_run_that_sends_heartbeats_is_left_alone(
    client: SyncPrefectClient, keeper: Keeper, clock: Time
) -> None:
    run = a_run(client, "alive", Running())
    look(keeper, "alive")
    heard = ""
    for _ in range(3):
        clock.now += 60
        emit_event("prefect.flow-run.heartbeat", {"prefect.resource.id": f"prefect.flow-run.{run}"})
        EventsWorker.drain_all(timeout=10)
        heard = until_another(keeper, run, heard)
        assert look(keeper, "alive") == []
    assert state_of(client, run).is_running()
    client.set_flow_run_state(run, Failed(), force=True)


def until_another(keeper: Keeper, run: UUID, heard: str) -> str:
    """The server writes an event down a moment after it was told."""
    while (last := keeper._last_heartbeat(run)) == heard:
        time.sleep(0.1)
    return last


def test_a_crash_before_the_start_is_taken_up_as_often(
    client: SyncPrefectClient, keeper: Keeper
) -> None:
    """No image, for instance: the run never began, and must not be tried for ever."""
    run = a_run(client, "no image", Crashed(message="No such image"))
    for _ in range(2):
        assert look(keeper, "no image") == [Action.TAKE_UP]
        assert "No such image" in str(state_of(client, run).message)
        client.set_flow_run_state(run, Crashed(message="No such image"), force=True)
    assert look(keeper, "no image") == []


def test_a_run_beyond_its_hard_limit_ends_as_timed_out(
    client: SyncPrefectClient, keeper: Keeper
) -> None:
    run = a_run(client, "hangs", Running())
    keeper._rules = Rules(hard_factor=0, hard_seconds=-1)
    assert look(keeper, "hangs") == [Action.STOP]
    assert state_of(client, run).is_cancelling()
    client.set_flow_run_state(run, Cancelled(), force=True)  # as its worker does
    assert look(keeper, "hangs") == [Action.TIME_OUT]
    ended = state_of(client, run)
    assert (ended.type.value, ended.name) == ("FAILED", "TimedOut")
    assert "run it again" in str(ended.message)


def test_pending_and_cancelling_runs_of_a_dead_worker(
    client: SyncPrefectClient, keeper: Keeper, clock: Time
) -> None:
    pending = a_run(client, "pending", Pending())
    cancelling = a_run(client, "cancelling", Running(), Cancelling())
    keeper.look()
    clock.now = 601
    done = dict(keeper.look())
    assert (done["pending"], done["cancelling"]) == (Action.START_AGAIN, Action.CANCEL)
    assert state_of(client, pending).is_scheduled()
    assert state_of(client, cancelling).is_cancelled()


class Stop(Exception):
    """Ends the endless loop of a keeper."""


def test_a_server_that_is_away_ends_no_keeper_and_no_run(
    client: SyncPrefectClient, keeper: Keeper, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(client, "through an outage", Running())
    keeper.look()
    turns = iter([True, True, False])

    def away(_: object) -> list[FlowRun]:
        raise httpx.ConnectError("refused")

    def wait(_: float) -> None:
        clock.now += 200
        match next(turns, None):
            case None:
                raise Stop
            case True:
                monkeypatch.setattr(keeper, "_read", away)
            case False:
                monkeypatch.undo()

    monkeypatch.setattr(keeper, "_read", away)
    with pytest.raises(Stop):
        keep(keeper, wait)
    assert state_of(client, run).is_running()
