"""The embedded server's life: shared, and not much longer than its users."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.prefect_file import PREFECT_FILE
from flows import embedded_server, prefect_database
from flows.embedded_server import EmbeddedServer, check_reachable, is_prepared


@pytest.fixture(autouse=True)
def _no_template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Databases are made, not copied, unless a test says otherwise."""
    monkeypatch.setattr(prefect_database, "template", lambda: tmp_path / "nothing.db")


HOLD = """
import sys, time, pathlib
from flows.embedded_server import EmbeddedServer
server = EmbeddedServer(pathlib.Path(sys.argv[1]), linger=0)
server.start()
print("started", flush=True)
time.sleep(600)
"""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def pid_of(folder: Path) -> int:
    return int(json.loads((folder / "server.json").read_text())["pid"])


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_one_server_for_all_its_users(tmp_path: Path) -> None:
    first, second = EmbeddedServer(tmp_path, linger=3), EmbeddedServer(tmp_path)
    assert not is_prepared(tmp_path)
    first.start()
    second.start()
    assert first.api_url == second.api_url
    first.wait_until_ready()
    assert is_prepared(tmp_path)
    first.stop()
    second.wait_until_ready()
    assert answers(second.api_url)  # the one who started it has gone
    second.stop()
    third = EmbeddedServer(tmp_path)
    third.start()  # it lingers, and so serves whoever comes soon
    assert third.api_url == first.api_url
    third.stop()
    third.stop()  # nothing happens
    first.wait_until_ended()
    assert not answers(first.api_url)


@pytest.mark.slow
def test_it_ends_when_its_only_user_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", HOLD, str(tmp_path)), stdout=subprocess.PIPE
    ) as user:
        assert user.stdout
        assert user.stdout.readline() == b"started\n"
        server = psutil.Process(pid_of(tmp_path))
        user.kill()
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    # What was left of a database in the making, and of the dead server's address, does no harm.
    again = EmbeddedServer(tmp_path, linger=0)
    again.start()
    again.wait_until_ready()
    assert answers(again.api_url)
    again.stop()
    again.wait_until_ended()


@pytest.mark.slow
@pytest.mark.parametrize("migrated", [True, False])
def test_a_server_that_cannot_start_says_why(tmp_path: Path, migrated: bool) -> None:
    if migrated:
        (tmp_path / f"migrated-{embedded_server.version('prefect')}").touch()
    (tmp_path / PREFECT_FILE).write_text("this is no database, " * 1000)
    server = EmbeddedServer(tmp_path, linger=0)
    server.start()
    with pytest.raises(SurroundingsFailed) as caught:
        server.wait_until_ready()
    server.stop()
    server.wait_until_ended()
    assert migrated or "not a database" in caught.value.means
    assert "server.log" in caught.value.next


def test_a_half_made_database_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "migrating").touch()
    (tmp_path / PREFECT_FILE).write_text("half")
    embedded_server._prepare(tmp_path)
    assert not (tmp_path / PREFECT_FILE).exists()


def test_a_whole_database_is_kept(tmp_path: Path) -> None:
    (tmp_path / PREFECT_FILE).write_text("whole, of an older version")
    embedded_server._prepare(tmp_path)
    assert (tmp_path / PREFECT_FILE).exists()
    assert not (tmp_path / "migrating").exists()


def test_the_servers_environment_has_nothing_of_the_persons_prefect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "secret")
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql://elsewhere")
    environment = embedded_server._environment(tmp_path)
    assert environment["PREFECT_HOME"] == str(tmp_path)
    assert "secret" not in environment.values()
    assert "PREFECT_API_DATABASE_CONNECTION_URL" not in environment


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "nonsense"])
def test_an_own_server_that_does_not_answer(url: str) -> None:
    with pytest.raises(SurroundingsFailed, match="PREFECT_API_URL"):
        check_reachable(url)


def test_the_server_process_ignores_nobody(tmp_path: Path) -> None:
    """Without a user it ends, even if it is still importing."""
    users = tmp_path / "server.users"
    users.touch()
    code = "import sys; from flows import prefect_server as p; p._end_without_users(sys.argv[1], 0)"
    ended = subprocess.run((sys.executable, "-c", code, str(users)), check=False, timeout=60)
    assert ended.returncode == -signal.SIGTERM
    assert users.exists()


def test_a_new_home_gets_a_copy_of_the_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template.db"
    monkeypatch.setattr(prefect_database, "template", lambda: template)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    embedded_server._prepare(first)
    assert not is_prepared(first)  # there is none, so the server makes its own
    template.write_text("empty")
    embedded_server._prepare(second)
    assert is_prepared(second)
    assert (second / PREFECT_FILE).read_text() == "empty"
    assert sorted(path.name for path in second.iterdir())[1:] == [PREFECT_FILE]


@pytest.mark.slow
def test_the_empty_database_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "share" / "template.db"
    monkeypatch.setattr(prefect_database, "template", lambda: template)
    prefect_database.make_template()
    made = template.stat().st_mtime_ns
    prefect_database.make_template()
    assert template.stat().st_mtime_ns == made
    server = EmbeddedServer(tmp_path / "home", linger=0)
    server.start()
    assert is_prepared(tmp_path / "home")
    server.wait_until_ready()
    assert answers(server.api_url)
    server.stop()
    server.wait_until_ended()
