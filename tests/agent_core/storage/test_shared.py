"""Results in a storage that machines share: a folder, and a bucket that speaks S3."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.storage.shared import SharedFile, SharedResult, SharedStorage
from tests.standins.bucket import BUCKET, bucket


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    with bucket() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> SharedStorage:
    if request.param == "folder":
        return SharedStorage(str(tmp_path / "shared"))
    request.getfixturevalue("s3")
    return SharedStorage(f"s3://{BUCKET}/{tmp_path.name}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "trials" / "t1"
    (folder / "out").mkdir(parents=True)
    (folder / "out" / "oof.csv").write_text("id,y\n1,0.5\n")
    (folder / "log.txt").write_text("id,y\n1,0.5\n")
    return folder


def test_another_machine_gets_what_one_has_put(
    storage: SharedStorage, folder: Path, tmp_path: Path
) -> None:
    storage.put("train-1", '{"a": 1}', {"trials/t1": folder})
    found = storage.find("train-1")
    assert found
    assert json.loads(found.content) == {"a": 1}
    other = tmp_path / "other" / "trials" / "t1"
    assert storage.fetch(found.folders["trials/t1"], other)
    files = {p.relative_to(other).as_posix() for p in other.rglob("*") if p.is_file()}
    assert files == {"out/oof.csv", "log.txt"}
    assert (other / "out" / "oof.csv").read_text() == "id,y\n1,0.5\n"
    assert list(other.parent.iterdir()) == [other]


def test_what_is_not_there(storage: SharedStorage) -> None:
    assert storage.find("train-2") is None


def test_equal_files_are_put_once(folder: Path, tmp_path: Path) -> None:
    SharedStorage(str(tmp_path / "shared")).put("train-1", "{}", {"trials/t1": folder})
    objects = [path for path in (tmp_path / "shared" / "objects").rglob("*") if path.is_file()]
    assert len(objects) == 1


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_object_is_no_object(folder: Path, tmp_path: Path, damage: str) -> None:
    storage = SharedStorage(str(tmp_path / "shared"))
    storage.put("train-1", "{}", {"trials/t1": folder})
    found = storage.find("train-1")
    assert found
    for path in (tmp_path / "shared" / "objects").rglob("*"):
        if path.is_file():
            path.unlink() if damage == "gone" else path.write_text("something else")
    target = tmp_path / "other" / "t1"
    assert not storage.fetch(found.folders["trials/t1"], target)
    assert list(target.parent.iterdir()) == []


def test_half_a_result_is_none(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "train-1").write_text('{"content": "')
    assert SharedStorage(str(tmp_path)).find("train-1") is None


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", ""])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        SharedFile(name=name, sha256="0" * 64)
    with pytest.raises(ValueError, match="no name of a file"):
        SharedResult(content="", folders={name: ()})


def test_a_storage_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    storage = SharedStorage(str(tmp_path / "file"))
    with pytest.raises(SurroundingsFailed, match="KAGGLE_AGENT_STORAGE"):
        storage.put("train-1", "{}", {})
    with pytest.raises(SurroundingsFailed, match="runs go on without"):
        SharedStorage("nonsense://somewhere")
