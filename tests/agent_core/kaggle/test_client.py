import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agent_core.errors import (
    Forbidden,
    KaggleError,
    KaggleRateLimited,
    KaggleUnavailable,
    NotAuthenticated,
    NotFound,
    RulesNotAccepted,
)
from agent_core.intake.source import open_competition
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.official import imported
from agent_core.kaggle.patience import Patience
from tests.standins.kaggle import KEY, RULES, TOKEN

QUICK = Patience(tries=3, first_wait=0.01, longest_wait=0.02, total_wait=2, read_timeout=1)


@pytest.fixture
def client(kaggle):
    return KaggleClient(QUICK)


def failure(client, method="details"):
    with pytest.raises(KaggleError) as caught:
        getattr(client, method)("titanic")
    error = caught.value
    assert KEY not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return error


def test_a_competition_is_opened_by_its_address(kaggle, home):
    kaggle.files = {f"part{i:02}.csv": b"x" * i for i in range(45)}
    kaggle.pages = [
        {"name": "rules", "content": "Be nice."},
        {"name": "Evaluation", "content": "<p>Accuracy counts.</p>"},
    ]

    competition = open_competition("https://www.kaggle.com/c/titanic/overview", home)

    assert competition.slug == "titanic"
    assert competition.title == "Titanic"
    assert competition.origin == "kaggle"
    assert competition.url == "https://www.kaggle.com/competitions/titanic"
    assert competition.evaluation_metric == "Categorization Accuracy"
    assert competition.deadline == datetime(2030, 1, 1, tzinfo=UTC)
    assert "Who survived?" in competition.description
    assert "Accuracy counts." in competition.description
    assert "Be nice." not in competition.description
    assert [(file.name, file.bytes) for file in competition.files] == [
        (f"part{i:02}.csv", i) for i in range(45)
    ]
    assert kaggle.calls["ListDataFiles"] == 3


def test_nulls_and_odd_types_in_answers_do_no_harm(kaggle, home):
    kaggle.details = {
        "ref": None,
        "title": None,
        "deadline": "",
        "newEntrantDeadline": None,
        "evaluationMetric": None,
        "reward": 5,
        "tags": None,
        "userHasEntered": None,
        "submissionsDisabled": "no",
    }
    kaggle.pages = None
    kaggle.listing = [
        {"name": "train.csv", "totalBytes": None, "creationDate": None},
        {"name": "test.csv", "totalBytes": "17"},
        {"name": "odd.csv", "totalBytes": "many"},
        {"name": None},
    ]

    competition = open_competition("titanic", home)

    assert competition.title == "titanic"
    assert competition.deadline is None
    assert competition.evaluation_metric is None
    assert [(file.name, file.bytes) for file in competition.files] == [
        ("train.csv", 0),
        ("test.csv", 17),
        ("odd.csv", 0),
    ]


def test_a_list_that_never_ends_is_left(kaggle, client):
    kaggle.fail("ListDataFiles", status=200, body={"files": [{"name": "a"}], "nextPageToken": "x"})

    assert [file.name for file in client.files("titanic")] == ["a"]
    assert kaggle.calls["ListDataFiles"] == 2


def test_pages_that_may_not_be_read_are_done_without(kaggle, home):
    kaggle.fail("ListCompetitionPages", status=403)

    assert open_competition("titanic", home).description == "Who survived?"


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    ("status", "message", "kind", "says"),
    [
        (401, "Unauthenticated", NotAuthenticated, "kaggle.com/settings/api"),
        (403, RULES, RulesNotAccepted, "https://www.kaggle.com/competitions/titanic/rules"),
        (
            403,
            "Permission 'competitions.participate' was denied",
            RulesNotAccepted,
            "titanic/rules",
        ),
        (403, "Permission 'competitions.get' was denied", NotFound, "Check the address"),
        (403, "You shall not pass", Forbidden, "You shall not pass"),
        (404, "Not found", NotFound, "titanic"),
        (400, "Bad page size", KaggleError, "Bad page size"),
        (429, "Too many requests", KaggleRateLimited, "Too many requests"),
        (500, "Internal error", KaggleUnavailable, "Internal error"),
        (503, "Try later", KaggleUnavailable, "Try later"),
    ],
)
def test_refusals_are_told_in_our_words_and_theirs(
    kaggle, client, nested, status, message, kind, says
):
    body = {"code": status, "message": message}
    kaggle.fail("GetCompetition", status=status, body={"error": body} if nested else body)

    error = failure(client)

    assert type(error) is kind
    assert says in str(error)
    expected = 3 if issubclass(kind, KaggleUnavailable) else 1
    assert kaggle.calls["GetCompetition"] == expected


