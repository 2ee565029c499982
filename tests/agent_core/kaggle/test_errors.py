"""What the client makes of refusals, and of answers that are none."""

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
from tests.agent_core.kaggle.refused import failure
from tests.standins.kaggle import KEY, RULES


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
