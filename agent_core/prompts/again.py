"""The same question once more, after an answer that was of no use."""

from typing import Literal

from agent_core.conversation import ModelChoice, Question
from agent_core.prompts.quoting import block
from agent_core.prompts.rendering import fill
from agent_core.value import Value

#: No answer gets more room than this, in tokens.
MOST_ROOM = 64_000
#: Of an answer that could not be read the model is shown so many characters of its end.
SHOWN = 2_000
#: The reason may quote a line of the answer, so it is data like the rest.
MOST_WORDS = 1_000

_ADVICE = {
    "refused": "This is ordinary work on tables for a public data science competition: predict a "
    "column from the others. Nothing else is asked for.",
    "truncated": "It was cut off, and no part of a script is ever run. There is more room this "
    "time; all the same write less: fewer comments, shorter thoughts, one approach.",
    "malformed": "Nothing of it was run.",
}


class Useless(Value):
    """Why an answer cannot be used: ``why`` in words, ``text`` is what there was of it."""

    kind: Literal["refused", "truncated", "malformed"]
    why: str
    text: str = ""


def again_question(question: Question, useless: Useless, other: ModelChoice) -> Question:
    """``question`` with what was wrong with its last answer.

    A cut answer gets twice the room; after a refusal the ``other`` model is asked.
    """
    shown = block("answer", useless.text[-SHOWN:]) if useless.kind == "malformed" else ""
    added = fill(
        "again",
        why=block("problem", useless.why, MOST_WORDS),
        advice=_ADVICE[useless.kind],
        answer=shown,
    )
    changed: dict[str, object] = {"text": f"{question.text}\n{added}"}
    if useless.kind == "truncated":
        room = max(question.max_tokens, min(2 * question.max_tokens, MOST_ROOM))
        changed["max_tokens"] = room
    if useless.kind == "refused":
        changed |= {"model": other.model, "effort": other.effort}
    return question.model_copy(update=changed)
