import errno
import json
import os
import stat
import threading

import pytest

from agent_core.errors import BadSource, SurroundingsFailed, UnsafeArchive
from agent_core.intake.local_folder import open_folder
from agent_core.storage.hashing import sha256_of
from agent_core.storage.locking import holding
from agent_core.storage.store import store_dataset, stored
from tests.agent_core import archives


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "titanic"
    (data / "more").mkdir(parents=True)
    (data / "train.csv").write_bytes(b"id,y\n1,0\n")
    (data / "more" / "stores.csv").write_bytes(b"id\n")
    return data


def test_the_data_are_stored_by_content_and_read_only(folder, home):
    dataset = store_dataset(open_folder(folder), home)

    assert dataset.root.parent == home.datasets / "titanic"
    assert [file.name for file in dataset.files] == ["more/stores.csv", "train.csv"]
    assert dataset.path("train.csv").read_bytes() == b"id,y\n1,0\n"
    for file in dataset.files:
        assert sha256_of(dataset.path(file.name)) == file.sha256
        assert stat.S_IMODE(dataset.path(file.name).stat().st_mode) == 0o444
    for place in (dataset.root, dataset.root / "more"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o555


def test_the_same_data_are_stored_once(folder, home, monkeypatch):
    first = store_dataset(open_folder(folder), home)
    monkeypatch.setattr("agent_core.storage.store.copy_files", None)

    again = store_dataset(open_folder(folder), home)

    assert again == first
    assert again.fingerprint() == first.fingerprint()


def test_other_data_of_the_same_name_are_stored_beside(folder, home):
    first = store_dataset(open_folder(folder), home)
    (folder / "train.csv").write_bytes(b"id,y\n1,1\n")

    second = store_dataset(open_folder(folder), home)

    assert second.root != first.root
    assert first.path("train.csv").read_bytes() == b"id,y\n1,0\n"
    assert second.path("train.csv").read_bytes() == b"id,y\n1,1\n"


def test_the_same_content_from_another_archive_shares_its_place(tmp_path, home):
    roots = set()
    for name in ("one", "two"):
        data = tmp_path / name / "wine"
        data.mkdir(parents=True)
        archives.zip_of(data / f"{name}.zip", [("train.csv", b"x")])
        roots.add(store_dataset(open_folder(data), home).root)

    assert len(roots) == 1


def damage_content(path):
    path.chmod(0o644)
    size = path.stat().st_size
    path.write_bytes(b"?" * size)


def damage_by_removal(path):
    path.parent.chmod(0o755)
    path.unlink()


def damage_by_addition(path):
    path.parent.chmod(0o755)
    (path.parent / "extra.csv").write_bytes(b"x")


@pytest.mark.parametrize("damage", [damage_content, damage_by_removal, damage_by_addition])
def test_damage_is_noticed_and_repaired(folder, home, damage):
    competition = open_folder(folder)
    dataset = store_dataset(competition, home)
    damage(dataset.path("train.csv"))

    assert stored(competition, home) is None
    again = store_dataset(competition, home)

    assert again == dataset
    assert again.path("train.csv").read_bytes() == b"id,y\n1,0\n"
    assert sorted(path.name for path in again.root.iterdir()) == ["more", "train.csv"]


def test_a_touched_file_with_the_same_content_is_kept(folder, home, monkeypatch):
    competition = open_folder(folder)
    dataset = store_dataset(competition, home)
    dataset.path("train.csv").chmod(0o644)
    monkeypatch.setattr("agent_core.storage.store.copy_files", None)

    assert store_dataset(competition, home) == dataset
    assert stat.S_IMODE(dataset.path("train.csv").stat().st_mode) == 0o444


@pytest.mark.parametrize("content", ["", "{", '{"content": "x"}'])
def test_a_broken_record_counts_as_nothing_stored(folder, home, content):
    competition = open_folder(folder)
    dataset = store_dataset(competition, home)
    (record,) = dataset.root.parent.glob("*.json")
    record.write_text(content)

    assert store_dataset(competition, home) == dataset


def test_what_a_killed_run_left_is_cleared_away(folder, home):
    left = home.datasets / "titanic" / ".staging-left"
    left.mkdir(parents=True)
    (left / "train.csv").write_bytes(b"half")
    left.chmod(0o555)

    dataset = store_dataset(open_folder(folder), home)

    assert not left.exists()
    assert dataset.path("train.csv").read_bytes() == b"id,y\n1,0\n"


def test_archives_are_unpacked(tmp_path, home):
    data = tmp_path / "diamonds"
    data.mkdir()
    archives.zip_of(data / "train.csv.zip", [("train.csv", b"1")])
    archives.zip_of(data / "test.csv.zip", [("test.csv", b"2")])

    dataset = store_dataset(open_folder(data), home)

    assert [file.name for file in dataset.files] == ["test.csv", "train.csv"]


def test_nothing_of_a_hostile_archive_is_stored(tmp_path, home):
    data = tmp_path / "evil"
    data.mkdir()
    archives.zip_of(data / "all.zip", [("train.csv", b"1"), ("../../../evil.csv", b"2")])

    with pytest.raises(UnsafeArchive):
        store_dataset(open_folder(data), home)

    assert list((home.datasets / "evil").iterdir()) == []
    assert not list(tmp_path.rglob("evil.csv"))


def test_a_full_disk_is_told_before_anything_is_written(folder, home, monkeypatch):
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 5)

    with pytest.raises(SurroundingsFailed, match="too full: 12 bytes are needed") as caught:
        store_dataset(open_folder(folder), home)

    assert "KAGGLE_AGENT_HOME" in caught.value.next
    assert not list(home.datasets.rglob("*.csv"))


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "is full"), (errno.EACCES, "Permission denied")]
)
def test_a_failed_write_is_explained_and_leaves_nothing(folder, home, monkeypatch, number, said):
    def fail(*_):
        raise OSError(number, os.strerror(number), "somewhere")

    monkeypatch.setattr("agent_core.intake.local_folder.shutil.copyfile", fail)

    with pytest.raises(SurroundingsFailed, match=said):
        store_dataset(open_folder(folder), home)

    assert list((home.datasets / "titanic").iterdir()) == []


