"""No run says "running" for ever: what to do with the runs whose execution went silent or away.

A run that is executed sends a heartbeat every 30 s. Its state alone proves nothing: when a machine
is lost, or a worker and its container together, nobody is left to write another one. So the keeper
(`flows.keeper`) looks from outside. Here is what it decides; it knows no clock and no server.

    RUNNING, silent                      crashed
    CRASHED for a moment                 scheduled again, up to a limit, and then left so
    PENDING for long                     scheduled again: its worker died before it began
    CANCELLING, silent                   cancelled
    RUNNING beyond its hard limit        stopped, and then failed as timed out
"""

from dataclasses import dataclass, field
from enum import StrEnum

from agent_core.value import Value


class Action(StrEnum):
    """What is to be done with a run."""

    CRASH = "crash"
    TAKE_UP = "take up"
    START_AGAIN = "start again"
    CANCEL = "cancel"
    STOP = "stop"
    TIME_OUT = "time out"


class Rules(Value):
    """Times in seconds. ``takes`` is how often a crashed run is taken up again.

    ``silence`` is more than three heartbeats; ``pending`` is more than pulling an image takes.
    ``settle`` is more than a worker takes to be done with a run that has crashed under it: one that
    is given that run again before then dies of it, and its other runs with it.
    The hard limit of a run is ``hard_factor`` x its budget + ``hard_seconds``: its own soft limits
    end it long before, unless something hangs.
    """

    silence: float = 100.0
    pending: float = 600.0
    settle: float = 20.0
    takes: int = 2
    hard_factor: float = 3.0
    hard_seconds: float = 900.0

    def hard_limit(self, budget: float) -> float:
        """Of a run with that budget, from its start."""
        return self.hard_factor * budget + self.hard_seconds


@dataclass(frozen=True)
class Seen:
    """A run at one look. ``sign`` changes as long as it lives: its last heartbeat and state.

    ``state`` is Prefect's type of state; ``running`` the seconds it was executed, ``budget`` those
    it was given. ``takes`` is how often it was taken up again after a crash. ``overdue``:
    it was stopped for its time.
    """

    id: str
    state: str
    sign: str
    running: float = 0.0
    takes: int = 0
    budget: float = 0.0
    overdue: bool = False


@dataclass
class Memory:
    """Since when each run has shown the same sign, by the clock of who looks.

    What counts is the silence that was really listened to: a keeper that has just started, or that
    could not reach the server for a while, begins anew.
    """

    since: dict[str, tuple[str, float]] = field(default_factory=dict)

    def silence(self, seen: Seen, now: float) -> float:
        """Seconds without another sign, up to ``now``."""
        sign, since = self.since.get(seen.id, ("", now))
        if sign != seen.sign:
            since = now
            self.since[seen.id] = (seen.sign, now)
        return now - since

    def keep_only(self, ids: set[str]) -> None:
        """Forget the runs that are over."""
        self.since = {run: kept for run, kept in self.since.items() if run in ids}

    def forget(self) -> None:
        """The server was away: what it did not hear meanwhile was no silence."""
        self.since.clear()


def decide(seen: Seen, silence: float, rules: Rules) -> Action | None:  # noqa: PLR0911 - a table
    """What to do with a run that has been silent for that many seconds, or None."""
    match seen.state:
        case "RUNNING" if silence > rules.silence:
            return Action.CRASH
        case "RUNNING" if seen.running > rules.hard_limit(seen.budget):
            return Action.STOP
        case "CRASHED" | "CANCELLED" if seen.overdue:
            return Action.TIME_OUT
        case "CRASHED" if seen.takes < rules.takes and silence >= rules.settle:
            return Action.TAKE_UP
        case "PENDING" if silence > rules.pending:
            return Action.START_AGAIN
        case "CANCELLING" if silence > rules.silence:
            return Action.TIME_OUT if seen.overdue else Action.CANCEL
        case _:
            return None
