"""Everything that would stop a run, found before any work and told all at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from agent_core.competition import Competition
from agent_core.errors import (
    Forbidden,
    KaggleError,
    KaggleRateLimited,
    KaggleUnavailable,
    NoCredentials,
    NotAuthenticated,
    NotFound,
    RulesNotAccepted,
    SurroundingsFailed,
)
from agent_core.home import Home
from agent_core.intake.blocker import Blocker
from agent_core.intake.local_folder import open_folder
from agent_core.intake.offer import data_blockers
from agent_core.intake.source import parse_source
from agent_core.kaggle.answers import Details
from agent_core.storage.disk import disk_errors, needed_bytes, require_space
from agent_core.storage.store import stored
from agent_core.value import Value

Answer = TypeVar("Answer")
#: Bytes that any competition takes, where its size could not be found out.
_LEAST_SPACE = 10 << 20
#: Most special first: the code of the first class that fits is the blocker's.
_CODES: tuple[tuple[type[KaggleError], str], ...] = (
    (NoCredentials, "no_credentials"),
    (NotAuthenticated, "bad_credentials"),
    (RulesNotAccepted, "rules_not_accepted"),
    (NotFound, "unknown_competition"),
    (Forbidden, "forbidden"),
    (KaggleRateLimited, "rate_limited"),
    (KaggleUnavailable, "kaggle_unavailable"),
    (KaggleError, "kaggle_refused"),
)


class Preflight(Value):
    """``competition`` is None where not even that could be found out."""

    competition: Competition | None
    blockers: tuple[Blocker, ...] = ()


def preflight(text: str, home: Home) -> Preflight:
    """Everything that would stop a run of ``text``, judged by names, sizes and rights.

    Of a competition on Kaggle no data are fetched. A passed deadline stops nothing: late
    submissions count for the public score, and the data stay.

    Raises
    ------
    BadSource
        ``text`` names neither a competition nor a usable folder.
    """
    source = parse_source(text)
    if source.folder is not None:
        competition = open_folder(source.folder)
        found = data_blockers(competition) + _disk_blockers(competition, home)
        return Preflight(competition=competition, blockers=tuple(found))
    assert source.slug is not None
    return _OnKaggle(source.slug, home).preflight()


class _OnKaggle:
    """The questions to Kaggle; each adds what it finds to ``blockers``."""

    def __init__(self, slug: str, home: Home) -> None:
        # Here, since the client is slow to import and local folders do without it.
        from agent_core.kaggle.client import KaggleClient  # noqa: PLC0415

        self.slug = slug
        self.home = home
        self.client = KaggleClient()
        self.blockers: dict[str, Blocker] = {}

    def preflight(self) -> Preflight:
        competition = self._competition()
        if competition is not None and competition.files:
            self._add(*data_blockers(competition))
        self._add(*_disk_blockers(competition, self.home))
        return Preflight(competition=competition, blockers=tuple(self.blockers.values()))

    def _competition(self) -> Competition | None:
        from agent_core.kaggle import competition as kaggle  # noqa: PLC0415

        try:
            self.client.check_credentials()
        except KaggleError as error:
            self._add(_blocker(error))
            return None
        about = self._asked(lambda: self.client.details(self.slug))
        if about is None:
            return None
        files = self._asked(lambda: self.client.files(self.slug)) or ()
        text = self._asked(lambda: kaggle.page_text(self.slug, self.client)) or ""
        competition = kaggle.competition(about, text, files)
        if stored(competition, self.home) is None:
            self._asked(lambda: kaggle.check_access(competition, self.client))
        self._judge(about)
        return competition

    def _judge(self, about: Details) -> None:
        now = datetime.now(UTC)
        open_still = about.deadline is not None and about.deadline > now
        passed = [
            limit for limit in (about.deadline, about.entry_deadline) if limit and limit < now
        ]
        shut_out = bool(passed) and "rules_not_accepted" in self.blockers
        if shut_out or (about.submissions_disabled and not open_still):
            self._add(_closed(about))
        if about.code_only:
            self._add(_code_only(about))

    def _asked(self, question: Callable[[], Answer]) -> Answer | None:
        try:
            return question()
        except KaggleError as error:
            self._add(_blocker(error))
            return None

    def _add(self, *blockers: Blocker) -> None:
        for blocker in blockers:
            self.blockers.setdefault(blocker.code, blocker)


def _blocker(error: KaggleError) -> Blocker:
    code = next(code for kind, code in _CODES if isinstance(error, kind))
    return Blocker.of(code, error)


def _disk_blockers(competition: Competition | None, home: Home) -> list[Blocker]:
    try:
        with disk_errors(home.root):
            if competition is None:
                require_space(home.root, _LEAST_SPACE)
            elif stored(competition, home) is None:
                require_space(home.root, needed_bytes(competition))
    except SurroundingsFailed as error:
        return [Blocker.of("disk", error)]
    return []


def _closed(about: Details) -> Blocker:
    url = f"https://www.kaggle.com/competitions/{about.slug}"
    when = f"{about.deadline:%d %B %Y}" if about.deadline else "some time ago"
    return Blocker(
        code="closed",
        what=f"{about.title} has been closed since {when}.",
        means="It admits no new participants any more."
        if not about.submissions_disabled
        else "It takes no submissions any more, not even late ones.",
        next=f"See {url} for what is still possible. To solve it for practice, download the data "
        "there and give the folder.",
    )


def _code_only(about: Details) -> Blocker:
    return Blocker(
        code="code_competition",
        what=f"{about.title} takes notebooks, not files.",
        means="A submission.csv made here cannot be sent; the notebook is run on hidden data.",
        next="Choose another competition. To solve it for practice, download the data "
        f"from https://www.kaggle.com/competitions/{about.slug}/data and give the folder.",
    )
