"""The service that shows how everybody stands."""

import csv
import io
from typing import TYPE_CHECKING

from tests.standins.kaggle.http import Answer, Call
from tests.standins.kaggle.storage import zipped

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn

_HEAD = (
    "Rank",
    "TeamId",
    "TeamName",
    "LastSubmissionDate",
    "Score",
    "SubmissionCount",
    "TeamMemberUserNames",
)
_DATE = "2026-01-01 12:00:00"


class Leaderboard:
    """``teams`` are names with scores, the best first. Our own team is there once it has a row."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle
        self.teams: list[tuple[str, str]] = [("first", "0.9"), ("second", "0.8"), ("third", "0.7")]
        #: Account names by team; a team's own name where it is not here.
        self.members: dict[str, str] = {}
        self.page_size = 20

    def DownloadLeaderboard(self, _: Call) -> Answer:  # noqa: N802
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(_HEAD)
        for rank, (name, score) in enumerate(self.teams, start=1):
            members = self.members.get(name, name)
            writer.writerow((rank, 100 + rank, name, _DATE, score, 3, members))
        name = f"{self._kaggle.slug}-publicleaderboard-2026-01-02T03:04:05.csv"
        content = zipped({name: table.getvalue().encode("utf-8-sig")})
        return Answer(content, headers={"Content-Type": "application/zip"})

    def GetLeaderboard(self, call: Call) -> Answer:  # noqa: N802
        start = int(call.asked.get("pageToken") or 0)
        end = start + min(self.page_size, call.asked.get("pageSize") or 20)
        rows = [
            {"teamId": 100 + rank, "teamName": name, "submissionDate": _DATE, "score": score}
            for rank, (name, score) in enumerate(self.teams, start=1)
        ]
        token = str(end) if end < len(rows) else ""
        return Answer({"submissions": rows[start:end], "nextPageToken": token})