@pytest.mark.parametrize("nested", [False, True])
def test_an_error_in_an_answer_with_status_200_is_an_error(kaggle, client, nested):
    body = {"code": 403, "message": RULES}
    kaggle.fail("GetCompetition", status=200, body={"error": body} if nested else body)

    assert type(failure(client)) is RulesNotAccepted


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html>Bad gateway</html>", KaggleUnavailable),
        (403, b"<html>Forbidden</html>", Forbidden),
        (200, b"<html>Sign in</html>", KaggleUnavailable),
        (200, [1, 2], KaggleUnavailable),
        (500, {"code": "odd"}, KaggleUnavailable),
        (500, {"code": 500}, KaggleUnavailable),
        (404, {"code": 404, "message": 7}, NotFound),
    ],
)
def test_answers_in_no_known_form_are_errors_of_ours(kaggle, client, status, body, kind):
    kaggle.fail("GetCompetition", status=status, body=body)

    assert type(failure(client)) is kind


@pytest.mark.parametrize(("status", "kind"), [(500, KaggleUnavailable), (401, NotAuthenticated)])
def test_a_broken_error_body_does_not_hide_the_status(kaggle, client, status, kind):
    headers = {"Content-Type": "application/json"}
    kaggle.fail("GetCompetition", status=status, body=b'{"code":', headers=headers)

    assert type(failure(client)) is kind


def test_our_credentials_are_never_repeated(kaggle, client):
    body = {"code": 400, "message": f"Odd header: ada {KEY}"}
    kaggle.fail("GetCompetition", status=400, body=body)

    assert "ada ***" in str(failure(client))


def test_a_redirect_instead_of_an_answer_is_not_followed(kaggle, client):
    headers = {"Location": "https://example.org/login?next=s3cr3t"}
    kaggle.fail("GetCompetition", status=302, body=b"", headers=headers)

    error = failure(client)

    assert isinstance(error, KaggleUnavailable)
    assert "s3cr3t" not in str(error)


def test_a_failure_that_passes_is_waited_for(kaggle, client):
    kaggle.fail("GetCompetition", times=1, status=503)
    kaggle.fail("GetCompetition", times=1, status=0)

    assert client.details("titanic").title == "Titanic"
    assert kaggle.calls["GetCompetition"] == 3


def test_waiting_is_told(kaggle):
    heard = []
    kaggle.fail("GetCompetition", times=1, status=503)

    KaggleClient(QUICK, lambda message, _: heard.append(message)).details("titanic")

    assert len(heard) == 1
    assert "Kaggle failed (503)" in heard[0]
    assert "Trying again in" in heard[0]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_honoured(kaggle, client, status):
    kaggle.fail("GetCompetition", times=1, status=status, headers={"Retry-After": "1"})
    begun = time.monotonic()

    client.details("titanic")

    assert 1.0 <= time.monotonic() - begun < 2.0


def test_retry_after_as_a_date_is_honoured(kaggle, client):
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    kaggle.fail("GetCompetition", times=1, status=429, headers={"Retry-After": moment})
    begun = time.monotonic()

    client.details("titanic")

    assert 0.8 <= time.monotonic() - begun < 2.5


def test_a_long_retry_after_is_told_instead_of_waited_for(kaggle, client):
    kaggle.fail("GetCompetition", status=429, headers={"Retry-After": "1800"})
    begun = time.monotonic()

    error = failure(client)

    assert time.monotonic() - begun < 1
    assert isinstance(error, KaggleRateLimited)
    assert error.retry_after == 1800
    assert "wait 1800 s" in str(error)
    assert kaggle.calls["GetCompetition"] == 1


def test_a_server_that_never_answers_is_left(kaggle):
    kaggle.fail("GetCompetition", delay=2)
    client = KaggleClient(Patience(tries=2, first_wait=0.01, read_timeout=0.2))
    begun = time.monotonic()

    error = failure(client)

    assert "did not answer in time" in str(error)
    assert time.monotonic() - begun < 1.5


def test_no_server_at_all_is_told(kaggle, monkeypatch):
    from kagglesdk.kaggle_env import KaggleEnv, _env_to_endpoint

    monkeypatch.setitem(_env_to_endpoint, KaggleEnv.LOCAL, "http://127.0.0.1:9")

    assert "connection to Kaggle failed" in str(failure(KaggleClient(QUICK)))


