"""A result that one home made is found by another one, which shares nothing but the storage."""

import json
from pathlib import Path

import pytest

from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.events import Event, Line
from agent_core.home import Home
from tasks.caching import ValueSerializer
from tasks.progress import listening
from tasks.record import Tracked
from tasks.sharing import Sharing, folders_of


def stored(home: Home) -> Dataset:
    root = home.datasets / "tiny" / "abc"
    root.mkdir(parents=True)
    (root / "train.csv").write_text("id,y\n1,0\n")
    competition = Competition(
        slug="tiny", title="Tiny", origin="folder", folder=Path("/somewhere/else")
    )
    file = DataFile(name="train.csv", bytes=9, sha256="0" * 64)
    return Dataset(competition=competition, files=(file,), root=root)


@pytest.fixture
def one(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "öne")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "other")


def test_from_one_home_to_another(one: Home, other: Home, tmp_path: Path) -> None:
    storage = str(tmp_path / "shared")
    Sharing(storage, one).offer("download-1", stored(one))
    Sharing(storage, other).fetch("download-1")
    kept = json.loads((other.results / "download-1").read_text())
    value = ValueSerializer().loads(kept["result"].encode())
    assert isinstance(value, Dataset)
    assert value.root == other.datasets / "tiny" / "abc"
    assert value.path("train.csv").read_text() == "id,y\n1,0\n"
    assert value.competition.folder == Path("/somewhere/else")


def test_what_is_here_is_not_fetched(one: Home, tmp_path: Path) -> None:
    storage = str(tmp_path / "shared")
    Sharing(storage, one).offer("download-1", stored(one))
    one.results.mkdir()
    (one.results / "download-1").write_text("mine")
    Sharing(storage, one).fetch("download-1")
    assert (one.results / "download-1").read_text() == "mine"


def test_nothing_is_shared_without_a_storage(one: Home, tmp_path: Path) -> None:
    sharing = Sharing("", one)
    sharing.offer("download-1", stored(one))
    sharing.fetch("download-1")
    assert not one.results.exists()


def test_the_embedded_store_is_not_shared(one: Home, tmp_path: Path) -> None:
    tracked = Tracked(mlflow_run_id="r", experiment_id="e", folder=one.mlflow)
    Sharing(str(tmp_path / "shared"), one).offer("track-1", tracked)
    assert not (tmp_path / "shared").exists()


def test_a_storage_that_is_away_is_told_once(one: Home, tmp_path: Path) -> None:
    heard: list[Event] = []
    sharing = Sharing("nonsense://somewhere", one)
    with listening(heard.append):
        sharing.fetch("download-1")
        sharing.offer("download-1", stored(one))
    (line,) = heard
    assert isinstance(line, Line)
    assert "runs go on without" in line.text


def test_what_a_value_needs(one: Home) -> None:
    dataset = stored(one)
    assert folders_of(dataset, one) == {"datasets/tiny/abc": dataset.root}
