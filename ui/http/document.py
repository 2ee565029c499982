"""The HTTP API as a page for people: ``python -m ui.http.document`` writes docs/http-api.md.

Made of the OpenAPI document, which the API itself gives at ``/openapi.json``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent_core.settings import Settings
from ui.serving import application

PAGE = Path(__file__).parents[2] / "docs" / "http-api.md"

_BEGINNING = Path(__file__).with_name("document.md")


def document(openapi: dict[str, Any]) -> str:
    """The whole page as Markdown."""
    beginning = _BEGINNING.read_text(encoding="utf-8")
    parts = [beginning.replace("{description}", openapi["info"]["description"])]
    for path, methods in openapi["paths"].items():
        for method, route in methods.items():
            parts += _route(f"{method.upper()} {path}", route)
    parts.append("\n## What is sent and answered\n")
    for name, schema in sorted(openapi["components"]["schemas"].items()):
        parts += _schema(name, schema)
    return "".join(parts)


def _route(title: str, route: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {route['summary']}: `{title}`\n\n{route['description']}\n"
    parameters = route.get("parameters", ())
    if parameters:
        yield "\n| parameter | in | what it is |\n| --- | --- | --- |\n"
        for one in parameters:
            what = _cell(_kind(one["schema"]), one.get("description", ""))
            yield f"| `{one['name']}` | {one['in']} | {what} |\n"
    if "requestBody" in route:
        (content,) = route["requestBody"]["content"].values()
        yield f"\nBody: {_kind(content['schema'])}.\n"
    yield "\n| answer | what it means | body |\n| --- | --- | --- |\n"
    for status, answer in sorted(route["responses"].items()):
        bodies = [_body(kind, how) for kind, how in answer.get("content", {}).items()]
        yield f"| {status} | {_cell(answer['description'])} | {', '.join(bodies)} |\n"


def _body(kind: str, how: dict[str, Any]) -> str:
    return _kind(how["schema"]) if kind == "application/json" else f"`{kind}`"


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    if "enum" in schema:  # each value has a line of its own there
        first, _, values = schema["description"].partition("\n\n")
        yield f"\n### {name}\n\n{first}\n\n```\n{values}\n```\n"
        return
    yield f"\n### {name}\n\n{schema.get('description', '').replace('``', '`')}\n"
    yield "\n| field | what it is |\n| --- | --- |\n"
    required = schema.get("required", ())
    for field, how in schema.get("properties", {}).items():
        needed = "" if field in required or "default" not in how else _default(how["default"])
        yield f"| `{field}` | {_cell(_kind(how), how.get('description', ''), needed)} |\n"


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in words, with a link where it is an object of ours."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return f"one of {_values(schema['enum'])}"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    bounds = (("from", "minimum"), ("to", "maximum"))
    said = [f"{word} {schema[name]:.0f}" for word, name in bounds if name in schema]
    return " ".join([schema.get("format") or schema.get("type", "anything"), *said])


def _default(value: object) -> str:
    return "" if value in (None, "", []) else f"Default: `{value}`."


def _values(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _cell(*parts: str) -> str:
    """One cell of a table: what separates cells and rows is no part of it."""
    text = ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) + "."
    return " ".join(text.replace("|", "\\|").split())


def current() -> str:
    """The page as it should be now."""
    with application(Settings(), "127.0.0.1") as app:
        return document(app.openapi())


if __name__ == "__main__":
    PAGE.write_text(current(), encoding="utf-8")
