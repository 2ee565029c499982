"""How long Claude is waited for. The one retry layer of its calls: the SDK's own is off."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from agent_core.errors import ModelUnavailable
from agent_core.progress import Report, silent
from agent_core.settings import Settings

Result = TypeVar("Result")


def with_patience(
    settings: Settings,
    deadline: float | None,
    attempt: Callable[[], Result],
    report: Report = silent,
) -> Result:
    """``attempt()``, again while it raises `ModelUnavailable` and a wait still ends in time.

    A Retry-After is obeyed where it fits before ``deadline`` (of `time.monotonic`); where it does
    not, waiting is pointless and the error is raised at once.
    """

    def wait(state: RetryCallState) -> float:
        asked = _error(state).retry_after
        backoff = settings.claude_first_wait * 2.0 ** (state.attempt_number - 1)
        own = min(settings.claude_longest_wait, backoff) * random.uniform(1.0, 1.25)
        return own if asked is None else max(asked, own)

    def exhausted(state: RetryCallState) -> bool:
        if state.attempt_number >= settings.claude_tries:
            return True
        if deadline is None:
            return state.idle_for + state.upcoming_sleep > settings.claude_total_wait
        return time.monotonic() + state.upcoming_sleep >= deadline

    retrying = Retrying(
        retry=retry_if_exception_type(ModelUnavailable),
        wait=wait,
        stop=exhausted,
        before_sleep=lambda state: report(_told(state), None),
        reraise=True,
    )
    return retrying(attempt)


def _error(state: RetryCallState) -> ModelUnavailable:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, ModelUnavailable)
    return error


def _told(state: RetryCallState) -> str:
    return f"{_error(state).what} Trying again in {state.upcoming_sleep:.0f} s."
