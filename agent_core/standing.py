"""How a run stands while it goes, as it says itself, in words that fit the labels of a flow run.

A run writes its standing where it is executed; the ways in read it with the list of runs. So both
know it by the same names, and a label that somebody else has put there is nobody's business.
"""

import math
from collections.abc import Mapping

from agent_core.errors import NotSolved, PreflightFailed
from agent_core.value import Value

Label = bool | int | float | str

_PREFIX = "kaggle-agent."
#: The label of a run that was stopped at its hard limit on time, but has not yet ended.
OVERDUE = _PREFIX + "overdue"
#: Under this name a run keeps its `TrialTree` with the server, for readers on other machines.
TREE_ARTIFACT = "trial-tree"
#: What a label says of a number that nobody knows: labels can be changed, but never taken back.
_UNKNOWN = ""


class Standing(Value):
    """``stage`` is the one that began last, ``progress`` how far it is, from 0 to 1.

    ``score`` with its spread is the best so far in ``metric``, ``trials`` how many were run,
    ``cost_usd`` what Claude has cost. ``failure`` is the `failure_class` of what ended the run.
    """

    stage: str = ""
    progress: float | None = None
    metric: str = ""
    higher_is_better: bool | None = None
    score: float | None = None
    score_std: float | None = None
    trials: int | None = None
    cost_usd: float | None = None
    failure: str = ""

    def labels(self) -> dict[str, Label]:
        """All of it, each by its name."""
        return {_PREFIX + name: _label(value) for name, value in self}

    @classmethod
    def of(cls, labels: Mapping[str, object]) -> "Standing":
        """What the labels of a run say, as far as they say it."""
        known = {
            name: value
            for name, field in cls.model_fields.items()
            if (value := labels.get(_PREFIX + name, _UNKNOWN)) != _UNKNOWN
        }
        return cls.model_validate(known)


def failure_class(error: Exception) -> str:
    """What the failures of many runs are counted by: the nearest cause that has a name.

    The class of what a script failed with, the code of the first blocker of a preflight, or else
    the name of the exception's class.
    """
    match error:
        case NotSolved(failure=failure) if failure:
            return failure
        case PreflightFailed(blockers=(first, *_)):
            return str(getattr(first, "code", type(error).__name__))
    return type(error).__name__


def _label(value: object) -> Label:
    if isinstance(value, float) and not math.isfinite(value):
        return _UNKNOWN
    return value if isinstance(value, Label) else _UNKNOWN