def test_without_credentials_nothing_is_asked(kaggle, monkeypatch, capsys):
    monkeypatch.delenv("KAGGLE_KEY")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "no Kaggle credentials" in error.what
    assert "local folder" in error.next
    assert not kaggle.calls
    assert capsys.readouterr().out == ""


def test_a_wrong_key_is_told(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "wrong")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "did not accept" in error.what


def test_a_key_that_cannot_be_sent_is_told_without_repeating_it(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "wr\u0151ng")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "wr\u0151ng" not in str(error)


def test_a_token_is_enough(kaggle, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"


@pytest.mark.parametrize("status", [None, 400, 401, 403, 404])
def test_a_bad_token_beside_a_good_key_is_passed_over(kaggle, monkeypatch, status):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "expired")
    if status:
        kaggle.fail("IntrospectToken", status=status)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"


def test_a_bad_token_alone_is_told(kaggle, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")
    monkeypatch.setenv("KAGGLE_API_TOKEN", "expired")

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "access token" in error.what
    assert "expired" not in str(error)


def test_a_token_that_cannot_be_checked_now_is_tried_again(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
    kaggle.fail("IntrospectToken", times=1, status=503)

    assert KaggleClient(QUICK).details("titanic").title == "Titanic"
    assert kaggle.calls["IntrospectToken"] == 2


def test_a_token_too_long_for_the_client_is_explained(kaggle, monkeypatch):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "t" * 300)

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "~/.kaggle/access_token" in error.next
    assert "ttt" not in str(error)


def test_credentials_that_may_not_be_read_are_told(kaggle, monkeypatch, tmp_path):
    def denied(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("kagglesdk.kaggle_env._get_access_token_from_file", denied)
    monkeypatch.setattr("kagglesdk.kaggle_env.is_in_kaggle_notebook", lambda: True)

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "Permission denied" in error.what


def test_credentials_of_another_form_are_told(kaggle, monkeypatch, tmp_path):
    (tmp_path / "kaggle.json").write_text('["ada", "secret"]')
    monkeypatch.setattr(imported().KaggleApi, "config", str(tmp_path / "kaggle.json"))

    error = failure(KaggleClient(QUICK))

    assert isinstance(error, NotAuthenticated)
    assert "could not be understood" in error.what
    assert "secret" not in str(error)


def test_rules_are_checked_without_fetching_the_data(kaggle, client):
    client.check_access("titanic")
    assert kaggle.calls == {"DownloadDataFiles": 1}

    kaggle.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})
    assert isinstance(failure(client, "check_access"), RulesNotAccepted)


def test_data_instead_of_a_redirect_are_not_read(kaggle, client):
    kaggle.fail("DownloadDataFiles", status=200, body=b"<html>Sign in</html>")

    assert "a page, not with data" in str(failure(client, "check_access"))


IMPORT = """
import logging, os, sys, time
from agent_core.errors import KaggleAgentError
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.official import imported
begun = time.monotonic()
try:
    print("title", KaggleClient().details("titanic").title)
except KaggleAgentError as error:
    print("error", type(error).__name__)
print("seconds", time.monotonic() - begun, file=sys.stderr)
print(logging.root.level == logging.WARNING, os.environ.get("VERBOSE"))
"""


def run(code, env):
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_a_verbose_environment_prints_nothing(kaggle):
    env = {"PATH": "/usr/bin:/bin", **kaggle.env, "VERBOSE": "1", "VERBOSE_OUTPUT": "yes"}

    done = run(IMPORT, env)

    assert done.stdout == "title Titanic\nTrue 1\n"
    assert "Authorization" not in done.stderr
    assert KEY not in done.stderr


@pytest.mark.slow
def test_a_home_that_cannot_be_written_is_no_obstacle(kaggle):
    env = {"PATH": "/usr/bin:/bin", **kaggle.env, "HOME": "/proc/nowhere"}
    del env["KAGGLE_CONFIG_DIR"]

    assert run(IMPORT, env).stdout == "title Titanic\nTrue None\n"


@pytest.mark.slow
def test_the_import_alone_makes_no_call(kaggle):
    code = "import agent_core.kaggle.official as module; module.imported()"

    done = run(code, {**kaggle.env, "KAGGLE_API_TOKEN": TOKEN})

    assert done.stdout == ""
    assert not kaggle.calls
