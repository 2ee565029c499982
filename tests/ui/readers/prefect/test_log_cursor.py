"""No line is lost and none is read twice, whatever their times and whenever they arrive."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from agent_core.errors import RequestRefused
from ui.readers.prefect.log_cursor import LATE, LogCursor

NOON = datetime(2026, 1, 1, 12, 0, 0, 123457, tzinfo=UTC)


def read_on(cursor: LogCursor, there: dict[UUID, datetime], limit: int) -> list[UUID]:
    """As a reader does who gives back the cursor as a text: what was read, in the end."""
    found: list[UUID] = []
    while True:
        seen, fresh = {}, []
        for line, at in sorted(there.items(), key=lambda item: item[1]):
            if at < cursor.since:
                continue
            seen[line] = at
            if not cursor.knows(line):
                fresh.append(line)
            if len(fresh) == limit:
                break
        if not fresh:
            return found
        found += fresh
        cursor = LogCursor.parse(cursor.moved(seen).text())


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_lines_of_one_time_are_read_once_each(limit: int) -> None:
    there = {uuid4(): NOON + timedelta(seconds=number // 5) for number in range(60)}
    found = read_on(LogCursor(), there, limit)
    assert sorted(found) == sorted(there)
    assert [there[line] for line in found] == sorted(there.values())


def test_a_line_that_arrives_late_is_read_all_the_same() -> None:
    early, old, young, late = (uuid4() for _ in range(4))
    there = {early: NOON - 3 * LATE, old: NOON, young: NOON + LATE / 2}
    cursor = LogCursor().moved(there)
    there[late] = NOON + timedelta(microseconds=1)
    assert read_on(LogCursor.parse(cursor.text()), there, 1) == [late]


def test_a_cursor_forgets_what_is_long_past() -> None:
    there = {uuid4(): NOON + timedelta(minutes=number) for number in range(500)}
    assert len(LogCursor().moved(there).text()) < 40


def test_a_text_is_the_whole_cursor() -> None:
    cursor = LogCursor().moved({uuid4(): NOON, uuid4(): NOON})
    assert LogCursor.parse(cursor.text()) == cursor
    assert LogCursor.parse(cursor.text()).youngest == NOON
    assert LogCursor.parse("") == LogCursor()


@pytest.mark.parametrize("text", ["x", "-1", "1-", "1-xyz", "9" * 18, "1; drop", "\uff11"])
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(RequestRefused, match="no place in a log"):
        LogCursor.parse(text)
