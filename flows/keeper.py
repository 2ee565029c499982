"""The keeper: ``python -m flows.keeper`` looks after the runs of a server, as long as it runs.

One of the stack's services; one for each Prefect server is enough, and several do no harm. What it
decides is in `flows.recovery`. Taking up a crashed run means scheduling the same run again: a
worker executes it anew, and its finished stages come from the cache.

Beside that it wakes the runs that wait for Kaggle (`flows.waking`), in a thread of its own: Kaggle
may be slow to answer, and that must not count as silence of others.

It also serves the flow `clean-up`, every hour, for the home folder that it sees, and says on
``PREFECT_RUNNER_SERVER_PORT`` (``/health``) that it is there.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Cancelled, Cancelling, Crashed, Failed, Scheduled

from agent_core.settings import Settings
from agent_core.standing import OVERDUE
from flows.clean_up import clean_up
from flows.recovery import Action, Memory, Rules, Seen, decide
from flows.waking import KaggleEyes, Times, Waker

_FLOW = "solve-competition"
#: A label of a run: how often it was taken up again.
_TAKES = "kaggle-agent.takes"
_LOOK_SECONDS = 10.0
#: A crash is seen within seconds; one that is older was left alone by an earlier look, or is
#: history from before there was a keeper.
_RECENT = timedelta(hours=1)
_PAGE = 200
_ACTIVE = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
_ENDED = (StateType.CRASHED, StateType.CANCELLED)

log = logging.getLogger("kaggle_agent.keeper")


class Keeper:
    """Looks after the runs on the server of ``client``."""

    def __init__(
        self,
        client: SyncPrefectClient,
        rules: Rules,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._rules = rules
        self._clock = clock
        self._memory = Memory()

    def look(self) -> list[tuple[str, Action]]:
        """Look once, and do what is to be done. Returns the names of those runs, and what it was.

        Raises what Prefect's client raises where the server is away; see `listen_again`.
        """
        done = []
        runs = list(self._runs())
        for run in runs:
            seen = self._seen(run)
            action = decide(seen, self._memory.silence(seen, self._clock()), self._rules)
            if action is not None:
                self._act(run, action)
                done.append((run.name, action))
        self._memory.keep_only({str(run.id) for run in runs})
        return done

    def listen_again(self) -> None:
        """After the server was away: no silence counts that could not be listened to."""
        self._memory.forget()

    def _runs(self) -> Iterable[FlowRun]:
        recent = FlowRunFilterEndTime(after_=datetime.now(UTC) - _RECENT)
        yield from self._read(FlowRunFilter(state=_of_types(_ACTIVE), deployment_id=_DEPLOYED))
        yield from self._read(
            FlowRunFilter(state=_of_types(_ENDED), end_time=recent, deployment_id=_DEPLOYED)
        )

    def _read(self, wanted: FlowRunFilter) -> Iterable[FlowRun]:
        ours = FlowFilter(name=FlowFilterName(any_=[_FLOW]))
        offset = 0
        while True:
            page = self._client.read_flow_runs(
                flow_filter=ours, flow_run_filter=wanted, limit=_PAGE, offset=offset
            )
            yield from page
            if len(page) < _PAGE:
                return
            offset += _PAGE

    def _seen(self, run: FlowRun) -> Seen:
        assert run.state is not None
        heartbeat = self._last_heartbeat(run.id) if run.state.is_running() else ""
        return Seen(
            id=str(run.id),
            state=run.state.type.value,
            sign=f"{run.state.id} {heartbeat}",
            # Not since it began: it may have been suspended for hours.
            running=run.estimated_run_time.total_seconds(),
            takes=_takes(run),
            budget=float(run.parameters.get("budget", 600.0)),
            overdue=bool(run.labels.get(OVERDUE)),
        )

    def _last_heartbeat(self, run_id: UUID) -> str:
        wanted = EventFilter(
            event=EventNameFilter(name=["prefect.flow-run.heartbeat"]),
            resource=EventResourceFilter(id=[f"prefect.flow-run.{run_id}"]),
        )
        events = self._client.read_events(wanted, limit=1).events
        return str(events[0].id) if events else ""

    def _act(self, run: FlowRun, action: Action) -> None:
        if action is Action.STOP:
            self._client.update_flow_run_labels(run.id, {OVERDUE: True})
        if action is Action.TAKE_UP:
            self._client.update_flow_run_labels(run.id, {_TAKES: _takes(run) + 1})
        state = self._state(run, action)
        self._client.set_flow_run_state(run.id, state, force=action is not Action.STOP)
        log.warning("%s (%s): %s. %s", run.name, run.id, action.value, state.message)

    def _state(self, run: FlowRun, action: Action) -> State[Any]:
        limit = self._rules.hard_limit(float(run.parameters.get("budget", 600.0)))
        match action:
            case Action.CRASH:
                return Crashed(
                    message=f"No sign of life for {self._rules.silence:.0f} s: the machine, the "
                    "container or its worker is gone. Finished stages are kept."
                )
            case Action.TAKE_UP:
                return Scheduled(
                    message="Taken up again after a crash, "
                    f"{_takes(run) + 1} of {self._rules.takes} times. It had ended with: "
                    f"{run.state.message if run.state else ''}"
                )
            case Action.START_AGAIN:
                return Scheduled(message="Its worker took it and never began; waiting for another.")
            case Action.CANCEL:
                return Cancelled(message="Stopped on request; nobody was left to say so.")
            case Action.STOP:
                return Cancelling(message=f"Over its hard limit of {limit:.0f} s; being stopped.")
            case Action.TIME_OUT:
                return Failed(
                    name="TimedOut",
                    message=f"Stopped at its hard limit of {limit:.0f} s, since it hung. Finished "
                    "stages are kept: run it again to go on from there.",
                )


def _takes(run: FlowRun) -> int:
    return int(str(run.labels.get(_TAKES, 0)))


_DEPLOYED = FlowRunFilterDeploymentId(is_null_=False)


def _of_types(types: tuple[StateType, ...]) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))


class Looks(Protocol):
    """Somebody who looks after runs."""

    def look(self) -> object:
        """Once, and do what is to be done."""
        ...

    def listen_again(self) -> None:
        """The server was away, and has come back."""
        ...


def keep(keeper: Looks, wait: Callable[[float], None] = time.sleep) -> None:
    """Look again and again, whatever happens to the server."""
    away = False
    while True:
        try:
            keeper.look()
        except (httpx.HTTPError, PrefectHTTPStatusError, OSError) as error:
            if not away:
                log.warning("The Prefect server does not answer (%s). Looking again.", error)
            away = True
            keeper.listen_again()
        else:
            if away:
                log.warning("The Prefect server answers again.")
            away = False
        wait(_LOOK_SECONDS)


def _make_keeper(client: SyncPrefectClient) -> Looks:
    return Keeper(client, Rules(silence=Settings().keeper_silence))


def _make_waker(client: SyncPrefectClient) -> Looks:
    settings = Settings()
    times = Times(interval=timedelta(seconds=settings.kernel_interval))
    return Waker(client, KaggleEyes(settings.patience()).has_ended, times)


def _keep_or_end(make: Callable[[SyncPrefectClient], Looks]) -> None:
    """For a thread: whatever ends the looking has to end the process, which is started again."""
    try:
        with get_client(sync_client=True) as client:
            keep(make(client))
    finally:
        log.exception("The keeper stops looking.")
        os._exit(1)


def main() -> None:
    """Look after the server that ``PREFECT_API_URL`` names, and clean up every hour."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # one line for each look
    for make in (_make_keeper, _make_waker):
        threading.Thread(target=_keep_or_end, args=(make,), daemon=True).start()
    clean_up.serve(name="hourly", cron="17 * * * *", print_starting_message=False, webserver=True)


if __name__ == "__main__":
    main()