def test_a_file_replaced_by_a_link_after_the_look_is_not_followed(folder, home, tmp_path):
    competition = open_folder(folder)
    (tmp_path / "secret").write_text("x")
    (folder / "train.csv").unlink()
    (folder / "train.csv").symlink_to(tmp_path / "secret")

    with pytest.raises(BadSource, match="outside"):
        store_dataset(competition, home)


def test_the_folder_need_not_be_there_any_more_for_stored_data(folder, home):
    competition = open_folder(folder)
    dataset = store_dataset(competition, home)
    (folder / "train.csv").unlink()

    assert store_dataset(competition, home) == dataset


def test_progress_is_told_with_fractions(folder, home):
    heard = []

    store_dataset(open_folder(folder), home, lambda message, part: heard.append((message, part)))

    fractions = [part for _, part in heard if part is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert ("Copied train.csv", 0.75) in heard


def test_a_second_run_waits_for_the_first_and_says_so(folder, home):
    competition = open_folder(folder)
    heard: list[str] = []
    waiting = threading.Event()

    def report(message, _):
        heard.append(message)
        waiting.set()

    thread = threading.Thread(target=store_dataset, args=(competition, home, report))
    with holding(home.downloads / "titanic.lock", "not told"):
        thread.start()
        assert waiting.wait(10)
        assert heard == ["Waiting for another run that is fetching titanic"]
        assert stored(competition, home) is None
    thread.join()

    assert stored(competition, home) is not None


def test_two_names_for_one_content_are_kept_apart(tmp_path, home):
    data = tmp_path / "data"
    data.mkdir()
    (data / "train.csv").write_text("x")
    (data / "competition.json").write_text(json.dumps({"slug": "../../x"}))

    dataset = store_dataset(open_folder(data), home)

    assert dataset.root.parent == home.datasets / "x"
