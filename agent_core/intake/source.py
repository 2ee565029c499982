"""From what a person typed to a competition.

Accepted are the address of a Kaggle competition in any form, its bare slug, or a local folder. An
existing folder goes before a slug of the same name: it is what the person sees in front of them,
and the address always means Kaggle. ``./name`` is always a folder.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from agent_core.competition import Competition
from agent_core.errors import BadSource
from agent_core.home import Home
from agent_core.intake.local_folder import open_folder
from agent_core.value import Value

ACCEPTED = (
    "Give the address of a Kaggle competition (https://www.kaggle.com/competitions/titanic), "
    "its slug (titanic), or a folder with its data (./titanic)."
)
_HOSTS = {"kaggle.com", "www.kaggle.com"}
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:www\.)?kaggle\.com(?:[:/?#]|$)", re.IGNORECASE)


class Source(Value):
    """Where a competition is: ``slug`` on Kaggle, or a local ``folder``. One of them is set."""

    slug: str | None = None
    folder: Path | None = None


def parse_source(text: str) -> Source:
    """What ``text`` names. Asks the file system only, never the network.

    Raises
    ------
    BadSource
        The text is neither a competition's address, nor a slug, nor an existing folder.
    """
    text = text.strip()
    if not text or not text.isprintable():
        raise BadSource("No competition was given.", next=ACCEPTED)
    slug = _slug_in_address(text)
    if slug:
        return Source(slug=slug)
    folder = _folder(text)
    if folder is not None:
        return Source(folder=folder)
    if _SLUG.fullmatch(text.lower()):
        return Source(slug=text.lower())
    raise BadSource(f"There is no folder {text!r}, and it is no competition's name.", next=ACCEPTED)


def kaggle_slug(text: str) -> str:
    """The slug of the competition on Kaggle that ``text`` names, by its address or as such.

    Asks nobody, not even the file system: for texts that strangers have sent. Raises BadSource.
    """
    text = text.strip()
    slug = (_slug_in_address(text) or text.lower()) if text.isprintable() else ""
    if not _SLUG.fullmatch(slug):
        raise BadSource(
            f"{_shown(text)[:200]!r} is no address of a Kaggle competition.",
            next="Give for instance https://www.kaggle.com/competitions/titanic, or titanic.",
        )
    return slug


def name_of(text: str) -> str:
    """What a run on ``text`` is called: the competition's slug or the folder's name.

    Raises BadSource, as `parse_source` does.
    """
    source = parse_source(text)
    return source.slug or (source.folder.name if source.folder else "") or text


def open_competition(text: str, home: Home) -> Competition:
    """The competition that ``text`` names, with the list of its files.

    Raises
    ------
    BadSource
        ``text`` names no competition, or its folder cannot be used.
    KaggleError
        Kaggle refused or did not answer.
    """
    source = parse_source(text)
    if source.folder is not None:
        return open_folder(source.folder)
    # Here, since the client is slow to import and local folders do without it.
    from agent_core.kaggle.client import KaggleClient  # noqa: PLC0415
    from agent_core.kaggle.competition import open_on_kaggle  # noqa: PLC0415

    assert source.slug is not None
    return open_on_kaggle(source.slug, KaggleClient())


def _slug_in_address(text: str) -> str | None:
    """None where ``text`` is no address at all."""
    if _BARE_HOST.match(text):
        return _slug_in_url(f"https://{text}")
    return _slug_in_url(text) if _SCHEME.match(text) else None


def _slug_in_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSource(f"{url!r} is no address.", next=ACCEPTED) from error
    steps = [step for step in parts.path.split("/") if step]
    ours = parts.scheme in {"http", "https"} and parts.hostname in _HOSTS
    plain = "@" not in parts.netloc and port in {None, 80, 443}
    if not (ours and plain):
        raise BadSource(f"{_shown(url)!r} is no address of a Kaggle competition.", next=ACCEPTED)
    if len(steps) < 2 or steps[0].lower() not in {"c", "competitions"}:
        raise BadSource(
            f"{_shown(url)!r} is on Kaggle, but it is no competition's address.", next=ACCEPTED
        )
    slug = steps[1].lower()
    if not _SLUG.fullmatch(slug):
        raise BadSource(f"{steps[1]!r} is no competition's name.", next=ACCEPTED)
    return slug


def _shown(url: str) -> str:
    """``url`` without the user and password that it may carry."""
    return re.sub(r"//[^/?#]*@", "//", url)


def _folder(text: str) -> Path | None:
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return path.resolve()
        if path.exists():
            raise BadSource(f"{path} is a file.", next="Give the folder that holds it.")
    except (OSError, RuntimeError) as error:
        raise BadSource(f"{text!r} cannot be looked at ({error}).", next=ACCEPTED) from error
    return None
