from pathlib import Path

import pytest

from agent_core.errors import BadSource
from agent_core.home import Home
from agent_core.intake.local_folder import open_folder
from ui.new_runs import uploads
from ui.new_runs.uploads import Upload, keep_upload, safe_name

FILES = [
    Upload("train.csv", b"id,x,y\n1,2,3\n"),
    Upload("test.csv", b"id,x\n2,2\n"),
    Upload("sample_submission.csv", b"id,y\n2,0\n"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


def test_an_upload_is_a_competition_by_the_name_it_was_given(home: Home) -> None:
    competition = open_folder(keep_upload(FILES, "My Data", home))
    assert competition.slug == "my-data"
    assert {file.name for file in competition.files} == {file.name for file in FILES}


def test_the_same_files_are_kept_once(home: Home) -> None:
    first = keep_upload(FILES, "a", home)
    assert keep_upload(list(reversed(FILES)), "a", home) == first
    assert keep_upload([*FILES[:2], FILES[2]._replace(content=b"id,y\n")], "a", home) != first
    assert not list(home.uploads.rglob(".*"))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/shadow",
        ".rc",
        "..",
        "",
        "a\x00\n.csv",
        "\u202ev",
    ],
)
def test_no_name_leaves_its_folder_or_hides(name: str, home: Home) -> None:
    folder = keep_upload([Upload(name, b"x")], "t", home)
    [file] = list(folder.iterdir())
    assert file.read_bytes() == b"x"
    assert not file.name.startswith(".")
    assert file.name == safe_name(name)
    assert file.name.isprintable()


def test_files_of_one_name_are_refused(home: Home) -> None:
    with pytest.raises(BadSource, match="same name"):
        keep_upload([Upload("a/x.csv", b"1"), Upload("b/x.csv", b"2")], "t", home)
    assert not home.uploads.exists()


def test_more_than_may_be_uploaded_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSource, match="more than can be uploaded"):
        keep_upload([Upload(f"{n}.csv", b"") for n in range(101)], "t", home)
    monkeypatch.setattr(uploads, "MOST_BYTES", 3)
    with pytest.raises(BadSource, match="more than can be uploaded"):
        keep_upload([Upload("a.csv", b"four")], "t", home)
