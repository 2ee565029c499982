"""From what Prefect says of runs, tasks and logs to the rows that are shown."""

import logging
from datetime import datetime
from typing import overload

from prefect.client.schemas.objects import FlowRun, Log, TaskRun

from agent_core.standing import OVERDUE, Standing
from ui.readers.prefect.states import TIMED_OUT, job_state
from ui.readers.runs import JobState, LogLine, RunRow, StageRow

_OWNER = "owner:"


def owner_tag(owner: str) -> str:
    """What a run is tagged with for the key that it was handed in with."""
    return _OWNER + owner


def run_row(run: FlowRun, deployment: str, url: str) -> RunRow:
    """A run, with what it says of itself in its labels."""
    state, standing = run_state(run), Standing.of(run.labels)
    solved = state is JobState.SUCCESS
    return RunRow(
        id=str(run.id),
        name=run.name,
        state=state,
        detail=(run.state.name if run.state else "") or "",
        message=(run.state.message if run.state else "") or "",
        failure=failure_class(run),
        source=str(run.parameters.get("source", "")),
        deployment=deployment,
        owner=next((tag[len(_OWNER) :] for tag in run.tags if tag.startswith(_OWNER)), ""),
        stage="" if solved else standing.stage,
        progress=1.0 if solved else standing.progress,
        metric=standing.metric,
        higher_is_better=standing.higher_is_better,
        score=standing.score,
        score_std=standing.score_std,
        trials=standing.trials,
        cost_usd=standing.cost_usd,
        created=plain(run.created),
        started=plain(run.start_time),
        ended=plain(run.end_time) if state.over else None,
        seconds=run.estimated_run_time.total_seconds(),
        asked=run.parameters,
        url=url,
    )


def run_state(run: FlowRun) -> JobState:
    """A run that was stopped for its time is cancelled for a moment, until its keeper says why."""
    state = job_state(run.state)
    stopped = state is JobState.CANCELLED and run.labels.get(OVERDUE)
    return JobState.TIMEOUT if stopped else state


def failure_class(run: FlowRun) -> str:
    """What the run has said of it; else what is known from outside, as of one that was killed."""
    match run_state(run):
        case JobState.TIMEOUT:
            return TIMED_OUT
        case JobState.FAILED:
            return Standing.of(run.labels).failure or str(run.state.name if run.state else "")
    return ""


def stage_row(task: TaskRun, run: JobState) -> StageRow:
    """A stage of a run in state ``run``. Who is killed leaves stages that say they still run."""
    state = job_state(task.state)
    seconds = task.total_run_time if run.over else task.estimated_run_time
    return StageRow(
        name=task.name,
        state=run if run.over and not state.over else state,
        started=plain(task.start_time),
        seconds=seconds.total_seconds(),
        cached=bool(task.state and task.state.name == "Cached"),
        message=(task.state.message if task.state else "") or "",
    )


def log_line(log: Log) -> LogLine:
    """One line."""
    return LogLine(at=plain(log.timestamp), level=logging.getLevelName(log.level), text=log.message)


@overload
def plain(at: datetime) -> datetime: ...
@overload
def plain(at: None) -> None: ...
def plain(at: datetime | None) -> datetime | None:
    """A time of the standard library: Prefect's are a library's own, and cannot all that it can."""
    return None if at is None else datetime.fromisoformat(at.isoformat())
