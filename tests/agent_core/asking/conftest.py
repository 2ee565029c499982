"""Questions, and Claudes to ask them of."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from agent_core.claude import Claude
from agent_core.settings import Settings
from agent_core.spending.ledger import Ledger
from tests.standins.claude import Answer, Asked, ClaudeStandIn, in_turn, pointed_at


@pytest.fixture
def stand_in() -> Iterator[Callable[..., ClaudeStandIn]]:
    """Starts a Messages API that gives these answers in turn, or those of one function."""
    with ExitStack() as stack:

        def start(*answers: Answer | Callable[[Asked], Answer], **how) -> ClaudeStandIn:
            scripted = answers[0] if answers and callable(answers[0]) else in_turn(*answers)
            claude = stack.enter_context(ClaudeStandIn(scripted, **how))
            stack.enter_context(pointed_at(claude))
            return claude

        yield start


@pytest.fixture
def claude() -> Callable[..., Claude]:
    """Makes a client with a ledger of its own; read the environment when `stand_in` has set it."""

    def make(limit_usd: float | None = None, **how) -> Claude:
        settings = Settings(**how.pop("settings", {}))
        return Claude(settings, Ledger(limit_usd), **how)

    return make


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The waits between tries, which take no time."""
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    return waits


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Opened at the end at the latest, so that no thread waits for ever."""
    event = threading.Event()
    yield event
    event.set()
