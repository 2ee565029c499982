"""The HTTP API of another machine, as its client sees it."""

import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from agent_core.errors import (
    BadSource,
    KaggleAgentError,
    NoSuchRun,
    NotAuthenticated,
    SurroundingsFailed,
)
from agent_core.stack import is_loopback
from ui.remote.stream import ServerEvent, parse_events

#: Seconds to connect, and of silence: the API says something every 15 s.
_PATIENCE = (10.0, 60.0)
_TRIES = 3
_LONGEST_WAIT = 10.0
#: How long an API that was there may be away while a run is followed.
_AWAY_SECONDS = 600.0
_KIND: dict[int, type[KaggleAgentError]] = {
    400: BadSource, 401: NotAuthenticated, 404: NoSuchRun, 422: BadSource,
}  # fmt: skip


class RemoteApi:
    """The one at ``url``. Every method raises SurroundingsFailed where it does not answer."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise BadSource(
                f"{url!r} is no address of an API.", next="Give for instance http://host:8000."
            )
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(parts.hostname)  # no proxy leads to this machine
        if key:
            self._session.headers["Authorization"] = f"Bearer {key}"

    def hand_in(self, wish: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
        """Start a run. Asked again where no answer came: with its key that makes no second one."""
        for left in reversed(range(_TRIES)):
            try:
                headers = {"Idempotency-Key": idempotency_key}
                response = self._ask("POST", "/run", json=wish, headers=headers)
            except SurroundingsFailed:
                if not left:
                    raise
                time.sleep(1.0)
            else:
                break
        job: dict[str, Any] = response.json()
        return job

    def submission(self, job_id: str) -> bytes:
        """What the run hands over."""
        return self._ask("GET", f"/result/{job_id}/submission.csv").content

    def follow(self, job_id: str, away: Callable[[str], None]) -> Iterator[ServerEvent]:
        """Events up to the one of kind "end". ``away`` is told when the API goes away.

        Where the connection breaks it is made again, and goes on behind the last event.
        """
        last, wait, heard = "", 1.0, time.monotonic()
        while True:
            try:
                for event in self._events(job_id, last):
                    last, wait, heard = event.id or last, 1.0, time.monotonic()
                    yield event
                    if event.kind == "end":
                        return
            except SurroundingsFailed as error:
                if time.monotonic() - heard > _AWAY_SECONDS:
                    raise
                away(error.what)
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def _events(self, job_id: str, last: str) -> Iterator[ServerEvent]:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        with self._ask("GET", f"/logs/{job_id}", headers=headers, stream=True) as response:
            try:
                yield from parse_events(response.iter_content(chunk_size=None))
            except requests.RequestException as error:
                raise self._no_answer(error) from error

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response:
        try:
            response = self._session.request(
                method, self.url + path, timeout=_PATIENCE, allow_redirects=False, **how
            )
        except requests.RequestException as error:
            raise self._no_answer(error) from error
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            raise _refusal(response)
        return response

    def _no_answer(self, error: Exception) -> SurroundingsFailed:
        return SurroundingsFailed(
            f"The API at {self.url} does not answer ({error}).",
            means="A run that was started there goes on all the same.",
            next="See whether it is up there (kaggle-agent up), and whether the address is right.",
        )


def _refusal(response: requests.Response) -> KaggleAgentError:
    kind = _KIND.get(response.status_code, SurroundingsFailed)
    try:
        problem = response.json()
        return kind(problem["what"], means=problem["means"], next=problem["next"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return SurroundingsFailed(
            f"{response.url} answers {response.status_code}, and not as the API does.",
            next="Look whether it is the API's address.",
        )
