"""The request that a question becomes."""

from typing import Any

from agent_core.conversation import Question


def request_of(question: Question, schema: dict[str, Any] | None, *, hour: bool) -> dict[str, Any]:
    """The arguments of the SDK's call; the same question always gives the same bytes.

    ``schema`` is the question's own, as the service wants it. The shared parts go first, each with
    a cache mark for five minutes or an ``hour``: the cache serves the longest marked prefix that
    is the same byte for byte.
    """
    request: dict[str, Any] = {
        "model": question.model,
        "max_tokens": question.max_tokens,
        "messages": [{"role": "user", "content": question.text}],
    }
    if question.shared:
        mark = {"type": "ephemeral", "ttl": "1h"} if hour else {"type": "ephemeral"}
        request["system"] = [
            {"type": "text", "text": part, "cache_control": mark} for part in question.shared
        ]
    output: dict[str, Any] = {"effort": question.effort} if question.effort else {}
    if schema is not None:
        output["format"] = {"type": "json_schema", "schema": schema}
    if output:
        request["output_config"] = output
    return request
