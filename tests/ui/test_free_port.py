"""Ports that a service can have, and have again when it is started again."""

import socket
from pathlib import Path

import pytest

from agent_core.errors import SurroundingsFailed
from ui import free_port as module
from ui.free_port import LOCAL, free_port

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_nobody_listens_there_and_no_connection_gets_it() -> None:
    port = free_port()
    with socket.create_server((LOCAL, port)):
        assert free_port() != port
    if RANGE.exists():
        assert port < int(RANGE.read_text().split()[0])


def test_none_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((LOCAL, free_port())) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(module, "_PORTS", range(port, port + 1))
        with pytest.raises(SurroundingsFailed, match="taken"):
            free_port()
