"""Where the HTTP API listens, who must show a key there, and by what name it may be called."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.stack import is_loopback
from ui.cli import app
from ui.free_port import free_port
from ui.http.keys import KeyRing
from ui.serving import check_keys

PROGRAM = str(Path(sys.executable).parent / "kaggle-agent")


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.8.8", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("myhost", False)],
)  # fmt: skip
def test_others_need_a_key(host: str, alone: bool, tmp_path: Path) -> None:
    ring = KeyRing(Home(root=tmp_path))
    assert is_loopback(host) is alone
    if alone:
        check_keys(host, ring)
        return
    with pytest.raises(SurroundingsFailed, match="kaggle-agent api-key create"):
        check_keys(host, ring)
    ring.create("anna")
    check_keys(host, ring)


def test_the_command_does_not_start_open_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["api", "--host", "0.0.0.0", "--port", str(free_port())])
    assert done.exit_code == 1
    assert "there is no key" in done.stderr


def test_a_port_that_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = CliRunner().invoke(app, ["api", "--port", str(taken.getsockname()[1])])
    assert done.exit_code == 1
    assert "KAGGLE_AGENT_API_PORT" in done.stderr


def test_keys_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path))
    made = CliRunner().invoke(app, ["api-key", "create", "anna"])
    secret = made.stdout.strip()
    assert KeyRing(Home(root=tmp_path)).find(secret)
    listed = CliRunner().invoke(app, ["api-key", "list"])
    assert "anna" in listed.stdout
    assert secret not in listed.stdout
    assert CliRunner().invoke(app, ["api-key", "create", "anna"]).exit_code == 2
    assert CliRunner().invoke(app, ["api-key", "revoke", "anna"]).exit_code == 0
    assert "anna" not in CliRunner().invoke(app, ["api-key", "list"]).stdout


@pytest.mark.slow
def test_without_any_server_it_says_so_until_it_is_stopped(tmp_path: Path) -> None:
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MLFLOW_"))}
    with subprocess.Popen(
        (PROGRAM, "api", "--port", str(port)),
        env=kept | {"KAGGLE_AGENT_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        url = f"http://127.0.0.1:{port}"
        answer = _first_answer(f"{url}/health", process)
        assert answer.status_code == 503
        assert "kaggle-agent up" in answer.json()["services"]["prefect"]["says"]
        posted = requests.post(f"{url}/run", json={"kaggle_url": "titanic"}, timeout=30)
        assert posted.status_code == 503
        # A name of somebody else's that leads here: a page in the person's browser might use it.
        foreign = requests.get(f"{url}/jobs", headers={"Host": "evil.example"}, timeout=30)
        assert foreign.status_code == 400
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in {0, 130}, process.stdout and process.stdout.read()


def _first_answer(url: str, process: subprocess.Popen[str]) -> requests.Response:
    for _ in range(600):
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            return requests.get(url, timeout=30)
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("it does not start")
