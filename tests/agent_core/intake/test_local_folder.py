import hashlib
import json
import os

import pytest

from agent_core.errors import BadSource
from agent_core.intake.local_folder import copy_files, open_folder, slugify


def test_the_files_are_listed_with_size_and_hash(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "train.csv").write_bytes(b"id,y\n")
    (tmp_path / "a.csv").write_bytes(b"")

    files = open_folder(tmp_path).files

    assert [(file.name, file.bytes) for file in files] == [("a.csv", 0), ("b/train.csv", 5)]
    assert files[1].version == hashlib.sha256(b"id,y\n").hexdigest()


def test_hidden_files_and_competition_json_are_no_data(tmp_path):
    for name in (".DS_Store", "Thumbs.db", "train.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"x")
    (tmp_path / "competition.json").write_text("{}")

    assert [file.name for file in open_folder(tmp_path).files] == ["train.csv"]


def test_competition_json_describes_the_competition(tmp_path):
    about = {
        "slug": "wine",
        "title": "Wine",
        "description": "Taste.",
        "evaluation_metric": " RMSE ",
        "url": "https://example.org",
        "deadline": "2029-03-31T23:59:00Z",
        "reward": None,
        "source": {"ignored": 1},
    }
    (tmp_path / "competition.json").write_text("\ufeff" + json.dumps(about), encoding="utf-8")
    (tmp_path / "train.csv").write_text("x")

    competition = open_folder(tmp_path)

    assert (competition.slug, competition.title, competition.url) == (
        "wine",
        "Wine",
        "https://example.org",
    )
    assert competition.evaluation_metric == "RMSE"
    assert competition.deadline is not None
    assert competition.deadline.year == 2029
    assert competition.reward is None


def test_without_competition_json_the_folder_gives_the_name(tmp_path):
    folder = tmp_path / "My Data (2024)"
    folder.mkdir()
    (folder / "train.csv").write_text("x")

    competition = open_folder(folder)

    assert competition.slug == "my-data-2024"
    assert competition.title == "My Data (2024)"
    assert competition.evaluation_metric is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not valid JSON"),
        ("[]", "not as expected"),
        ('{"title": 3}', 'at "title"'),
        ('{"deadline": "soon"}', 'at "deadline"'),
        ('{"evaluation_metric": ["RMSE"]}', 'at "evaluation_metric"'),
    ],
)
def test_a_broken_competition_json_is_explained(tmp_path, content, complaint):
    (tmp_path / "train.csv").write_text("x")
    (tmp_path / "competition.json").write_text(content)

    with pytest.raises(BadSource, match="competition") as caught:
        open_folder(tmp_path)

    assert complaint in caught.value.what
    assert "optional" in caught.value.next


def test_competition_json_in_another_encoding_is_explained(tmp_path):
    (tmp_path / "train.csv").write_text("x")
    (tmp_path / "competition.json").write_bytes(b'{"title": "\xff"}')

    with pytest.raises(BadSource, match="not valid JSON"):
        open_folder(tmp_path)


@pytest.mark.parametrize("slug", ["../../etc", "/etc", "..", "", "ÄÖÜ", "a" * 200, "con/x"])
def test_a_slug_is_always_safe_in_a_path(slug):
    safe = slugify(slug)

    assert safe
    assert "/" not in safe
    assert not safe.startswith(".")
    assert len(safe) <= 100


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadSource, match="holds no data"):
        open_folder(tmp_path)


def test_a_link_to_a_file_inside_is_followed(tmp_path):
    (tmp_path / "train.csv").write_text("x")
    (tmp_path / "same.csv").symlink_to("train.csv")

    assert [file.name for file in open_folder(tmp_path).files] == ["same.csv", "train.csv"]


def test_a_link_that_leads_outside_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.csv").symlink_to(secret)

    with pytest.raises(BadSource, match="leads outside"):
        open_folder(folder)


def test_a_link_to_a_folder_is_refused(tmp_path):
    (tmp_path / "train.csv").write_text("x")
    (tmp_path / "again").symlink_to(tmp_path)

    with pytest.raises(BadSource, match="link to a folder"):
        open_folder(tmp_path)


@pytest.mark.parametrize("target", ["nowhere.csv", "loop.csv"])
def test_a_link_that_leads_nowhere_is_refused(tmp_path, target):
    (tmp_path / "train.csv").write_text("x")
    (tmp_path / "loop.csv").symlink_to(target)

    with pytest.raises(BadSource):
        open_folder(tmp_path)


def test_a_pipe_is_refused_and_not_read(tmp_path):
    os.mkfifo(tmp_path / "train.csv")

    with pytest.raises(BadSource, match="no plain file"):
        open_folder(tmp_path)


def test_a_name_that_is_no_text_is_refused(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.csv")).write_text("x")

    with pytest.raises(BadSource, match="no valid text"):
        open_folder(tmp_path)


def test_an_unreadable_file_is_explained(tmp_path, monkeypatch):
    (tmp_path / "train.csv").write_text("x")

    def denied(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("agent_core.intake.local_folder.sha256_of", denied)

    with pytest.raises(BadSource, match="cannot be read") as caught:
        open_folder(tmp_path)

    assert "permissions" in caught.value.next


def test_a_file_that_changes_meanwhile_is_noticed(tmp_path):
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    copy.mkdir()
    (data / "train.csv").write_text("one")
    competition = open_folder(data)
    (data / "train.csv").write_text("two")

    with pytest.raises(BadSource, match="was changed"):
        copy_files(data, competition.files, copy)
