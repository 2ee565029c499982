"""Whether an answer that came whole can be used, and in what form."""

import json
import re

from agent_core.asking.received import Received
from agent_core.conversation import Question
from agent_core.errors import AnswerMalformed, AnswerRefused, AnswerTruncated

_FENCED = re.compile(r"\A```[a-zA-Z]*\n(.*?)\n?```\Z", re.DOTALL)
_WHOLE = ("end_turn", "stop_sequence")
_CUT = ("max_tokens", "model_context_window_exceeded")


def usable_text(question: Question, received: Received) -> str:
    """The answer's text; for JSON, bare of any Markdown fence and known to parse.

    Raises `AnswerRefused`, `AnswerTruncated` or `AnswerMalformed`.
    """
    if received.stop_reason == "refusal":
        raise _refused(received)
    if received.stop_reason in _CUT:
        raise _truncated(question, received)
    if received.stop_reason not in _WHOLE:
        raise _malformed(f"ended with {received.stop_reason!r}", received)
    if not received.text.strip():
        raise _malformed("is empty", received)
    return received.text if question.answer == "text" else _json(received)


def _json(received: Received) -> str:
    text = received.text.strip()
    fenced = _FENCED.match(text)
    bare = fenced[1].strip() if fenced else text
    try:
        json.loads(bare)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"is not JSON ({error})", received) from error
    return bare


def _refused(received: Received) -> AnswerRefused:
    category = f" (category {received.category})" if received.category else ""
    return AnswerRefused(
        f"Claude refused to answer{category}.",
        means="Its safeguards stopped this question; harmless work on models can trigger them.",
        next="Ask another model for this purpose, or go on with what there is.",
        category=received.category,
        text=received.text,
    )


def _truncated(question: Question, received: Received) -> AnswerTruncated:
    return AnswerTruncated(
        f"Claude's answer was cut off ({received.stop_reason}, {question.max_tokens} tokens).",
        means="What came is not whole and is not used as it is.",
        next=f"Give it more room (KAGGLE_AGENT_MAX_TOKENS_{question.purpose.upper()}) or less "
        f"to think about (KAGGLE_AGENT_EFFORT_{question.purpose.upper()}).",
        text=received.text,
    )


def _malformed(how: str, received: Received) -> AnswerMalformed:
    return AnswerMalformed(
        f"Claude's answer {how}.",
        means="It cannot be used.",
        next="It is told so and asked again, within the budget.",
        text=received.text,
    )
