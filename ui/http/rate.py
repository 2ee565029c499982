"""How often each client may hand in a run. Kept in memory: a restart forgives everybody."""

import math
import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ui.http.problems import Refused


class Rate:
    """``most`` within any ``seconds``."""

    def __init__(self, most: int, seconds: int = 60) -> None:
        self._item = RateLimitItemPerSecond(most, seconds)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str) -> None:
        """Count one of ``who``. Raises Refused with the seconds until the next would be taken."""
        if self._limiter.hit(self._item, who):
            return
        reset = self._limiter.get_window_stats(self._item, who).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        raise Refused(
            429,
            f"You have handed in {self._item.amount} runs within {self._item.get_expiry()} s.",
            retry_after=wait,
            means="A client may do no more than that. This run was not started.",
            next=f"Try again in {wait} s. The operator sets KAGGLE_AGENT_API_POSTS_PER_MINUTE.",
        )
