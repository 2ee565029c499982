"""How long Kaggle is waited for. The one retry layer of everything that goes to Kaggle."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from agent_core.errors import KaggleUnavailable
from agent_core.progress import Report, silent
from agent_core.value import Value

Result = TypeVar("Result")


class Patience(Value):
    """Waiting times in seconds, from the settings ``kaggle_read_timeout`` and so on.

    ``read_timeout`` is the longest silence in an answer. ``total_wait`` bounds the sum of the
    waits between the ``tries`` of one call; a longer ``Retry-After`` is not waited for.
    """

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    tries: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    total_wait: float = 300.0

    def run(self, call: Callable[[], Result], report: Report = silent) -> Result:
        """``call()``, again and again while it raises `KaggleUnavailable` and patience lasts."""
        retrying = Retrying(
            retry=retry_if_exception_type(KaggleUnavailable),
            wait=self._wait,
            stop=self._exhausted,
            before_sleep=lambda state: report(_told(state), None),
            reraise=True,
        )
        return retrying(call)

    def _wait(self, state: RetryCallState) -> float:
        asked = _error(state).retry_after
        if asked is not None:
            return asked
        backoff = self.first_wait * 2.0 ** (state.attempt_number - 1)
        return min(self.longest_wait, backoff * random.uniform(1.0, 1.25))

    def _exhausted(self, state: RetryCallState) -> bool:
        waited = state.idle_for + state.upcoming_sleep
        return state.attempt_number >= self.tries or waited > self.total_wait


def retry_after(header: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number of seconds, or an HTTP date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _error(state: RetryCallState) -> KaggleUnavailable:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, KaggleUnavailable)
    return error


def _told(state: RetryCallState) -> str:
    return f"{_error(state).what} Trying again in {state.upcoming_sleep:.0f} s."
