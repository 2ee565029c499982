"""The folder that a script works in where it has no root of its own, measured from outside."""

import os
import stat
from pathlib import Path

import pytest

from agent_core.sandbox import spaces, staging
from agent_core.sandbox.plan import NOBODY
from agent_core.sandbox.sandbox import Job
from agent_core.sandbox.spaces import FolderSpace, MemorySpace
from agent_core.sandbox.staging import staged


@pytest.fixture
def ready(job: Job) -> Job:
    job.script.write_text("pass")
    (job.data / "side").mkdir()
    (job.data / "side" / "stores.csv").write_text("store\n")
    return job


def test_copies_can_be_read_by_all_and_are_gone_afterwards(ready: Job) -> None:
    with staged(ready) as places:
        assert Path(places.script).read_text() == "pass"
        assert Path(places.folds).read_text() == ready.folds.read_text()
        assert (Path(places.data) / "side" / "stores.csv").read_text() == "store\n"
        assert stat.S_IMODE(Path(places.script).stat().st_mode) == 0o444
        for place in (places.out, places.scratch):
            assert list(Path(place).iterdir()) == []
            owner = NOBODY if os.getuid() == 0 else os.getuid()
            assert Path(place).stat().st_uid == owner
        root = Path(places.out).parent

    assert not root.exists()
    assert (ready.data / "side" / "stores.csv").read_text() == "store\n"


def test_data_that_cannot_be_linked_are_copied(ready: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError("another disk")

    monkeypatch.setattr(staging.os, "link", refuse)
    monkeypatch.setattr(staging.os, "getuid", lambda: 0)
    monkeypatch.setattr(staging.os, "chown", lambda path, user, group: None)

    with staged(ready) as places:
        copied = Path(places.data) / "train.csv"
        assert copied.read_text() == (ready.data / "train.csv").read_text()
        assert copied.stat().st_nlink == 1


def test_folders_that_were_closed_are_removed_all_the_same(ready: Job) -> None:
    with staged(ready) as places:
        deep = Path(places.scratch) / "a" / "b"
        deep.mkdir(parents=True)
        (deep / "file").touch()
        for folder in (deep, deep.parent, Path(places.out)):
            folder.chmod(0)
        root = Path(places.out).parent

    assert not root.exists()


def test_a_folder_is_measured_as_far_as_it_is_allowed_to_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    tmp_path = tmp_path / "measured"
    monkeypatch.setattr(spaces.time, "monotonic", lambda: now)
    (tmp_path / "deep").mkdir(parents=True)
    (tmp_path / "deep" / "file").write_bytes(bytes(100_000))
    (tmp_path / "link").symlink_to("/usr")
    space = FolderSpace(tmp_path, 10)

    size, entries = space.used()
    assert 100_000 <= size < 200_000
    assert entries == 3

    for number in range(20):
        (tmp_path / str(number)).touch()
    assert space.used() == (size, entries)
    now += spaces.INTERVAL
    assert space.used()[1] == 10


def test_a_folder_that_vanishes_is_empty(tmp_path: Path) -> None:
    assert FolderSpace(tmp_path / "gone", 10).used() == (0, 0)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="shared memory is a Linux folder")
def test_shared_memory_counts_from_now_on() -> None:
    handle = os.open("/dev/shm", os.O_RDONLY)
    space = MemorySpace(handle, shared=True)
    path = Path(f"/dev/shm/kaggle-agent-test-{os.getpid()}")
    try:
        before = space.used()[0]
        path.write_bytes(bytes(3 * 1024**2))
        assert space.used()[0] >= before + 2 * 1024**2
        assert MemorySpace(handle).used()[0] >= space.used()[0]
    finally:
        path.unlink()
        os.close(handle)
