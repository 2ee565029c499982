import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.errors import BadSource
from agent_core.home import Home
from agent_core.intake.source import open_competition, parse_source


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))


@pytest.mark.parametrize(
    "text",
    [
        "https://www.kaggle.com/competitions/titanic",
        "https://www.kaggle.com/competitions/titanic/",
        "https://www.kaggle.com/c/titanic",
        "http://kaggle.com/c/titanic/overview",
        "https://www.kaggle.com/competitions/titanic/data?select=train.csv",
        "https://www.kaggle.com/competitions/titanic/leaderboard#top",
        "https://www.kaggle.com/competitions/titanic/rules",
        "https://www.kaggle.com/c/titanic/code?competitionId=3136&sortBy=voteCount",
        "https://www.kaggle.com/competitions/titanic?utm=a/b",
        "https://www.kaggle.com//competitions//titanic//overview//evaluation",
        "www.kaggle.com/competitions/titanic",
        "kaggle.com/c/titanic",
        "KAGGLE.com/c/Titanic",
        "HTTPS://WWW.KAGGLE.COM/competitions/titanic",
        "https://www.kaggle.com:443/competitions/titanic",
        "  https://www.kaggle.com/competitions/titanic\n",
        "titanic",
        " Titanic ",
    ],
)
def test_every_form_of_an_address_names_the_competition(text):
    source = parse_source(text)

    assert source.slug == "titanic"
    assert source.folder is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "https://www.kaggle.com/datasets/owner/name",
        "https://www.kaggle.com/competitions",
        "https://www.kaggle.com/competitions/",
        "https://www.kaggle.com/t/0123456789abcdef",
        "https://www.kaggle.com/",
        "kaggle.com",
        "https://kaggle.com.evil.org/c/titanic",
        "https://evil.org/kaggle.com/c/titanic",
        "https://notkaggle.com/c/titanic",
        "https://evil.kaggle.com/c/titanic",
        "https://ada:secret@www.kaggle.com/c/titanic",
        "https://www.kaggle.com@evil.org/c/titanic",
        "https://www.kaggle.com\\@evil.org/c/titanic",
        "https://www.kaggle.com:8080/c/titanic",
        "https://www.kaggle.com:port/c/titanic",
        "https://[::1/c/titanic",
        "ftp://www.kaggle.com/c/titanic",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://www.kaggle.com/c/../../etc",
        "https://www.kaggle.com/c/titan%69c",
        "https://www.kaggle.com/c/-titanic",
        "./titanic",
        "no/such/folder",
        "../nothing-here",
        "~nobody-of-this-name/x",
        "two words",
        "a" * 300,
        "/" + "a" * 5000,
        "tit\x00anic",
        "tit\nanic",
    ],
)
def test_everything_else_is_refused_with_what_is_accepted(text):
    with pytest.raises(BadSource) as caught:
        parse_source(text)

    assert "https://www.kaggle.com/competitions/titanic" in caught.value.next
    assert "secret" not in str(caught.value)


SLUG = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?", fullmatch=True)


@given(
    slug=SLUG,
    scheme=st.sampled_from(["", "http://", "https://", "HTTPS://"]),
    host=st.sampled_from(["kaggle.com", "www.kaggle.com", "WWW.Kaggle.com"]),
    kind=st.sampled_from(["c", "competitions"]),
    rest=st.text(alphabet=string.ascii_letters + "/?#=&.-", max_size=30).map(
        lambda text: text and "/" + text
    ),
)
def test_whatever_follows_the_slug_does_not_matter(slug, scheme, host, kind, rest):
    assert parse_source(f"{scheme}{host}/{kind}/{slug}{rest}").slug == slug


@given(st.text(max_size=60))
def test_any_text_gives_a_source_or_a_bad_source(text):
    try:
        source = parse_source(text)
    except BadSource:
        return
    assert (source.slug is None) != (source.folder is None)


def test_an_existing_folder_goes_before_a_slug_of_the_same_name(tmp_path, monkeypatch):
    (tmp_path / "titanic").mkdir()
    monkeypatch.chdir(tmp_path)

    assert parse_source("titanic").folder == tmp_path / "titanic"
    assert parse_source("./titanic").folder == tmp_path / "titanic"
    assert parse_source("kaggle.com/c/titanic").slug == "titanic"


def test_a_folder_may_be_relative_absolute_or_in_the_home(tmp_path, monkeypatch):
    data = tmp_path / "some data"
    data.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(data)

    for text in (".", "../some data", str(data), "~/some data", f" {data}/ "):
        assert parse_source(text).folder == data


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "train.csv").write_text("id,y\n")

    with pytest.raises(BadSource, match="is a file") as caught:
        parse_source(str(tmp_path / "train.csv"))

    assert "folder that holds it" in caught.value.next


def test_a_folder_is_opened_without_kaggle(tmp_path):
    (tmp_path / "train.csv").write_text("id,y\n")

    competition = open_competition(str(tmp_path), Home(root=tmp_path / "home"))

    assert competition.origin == "folder"
    assert [file.name for file in competition.files] == ["train.csv"]
