"""Attacks that talk to anybody."""

import select
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent_core.sandbox.sandbox import Outcome
from tests.agent_core.sandbox.conftest import Execute


@dataclass
class Listener:
    """Servers of the host's, each as its family's name and its address, and how many called."""

    addresses: list[tuple[str, Any]]
    calls: int = 0


@pytest.fixture
def listener() -> Iterator[Listener]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        wanted: list[tuple[str, Any]] = [
            ("AF_INET", ("127.0.0.1", 0)),
            ("AF_UNIX", f"\0kaggle-agent-{Path(folder).name}"),
            ("AF_UNIX", f"{folder}/socket"),
        ]
        servers = []
        for family, address in wanted:
            server = stack.enter_context(socket.socket(getattr(socket, family)))
            server.bind(address)
            server.listen()
            servers.append(server)
        Path(f"{folder}/socket").chmod(0o777)
        names = [
            (family, server.getsockname())
            for (family, _), server in zip(wanted, servers, strict=True)
        ]
        made = Listener(names)
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                for server in select.select(servers, [], [], 0.1)[0]:
                    caller = server.accept()[0]
                    made.calls += 1
                    caller.close()  # which the caller may wait for

        thread = threading.Thread(target=answer)
        thread.start()
        yield made
        over.set()
        thread.join()


def test_servers_on_this_machine(execute: Execute, listener: Listener) -> None:
    ran = execute(f"""
        import socket
        for family, address in {listener.addresses!r}:
            try: socket.socket(getattr(socket, family)).connect(address)
            except OSError as error: print(type(error).__name__)
        """)

    assert ran.execution.outcome is Outcome.OK
    assert len(ran.log.splitlines()) == len(listener.addresses)
    assert listener.calls == 0


def test_the_listener_would_hear_a_caller(listener: Listener) -> None:
    for family, address in listener.addresses:
        with socket.socket(getattr(socket, family)) as client:
            client.connect(address)
            client.recv(1)
    assert listener.calls == len(listener.addresses)


def test_the_world(execute: Execute) -> None:
    ran = execute("""
        import socket
        def attempt(action):
            try: action()
            except OSError: return
            print("reached")
        attempt(lambda: socket.getaddrinfo("example.com", 80))
        for address in (("169.254.169.254", 80), ("1.1.1.1", 53), ("127.0.0.53", 53)):
            attempt(lambda: socket.create_connection(address, 2))
            attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x" * 12, address))
        attempt(lambda: socket.socket(socket.AF_INET6).connect(("::1", 80)))
        for family in (16, 17, 38, 40):  # netlink, packet, alg, vsock
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_RAW):
                attempt(lambda: socket.socket(family, kind))
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.log == ""


def test_processes_of_the_script_may_talk_among_themselves(execute: Execute) -> None:
    ran = execute("""
        import multiprocessing
        with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(abs, [-1, -2]))
        """)

    assert ran.log == "[1, 2]\n"
