import bz2
import gzip
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_core.errors import DataError, SurroundingsFailed, UnsafeArchive
from agent_core.storage.archive import Budget, Limits, archive_kind, inner_name, unpack
from tests.agent_core import archives


def unpacked(archive: Path, limits: Limits | None = None) -> dict[str, bytes]:
    into = archive.parent / "into"
    unpack(archive, into, Budget(archive.parent, archive.stat().st_size, limits))
    return {
        path.relative_to(into).as_posix(): path.read_bytes()
        for path in into.rglob("*")
        if path.is_file()
    }


def assert_refused(archive: Path, kind: type[Exception], limits: Limits | None = None) -> str:
    """Unpacking raises ``kind``, and the folder is as it was before."""
    before = sorted(archive.parent.rglob("*"))
    with pytest.raises(kind) as caught:
        unpacked(archive, limits)
    assert sorted(archive.parent.rglob("*")) == before
    return str(caught.value)


def test_a_zip_gives_its_files(tmp_path):
    archive = archives.zip_of(
        tmp_path / "all.zip", [("train.csv", b"id\n"), ("images/", b""), ("images/1.png", b"x")]
    )

    assert unpacked(archive) == {"train.csv": b"id\n", "images/1.png": b"x"}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_gives_its_files_however_it_is_packed(tmp_path, mode):
    suffix = {"w": ".tar", "w:gz": ".tgz", "w:bz2": ".tar.bz2", "w:xz": ".tar.xz"}[mode]
    members = [("./train.csv", b"id\n"), ("a/b.csv", b"")]
    archive = archives.tar_of(tmp_path / f"all{suffix}", members, mode)

    assert unpacked(archive) == {"train.csv": b"id\n", "a/b.csv": b""}


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_a_single_packed_file_gets_its_own_name(tmp_path, suffix, pack):
    archive = tmp_path / f"train.csv{suffix}"
    archive.write_bytes(pack(b"id,y\n"))

    assert unpacked(archive) == {"train.csv": b"id,y\n"}


def test_what_operating_systems_leave_in_archives_is_left_out(tmp_path):
    archive = archives.zip_of(
        tmp_path / "all.zip",
        [("train.csv", b"x"), ("__MACOSX/._train.csv", b"x"), (".DS_Store", b"x")],
    )

    assert unpacked(archive) == {"train.csv": b"x"}


@pytest.mark.parametrize("name", archives.BAD_NAMES)
def test_a_zip_with_a_bad_name_is_refused(tmp_path, name):
    archive = archives.zip_of(tmp_path / "all.zip", [("train.csv", b"x"), (name, b"x")])

    said = assert_refused(archive, UnsafeArchive)

    assert "all.zip is not unpacked" in said


@pytest.mark.parametrize("name", [name for name in archives.BAD_NAMES if "\x00" not in name])
def test_a_tar_with_a_bad_name_is_refused(tmp_path, name):
    archive = archives.tar_of(tmp_path / "all.tar.gz", [("train.csv", b"x"), (name, b"x")])

    assert_refused(archive, UnsafeArchive)


@pytest.mark.parametrize("kind", archives.ZIP_MODES)
def test_a_zip_with_a_link_or_device_is_refused(tmp_path, kind):
    archive = archives.zip_with_mode(tmp_path / "all.zip", "odd", archives.ZIP_MODES[kind])

    assert "link or a device" in assert_refused(archive, UnsafeArchive)


@pytest.mark.parametrize("kind", archives.TAR_TYPES)
def test_a_tar_with_a_link_or_device_is_refused(tmp_path, kind):
    archive = archives.tar_with_type(tmp_path / "all.tar", archives.TAR_TYPES[kind])

    assert "link or a device" in assert_refused(archive, UnsafeArchive)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train.csv", "train.csv"),
        ("train.csv", "Train.CSV"),
        ("a/train.csv", "A/train.csv"),
        ("a", "a/train.csv"),
        ("a/train.csv", "a"),
        ("caf\u00e9.csv", "cafe\u0301.csv"),
    ],
)
def test_names_that_overwrite_each_other_are_refused(tmp_path, one, other):
    archive = archives.zip_of(tmp_path / "all.zip", [(one, b"1"), (other, b"2")])

    assert "another member" in assert_refused(archive, UnsafeArchive)


def test_a_password_is_explained(tmp_path):
    said = assert_refused(archives.encrypted_zip(tmp_path / "all.zip"), DataError)

    assert "password" in said
    assert "give the folder" in said


def test_a_damaged_member_is_noticed_and_nothing_stays(tmp_path):
    said = assert_refused(archives.damaged_zip(tmp_path / "all.zip"), DataError)

    assert "damaged" in said


