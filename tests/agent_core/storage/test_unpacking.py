import gzip
from pathlib import Path

import pytest

from agent_core.errors import DataError, UnsafeArchive
from agent_core.storage.archive import Budget, Limits
from agent_core.storage.unpacking import unpack_all
from tests.agent_core import archives


def unpacked(folder: Path, limits: Limits | None = None) -> dict[str, bytes]:
    unpack_all(folder, Budget(folder, 1 << 20, limits))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_zipped_tables_come_to_lie_beside_each_other(tmp_path):
    archives.zip_of(tmp_path / "train.csv.zip", [("train.csv", b"1")])
    (tmp_path / "test.csv.gz").write_bytes(gzip.compress(b"2"))
    (tmp_path / "sample_submission.csv").write_bytes(b"3")

    assert unpacked(tmp_path) == {
        "train.csv": b"1",
        "test.csv": b"2",
        "sample_submission.csv": b"3",
    }


def test_a_lone_archive_is_the_whole_competition(tmp_path):
    archives.zip_of(tmp_path / "titanic.zip", [("train.csv", b"1"), ("a/test.csv", b"2")])

    assert unpacked(tmp_path) == {"train.csv": b"1", "a/test.csv": b"2"}


def test_an_archive_of_several_files_beside_others_gets_its_own_folder(tmp_path):
    archives.zip_of(tmp_path / "train.zip", [("1.csv", b"1"), ("2.csv", b"2")])
    (tmp_path / "test.csv").write_bytes(b"3")

    assert unpacked(tmp_path) == {"train/1.csv": b"1", "train/2.csv": b"2", "test.csv": b"3"}


def test_an_archive_that_brings_its_own_folder_gets_no_second_one(tmp_path):
    archives.zip_of(tmp_path / "train.zip", [("train/1.csv", b"1"), ("train/2.csv", b"2")])
    (tmp_path / "test.csv").write_bytes(b"3")

    assert unpacked(tmp_path) == {"train/1.csv": b"1", "train/2.csv": b"2", "test.csv": b"3"}


def test_archives_in_archives_are_unpacked_too(tmp_path):
    archives.nested_zip(tmp_path / "all.zip", 3)

    assert unpacked(tmp_path) == {"train.csv": b"id,y\n"}


def test_a_file_that_is_offered_packed_and_unpacked_is_kept_once(tmp_path):
    archives.zip_of(tmp_path / "train.csv.zip", [("train.csv", b"1")])
    (tmp_path / "train.csv").write_bytes(b"1")

    assert unpacked(tmp_path) == {"train.csv": b"1"}


def test_a_file_in_the_way_with_other_content_is_an_error(tmp_path):
    archives.zip_of(tmp_path / "train.csv.zip", [("train.csv", b"1")])
    (tmp_path / "train.csv").write_bytes(b"2")

    with pytest.raises(DataError, match="other content"):
        unpacked(tmp_path)


def test_a_clash_is_avoided_by_a_folder_of_its_own(tmp_path):
    archives.zip_of(tmp_path / "extra.zip", [("train.csv", b"1")])
    (tmp_path / "train.csv").write_bytes(b"2")

    assert unpacked(tmp_path) == {"extra/train.csv": b"1", "train.csv": b"2"}


def test_endless_nesting_is_refused(tmp_path):
    archives.nested_zip(tmp_path / "all.zip", 4)

    with pytest.raises(UnsafeArchive, match="archive in an archive"):
        unpacked(tmp_path, Limits(depth=3))


def test_what_is_nested_counts_together(tmp_path):
    for name in "abc":
        archives.zip_bomb(tmp_path / f"{name}.zip", 600_000)

    with pytest.raises(UnsafeArchive, match="grows beyond"):
        unpacked(tmp_path, Limits(harmless_bytes=1_000_000, ratio=1.0))
