"""What is said of a disk that is full."""

from pathlib import Path

import pytest

from agent_core.storage import disk


def test_an_error_on_a_full_disk_is_explained_by_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda _: 1_000_000 - disk.RESERVE)
    told = disk.full_disk(tmp_path)
    assert told
    assert told.what == f"The disk that holds {tmp_path} is full."
    assert "Free some space" in told.next


def test_where_there_is_room_nothing_is_blamed_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda _: 0)
    assert disk.full_disk(tmp_path) is None