@pytest.mark.parametrize(
    "name", ["all.zip", "all.tar", "all.tgz", "train.csv.gz", "train.csv.bz2", "train.csv.xz"]
)
@pytest.mark.parametrize("content", [b"<html>Sign in</html>", b""])
def test_what_is_no_archive_is_explained(tmp_path, name, content):
    archive = tmp_path / name
    archive.write_bytes(content)
    if name == "train.csv.gz" and not content:
        # An empty file is a packed nothing to gzip; that harms nobody.
        assert unpacked(archive) == {"train.csv": b""}
    else:
        assert name in assert_refused(archive, DataError)


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
)
def test_a_cut_archive_is_explained(tmp_path, name, pack):
    archive = tmp_path / name
    archive.write_bytes(pack(b"id,y\n" * 1000)[:-12])

    assert_refused(archive, DataError)


SMALL = Limits(harmless_bytes=1 << 20)


def test_a_bomb_is_refused_by_what_it_announces(tmp_path):
    archive = archives.zip_bomb(tmp_path / "all.zip", 8 << 20)

    assert "fill the disk" in assert_refused(archive, UnsafeArchive, SMALL)


@pytest.mark.parametrize(
    ("name", "pack"), [("a.csv.gz", gzip.compress), ("a.csv.xz", lzma.compress)]
)
def test_a_bomb_that_announces_nothing_is_stopped(tmp_path, name, pack):
    archive = tmp_path / name
    archive.write_bytes(pack(bytes(8 << 20)))

    assert "fill the disk" in assert_refused(archive, UnsafeArchive, SMALL)


def test_a_bomb_in_a_tar_is_stopped(tmp_path):
    archive = archives.tar_of(tmp_path / "all.tgz", [("train.csv", bytes(8 << 20))])

    assert_refused(archive, UnsafeArchive, SMALL)


def test_a_zip_that_lies_about_sizes_is_refused(tmp_path):
    assert_refused(archives.lying_zip(tmp_path / "all.zip", 8 << 20), DataError, SMALL)


def test_files_of_equal_rows_are_no_bomb(tmp_path):
    rows = b"0,0\n" * (1 << 18)
    archive = archives.zip_of(tmp_path / "all.zip", [("sample_submission.csv", rows)])

    assert unpacked(archive) == {"sample_submission.csv": rows}


@pytest.mark.parametrize("pack", [archives.zip_of, archives.tar_of])
def test_too_many_members_are_refused(tmp_path, pack):
    suffix = ".zip" if pack is archives.zip_of else ".tgz"
    archive = pack(tmp_path / f"all{suffix}", [(f"{i}.csv", b"") for i in range(20)])

    assert_refused(archive, UnsafeArchive, Limits(members=10))


def test_more_than_the_disk_holds_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    archive = archives.zip_of(tmp_path / "all.zip", [("train.csv", bytes(3000))])
    monkeypatch.setattr("agent_core.storage.archive.free_bytes", lambda _: 1000)
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 1000)

    assert "too full" in assert_refused(archive, SurroundingsFailed)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_random_damage_gives_the_files_or_an_error_of_ours(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    archive = archives.zip_of(folder / "all.zip", [("a.csv", b"1,2\n" * 9), ("b/c.csv", b"3\n")])
    content = bytearray(archive.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    archive.write_bytes(content)

    try:
        files = unpacked(archive)
    except DataError:
        assert sorted(folder.rglob("*")) == [archive]
        return
    assert all(
        (folder / "into").resolve() in (folder / "into" / name).resolve().parents for name in files
    )


def test_the_kind_is_known_by_the_name():
    assert archive_kind("data.TAR.GZ") == "tar"
    assert archive_kind("train.csv.zip") == "zip"
    assert archive_kind("train.csv") is None
    assert inner_name("train.csv.zip") == "train.csv"
    assert inner_name("data.tar.gz") == "data"
    assert inner_name(".zip") == ".zip"


def test_an_unknown_method_of_packing_is_explained(tmp_path):
    archive = archives.zip_of(tmp_path / "all.zip", [("train.csv", b"x" * 100)])
    content = bytearray(archive.read_bytes())
    content[8] = 99
    content[content.index(b"PK\x01\x02") + 10] = 99
    archive.write_bytes(content)

    assert zipfile.is_zipfile(archive)
    assert_refused(archive, DataError)


def test_a_tar_of_a_whole_folder_gives_its_files(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").write_bytes(b"id\n")
    with tarfile.open(tmp_path / "all.tar", "w") as archive:
        archive.add(tmp_path / "data", arcname=".")

    assert unpacked(tmp_path / "all.tar") == {"train.csv": b"id\n"}
