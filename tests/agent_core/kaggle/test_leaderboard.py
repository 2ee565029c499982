import pytest

from agent_core.errors import KaggleError, KaggleUnavailable
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.leaderboard import Entry, leaderboard, read_leaderboard, standing_of
from tests.standins.kaggle import zipped


def entries(*scores):
    return [
        Entry(names=frozenset({f"team {number}"}), score=score)
        for number, score in enumerate(scores)
    ]


@pytest.mark.parametrize(
    ("scores", "score", "rank"),
    [
        ((0.9, 0.8, 0.7), 0.95, 1),
        ((0.9, 0.8, 0.7), 0.8, 2),
        ((0.9, 0.8, 0.8, 0.7), 0.8, 2),
        ((0.9, 0.8, 0.8, 0.7), 0.75, 4),
        ((0.9, 0.8, 0.7), 0.1, 4),
        ((0.1, 0.2, 0.3), 0.2, 2),
        ((0.1, 0.2, 0.3), 0.05, 1),
        ((), 0.5, 1),
    ],
)
def test_ranks_count_those_that_are_better(scores, score, rank):
    found = standing_of(score, (), entries(*scores), higher_is_better=True)

    assert (found.rank, found.teams) == (rank, len(scores) + 1)


def test_an_order_that_says_nothing_leaves_the_direction_to_the_metric():
    same = entries(0.5, 0.5)
    mixed = entries(0.5, 0.2, 0.4)
    assert standing_of(0.4, (), same, higher_is_better=True).rank == 3
    assert standing_of(0.4, (), same, higher_is_better=False).rank == 1
    assert standing_of(0.3, (), mixed, higher_is_better=False).rank == 2


def test_our_own_team_does_not_count_under_any_of_its_names():
    table = b'TeamName,Score,TeamMemberUserNames\nBest,0.9,"ada, bob"\nNext,0.5,eve\n'
    found = read_leaderboard(table)

    assert standing_of(0.7, ("", "ADA"), found, higher_is_better=True).rank == 1
    assert standing_of(0.7, ("best",), found, higher_is_better=True).teams == 2
    assert standing_of(0.7, ("",), found, higher_is_better=True).rank == 2


def test_the_percentile_is_100_for_the_first():
    found = standing_of(1.0, (), entries(*[0.5] * 99), higher_is_better=True)
    assert found.percentile == 100
    found = standing_of(0.1, (), entries(*[0.5] * 99), higher_is_better=True)
    assert found.percentile == 1


def test_teams_without_a_score_and_marks_of_order_are_no_obstacle():
    table = "\ufeffteamname , score\nA,0.9\nB,\nC,nan\nチーム,0.7\n".encode()

    found = read_leaderboard(zipped({"x.csv": table}))

    assert [one.score for one in found] == [0.9, 0.7]
    assert found[1].names == {"チーム"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Sign in</html>",
        zipped({"readme.txt": b"TeamName,Score\n"}),
        zipped({"a.csv": b"Rank,Points\n1,2\n"}),
        zipped({"a.csv": b"TeamName,Score\nA,1\n"})[:-8] + b"\0" * 8,
        zipped({"a.csv": b"TeamName,Score\nA,1\n" * 9}).replace(b"TeamName", b"XXXXName"),
    ],
)
def test_what_is_no_leaderboard_is_told(content):
    with pytest.raises(KaggleError, match="leaderboard cannot be read"):
        read_leaderboard(content)


def test_a_list_that_never_ends_is_left(kaggle):
    kaggle.fail("DownloadLeaderboard", status=404)
    page = {"submissions": [{"teamName": "A", "score": "1"}], "nextPageToken": "x"}
    kaggle.fail("GetLeaderboard", status=200, body=page)

    assert len(leaderboard("titanic", Connection())) == 2


def test_a_service_that_is_away_is_not_asked_in_another_way(kaggle):
    kaggle.fail("DownloadLeaderboard", status=503)

    with pytest.raises(KaggleUnavailable):
        leaderboard("titanic", Connection())
    assert not kaggle.calls["GetLeaderboard"]
