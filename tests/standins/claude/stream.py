"""An answer as server-sent events, in the order in which the service sends them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.standins.claude.scripted import Breaks, Says
from tests.standins.claude.tokens import Tokens, count

_PIECE = 200


@dataclass(frozen=True)
class Draft:
    """What is really written: cut off at ``max_tokens``, or where the stream breaks."""

    thinking: str | None
    text: str
    stop_reason: str
    category: str | None
    tokens: int


def draft_of(answer: Says | Breaks, max_tokens: int) -> Draft:
    """Fit the answer into its room. Thinking comes first, and is billed."""
    if isinstance(answer, Breaks):
        answer = Says(answer.text[: answer.after])
    thought = count(answer.thinking) if answer.thinking is not None else 0
    room = max(0, max_tokens - thought)
    needed = count(answer.text) if answer.text else 0
    if needed <= room:
        tokens = max(1, thought + needed)
        return Draft(answer.thinking, answer.text, answer.stop_reason, answer.category, tokens)
    kept = answer.text.encode()[: 4 * room].decode(errors="ignore")
    return Draft(answer.thinking, kept, "max_tokens", None, max_tokens)


def opening(number: int, model: str, tokens: Tokens) -> bytes:
    """The first event: everything about the input is known, nothing about the output."""
    message = {
        "id": f"msg_{number:04}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": tokens.as_usage(1),
    }
    return event("message_start", message=message)


def blocks(draft: Draft) -> Iterator[bytes]:
    """The content. The text of a thought is left out, as it is by default."""
    index = 0
    if draft.thinking is not None:
        yield _start(index, {"type": "thinking", "thinking": "", "signature": ""})
        yield _delta(index, {"type": "signature_delta", "signature": "c2lnbmVk"})
        yield event("content_block_stop", index=index)
        index += 1
    if draft.text:
        yield _start(index, {"type": "text", "text": ""})
        for start in range(0, len(draft.text), _PIECE):
            piece = draft.text[start : start + _PIECE]
            yield _delta(index, {"type": "text_delta", "text": piece})
        yield event("content_block_stop", index=index)


def closing(draft: Draft, tokens: Tokens) -> Iterator[bytes]:
    """Why it ended, and what it cost."""
    delta: dict[str, Any] = {"stop_reason": draft.stop_reason, "stop_sequence": None}
    if draft.stop_reason == "refusal":
        delta["stop_details"] = {"type": "refusal", "category": draft.category, "explanation": None}
    yield event("message_delta", delta=delta, usage=tokens.as_usage(draft.tokens))
    yield event("message_stop")


def event(kind: str, **content: Any) -> bytes:
    """One event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **content})}\n\n".encode()


def _start(index: int, block: dict[str, Any]) -> bytes:
    return event("content_block_start", index=index, content_block=block)


def _delta(index: int, delta: dict[str, Any]) -> bytes:
    return event("content_block_delta", index=index, delta=delta)
