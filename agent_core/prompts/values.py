"""What is planned, what has been tried, and what a question is told beside the shared parts."""

import json
from typing import Any, Literal

from agent_core.evaluation import Score
from agent_core.value import Value

Kind = Literal["draft", "repair", "improve"]


class DraftIdea(Value):
    """One whole way to solve the competition, before it is written.

    ``family`` is the model family in a few words; ``features`` and ``reasons`` are short sentences.
    """

    title: str
    family: str
    features: tuple[str, ...]
    validation: str
    reasons: tuple[str, ...]


class Plan(Value):
    """What the data say in one paragraph, and the drafts in the order in which to write them."""

    summary: str
    drafts: tuple[DraftIdea, ...]


class Tried(Value):
    """One attempt so far, as the model is told of it.

    ``score`` is the host's score as text, None where there is none. ``failure`` is the name of its
    class in `agent_core.failures`, ``summary`` one or two sentences of what was done.
    """

    title: str
    kind: Kind
    score: str | None = None
    failure: str | None = None
    summary: str = ""


class ToBeat(Value):
    """The tested template's own result: ``summary`` says what it does."""

    score: Score | None
    summary: str


class Best(Value):
    """The solution to improve. ``importance``: features with their weight, the highest first."""

    title: str
    source: str
    score: Score
    seconds: float
    importance: tuple[tuple[str, float], ...] = ()


class Machine(Value):
    """What a trial may use. Part of the prompt: give the same numbers to a run that is resumed."""

    processors: int
    memory_bytes: int
    seconds: float


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


#: The form of a `Plan` as the Messages API takes it: no limits on lengths or numbers.
_PLAN = _object(
    {
        "summary": {
            "type": "string",
            "description": "What the data say and what will decide this competition.",
        },
        "drafts": {
            "type": "array",
            "description": "The drafts, the most promising first.",
            "items": _object(
                {
                    "title": {"type": "string", "description": "At most 10 words."},
                    "family": {
                        "type": "string",
                        "description": "Model family, for instance: gradient boosted trees",
                    },
                    "features": _texts("Concrete features, named by the columns they are made of."),
                    "validation": {
                        "type": "string",
                        "description": "What is fitted inside folds, and how leaks are avoided.",
                    },
                    "reasons": _texts("Why this should score well here, from the profile."),
                }
            ),
        },
    }
)

#: The same as JSON text, as a `Question` takes it. The order is that in which it is written.
PLAN_SCHEMA: str = json.dumps(_PLAN)
