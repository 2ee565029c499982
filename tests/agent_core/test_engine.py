"""The client of the Docker engine, against answers of an engine that is none."""

import io
import json
import re
import socketserver
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

from agent_core.engine import Container, Engine, State, Vanished
from agent_core.errors import SurroundingsFailed

Answer = tuple[int, Any]


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    """Gives the answer that is set down for a call, whatever the API's version."""

    answers: ClassVar[dict[str, Answer]]
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = re.sub(r"^/v[\d.]+", "", self.path).partition("?")[0]
        status, content = self.answers[f"{self.command} {path}"]
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        # What the engine tells of a file in a container ("{}", in base64).
        self.send_header("X-Docker-Container-Path-Stat", "e30=")
        self.send_header("Connection", "close")
        if path == "/build":
            self.send_header("Transfer-Encoding", "chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Answer]]:
    """What the engine answers, by method and path."""
    version = {"ApiVersion": "1.47", "MinAPIVersion": "1.24", "Version": "27.0"}
    Handler.answers = {"GET /version": (200, version)}
    socket = tmp_path / "docker.sock"
    server = Server(str(socket), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
    yield Handler.answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def engine(answers: dict[str, Answer]) -> Iterator[Engine]:
    with Engine.connect() as engine:
        yield engine


def test_what_it_is_and_what_it_has(engine: Engine, answers: dict[str, Answer]) -> None:
    answers["GET /info"] = (200, {"Runtimes": {"runsc": {}, "runc": {}}})
    answers["GET /images/json"] = (200, [{"Id": "sha256:1"}])
    listed = {"Id": "abc", "Labels": {"l": "1"}, "State": "exited", "Created": 7, "Names": []}
    answers["GET /containers/json"] = (200, [listed])
    answers["GET /volumes"] = (200, {"Volumes": [{"Name": "left"}]})
    assert engine.version == "27.0"
    assert engine.runtimes() == ["runc", "runsc"]
    assert engine.has_image("sandbox")
    assert engine.containers("l") == [Container("abc", {"l": "1"}, running=False, created=7)]
    assert engine.unused_volumes("l") == ["left"]
    answers["GET /volumes"] = (200, {"Volumes": None})
    assert engine.unused_volumes("l") == []


def test_a_container_is_made_started_and_looked_at(
    engine: Engine, answers: dict[str, Answer]
) -> None:
    answers["POST /containers/create"] = (201, {"Id": "abc"})
    answers["POST /containers/abc/start"] = (204, b"")
    found = {
        "State": {"Running": False, "ExitCode": 137, "OOMKilled": True},
        "Mounts": [{"Destination": "/a", "Source": "/host/a"}, {"Destination": "/b"}],
    }
    answers["GET /containers/abc/json"] = (200, found)
    container = engine.create("image", ["true"], {"network_mode": "none"}, user="1")
    engine.start(container)
    assert engine.state(container) == State(running=False, exit_code=137, out_of_memory=True)
    assert engine.mounts(container) == {"/a": "/host/a"}


def test_a_container_that_is_gone(engine: Engine, answers: dict[str, Answer]) -> None:
    gone = (404, {"message": "No such container: abc"})
    answers["GET /containers/abc/json"] = gone
    answers["DELETE /containers/abc"] = gone
    with pytest.raises(Vanished, match="No such container: abc"):
        engine.state("abc")
    assert engine.mounts("abc") is None
    engine.remove("abc")


def test_what_is_as_it_should_be_already_is_no_failure(
    engine: Engine, answers: dict[str, Answer]
) -> None:
    stopped = (409, {"message": "it is not running"})
    answers["POST /containers/abc/kill"] = answers["DELETE /volumes/left"] = stopped
    engine.kill("abc")
    engine.remove_volume("left")
    answers["POST /containers/abc/kill"] = (500, {"message": "cgroups are broken"})
    with pytest.raises(SurroundingsFailed, match="cgroups are broken"):
        engine.kill("abc")


def test_a_command_that_fails_is_told(engine: Engine, answers: dict[str, Answer]) -> None:
    answers["POST /containers/abc/exec"] = (201, {"Id": "e1"})
    answers["POST /exec/e1/start"] = (200, b"")
    answers["GET /exec/e1/json"] = (200, {"ExitCode": 3})
    with pytest.raises(SurroundingsFailed, match="exit code 3"):
        engine.execute("abc", ["echo"], "1")


def packed(member: tarfile.TarInfo, content: bytes = b"") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def test_a_file_is_read_and_nothing_else(engine: Engine, answers: dict[str, Answer]) -> None:
    answers["GET /containers/abc/archive"] = (200, packed(tarfile.TarInfo("a"), b"content"))
    with engine.file("abc", "/out/a") as file:
        assert file.read() == b"content"
    link = tarfile.TarInfo("a")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    answers["GET /containers/abc/archive"] = (200, packed(link))
    with pytest.raises(Vanished, match="no regular file"), engine.file("abc", "/out/a"):
        pass


def test_a_build_tells_its_lines_and_why_it_failed(
    engine: Engine, answers: dict[str, Answer]
) -> None:
    lines = [{"stream": "Step 1\nStep 2\n"}, {"aux": {}}, {"error": "no space left\n"}]
    answers["POST /build"] = (200, "".join(map(json.dumps, lines)).encode())
    built = engine.build(io.BytesIO(), "sandbox", {}, {})
    assert [next(built), next(built)] == ["Step 1", "Step 2"]
    with pytest.raises(SurroundingsFailed, match=r"sandbox could not be built: no space left"):
        next(built)


def test_without_a_socket_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(SurroundingsFailed, match=r"there is no unix://.*/none\.sock"):
        Engine.connect()


def test_an_engine_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    with pytest.raises(SurroundingsFailed, match="No Docker engine answers"):
        Engine.connect()
