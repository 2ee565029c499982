"""Fetching one large file: resumed where it was cut, checked before it counts."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import requests
from pydantic import ValidationError

from agent_core.errors import KaggleError, KaggleUnavailable, NotAuthenticated, RulesNotAccepted
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.errors import kaggle_error, refusal
from agent_core.kaggle.patience import Patience
from agent_core.progress import Report, silent
from agent_core.storage.disk import require_space
from agent_core.value import Value

_CHUNK = 1 << 16
_PAGES = ("text/html", "application/xhtml", "application/json", "application/xml", "text/xml")
_AGAIN = "Run again: what was fetched is kept and continued."


class Address(NamedTuple):
    """Where a file is served for a while, and the credentials if that is on the API's own host."""

    url: str
    auth: Any = None


class _Note(Value):
    """What is known of a partial file: its version on the server, and its full size if told."""

    validator: str = ""
    total: int | None = None


def download(
    ask: Callable[[], Address],
    target: Path,
    slug: str,
    patience: Patience,
    report: Report = silent,
) -> None:
    """Have the file at ``target``. Nothing happens if it is there: it only gets there complete.

    ``ask`` finds the address, which may serve for a short time only. The parts of an unfinished
    download lie beside ``target`` as ``.part`` and ``.note``.

    Raises
    ------
    KaggleError
        Kaggle refused, or the connection failed more often than ``patience`` allows.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with requests.Session() as session:
        bound(session, patience)
        fetching = _Fetching(session, target, slug, report)
        patience.run(lambda: fetching.attempt(ask), report)


class _Fetching:
    """One file on its way."""

    def __init__(self, session: requests.Session, target: Path, slug: str, report: Report) -> None:
        self._session = session
        self._target = target
        self._slug = slug
        self._report = report
        self._part = target.with_name(target.name + ".part")
        self._note = target.with_name(target.name + ".note")
        self._reported = 0.0

    def attempt(self, ask: Callable[[], Address]) -> None:
        """Go on until the file is complete, as long as each connection brings something."""
        address = ask()
        most = self._have()
        while True:
            try:
                self._stream(address)
                break
            except KaggleUnavailable:
                if self._have() <= most:
                    raise
                most = self._have()
        with self._part.open("rb") as stream:
            os.fsync(stream.fileno())
        self._part.replace(self._target)
        self._note.unlink(missing_ok=True)

    def _stream(self, address: Address) -> None:
        note = self._read_note()
        if note.total is not None and self._have() == note.total:
            return
        try:
            with self._get(address, note) as response:
                self._receive(response, note)
        except requests.RequestException as error:
            raise kaggle_error(error, None, self._slug) from None

    def _get(self, address: Address, note: _Note) -> requests.Response:
        headers = {"Accept-Encoding": "identity"}
        if self._have() and note.validator:
            headers |= {"Range": f"bytes={self._have()}-", "If-Range": note.validator}
        # An `auth` that adds nothing keeps requests from looking into ~/.netrc.
        auth = address.auth or (lambda request: request)
        return self._session.get(address.url, headers=headers, auth=auth, stream=True)

    def _receive(self, response: requests.Response, note: _Note) -> None:
        total: int | None
        if response.status_code == 206:
            total = self._continued(response, note)
        elif response.status_code == 200:
            total = self._fresh(response)
        else:
            raise self._refused(response)
        with self._part.open("ab") as stream:
            for chunk in response.iter_content(_CHUNK):
                stream.write(chunk)
                self._written(stream.tell(), total)
        if total is not None and self._have() != total:
            raise KaggleUnavailable(
                f"The download of {self._target.name} stopped at {self._have()} of {total} bytes.",
                next=_AGAIN,
            )

    def _continued(self, response: requests.Response, note: _Note) -> int:
        """The full size, after a check that the answer begins where our part ends."""
        start, total = _content_range(response.headers.get("Content-Range", ""))
        if start != self._have() or (note.total is not None and total != note.total):
            self._forget()
            raise KaggleUnavailable(
                f"The rest of {self._target.name} does not fit the part that is there.", next=_AGAIN
            )
        return total

    def _fresh(self, response: requests.Response) -> int | None:
        """Begin the file anew; returns its size where that is told."""
        kind = response.headers.get("Content-Type", "").lower()
        suffix = self._target.suffix.lower()
        if kind.startswith(_PAGES) and suffix not in {".html", ".htm", ".json", ".xml"}:
            raise KaggleUnavailable(
                f"Instead of {self._target.name} a page ({kind.split(';')[0]}) came.",
                means="Kaggle's file store, or a proxy in between, has a problem.",
                next=_AGAIN,
            )
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() and not encoded else None
        require_space(self._target.parent, total or 0)
        note = _Note(validator="" if encoded else _validator(response), total=total)
        self._part.write_bytes(b"")
        self._note.write_text(note.model_dump_json())
        return total

    def _refused(self, response: requests.Response) -> KaggleError:
        """After most refusals a fresh address may help: the old one may have expired."""
        error = refusal(response, self._slug)
        if isinstance(error, KaggleUnavailable | RulesNotAccepted | NotAuthenticated):
            return error
        if response.status_code == 416:
            self._forget()
        return KaggleUnavailable(
            f"Kaggle's file store does not give {self._target.name} ({response.status_code}).",
            next=_AGAIN,
        )

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _read_note(self) -> _Note:
        try:
            return _Note.model_validate_json(self._note.read_bytes())
        except (FileNotFoundError, ValidationError):
            return _Note()

    def _written(self, have: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._reported >= 0.2 or have == total:
            self._reported = now
            require_space(self._target.parent, 0)
            self._report(f"Downloading {self._target.name}", have / total if total else None)


def _validator(response: requests.Response) -> str:
    """What ``If-Range`` may hold: a strong ETag, else the date of the last change."""
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return response.headers.get("Last-Modified", "")


def _content_range(header: str) -> tuple[int, int]:
    """Start and full size from ``bytes 100-199/200``; (-1, -1) for anything else."""
    unit, _, rest = header.partition(" ")
    span, _, total = rest.partition("/")
    start = span.partition("-")[0]
    if unit != "bytes" or not (start.isdigit() and total.isdigit()):
        return -1, -1
    return int(start), int(total)
