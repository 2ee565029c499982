"""The HTTP side: lets requests in, asks the test for an answer, and keeps the log."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.standins.claude import stream
from tests.standins.claude.rules import refusal_of
from tests.standins.claude.scripted import Answer, Asked, Breaks, Fails, Says
from tests.standins.claude.tokens import PrefixCache, Tokens

KEY = "sk-test-0123456789abcdefghij"


_NOTHING = Tokens()


@dataclass
class Logged:
    """One request. ``status`` 0: not answered yet. ``broken``: its stream failed in the middle."""

    asked: Asked
    raw: bytes
    status: int = 0
    tokens: Tokens = _NOTHING
    broken: bool = False


class ClaudeStandIn:
    """Serves until the ``with`` block ends. ``minimum`` and ``clock`` are the prompt cache's."""

    def __init__(
        self,
        answer: Callable[[Asked], Answer],
        *,
        minimum: int = 512,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.answer = answer
        self.cache = PrefixCache(minimum, clock)
        self.log: list[Logged] = []
        self.stopped = threading.Event()
        self._lock = threading.Lock()

    @property
    def env(self) -> dict[str, str]:
        """What to add to a process's environment so that all its calls to Claude come here."""
        return {
            "ANTHROPIC_BASE_URL": self.url,
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_AUTH_TOKEN": "",
            "ANTHROPIC_PROFILE": "",
            "ANTHROPIC_CUSTOM_HEADERS": "",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "KAGGLE_AGENT_CLAUDE_READ_TIMEOUT": "20",
            "KAGGLE_AGENT_CLAUDE_FIRST_WAIT": "0.02",
            "KAGGLE_AGENT_CLAUDE_LONGEST_WAIT": "0.1",
        }

    @property
    def whole(self) -> list[Logged]:
        """The requests that got a whole answer, be it a refusal or cut off at max_tokens."""
        return [entry for entry in self.log if entry.status == 200 and not entry.broken]

    @property
    def usage(self) -> Tokens:
        """What all whole answers were billed for."""
        return sum((entry.tokens for entry in self.whole), _NOTHING)

    @property
    def broken_usage(self) -> Tokens:
        """What streams that failed in the middle were billed for."""
        return sum((entry.tokens for entry in self.log if entry.broken), _NOTHING)

    @property
    def sent(self) -> bytes:
        """Every byte that was sent here but the key: bodies, and headers in between."""
        entries = [(entry.raw, json.dumps(entry.asked.headers).encode()) for entry in self.log]
        return b"\n".join(raw + b"\n" + head.replace(KEY.encode(), b"") for raw, head in entries)

    def cached_share(self, since: int = 1) -> float:
        """Cache reads by all input tokens of the whole answers from number ``since`` on."""
        later = [entry.tokens for entry in self.whole[since:]]
        return sum(tokens.cache_read for tokens in later) / sum(
            tokens.prompt_tokens for tokens in later
        )

    def __enter__(self) -> "ClaudeStandIn":
        self._server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"of": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def enter(self, raw: bytes, headers: dict[str, str]) -> Logged:
        """Put a request into the log, in the order of arrival."""
        with self._lock:
            entry = Logged(Asked(len(self.log), json.loads(raw), headers), raw)
            self.log.append(entry)
            return entry


@contextmanager
def pointed_at(claude: ClaudeStandIn) -> Iterator[None]:
    """Within, this process's calls to Claude come here."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in claude.env.items():
            patch.setenv(name, value)
        yield


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Clients that were killed, or gave up, are what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    of: ClaudeStandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *_: Any) -> None:
        """Nothing: what matters is in `ClaudeStandIn.log`."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        entry = self.of.enter(raw, {name.lower(): value for name, value in self.headers.items()})
        failed = self._not_let_in(entry)
        answer = failed or self.of.answer(entry.asked)
        if isinstance(answer, Fails):
            self._fail(entry, answer)
        else:
            self._stream(entry, Says(answer) if isinstance(answer, str) else answer)

    def _not_let_in(self, entry: Logged) -> Fails | None:
        if not self.path.endswith("/v1/messages"):
            return Fails(404, "Not found")
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return Fails(401, "invalid bearer token")
        if not self.headers.get("anthropic-version"):
            return Fails(400, "anthropic-version: header is required")
        return refusal_of(entry.asked.body)

    def _fail(self, entry: Logged, failure: Fails) -> None:
        entry.status = failure.status
        if failure.status == 0:
            self.close_connection = True
            return
        body, headers = failure.payload()
        self.send_response(failure.status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, entry: Logged, answer: Says | Breaks) -> None:
        tokens, begins = self.of.cache.bill(entry.asked.body)
        draft = stream.draft_of(answer, entry.asked.max_tokens)
        entry.tokens = replace(tokens, output_tokens=draft.tokens)
        entry.status, entry.broken = 200, True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("request-id", f"req_{entry.asked.number:04}")
        self.end_headers()
        begins()
        self._chunk(stream.opening(entry.asked.number, entry.asked.model, tokens))
        if isinstance(answer, Breaks):
            self._break(answer, draft)
            return
        self._dawdle(answer)
        # Marked before the last byte is out: whoever has read it may look at the log at once.
        rest = b"".join([*stream.blocks(draft), *stream.closing(draft, tokens)])
        entry.broken = False
        self._chunk(rest)
        self._chunk(b"")

    def _dawdle(self, answer: Says) -> None:
        until = time.monotonic() + answer.seconds
        while time.monotonic() < until and not self.of.stopped.wait(answer.ping):
            self._chunk(stream.event("ping"))

    def _break(self, answer: Breaks, draft: stream.Draft) -> None:
        written = list(stream.blocks(draft))
        self._chunk(b"".join(written[:-1]))  # the last block stays open
        if answer.how == "error":
            error = {"type": answer.kind, "message": "As scripted"}
            self._chunk(stream.event("error", error=error))
        if answer.how == "cut":
            self.close_connection = True
        else:
            self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        """One chunk of the body; the empty one ends it."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()
