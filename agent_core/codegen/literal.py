"""Plain data as Python source that is pleasant to read and cannot be anything but data."""

import math
from typing import Any

WIDTH = 100


def literal(value: Any, indent: int = 0, used: int = 0) -> str:
    """``value`` (dicts, lists, tuples, texts, numbers, None) as a literal of lines below 100.

    ``indent`` is how far the line is indented, ``used`` how much of it stands before the literal.
    Text is quoted by `repr`, so nothing in it can end the quotation. Raises TypeError for
    anything that is no plain data.
    """
    flat = _on_one_line(value)
    if indent + used + len(flat) < WIDTH or not isinstance(value, dict | list | tuple) or not value:
        return flat
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        items = [
            f"{_on_one_line(key)}: {literal(item, indent + 4, len(_on_one_line(key)) + 2)}"
            for key, item in value.items()
        ]
    elif any(isinstance(item, dict | list | tuple) for item in value):
        items = [literal(item, indent + 4) for item in value]
    else:
        items = _filled_lines([_on_one_line(item) for item in value], WIDTH - indent - 5)
    body = "".join(f"{inner}{item},\n" for item in items)
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n{body}{' ' * indent}{end}"


def _filled_lines(words: list[str], width: int) -> list[str]:
    """As many words to a line as fit, separated by commas."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]}, {word}"
        lines[-1:] = [longer] if len(longer) < width else [lines[-1], word]
    return lines


def _on_one_line(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{_on_one_line(key)}: {_on_one_line(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_on_one_line, value)) + "]"
    if isinstance(value, str):
        # Other scripts stay readable; what could hide or reorder text is escaped.
        return _double_quoted(str(value))
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    raise TypeError(f"{type(value).__name__} is no plain data")


def _double_quoted(text: str) -> str:
    quoted = repr(text)
    if quoted.startswith("'") and '"' not in quoted:
        return f'"{quoted[1:-1]}"'
    return quoted
