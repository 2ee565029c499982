"""Services are started, watched and stopped; however the starter dies, none is left."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent_core.errors import SurroundingsFailed
from ui.free_port import LOCAL, free_port
from ui.stack import check_port
from ui.stack_reaper import MARK, marked, temporary_folder
from ui.stack_services import PROJECT, Service
from ui.stack_supervisor import Supervisor, stack_environment

#: Answers on PORT, and has a child in a session of its own that does not end when asked to.
SERVER = """\
import subprocess, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", deaf], start_new_session=True)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


def server() -> Service:
    port = free_port()
    return Service(
        name="a server",
        command=(sys.executable, "-c", SERVER, str(port)),
        health=f"http://{LOCAL}:{port}/",
        port=port,
        setting="SOME_PORT",
    )


def step(code: str) -> Service:
    return Service(name="a step", command=(sys.executable, "-c", code), step=True)


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def revived(supervisor: Supervisor) -> list[Service]:
    found: list[Service] = []

    def one_is() -> bool:
        found.extend(supervisor.revive())
        return bool(found)

    until(one_is)
    return found


@pytest.fixture
def environment() -> dict[str, str]:
    return stack_environment(dict(os.environ))


def test_a_persons_prefect_settings_stay_out() -> None:
    made = stack_environment(
        {"PREFECT_API_URL": "http://mine", "NO_PROXY": "a", "HOME": "/h"}, PREFECT_HOME="/p"
    )
    assert "PREFECT_API_URL" not in made
    assert made["PREFECT_HOME"] == "/p"
    assert made["NO_PROXY"] == "a,127.0.0.1"
    assert made["HOME"] == "/h"


def test_temporary_files_are_kept_together(environment: dict[str, str], tmp_path: Path) -> None:
    with Supervisor(environment, tmp_path) as supervisor:
        told = "import tempfile; print(tempfile.gettempdir())"
        running = supervisor.start(step(told))
        supervisor.wait_for(running)
        assert running.log.read_text().strip() == str(temporary_folder(supervisor.mark))


def test_a_step_that_fails_is_told_with_its_log(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with Supervisor(environment, tmp_path) as supervisor:
        supervisor.wait_for(supervisor.start(step("print('fine')")))
        failing = supervisor.start(step("raise SystemExit('no such luck')"))
        with pytest.raises(SurroundingsFailed, match="no such luck") as caught:
            supervisor.wait_for(failing)
    assert "a-step.log" in caught.value.next


def test_a_taken_port_is_told_with_a_way_out() -> None:
    service = server()
    taken = socket.create_server((LOCAL, service.port or 0))
    with taken, pytest.raises(SurroundingsFailed, match=f"Port {service.port}") as caught:
        check_port(service)
    assert "SOME_PORT=" in caught.value.next
    check_port(service)  # it is free again


@pytest.mark.slow
def test_what_dies_is_started_again_and_nothing_is_left(
    environment: dict[str, str], tmp_path: Path
) -> None:
    service = server()
    with Supervisor(environment, tmp_path, grace=1.0) as supervisor:
        running = supervisor.start(service)
        supervisor.wait_for(running)
        assert supervisor.revive() == []
        running.process.kill()
        running.process.wait()
        assert revived(supervisor) == [service]
        supervisor.wait_for(running)
        assert len(marked(supervisor.mark)) >= 3  # the child of the first one as well
    assert marked(supervisor.mark) == []
    assert not temporary_folder(supervisor.mark).exists()


@pytest.mark.slow
def test_a_starter_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    starter = (
        "import sys, time; from pathlib import Path\n"
        "from tests.ui.test_stack_supervisor import *\n"
        f"logs = Path({str(tmp_path)!r})\n"
        "with Supervisor(stack_environment(dict(os.environ)), logs, 1.0) as supervisor:\n"
        "    supervisor.wait_for(supervisor.start(server()))\n"
        "    print(supervisor.mark, flush=True)\n"
        "    time.sleep(600)\n"
    )
    process = subprocess.Popen(
        (sys.executable, "-c", starter), cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process.stdout as told:
        mark = told.readline().strip()
        assert marked(mark)
        assert temporary_folder(mark).is_dir()
        process.send_signal(signal.SIGKILL)
        process.wait()
    until(lambda: not marked(mark) and not temporary_folder(mark).exists())


def test_marked_processes_are_found_by_their_environment() -> None:
    sleeper = subprocess.Popen(
        (sys.executable, "-c", "import time; time.sleep(600)"), env={**os.environ, MARK: "mine"}
    )
    try:
        until(lambda: [p.pid for p in marked("mine")] == [sleeper.pid])
        assert marked("another") == []
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            sleeper.kill()
        sleeper.wait()
