"""What the client makes of Kaggle's answers."""

from datetime import UTC, datetime

from agent_core.errors import RulesNotAccepted
from agent_core.intake.source import open_competition
from tests.agent_core.kaggle.refused import failure
from tests.standins.kaggle import RULES


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


def test_rules_are_checked_without_fetching_the_data(kaggle, client):
    client.check_access("titanic")
    assert kaggle.calls == {"DownloadDataFiles": 1}

    kaggle.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})
    assert isinstance(failure(client, "check_access"), RulesNotAccepted)


def test_data_instead_of_a_redirect_are_not_read(kaggle, client):
    kaggle.fail("DownloadDataFiles", status=200, body=b"<html>Sign in</html>")

    assert "a page, not with data" in str(failure(client, "check_access"))
