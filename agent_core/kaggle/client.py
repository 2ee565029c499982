"""The official Kaggle client, made safe. The only module that imports kaggle or kagglesdk.

Credentials, addresses and API calls are the client's own. Added are what it lacks: timeouts, one
retry layer, errors that say what to do, and downloads that are resumed and checked. Taken away is
what a library should not do: ending the process, printing, calling home when it is imported.
"""

import errno
import importlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from agent_core.competition import SourceFile
from agent_core.errors import KaggleUnavailable, NoCredentials, NotAuthenticated
from agent_core.kaggle import answers
from agent_core.kaggle.answers import Details
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.download import Address, download
from agent_core.kaggle.environment import variables
from agent_core.kaggle.errors import CREDENTIALS, RAISED, kaggle_error
from agent_core.kaggle.patience import Patience
from agent_core.kaggle.quiet import quiet
from agent_core.progress import Report, silent
from agent_core.settings import Settings

_SERVICE = "competitions.CompetitionApiService"
#: A competition with more files than this is no tabular one; the rest of the list is not asked for.
MOST_FILES = 10_000
_PAGE = 200
_import_lock = threading.Lock()


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


class KaggleClient:
    """Kaggle, as the account sees it that the environment or ``~/.kaggle`` names.

    Every method raises `KaggleError` and nothing else when Kaggle refuses or does not answer.
    Not for use by several threads at once.
    """

    def __init__(self, patience: Patience | None = None, report: Report = silent) -> None:
        self._patience = patience or Settings().patience()
        self._report = report
        self._api: Any = None
        self._sdk: Any = None

    def check_credentials(self) -> None:
        """Raise `NotAuthenticated` if there are none, or if Kaggle rejects a token."""
        self._patience.run(lambda: self._connected(slug=""), self._report)

    def details(self, slug: str) -> Details:
        """What the competition is."""
        return answers.details(slug, self._ask("GetCompetition", slug))

    def pages(self, slug: str) -> dict[str, str]:
        """The competition's published pages, such as "evaluation", as HTML or Markdown."""
        return answers.pages(self._ask("ListCompetitionPages", slug))

    def files(self, slug: str) -> tuple[SourceFile, ...]:
        """Every file that the competition offers, up to `MOST_FILES`."""
        found: list[SourceFile] = []
        token, seen = "", set[str]()
        while token not in seen and len(found) < MOST_FILES:
            seen.add(token)
            answer = self._ask("ListDataFiles", slug, page_size=_PAGE, page_token=token)
            found += answers.files(answer)
            token = answers.next_page(answer)
            if not token:
                break
        return tuple({file.name: file for file in found}.values())

    def check_access(self, slug: str, file: str | None = None) -> None:
        """Raise `RulesNotAccepted` or another `KaggleError` unless the data may be downloaded.

        Asks for the address of the data and does not follow it.
        """
        self._patience.run(lambda: self._address(slug, file), self._report)

    def download(self, slug: str, file: str | None, target: Path, report: Report = silent) -> None:
        """Fetch one file, or all as one zip archive (``file`` None), to ``target``.

        What an earlier call left beside ``target`` is continued. Kaggle may serve a file zipped
        without saying so.
        """
        download(lambda: self._address(slug, file), target, slug, self._patience, report)

    def _ask(self, method: str, slug: str, **fields: Any) -> dict[str, Any]:
        return self._patience.run(lambda: self._call(method, slug, _Json, fields), self._report)

    def _address(self, slug: str, file: str | None) -> Address:
        """Where the data are served now. One try."""
        method = "DownloadDataFiles" if file is None else "DownloadDataFile"
        fields = {} if file is None else {"file_name": file}
        redirect = self._call(method, slug, None, fields)
        url = urljoin(redirect.url, redirect.headers["Location"])
        session: Any = _session(self._sdk)
        elsewhere = session.should_strip_auth(redirect.request.url, url)
        return Address(url=url, auth=None if elsewhere else session.auth)

    def _call(self, method: str, slug: str, kind: Any, fields: dict[str, Any]) -> Any:
        """One API call, one try. With ``kind`` None the answer has to be a redirect."""
        sdk = self._connected(slug)
        types = importlib.import_module("kagglesdk.competitions.types.competition_api_service")
        request = getattr(types, f"Api{method}Request")()
        for name, value in {"competition_name": slug, **fields}.items():
            setattr(request, name, value)
        from kagglesdk.common.types.http_redirect import HttpRedirect  # noqa: PLC0415

        with self._translated(slug):
            try:
                answer = sdk.http_client().call(_SERVICE, method, request, kind or HttpRedirect)
            except requests.TooManyRedirects as redirect:
                if kind is None and redirect.response is not None:
                    return redirect.response
                raise
        if kind is None:
            answer.close()
            raise KaggleUnavailable(
                f"Kaggle answered a request for the data of {slug} with a page, not with data.",
                next="Run again later; or download the data in a browser and give the folder.",
            )
        return answer

    def _connected(self, slug: str) -> Any:
        if self._sdk is None:
            with self._translated(slug):
                self._api = _new_api(self._patience)
                _authenticate(self._api)
                self._sdk = self._api.build_kaggle_client()
        return self._sdk

    @contextmanager
    def _translated(self, slug: str) -> Iterator[None]:
        try:
            with quiet():
                yield
        except RAISED as error:
            last = _last_answer(self._api)
            raise kaggle_error(error, last, slug, _secrets(self._api)) from None


