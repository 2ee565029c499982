"""The official Kaggle client, tamed. The only module that imports kaggle or kagglesdk.

Credentials, addresses and API calls are the client's own. Taken away is what a library should not
do: ending the process, printing, calling home when it is imported. `agent_core.kaggle.connection`
adds what it lacks.
"""

import errno
import importlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from agent_core.errors import NoCredentials, NotAuthenticated
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.environment import variables
from agent_core.kaggle.errors import CREDENTIALS
from agent_core.kaggle.patience import Patience
from agent_core.kaggle.quiet import quiet

_import_lock = threading.Lock()
#: Where each of the SDK's services has the types of its requests.
_REQUESTS = {
    "competitions.CompetitionApiService": "kagglesdk.competitions.types.competition_api_service",
    "kernels.KernelsApiService": "kagglesdk.kernels.types.kernels_api_service",
    "datasets.DatasetApiService": "kagglesdk.datasets.types.dataset_api_service",
    "blobs.BlobApiService": "kagglesdk.blobs.types.blob_api_service",
}


def request_of(service: str, method: str, fields: dict[str, Any]) -> Any:
    """The SDK's request for ``method`` of ``service``.

    Fields are named as in Python, and what is within them as on the wire.
    """
    kind = getattr(importlib.import_module(_REQUESTS[service]), f"Api{method}Request")
    names = {field.field_name: field.json_name for field in kind._fields}
    return kind.from_dict({names[name]: value for name, value in fields.items()})


def redirect_type() -> Any:
    """What tells the SDK not to read the answer to a call."""
    from kagglesdk.common.types.http_redirect import HttpRedirect  # noqa: PLC0415

    return HttpRedirect


def new_api(patience: Patience) -> Any:
    """The client's own class with its settings read now, and with sessions of ours."""
    base = imported().KaggleApi
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
            session = session_of(sdk.__enter__())
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


def authenticate(api: Any) -> None:
    """Find credentials. Raises `NotAuthenticated`, or what the client raises of the network."""
    try:
        api.authenticate()
    except SystemExit:
        if api.token_rejected:
            raise NotAuthenticated(
                "Kaggle did not accept the access token.", next=CREDENTIALS
            ) from None
        raise _none_found(api) from None
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise _unreadable(error) from None


def _none_found(api: Any) -> NoCredentials:
    known = {"username", "key"} & set(api.config_values)
    if len(known) == 1:
        have = known.pop()
        missing = "KAGGLE_KEY" if have == "username" else "KAGGLE_USERNAME"
        return NoCredentials(
            f"The Kaggle credentials are incomplete: there is a {have}, but no {missing}.",
            next=f"Set {missing} too. " + CREDENTIALS,
        )
    return NoCredentials("There are no Kaggle credentials.", next=CREDENTIALS)


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


def session_of(sdk: Any) -> requests.Session:
    """The connection that carries its calls."""
    session = sdk.http_client()._session
    assert isinstance(session, requests.Session)
    return session


def last_answer(api: Any) -> requests.Response | None:
    """What the last call was answered, None if it was not."""
    adapter = api.adapter if api is not None else None
    return adapter.last if adapter is not None else None


def secrets_of(api: Any) -> list[str]:
    """What must never be repeated."""
    values = api.config_values if api is not None else {}
    return [str(values[name]) for name in ("key", "token") if values.get(name)]


def imported() -> Any:
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
