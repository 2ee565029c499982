"""Where a reader of a run's log is: exact, though the server gives lines by their time only.

Lines of one run come from several processes, each of which hands them in every two seconds or so.
Some have the same time, and some arrive after others that are younger. So a cursor holds the time
of the youngest line that was read, and which lines shortly before it were read as well: who goes on
from there asks for that short time again, and leaves out what is known.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from agent_core.errors import RequestRefused

#: A line that arrives later than this after a younger one is not seen by who has read that.
LATE = timedelta(seconds=10)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGN_BYTES = 4
_TEXT = re.compile(r"([0-9]{1,17})((?:-[0-9a-f]{8})*)")


class LogCursor(NamedTuple):
    """``seen`` are signs of the lines that were read and are no older than `since`."""

    youngest: datetime = _EPOCH
    seen: frozenset[str] = frozenset()

    @property
    def since(self) -> datetime:
        """From when on to ask."""
        return self.youngest - LATE

    def knows(self, line: UUID) -> bool:
        """Whether that line was read."""
        return _sign(line) in self.seen

    def moved(self, read: Mapping[UUID, datetime]) -> "LogCursor":
        """The cursor after ``read``: lines since `since` without a gap, known ones too."""
        youngest = max([self.youngest, *read.values()])
        past = {_sign(line) for line, at in read.items() if at < youngest - LATE}
        return LogCursor(youngest, (self.seen | {_sign(line) for line in read}) - past)

    def text(self) -> str:
        """For whoever asks again: letters that an address may hold."""
        microseconds = (self.youngest - _EPOCH) // timedelta(microseconds=1)
        return "-".join([str(microseconds), *sorted(self.seen)])

    @classmethod
    def parse(cls, text: str) -> "LogCursor":
        """What `text` has written, the beginning if it is empty. Raises RequestRefused."""
        if not text:
            return cls()
        found = _TEXT.fullmatch(text)
        if found is None:
            raise RequestRefused(
                f"{text[:40]!r} is no place in a log.",
                next="Give back the cursor of the last answer as it was, or none to begin.",
            )
        microseconds, seen = found.groups()
        youngest = _EPOCH + timedelta(microseconds=int(microseconds))
        return cls(youngest, frozenset(seen.split("-")[1:]))


def _sign(line: UUID) -> str:
    return hashlib.blake2s(line.bytes, digest_size=_SIGN_BYTES).hexdigest()