def _new_api(patience: Patience) -> Any:
    """The client's own class with its settings read now, and with sessions of ours."""
    base = _imported().KaggleApi
    local = os.environ.get("KAGGLE_API_ENVIRONMENT") == "LOCALHOST" or "--local" in base.args

    class SafeApi(base):  # type: ignore[misc, valid-type]
        # Not "--verbose": it prints the key.
        args = ["--local"] if local else []
        adapter: Any = None
        token_rejected = False

        def build_kaggle_client(self) -> Any:
            values = self.config_values
            user, key, token = (values.get(name) for name in ("username", "key", "token"))
            sdk = base.build_kaggle_client_with_params(self.args, user, key, token)
            session = _session(sdk.__enter__())
            # A redirect is data for us: the SDK would follow it, and read what it finds.
            session.max_redirects = 0
            self.adapter = bound(session, patience)
            if values.get("auth_method") == "LEGACY_API_KEY" and not token:
                # The SDK would send a token that was just rejected, in front of a good key.
                session.auth = (user, key)
            return sdk

        def _introspect_token(self, access_token: str) -> Any:
            try:
                name = super()._introspect_token(access_token)
            except requests.HTTPError as error:
                if error.response.status_code != 401:
                    raise
                name = None
            self.token_rejected = name is None
            return name

    return SafeApi()


def _authenticate(api: Any) -> None:
    try:
        api.authenticate()
    except SystemExit:
        if api.token_rejected:
            raise NotAuthenticated(
                "Kaggle did not accept the access token.", next=CREDENTIALS
            ) from None
        raise NoCredentials("There are no Kaggle credentials.", next=CREDENTIALS) from None
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> NotAuthenticated:
    if error.errno == errno.ENAMETOOLONG:
        return NotAuthenticated(
            "KAGGLE_API_TOKEN is too long for the Kaggle client.",
            means="The client takes it for a file's name first, and fails.",
            next="Save the token as ~/.kaggle/access_token and unset KAGGLE_API_TOKEN.",
        )
    return NotAuthenticated(
        f"The Kaggle credentials cannot be read ({error.strerror or type(error).__name__}).",
        next="Check the permissions of ~/.kaggle. " + CREDENTIALS,
    )


def _session(sdk: Any) -> requests.Session:
    session = sdk.http_client()._session
    assert isinstance(session, requests.Session)
    return session


def _last_answer(api: Any) -> requests.Response | None:
    adapter = api.adapter if api is not None else None
    return adapter.last if adapter is not None else None


def _secrets(api: Any) -> list[str]:
    values = api.config_values if api is not None else {}
    return [str(values[name]) for name in ("key", "token") if values.get(name)]


def _imported() -> Any:
    """The client's main module. Its import makes no call, prints nothing and needs no home."""
    name = "kaggle.api.kaggle_api_extended"
    with _import_lock:
        if name not in sys.modules:
            silent_variables = variables({"VERBOSE": None, "VERBOSE_OUTPUT": None})
            with quiet(), _import_without_calls(), silent_variables:
                _import_anywhere(name)
        return sys.modules[name]


def _import_anywhere(name: str) -> None:
    """Import the client, which makes its configuration folder at once, writable home or not."""
    try:
        importlib.import_module(name)
    except OSError:
        for left in [module for module in sys.modules if module.split(".")[0] == "kaggle"]:
            del sys.modules[left]
        with (
            tempfile.TemporaryDirectory() as folder,
            variables({"KAGGLE_CONFIG_DIR": folder}),
        ):
            importlib.import_module(name)


@contextmanager
def _import_without_calls() -> Iterator[None]:
    """The client authenticates while it is imported; let that fail before it uses the network."""
    from kagglesdk.kaggle_http_client import KaggleHttpClient  # noqa: PLC0415

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError("no calls during the import")

    call = KaggleHttpClient.call
    KaggleHttpClient.call = refuse
    try:
        yield
    finally:
        KaggleHttpClient.call = call
