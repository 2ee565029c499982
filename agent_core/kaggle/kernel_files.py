"""Fetching what a kernel has left. The official client asks no status and knows no limit."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import requests

from agent_core.errors import KaggleError, KaggleUnavailable
from agent_core.kaggle.bounded_http import bound
from agent_core.kaggle.errors import kaggle_error, refusal
from agent_core.kaggle.kernels import OutputAddress
from agent_core.kaggle.patience import Patience
from agent_core.progress import Report, silent

_CHUNK = 1 << 16
_PAGES = (b"<!doctype html", b"<html", b"<?xml")
_MAY_BE_PAGES = {".html", ".htm", ".xml", ".svg"}


class OutputTooLarge(KaggleError):
    """It has more bytes than it may have."""


def is_plain_name(name: str) -> bool:
    """Whether a file of that name lies in the output folder itself, and can lie in ours."""
    return name.isprintable() and "/" not in name and "\\" not in name and name not in {".", ".."}


def fetch_file(
    find: Callable[[], OutputAddress],
    target: Path,
    most: int,
    sha256: str | None,
    patience: Patience,
    report: Report = silent,
) -> None:
    """Have the file at ``target``, whole, or raise `KaggleError`. ``most`` bytes are allowed.

    ``sha256`` is what its content has to have, where that is known.

    ``find`` says where it is served now: addresses last for a short time. An error page is no
    file, whatever its status: it is asked for again while ``patience`` lasts.
    """
    with requests.Session() as session:
        bound(session, patience)
        patience.run(lambda: _attempt(session, find(), target, most, sha256), report)


def _attempt(
    session: requests.Session, address: OutputAddress, target: Path, most: int, sha256: str | None
) -> None:
    try:
        # An `auth` that adds nothing keeps requests from looking into ~/.netrc.
        with session.get(
            address.url,
            headers={"Accept-Encoding": "identity"},
            auth=lambda request: request,
            stream=True,
        ) as response:
            found = _receive(response, address.name, target, most)
    except requests.RequestException as error:
        raise kaggle_error(error, None, address.name) from None
    if sha256 not in {None, found}:
        raise KaggleUnavailable(
            f"The output {address.name} is not what the kernel has written.",
            means="It was not kept.",
            next="Run again later: the kernel has ended, and its outputs are still there.",
        )


def _receive(response: requests.Response, name: str, target: Path, most: int) -> str:
    """Returns the SHA-256 of what came."""
    if response.status_code != requests.codes.ok:
        raise _refused(response, name)
    written, digest = 0, hashlib.sha256()
    with target.open("wb") as file:
        for chunk in response.iter_content(_CHUNK):
            if not written and _is_page(chunk, name):
                raise _page(name)
            written += len(chunk)
            if written > most:
                raise OutputTooLarge(f"The output {name} is larger than {most} bytes.")
            digest.update(chunk)
            file.write(chunk)
    told = response.headers.get("Content-Length", "")
    if told.isdigit() and int(told) != written:
        raise KaggleUnavailable(f"The output {name} stopped at {written} of {told} bytes.")
    return digest.hexdigest()


def _refused(response: requests.Response, name: str) -> KaggleError:
    """After most refusals a fresh address helps: the old one has expired."""
    error = refusal(response, name)
    if isinstance(error, KaggleUnavailable):
        return error
    return KaggleUnavailable(
        f"Kaggle's file store does not give the output {name} ({response.status_code})."
    )


def _page(name: str) -> KaggleUnavailable:
    return KaggleUnavailable(
        f"Instead of the output {name} a page came.",
        means="Kaggle's file store, or a proxy in between, has a problem. The page was not kept.",
        next="Run again: the kernel has ended, and its outputs are still there.",
    )


def _is_page(start: bytes, name: str) -> bool:
    if Path(name).suffix.lower() in _MAY_BE_PAGES:
        return False
    return start.lstrip().lower().startswith(_PAGES)
