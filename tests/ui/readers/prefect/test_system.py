"""What the page of the system shows, from a real Prefect server."""

from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Crashed, Failed, Running

from agent_core.standing import Standing
from agent_core.state_of_things import FailureCount
from tests.ui.readers.prefect.conftest import Server
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.system import PrefectSystem

pytestmark = pytest.mark.slow


def test_failures_are_counted_by_day_and_class(server: Server, prefect_server: str) -> None:
    failure = f"failure-{uuid4()}"
    for _ in range(3):
        run = server.a_run(Running(), Failed())
        server.client.update_flow_run_labels(UUID(run), Standing(failure=failure).labels())
    others: list[State[None]] = [Crashed(), Failed(name="TimedOut"), Completed(), Cancelled()]
    for state in others:
        server.a_run(Running(), state)
    with closing(Connection(lambda: prefect_server)) as connection:
        found = PrefectSystem(connection).failures(days=2)
    today = datetime.now(UTC).date()
    assert FailureCount(day=today, failure=failure, runs=3) in found
    assert {"Crashed", "TimedOut", failure} <= {count.failure for count in found}
    assert not {"Completed", "Cancelled", ""} & {count.failure for count in found}
    assert [count.day for count in found] == sorted(count.day for count in found)


def test_what_ended_last_comes_first(server: Server, prefect_server: str) -> None:
    server.a_run(Running(), Completed(), slug="first-of-two")
    server.a_run(Running(), Failed(message="No.\nNext: rest"), slug="second-of-two")
    with closing(Connection(lambda: prefect_server)) as connection:
        second, first = PrefectSystem(connection).ended(2)
    assert (second.name, second.solved, second.why) == ("second-of-two", False, "No.")
    assert (first.name, first.solved, first.why) == ("first-of-two", True, "")
