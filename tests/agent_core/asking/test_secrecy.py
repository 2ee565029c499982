"""The last fence: what must not leave this machine, and what may."""

import json
from pathlib import Path

import pytest

from agent_core.asking.secrecy import check_nothing_secret
from agent_core.errors import PromptUnsafe


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """A home and a working folder of this test's own."""
    home, work = tmp_path / "ada", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    return home


def found(text, environ=None, folders=None):
    try:
        check_nothing_secret(("before", text), folders or {}, environ or {})
    except PromptUnsafe as error:
        return error.found
    return ()


@pytest.mark.parametrize(
    ("environ", "text", "kind"),
    [
        ({"ANTHROPIC_API_KEY": "abcd-1234-efgh"}, "x=abcd-1234-efgh;", "ANTHROPIC_API_KEY"),
        ({"PREFECT_API_AUTH_STRING": "admin:hunter2!"}, "(admin:hunter2!)", "AUTH_STRING"),
        ({"AWS_SECRET_ACCESS_KEY": "q1w2e3r4t5"}, "q1w2e3r4t5", "AWS_SECRET"),
        ({"DB_PASSWORD": "correcthorse"}, "the correcthorse battery", "DB_PASSWORD"),
        ({"DATABASE_URL": "postgres://ada:l0velace!@db/x"}, "pw l0velace!", "in DATABASE_URL"),
        ({"HTTPS_PROXY": "http://ada:l0velace!@proxy:1"}, "l0velace!", "in HTTPS_PROXY"),
    ],
)
def test_credentials_of_the_environment_are_found(environ, text, kind):
    (what,) = found(text, environ)

    assert kind in what
    for value in environ.values():
        assert value not in what


@pytest.mark.parametrize(
    "text",
    [
        "sk-ant-api03-AbCdEfGhIjKlMnOp",
        "KGAT_0123456789abcdef0123",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "hf_" + "a1" * 17,
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_keys_of_known_form_are_found_wherever_they_come_from(text):
    assert len(found(f"token: {text}\n")) == 1


def test_kaggles_own_files_are_known(elsewhere):
    folder = elsewhere / ".kaggle"
    folder.mkdir()
    (folder / "kaggle.json").write_text(json.dumps({"username": "ada", "key": "0f1e2d3c4b5a"}))
    (folder / "access_token").write_text("opaque-token-1\n")

    assert found("0f1e2d3c4b5a") == ("the Kaggle key",)
    assert found("opaque-token-1") == ("the Kaggle access token",)


@pytest.mark.parametrize("content", ["{broken", "[1]"])
def test_a_broken_file_of_kaggles_holds_no_key(tmp_path, content):
    (tmp_path / "kaggle.json").write_text(content)

    assert found("broken", {"KAGGLE_CONFIG_DIR": str(tmp_path)}) == ()


def test_a_file_of_settings_beside_the_work_is_known():
    Path(".env").write_text("KAGGLE_KEY=9a8b7c6d5e4f\nEMPTY_KEY\nKAGGLE_AGENT_HOME=somewhere\n")

    assert found("9a8b7c6d5e4f") == ("the value of KAGGLE_KEY",)
    assert found("somewhere") == ()


def test_paths_of_this_machine_are_found(elsewhere):
    assert found(f'File "{elsewhere}/run/solution.py"') == ("the path of the home folder",)
    assert found(f"in {Path.cwd()}, line 3") == ("the path of the working folder",)
    assert found("/srv/agent/trials/1: x", folders={"this run": Path("/srv/agent")}) == (
        "the path of this run",
    )


@pytest.mark.parametrize(
    "text",
    [
        "/srv/agents/x",
        "/data/srv/agent",
        "../srv/agent",
        "a ratio of srv/agent",
    ],
)
def test_what_only_looks_like_a_path_may_pass(text):
    assert found(text, folders={"this run": Path("/srv/agent")}) == ()


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({"KEYBOARD": "us"}, "us"),
        ({"KAGGLE_AGENT_MAX_TOKENS_DRAFT": "2000000000"}, "2000000000 rows"),
        ({"API_KEY": ""}, ""),
        ({"GIT_AUTHOR_NAME": "Ada Lovelace"}, "by Ada Lovelace"),
        ({"DB_PASSWORD": "customers"}, "customers_id"),
        ({"LANG": "en_US.UTF-8"}, "en_US.UTF-8"),
        ({"ADDRESS": "https://example.org/a@b"}, "example.org"),
    ],
)
def test_innocent_text_may_pass(environ, text):
    assert found(text, environ) == ()


def test_the_root_folder_is_no_secret(monkeypatch):
    assert found("/ or /data", folders={"this run": Path("/")}) == ()


def test_everything_is_named_and_nothing_repeated():
    with pytest.raises(PromptUnsafe) as caught:
        check_nothing_secret(
            ("abcd-1234", "sk-ant-api03-AbCdEfGhIjKlMnOp"), {}, {"MY_TOKEN": "abcd-1234"}
        )

    assert caught.value.found == ("an Anthropic key", "the value of MY_TOKEN")
    assert "1234" not in str(caught.value)
    assert "not sent" in str(caught.value)
