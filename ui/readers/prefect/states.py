"""Prefect's states in the words of the ways in, and the filters that find them again.

SCHEDULED (also Late, AwaitingRetry, ...), PENDING, PAUSED    queued
RUNNING, CANCELLING                                           running
COMPLETED                                                     success
FAILED by the name of TimedOut                                timeout
FAILED by another name, CRASHED                               failed
CANCELLED                                                     cancelled
"""

from collections.abc import Sequence

from prefect.client.schemas.filters import (
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    Operator,
)
from prefect.client.schemas.objects import State, StateType

from ui.readers.runs import JobState

#: What Prefect calls it, and `flows.keeper` too where it ends a run at its hard limit.
TIMED_OUT = "TimedOut"

_TYPES = {
    JobState.QUEUED: (StateType.SCHEDULED, StateType.PENDING, StateType.PAUSED),
    JobState.RUNNING: (StateType.RUNNING, StateType.CANCELLING),
    JobState.SUCCESS: (StateType.COMPLETED,),
    JobState.FAILED: (StateType.FAILED, StateType.CRASHED),
    JobState.CANCELLED: (StateType.CANCELLED,),
}
_STATES = {type_: state for state, types in _TYPES.items() for type_ in types}


def job_state(state: State | None) -> JobState:
    """A run that has no state yet waits for its first."""
    if state is None:
        return JobState.QUEUED
    return JobState.TIMEOUT if state.name == TIMED_OUT else _STATES[state.type]


def in_states(wanted: Sequence[JobState]) -> FlowRunFilterState | None:
    """Finds runs in any of ``wanted``, all where that is empty."""
    if not wanted:
        return None
    types = [type_ for state in wanted for type_ in _TYPES.get(state, ())]
    of_types = FlowRunFilterStateType(any_=types) if types else None
    by_name = FlowRunFilterStateName(any_=[TIMED_OUT])
    other_names = FlowRunFilterStateName(not_any_=[TIMED_OUT])
    match (JobState.TIMEOUT in wanted, JobState.FAILED in wanted):
        case True, True:
            return FlowRunFilterState(type=of_types)
        case True, False:
            either = {"type": of_types, "name": by_name, "operator": Operator.or_}
            return FlowRunFilterState.model_validate(either)
        case False, True:
            return FlowRunFilterState(type=of_types, name=other_names)
    return FlowRunFilterState(type=of_types)
