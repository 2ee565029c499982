"""What a client may name: nothing of this machine's files but what the operator allows."""

from pathlib import Path

import pytest

from agent_core.errors import BadSource
from ui.http.sources import remote_source

TITANIC = "https://www.kaggle.com/competitions/titanic"


@pytest.mark.parametrize(
    "text",
    ["titanic", " Titanic ", TITANIC, "kaggle.com/c/titanic/data", f"{TITANIC}/overview?x=1"],
)
def test_on_kaggle(text: str) -> None:
    assert remote_source(text, None) == TITANIC


def test_a_name_never_means_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "titanic").mkdir()
    monkeypatch.chdir(tmp_path)
    assert remote_source("titanic", None) == TITANIC
    assert remote_source("titanic", tmp_path) == TITANIC


def test_a_folder_that_is_allowed(tmp_path: Path) -> None:
    inside = tmp_path / "data" / "penguins"
    inside.mkdir(parents=True)
    for text in (str(inside), "./penguins", "./x/../penguins"):
        assert remote_source(text, tmp_path / "data") == str(inside)


@pytest.mark.parametrize(
    "text", ["{}/other", "./../other", "./link", "{}/data/none", "{}/data", "{}/data/file", "./\0"]
)
def test_all_other_folders_are_refused_alike(text: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "other").mkdir()
    data.mkdir()
    (data / "file").touch()
    (data / "link").symlink_to(tmp_path / "other")
    with pytest.raises(BadSource, match="no folder of a competition that may be named here"):
        remote_source(text.format(tmp_path), data)


def test_without_leave_no_folder_is_looked_at(tmp_path: Path) -> None:
    answers = set()
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(BadSource) as told:
            remote_source(str(folder), None)
        answers.add(told.value.what.replace(str(folder), "it"))
    assert len(answers) == 1
