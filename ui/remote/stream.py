"""Server-sent events as they come over the wire."""

import re
from collections.abc import Iterable, Iterator

from agent_core.value import Value

_LINE = re.compile(r"\r\n|\r|\n")
_END_OF_EVENT = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class ServerEvent(Value):
    """``id`` is empty where the event has none."""

    kind: str
    data: str
    id: str = ""


def parse_events(chunks: Iterable[bytes]) -> Iterator[ServerEvent]:
    """The events in ``chunks``, however these are cut. One that is cut off at the end is lost."""
    left = b""
    for chunk in chunks:
        *whole, left = _END_OF_EVENT.split(left + chunk)
        for text in whole:
            event = _event(text.decode("utf-8", errors="replace"))
            if event is not None:
                yield event


def _event(text: str) -> ServerEvent | None:
    """None for a comment, which only keeps the connection alive."""
    known: dict[str, list[str]] = {"event": [], "data": [], "id": []}
    for line in _LINE.split(text):
        name, _, value = line.partition(":")
        if name in known:
            known[name].append(value.removeprefix(" "))
    if not known["data"]:
        return None
    kind, id_ = ("".join(known[name][-1:]) for name in ("event", "id"))
    return ServerEvent(kind=kind or "message", data="\n".join(known["data"]), id=id_)
