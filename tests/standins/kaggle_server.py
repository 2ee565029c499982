"""A small Kaggle of the tests' own, spoken to over real HTTP by the real kaggle client.

    with KaggleStandIn("titanic", {"train.csv": b"..."}) as kaggle:
        subprocess.run([..., "solve", kaggle.address], env=os.environ | kaggle.env)

`KaggleStandIn.env` points a whole process (the command line included) here, by the client's own
ways: ``KAGGLE_API_ENVIRONMENT=LOCALHOST`` makes it call http://localhost, and ``HTTP_PROXY`` leads
that to our port. ``NO_PROXY=127.0.0.1`` keeps embedded servers reachable (name them 127.0.0.1, not
localhost, in that process), and ``HTTPS_PROXY`` is a closed port, so that a call that slips to the
real service fails at once. It also holds valid credentials, a home without any others, and short
waiting times. `pointed_at` does the same within the test process.

What goes wrong is scripted with `Fault`; `KaggleStandIn.calls` counts what was asked, where
"storage" is the host that serves the bytes.
"""

import base64
import io
import json
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

USER, KEY, TOKEN = "ada", "0123456789abcdef", "KGAT_a_valid_token"
RULES = "You must accept this competition's rules before you'll be able to download files."
BLOCKED = "http://127.0.0.1:9"
LAST_MODIFIED = "Tue, 06 Jan 2026 10:00:00 GMT"


@dataclass
class Fault:
    """What goes wrong at ``where`` (an API method, or "storage") for the next ``times`` requests.

    Without ``status`` the answer is right, but comes after ``delay`` seconds, and is cut after
    ``cut_after`` bytes; ``pace`` seconds pass before every 64 KiB. ``status`` 0 closes the
    connection without an answer. ``no_ranges`` ignores the Range header, ``etag`` replaces the
    ETag. ``after`` requests pass unharmed first.
    """

    where: str
    times: float = float("inf")
    after: int = 0
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_after: int | None = None
    pace: float = 0.0
    no_ranges: bool = False
    etag: str | None = None


class KaggleStandIn:
    """One competition called ``slug`` with ``files``, served until the ``with`` block ends."""

    def __init__(self, slug: str = "titanic", files: dict[str, bytes] | None = None) -> None:
        self.slug = slug
        self.files = {"train.csv": b"id,y\n1,0\n"} if files is None else files
        #: The bytes of the archive of all files; None: made from `files`.
        self.archive: bytes | None = None
        #: What each file is served as, where that is not the listed content.
        self.served: dict[str, bytes] = {}
        self.details: dict[str, Any] = {
            "id": 1,
            "ref": f"https://www.kaggle.com/competitions/{slug}",
            "title": "Titanic",
            "description": "Who survived?",
            "deadline": "2030-01-01T00:00:00.0000000Z",
            "reward": "Knowledge",
            "evaluationMetric": "Categorization Accuracy",
            "userHasEntered": True,
        }
        self.pages: Any = [{"name": "evaluation", "content": "Accuracy counts."}]
        self.listing: list[dict[str, Any]] | None = None
        self.page_size = 20
        self.tokens = {TOKEN}
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"https://www.kaggle.com/competitions/{self.slug}"

    @property
    def env(self) -> dict[str, str]:
        """What to add to a process's environment so that all its Kaggle calls come here."""
        return {
            "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
            "HTTP_PROXY": self.url,
            "http_proxy": self.url,
            "HTTPS_PROXY": BLOCKED,
            "https_proxy": BLOCKED,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "HOME": self._home.name,
            "KAGGLE_CONFIG_DIR": self._home.name,
            "KAGGLE_USERNAME": USER,
            "KAGGLE_KEY": KEY,
            "KAGGLE_AGENT_KAGGLE_READ_TIMEOUT": "5",
            "KAGGLE_AGENT_KAGGLE_FIRST_WAIT": "0.05",
            "KAGGLE_AGENT_KAGGLE_LONGEST_WAIT": "0.2",
            "KAGGLE_AGENT_KAGGLE_TOTAL_WAIT": "3",
        }

    def __enter__(self) -> "KaggleStandIn":
        self._server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"of": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._home = tempfile.TemporaryDirectory(prefix="kaggle-home-")
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._home.cleanup()

    def fail(self, where: str, **how: Any) -> Fault:
        """Script a `Fault`; returns it, so that it can be taken out of `faults` again."""
        fault = Fault(where, **how)
        self.faults.append(fault)
        return fault

    def fault(self, where: str) -> Fault:
        """The fault for a request at ``where`` that is being answered now."""
        with self.lock:
            self.calls[where] += 1
            for fault in self.faults:
                if fault.where == where and fault.times > 0:
                    if fault.after > 0:
                        fault.after -= 1
                        break
                    fault.times -= 1
                    return fault
        return Fault(where)

    def stored(self, path: str) -> bytes | None:
        """The bytes that lie under a storage path."""
        name = unquote(path.removeprefix("/storage/"))
        if name == "all.zip":
            return zipped(self.files) if self.archive is None else self.archive
        name = name.removeprefix("file/")
        return self.served.get(name, self.files.get(name))


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files always give the same archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


