"""The ledger of a run: what each call cost, and what may still be spent."""

import math
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from agent_core.conversation import Call, Purpose, Usage
from agent_core.errors import BudgetExhausted
from agent_core.value import Value


class Totals(Value):
    """Sums over calls. ``usd`` leaves out the ``unpriced`` ones, whose model has no price."""

    calls: int
    usage: Usage
    usd: float
    seconds: float
    unpriced: int = 0


class Reservation:
    """Money set aside for one call, until the ``with`` block ends or the call is booked."""

    def __init__(self, ledger: "Ledger", usd: float) -> None:
        self.usd = usd
        self._ledger = ledger

    def settle(self, call: Call) -> None:
        """Book what the call really cost, and free the rest."""
        self._ledger._settle(self, call)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ledger._settle(self, None)


class Ledger:
    """All calls of one run, in order. Safe to share between threads, not between processes.

    Before a call its worst case is reserved, so that calls that run side by side cannot exceed
    ``limit_usd`` together. After a restart, `book` every call of every cached reply (`Reply.calls`)
    and of every kept error (`ModelError.calls`): they cost nothing new, but count as spent.
    """

    def __init__(self, limit_usd: float | None = None) -> None:
        self.limit_usd = limit_usd
        self._calls: list[Call] = []
        self._held: list[Reservation] = []
        self._changed = threading.Condition()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Everything that was booked."""
        with self._changed:
            return tuple(self._calls)

    @property
    def usd(self) -> float:
        """What has been spent on models that have a price."""
        return total(self.calls).usd

    @property
    def left_usd(self) -> float | None:
        """What may still be spent, reservations not counted; None without a limit."""
        return None if self.limit_usd is None else max(0.0, self.limit_usd - self.usd)

    def by_purpose(self) -> dict[Purpose, Totals]:
        """Totals of each purpose that has calls, in the order of their first call."""
        calls = self.calls
        purposes = dict.fromkeys(call.purpose for call in calls)
        return {name: total(call for call in calls if call.purpose == name) for name in purposes}

    def book(self, call: Call) -> None:
        """Count a call that was made, whatever it cost."""
        with self._changed:
            self._calls.append(call)

    def reserve(self, usd: float, deadline: float | None = None) -> Reservation:
        """Set ``usd`` aside, waiting for calls under way where only they stand in between.

        Waits until ``deadline`` (of `time.monotonic`) at the longest. Raises `BudgetExhausted`
        where it does not fit, and sets nothing aside then.
        """
        with self._changed:
            while not self._fits(usd, self._held):
                if not self._held or not self._fits(usd, []):
                    raise self._exhausted(usd)
                rest = None if deadline is None else deadline - time.monotonic()
                if not self._changed.wait(rest):
                    raise self._exhausted(usd)
            held = Reservation(self, usd)
            self._held.append(held)
            return held

    def _fits(self, usd: float, held: list[Reservation]) -> bool:
        if self.limit_usd is None:
            return True
        spent = [call.usd or 0.0 for call in self._calls]
        return math.fsum([*spent, *(other.usd for other in held), usd]) <= self.limit_usd

    def _settle(self, held: Reservation, call: Call | None) -> None:
        with self._changed:
            if call is not None:
                self._calls.append(call)
            if held in self._held:
                self._held.remove(held)
            self._changed.notify_all()

    def _exhausted(self, usd: float) -> BudgetExhausted:
        return BudgetExhausted(
            f"${self.usd:.4f} of the ${self.limit_usd or 0:.2f} for Claude are spent, and the next "
            f"call could cost up to ${usd:.4f}.",
            means="It was not made, so the limit holds. The run goes on with what it has.",
            next="Allow more with --max-usd, or lower KAGGLE_AGENT_MAX_TOKENS_DRAFT and its like.",
        )


def total(calls: Iterable[Call]) -> Totals:
    """Sums over ``calls``."""
    calls = tuple(calls)
    names = Usage.model_fields
    return Totals(
        calls=len(calls),
        usage=Usage(**{name: sum(getattr(call.usage, name) for call in calls) for name in names}),
        usd=math.fsum(call.usd or 0.0 for call in calls),
        seconds=math.fsum(call.seconds for call in calls),
        unpriced=sum(call.usd is None for call in calls),
    )
