"""Calls to Kaggle's API: with a time limit, one retry layer, and errors that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from agent_core.errors import KaggleUnavailable
from agent_core.kaggle import official
from agent_core.kaggle.environment import credentials
from agent_core.kaggle.errors import RAISED, kaggle_error
from agent_core.kaggle.patience import Patience
from agent_core.kaggle.quiet import quiet
from agent_core.progress import Report, silent
from agent_core.settings import Settings

COMPETITIONS = "competitions.CompetitionApiService"


class _Json:
    """Tells the SDK to hand over the answer as it is; its own parsing fails at nulls and enums."""

    @staticmethod
    def prepare_from(response: requests.Response) -> dict[str, Any]:
        answer = response.json()
        if not isinstance(answer, dict):
            raise TypeError("not an object")
        if isinstance(answer.get("error"), dict):
            # The SDK sees only an error that is not nested.
            raise requests.HTTPError(response=response)
        return answer


class _Bytes:
    """Takes the answer for a file, whatever it is."""

    @staticmethod
    def prepare_from(response: requests.Response) -> bytes:
        return response.content


class Connection:
    """Kaggle, as the account sees it that the environment, ``.env`` or ``~/.kaggle`` names.

    ``about`` in calls is what they are about, for messages: a competition's slug. Every method
    raises `KaggleError` and nothing else when Kaggle refuses or does not answer.
    Not for use by several threads at once.
    """

    def __init__(self, patience: Patience | None = None, report: Report = silent) -> None:
        self.patience = patience or Settings().patience()
        self.report = report
        self._api: Any = None
        self._sdk: Any = None

    def open(self) -> None:
        """Find credentials. Raise `NotAuthenticated` if there are none, or a token is rejected."""
        self.patience.run(lambda: self._connected(about=""), self.report)

    @property
    def user(self) -> str:
        """The account's name, as the credentials say it."""
        self.open()
        return str(self._api.config_values["username"])

    def ask(self, service: str, method: str, about: str, **fields: Any) -> dict[str, Any]:
        """The JSON object that Kaggle answers, asked again while it does not answer."""
        return self.patience.run(
            lambda: self.ask_once(service, method, about, **fields), self.report
        )

    def ask_once(self, service: str, method: str, about: str, **fields: Any) -> dict[str, Any]:
        """The same in one try: for what must not be done twice."""
        answer = self._call(service, method, about, _Json, fields)
        assert isinstance(answer, dict)
        return answer

    def fetch(self, service: str, method: str, about: str, **fields: Any) -> bytes:
        """A file that is the answer itself."""
        return self.patience.run(
            lambda: bytes(self._call(service, method, about, _Bytes, fields)), self.report
        )

    def redirect(self, service: str, method: str, about: str, **fields: Any) -> requests.Response:
        """The redirect that Kaggle answers, not followed. One try."""
        with self._translated(about):
            try:
                answer = self._send(service, method, about, official.redirect_type(), fields)
            except requests.TooManyRedirects as redirect:
                if redirect.response is not None:
                    return redirect.response
                raise
        answer.close()
        raise KaggleUnavailable(
            f"Kaggle answered a request for the data of {about} with a page, not with data.",
            next="Run again later; or download the data in a browser and give the folder.",
        )

    @property
    def session(self) -> requests.Session:
        """What carries the calls, with their credentials."""
        self.open()
        return official.session_of(self._sdk)

    def _call(
        self, service: str, method: str, about: str, kind: Any, fields: dict[str, Any]
    ) -> Any:
        with self._translated(about):
            return self._send(service, method, about, kind, fields)

    def _send(
        self, service: str, method: str, about: str, kind: Any, fields: dict[str, Any]
    ) -> Any:
        sdk = self._connected(about)
        request = official.request_of(service, method, fields)
        return sdk.http_client().call(service, method, request, kind)

    def _connected(self, about: str) -> Any:
        if self._sdk is None:
            with self._translated(about), credentials():
                self._api = official.new_api(self.patience)
                official.authenticate(self._api)
                self._sdk = self._api.build_kaggle_client()
            if self._api.token_rejected:
                self.report(
                    "Kaggle did not accept the access token, so the user name and key are used. "
                    "Remove the token.",
                    None,
                )
        return self._sdk

    @contextmanager
    def _translated(self, about: str) -> Iterator[None]:
        try:
            with quiet():
                yield
        except RAISED as error:
            last = official.last_answer(self._api)
            secrets = official.secrets_of(self._api)
            raise kaggle_error(error, last, about, secrets) from None
