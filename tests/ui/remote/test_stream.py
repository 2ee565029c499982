"""Events as they come over the wire, however they are cut."""

import pytest

from ui.remote.stream import ServerEvent, parse_events

TEXT = (
    b': ping\r\n\r\nid: 7\r\nevent: log\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'
    b"event: end\ndata: \xc3\xa9\n\ndata: bare\n\nevent: cut off\ndata: x"
)
EVENTS = [
    ServerEvent(kind="log", data='{"a":\n1}', id="7"),
    ServerEvent(kind="end", data="é"),
    ServerEvent(kind="message", data="bare"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_however_it_is_cut(size: int) -> None:
    chunks = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    assert list(parse_events(chunks)) == EVENTS
