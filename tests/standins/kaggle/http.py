"""The HTTP side: requests come in, go to the service that knows their method, faults in between."""

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.standins.kaggle.faults import Fault

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn

LAST_MODIFIED = "Tue, 06 Jan 2026 10:00:00 GMT"
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Call:
    """What a request asks: the fields of its JSON body, and its headers."""

    asked: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The name that the client knows us by."""
        return self.headers["Host"]


@dataclass(frozen=True)
class Answer:
    """``body`` goes out as JSON, bytes as they are."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def refused(status: int, message: str) -> Answer:
    """An error as Kaggle words it."""
    return Answer({"code": status, "message": message}, status)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that were killed, or gave up, are what some tests want."""


class Handler(BaseHTTPRequestHandler):
    of: "KaggleStandIn"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *_: Any) -> None:
        """Nothing: what matters is in `KaggleStandIn.calls`."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        method = urlsplit(self.path).path.split("/")[-1]
        call = Call(json.loads(raw or b"{}"), dict(self.headers))
        self.of.requests.append((method, call.headers, call.asked))
        fault = self.of.faults_now(method)
        done = self.of.answer(method, call) if fault.done else None
        if not self._failed(fault):
            self._answer(done or self.of.answer(method, call))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.of.requests.append(("storage", dict(self.headers), {"path": path}))
        fault = self.of.faults_now("storage")
        if self._failed(fault):
            return
        content = self.of.stored(path)
        if content is None:
            self._send(404, b"no such object", {"Content-Type": "application/xml"})
        else:
            self._serve(content, fault)

    def do_PUT(self) -> None:
        path = urlsplit(self.path).path
        self.of.requests.append(("upload", dict(self.headers), {"path": path}))
        fault = self.of.faults_now("upload")
        if fault.cut_after is not None:
            self.rfile.read(fault.cut_after)
            self.close_connection = True
            return
        content = self._body()
        done = self.of.uploads.put(path, content, dict(self.headers)) if fault.done else None
        if not self._failed(fault):
            self._answer(done or self.of.uploads.put(path, content, dict(self.headers)))

    def _body(self) -> bytes:
        """What was sent, also without a length (an empty file is sent in chunks)."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _answer(self, answer: Answer) -> None:
        if isinstance(answer.body, bytes):
            self._send(answer.status, answer.body, answer.headers)
        else:
            self._json(answer.status, answer.body, answer.headers)

    def _failed(self, fault: Fault) -> bool:
        time.sleep(fault.delay)
        if fault.status is None:
            return False
        if fault.status == 0:
            self.close_connection = True
        elif isinstance(fault.body, bytes):
            self._send(fault.status, fault.body, {"Content-Type": "text/html"} | fault.headers)
        else:
            body = fault.body or {"code": fault.status, "message": "As scripted"}
            self._json(fault.status, body, fault.headers)
        return True

    def _serve(self, content: bytes, fault: Fault) -> None:
        etag = fault.etag or f'"{hash(content)}"'
        headers = {"ETag": etag, "Last-Modified": LAST_MODIFIED, "Accept-Ranges": "bytes"}
        headers |= {"Content-Type": "application/octet-stream"}
        wanted = self.headers.get("Range", "")
        status, start = 200, 0
        if wanted and not fault.no_ranges and self.headers.get("If-Range", etag) == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            status = 206 if start < len(content) else 416
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        headers["Content-Length"] = str(len(content) - start)
        body = content[start:] if fault.cut_after is None else content[start:][: fault.cut_after]
        self._send(status, body, headers | fault.headers, pace=fault.pace)
        self.close_connection = self.close_connection or fault.cut_after is not None

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self._send(status, content, {"Content-Type": "application/json"} | (headers or {}))

    def _send(self, status: int, body: bytes, headers: dict[str, str], pace: float = 0.0) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(body), _CHUNK):
                time.sleep(pace)
                self.wfile.write(body[start : start + _CHUNK])
        except (BrokenPipeError, ConnectionResetError):
            # The client was killed or gave up, as some tests want it.
            self.close_connection = True
