"""What a run tells whoever watches it, one JSON object per line."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from agent_core.run import Failure, Solved
from agent_core.value import Value


class RunStarted(Value):
    """The run has an id and a folder now."""

    kind: Literal["run_started"] = "run_started"
    run_id: str
    name: str


class StageStarted(Value):
    """A stage begins, or its result is looked for in the cache."""

    kind: Literal["stage_started"] = "stage_started"
    stage: str


class StageProgress(Value):
    """``fraction`` (0 to 1) is None where it is not known."""

    kind: Literal["stage_progress"] = "stage_progress"
    stage: str
    message: str
    fraction: float | None = None


class Waits(Value):
    """What the run waits for outside, and since when; an empty text when it does no longer."""

    kind: Literal["waits"] = "waits"
    waits_for: str
    since: datetime | None = None


class StageFinished(Value):
    """``cached``: the result of an earlier run was taken."""

    kind: Literal["stage_finished"] = "stage_finished"
    stage: str
    seconds: float
    cached: bool


class Line(Value):
    """A line of a log: of ours (``stage`` is empty), or printed by a stage's generated program."""

    kind: Literal["line"] = "line"
    text: str
    stage: str = ""


class RunSolved(Value):
    """The last event of a run that ended well."""

    kind: Literal["run_solved"] = "run_solved"
    solved: Solved


class RunFailed(Value):
    """The last event of a run that did not. ``run_id`` is None if it never began."""

    kind: Literal["run_failed"] = "run_failed"
    failure: Failure
    run_id: str | None = None


class RunCancelled(Value):
    """The last event of a run that was stopped on request."""

    kind: Literal["run_cancelled"] = "run_cancelled"
    run_id: str | None = None


Event = (
    RunStarted
    | StageStarted
    | StageProgress
    | Waits
    | StageFinished
    | Line
    | RunSolved
    | RunFailed
    | RunCancelled
)
Listener = Callable[[Event], None]

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def parse_event(line: str | bytes) -> Event:
    """The event of one line. Raises ValueError where it is none."""
    return _EVENT.validate_json(line)


def as_text(event: Event) -> str:  # noqa: PLR0911 - one per kind
    """One line for a log, or an empty text where the event is no news."""
    match event:
        case RunStarted():
            return f"run {event.run_id} ({event.name})"
        case StageStarted():
            return f"{event.stage} ..."
        case StageFinished(cached=True):
            return f"{event.stage} cached"
        case StageFinished():
            return f"{event.stage} done in {event.seconds:.1f} s"
        case StageProgress(fraction=None):
            return f"{event.stage}: {event.message}"
        case Line():
            return f"  {event.stage} | {event.text}" if event.stage else event.text
        case RunFailed():
            return f"failed: {event.failure.what}"
        case RunCancelled():
            return "cancelled"
        case _:
            return ""