@contextmanager
def pointed_at(kaggle: KaggleStandIn) -> Iterator[None]:
    """Point the kaggle client within this process at ``kaggle``, with its user and key."""
    from kagglesdk.kaggle_env import KaggleEnv, _env_to_endpoint

    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "http_proxy", "KAGGLE_API_TOKEN", "KAGGLE_TOKEN", "VERBOSE"):
            patch.delenv(name, raising=False)
        for name, value in kaggle.env.items():
            if name.upper() != "HTTP_PROXY":
                patch.setenv(name, value)
        patch.setitem(_env_to_endpoint, KaggleEnv.LOCAL, kaggle.url)
        yield


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that were killed, or gave up, are what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    of: KaggleStandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *_: Any) -> None:
        """Nothing: what matters is in `KaggleStandIn.calls`."""

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = json.loads(raw or b"{}")
        method = path.removeprefix("/api").removeprefix("/v1/").split("/")[-1]
        self.of.requests.append((method, dict(self.headers), asked))
        if self._failed(self.of.fault(method)):
            return
        if method == "IntrospectToken":
            good = asked.get("token") in self.of.tokens
            self._json(200, {"active": good, "username": USER if good else ""})
        elif not self._authorized():
            self._json(401, {"code": 401, "message": "Unauthenticated"})
        elif asked.get("competitionName") != self.of.slug:
            self._json(404, {"error": {"code": 404, "message": "Not found", "status": "NOT_FOUND"}})
        else:
            getattr(self, method)(asked)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.of.requests.append(("storage", dict(self.headers), {"path": path}))
        fault = self.of.fault("storage")
        if self._failed(fault):
            return
        content = self.of.stored(path)
        if content is None:
            self._send(404, b"no such object", {"Content-Type": "application/xml"})
        else:
            self._serve(content, fault)

    def GetCompetition(self, _: dict[str, Any]) -> None:  # noqa: N802
        self._json(200, self.of.details)

    def ListCompetitionPages(self, _: dict[str, Any]) -> None:  # noqa: N802
        self._json(200, {"pages": self.of.pages})

    def ListDataFiles(self, asked: dict[str, Any]) -> None:  # noqa: N802
        listing = self.of.listing
        if listing is None:
            listing = [
                {"name": name, "totalBytes": len(content), "creationDate": "2026-01-01T00:00:00Z"}
                for name, content in self.of.files.items()
            ]
        start = int(asked.get("pageToken") or 0)
        end = start + min(self.of.page_size, asked.get("pageSize") or 20)
        token = str(end) if end < len(listing) else ""
        self._json(200, {"files": listing[start:end], "nextPageToken": token})

    def DownloadDataFiles(self, _: dict[str, Any]) -> None:  # noqa: N802
        self._redirect("all.zip")

    def DownloadDataFile(self, asked: dict[str, Any]) -> None:  # noqa: N802
        self._redirect("file/" + asked["fileName"])

    def _redirect(self, name: str) -> None:
        # A signed address in the manner of a file store; the signature must never be shown.
        place = f"http://{self.headers['Host']}/storage/{quote(name)}?signature=s3cr3t"
        self._send(302, b"", {"Location": place})

    def _authorized(self) -> bool:
        key = base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        good = {f"Basic {key}"} | {f"Bearer {token}" for token in self.of.tokens}
        return self.headers.get("Authorization") in good

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
            step = 1 << 16
            for start in range(0, len(body), step):
                time.sleep(pace)
                self.wfile.write(body[start : start + step])
        except (BrokenPipeError, ConnectionResetError):
            # The client was killed or gave up, as some tests want it.
            self.close_connection = True
