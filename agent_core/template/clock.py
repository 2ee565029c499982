"""The budget: how much time is left, and an end that is never crossed."""

import os
import sys
import threading
import time


class Clock:
    """Counts the seconds of a budget that began at ``started`` (`time.monotonic`)."""

    def __init__(self, budget: float, started: float | None = None) -> None:
        self.started = time.monotonic() if started is None else started
        self.budget = budget
        # Writing the last files and leaving the interpreter take time too.
        self.end = self.started + budget - min(2.5, 0.05 * budget)

    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Seconds that may still be used, never below zero."""
        return max(0.0, self.end - time.monotonic())

    def part(self, fraction: float) -> "Clock":
        """A clock of the same start that ends after ``fraction`` of what is left."""
        share = Clock(self.budget, self.started)
        share.end = time.monotonic() + fraction * self.left()
        return share


def say(clock: Clock, message: str) -> None:
    """Print one line of the log, with the seconds since the start."""
    print(f"[{clock.spent():6.1f} s] {message}", flush=True)  # noqa: T201


#: Seconds by which a first answer may be late: where reading took all of the budget, the usual
#: value is on its way, and it is better than nothing.
GRACE = 5.0


def guard_budget(
    clock: Clock, writing: threading.Lock, answered: threading.Event
) -> threading.Timer | None:
    """End the program at the end of the budget, whatever it is doing.

    Some fits cannot be interrupted. Files are written under ``writing`` and replaced as a whole,
    so what is there when the program ends is complete. Until ``answered`` is set there is nothing
    yet, and a short `GRACE` is given. A notebook must outlive its cell, and is left alone.
    """
    if "ipykernel" in sys.modules:
        return None

    def leave() -> None:
        there = answered.wait(GRACE)
        with writing:
            what = "the answer written last stands" if there else "there is no answer yet"
            say(clock, f"the budget is used up; {what}")
            sys.stdout.flush()
            os._exit(0)

    timer = threading.Timer(max(0.1, clock.started + clock.budget - time.monotonic() - 0.3), leave)
    timer.daemon = True
    timer.start()
    return timer
