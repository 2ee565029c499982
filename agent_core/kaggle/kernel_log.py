"""The log of a kernel: a JSON array of {stream_name, time, data}, as Kaggle keeps it."""

import json
from typing import Any

from agent_core.value import Value


class LogEntry(Value):
    """``seconds`` since the start; ``data`` is what was printed then, line ends included."""

    stream: str
    seconds: float
    data: str


def log_entries(log: object) -> tuple[LogEntry, ...]:
    """The entries of ``log``, a text. What is no such array is one entry by itself."""
    if not isinstance(log, str) or not log.strip():
        return ()
    try:
        content = json.loads(log)
    except ValueError:
        content = None
    if not isinstance(content, list):
        return (LogEntry(stream="stdout", seconds=0.0, data=log),)
    return tuple(_entry(item) for item in content if isinstance(item, dict))


def log_text(entries: tuple[LogEntry, ...]) -> str:
    """What was printed, each entry on lines of its own."""
    return "".join(
        entry.data if entry.data.endswith("\n") else f"{entry.data}\n" for entry in entries
    )


def _entry(item: dict[str, Any]) -> LogEntry:
    seconds = item.get("time")
    return LogEntry(
        stream=str(item.get("stream_name") or "stdout"),
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        data=str(item.get("data") or ""),
    )
