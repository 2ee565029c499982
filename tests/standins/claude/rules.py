"""What the service refuses, as its documentation of October 2026 says."""

from typing import Any

from tests.standins.claude.scripted import Fails

#: The last one exists, but our table has no price for it.
MODELS = frozenset(
    {
        "claude-fable-5-2",
        "claude-fable-5-1",
        "claude-opus-5-5",
        "claude-opus-5",
        "claude-opus-4-8",
        "claude-sonnet-5-5",
        "claude-sonnet-5",
        "claude-sonnet-4-6",
        "claude-haiku-5-5",
        "claude-haiku-4-5",
        "claude-unheard-of-1",
    }
)
_KNOWN = frozenset(
    {
        "model",
        "max_tokens",
        "messages",
        "system",
        "stream",
        "output_config",
        "tools",
        "tool_choice",
        "thinking",
        "metadata",
        "cache_control",
        "stop_sequences",
        "service_tier",
    }
)
_NOT_IN_SCHEMAS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "pattern",
        "default",
    }
)


def refusal_of(body: dict[str, Any]) -> Fails | None:
    """Why this request is not let in, or None."""
    if body.get("model") not in MODELS:
        return Fails(404, f"model: {body.get('model')}")
    reasons = (
        _unknown(body) or _room(body) or _tools(body) or _messages(body) or _marks(body)
    ) or _output(body)
    return Fails(400, reasons) if reasons else None


def _unknown(body: dict[str, Any]) -> str:
    unknown = sorted(set(body) - _KNOWN)
    return f"{unknown[0]}: Extra inputs are not permitted" if unknown else ""


def _room(body: dict[str, Any]) -> str:
    room = body.get("max_tokens")
    if not isinstance(room, int) or not 1 <= room <= 128_000:
        return f"max_tokens: {room} is not between 1 and 128000"
    return "" if body.get("stream") is True else "this stand-in only streams"


def _tools(body: dict[str, Any]) -> str:
    if body.get("tool_choice", {}).get("type") in ("any", "tool"):
        return "tool_choice: forcing a tool is not supported by this model"
    if body.get("thinking", {}).get("type") in ("enabled", "disabled"):
        return "thinking: this model always thinks"
    return ""


def _messages(body: dict[str, Any]) -> str:
    messages = body.get("messages") or [{}]
    if messages[-1].get("role") != "user":
        return "messages: this model does not support assistant message prefill"
    contents = [body.get("system") or [], *(message["content"] for message in messages)]
    blank = any(not part["text"].strip() for part in _parts(contents))
    return "text content blocks must contain non-whitespace text" if blank else ""


def _marks(body: dict[str, Any]) -> str:
    contents = [body.get("system") or [], *(message["content"] for message in body["messages"])]
    marks = [part["cache_control"] for part in _parts(contents) if "cache_control" in part]
    if len(marks) + ("cache_control" in body) > 4:
        return "A maximum of 4 blocks with cache_control may be provided"
    ttls = [mark.get("ttl", "5m") for mark in marks]
    return "" if ttls == sorted(ttls) else "a ttl='1h' mark must not come after a ttl='5m' one"


def _parts(contents: list[Any]) -> list[dict[str, Any]]:
    lists = ([{"text": c}] if isinstance(c, str) else c for c in contents)
    return [part for parts in lists for part in parts]


def _output(body: dict[str, Any]) -> str:
    output = body.get("output_config", {})
    effort = output.get("effort")
    if effort is not None and body["model"] == "claude-haiku-4-5":
        return "output_config.effort: not supported by this model"
    if effort not in (None, "low", "medium", "high", "xhigh", "max"):
        return f"output_config.effort: {effort}"
    return _schema(output["format"]["schema"]) if "format" in output else ""


def _schema(schema: Any) -> str:
    if isinstance(schema, list):
        return next((wrong for item in schema if (wrong := _schema(item))), "")
    if not isinstance(schema, dict):
        return ""
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: 'additionalProperties' must be false"
    named = [part for key in ("properties", "$defs") for part in schema.get(key, {}).values()]
    limits = sorted(set(schema) & _NOT_IN_SCHEMAS)
    if limits:
        return f"output_config.format.schema: {limits[0]} is not supported"
    inner = [part for key, part in schema.items() if key not in ("properties", "$defs")]
    return _schema([*named, *inner])
