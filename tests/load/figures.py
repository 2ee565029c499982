"""What a load test has measured, from recorded times only."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Passed:
    """One run on its way: a client's call began, was answered, and the run began and ended."""

    handed_in: datetime
    accepted: datetime
    started: datetime
    ended: datetime


def most_at_once(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """How many of the spans overlap at the most: a sweep over their ends. One that ends when
    another begins does not overlap it."""
    steps = [(time, step) for begin, end in spans for time, step in ((begin, 1), (end, -1))]
    now = most = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def figures(passed: Sequence[Passed]) -> dict[str, float]:
    """By what they are, with their unit."""
    accepting = [(run.accepted - run.handed_in).total_seconds() for run in passed]
    waiting = [(run.started - run.accepted).total_seconds() for run in passed]
    first, last = min(run.handed_in for run in passed), max(run.ended for run in passed)
    handing_in = max(run.handed_in for run in passed) - first
    whole = (last - first).total_seconds()
    return {
        "runs": len(passed),
        "handed in within, s": handing_in.total_seconds(),
        "accept latency, median, s": statistics.median(accepting),
        "accept latency, p95, s": _p95(accepting),
        "accept latency, longest, s": max(accepting),
        "accepted to running, shortest, s": min(waiting),
        "accepted to running, median, s": statistics.median(waiting),
        "accepted to running, p95, s": _p95(waiting),
        "most running at once": most_at_once((run.started, run.ended) for run in passed),
        "all done after, s": whole,
        "runs per hour": len(passed) / whole * 3600,
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
