"""How a score stands among those of the other teams."""

import csv
import io
import math
import zipfile
from collections.abc import Iterable, Sequence

from agent_core.errors import KaggleError, KaggleUnavailable
from agent_core.kaggle import answers
from agent_core.kaggle.connection import COMPETITIONS, Connection
from agent_core.value import Value

#: A leaderboard of more bytes, unpacked, is none.
_MOST_BYTES = 256 << 20
_PAGE = 200
_MOST_PAGES = 100
_MEMBERS = "teammemberusernames"


class Entry(Value):
    """A team's place. ``names`` are all that it may be known by: its own and its members'."""

    names: frozenset[str]
    score: float


class Standing(Value):
    """``rank`` from 1 among ``teams``, this one included; teams of equal scores share a rank.

    ``percentile`` is the part of the teams in percent that are no better: 100 for the first.
    """

    rank: int
    teams: int

    @property
    def percentile(self) -> float:
        """From nearly 0 (last of many) to 100 (first)."""
        return 100.0 * (self.teams - self.rank + 1) / self.teams


def standing_of(
    score: float, mine: Iterable[str], entries: Sequence[Entry], higher_is_better: bool
) -> Standing:
    """Where ``score`` stands. The team called one of ``mine`` is ours: its row does not count.

    A leaderboard is in the order of its scores, so which way is better is taken from there, and
    ``higher_is_better`` only counts where that does not tell.
    """
    ours = {name.casefold() for name in mine if name}
    others = [entry.score for entry in entries if not ours & entry.names]
    falling = _direction([entry.score for entry in entries])
    higher = higher_is_better if falling is None else falling
    better = sum(other > score if higher else other < score for other in others)
    return Standing(rank=better + 1, teams=len(others) + 1)


def _direction(scores: Sequence[float]) -> bool | None:
    """Whether the best, which comes first, is the highest. None where the order says nothing."""
    falls = scores == sorted(scores, reverse=True)
    rises = scores == sorted(scores)
    return None if falls == rises else falls


def leaderboard(slug: str, connection: Connection) -> tuple[Entry, ...]:
    """The public leaderboard, the best first. Raises `KaggleError` where there is none to see."""
    try:
        content = connection.fetch(COMPETITIONS, "DownloadLeaderboard", slug, competition_name=slug)
        return read_leaderboard(content)
    except KaggleUnavailable:
        raise
    except KaggleError:
        # Not every competition lets it be downloaded; what the website shows can be read.
        return _shown(slug, connection)


def read_leaderboard(content: bytes) -> tuple[Entry, ...]:
    """From the bytes of the table, zipped or not. Teams without a score are left out."""
    rows = csv.DictReader(io.StringIO(_unzipped(content).decode("utf-8-sig", errors="replace")))
    columns = {str(name).strip().lower(): name for name in rows.fieldnames or ()}
    if "score" not in columns or "teamname" not in columns:
        raise _unreadable("it has no columns TeamName and Score")
    found = []
    for row in rows:
        members = (row.get(columns.get(_MEMBERS, "")) or "").split(",")
        names = (row[columns["teamname"]] or "", *members)
        found += _entry(names, row[columns["score"]])
    return tuple(found)


def _unzipped(content: bytes) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [info for info in archive.infolist() if info.filename.endswith(".csv")]
            if not tables or tables[0].file_size > _MOST_BYTES:
                raise _unreadable("the archive holds no table, or too large a one")
            return archive.read(tables[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _unreadable(str(error)) from error


def _shown(slug: str, connection: Connection) -> tuple[Entry, ...]:
    found: list[Entry] = []
    token, seen = "", set[str]()
    while token not in seen and len(seen) < _MOST_PAGES:
        seen.add(token)
        answer = connection.ask(
            COMPETITIONS,
            "GetLeaderboard",
            slug,
            competition_name=slug,
            page_size=_PAGE,
            page_token=token,
        )
        for name, score in answers.standings(answer):
            found += _entry((name,), score)
        token = answers.next_page(answer)
        if not token:
            break
    return tuple(found)


def _entry(names: Iterable[str], score: str | None) -> list[Entry]:
    try:
        number = float(score or "")
    except ValueError:
        return []
    known = frozenset(name.strip().casefold() for name in names if name.strip())
    return [Entry(names=known, score=number)] if math.isfinite(number) else []


def _unreadable(why: str) -> KaggleError:
    return KaggleError(
        f"The leaderboard cannot be read: {why}.",
        means="The score stands, but its rank is not known.",
        next="See the leaderboard in a browser.",
    )
