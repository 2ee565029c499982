"""Attacks that talk to anybody."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.sandbox.sandbox import Outcome
from tests.agent_core.sandbox.conftest import Execute


@pytest.fixture(params=["tcp", "abstract", "path"])
def listener(request: pytest.FixtureRequest) -> Iterator[tuple[str, object, list[bytes]]]:
    """A server of the host's: the family's name, its address, and who called."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        family = "AF_INET" if request.param == "tcp" else "AF_UNIX"
        server = socket.socket(getattr(socket, family))
        address = {
            "tcp": ("127.0.0.1", 0),
            "abstract": f"\0kaggle-agent-{Path(folder).name}",
            "path": f"{folder}/socket",
        }[request.param]
        server.bind(address)
        if request.param == "path":
            Path(f"{folder}/socket").chmod(0o777)
        server.listen()
        server.settimeout(0.2)
        callers: list[bytes] = []
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                callers.append(b"called")
                caller.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield family, server.getsockname(), callers
        over.set()
        thread.join()
        server.close()


def test_a_server_on_this_machine(
    execute: Execute, listener: tuple[str, object, list[bytes]]
) -> None:
    family, address, callers = listener

    ran = execute(f"""
        import socket
        client = socket.socket(socket.{family})
        client.settimeout(3)
        client.connect({address!r})
        """)

    assert ran.execution.outcome is Outcome.CRASHED
    assert "Error" in ran.execution.message
    assert callers == []


def test_the_listener_would_hear_a_caller(listener: tuple[str, object, list[bytes]]) -> None:
    family, address, callers = listener
    with socket.socket(getattr(socket, family)) as client:
        client.connect(address)  # type: ignore[arg-type]
        client.recv(1)
    assert callers == [b"called"]


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
