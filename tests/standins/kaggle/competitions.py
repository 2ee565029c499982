"""The service that says what a competition is and gives its files."""

from typing import TYPE_CHECKING

from tests.standins.kaggle.http import Answer, Call
from tests.standins.kaggle.storage import redirect

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn


class Competitions:
    """Answers from what `KaggleStandIn` says of its one competition."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle

    def GetCompetition(self, _: Call) -> Answer:  # noqa: N802
        return Answer(self._kaggle.details)

    def ListCompetitionPages(self, _: Call) -> Answer:  # noqa: N802
        return Answer({"pages": self._kaggle.pages})

    def ListDataFiles(self, call: Call) -> Answer:  # noqa: N802
        listing = self._kaggle.listing
        if listing is None:
            listing = [
                {"name": name, "totalBytes": len(content), "creationDate": "2026-01-01T00:00:00Z"}
                for name, content in self._kaggle.files.items()
            ]
        start = int(call.asked.get("pageToken") or 0)
        end = start + min(self._kaggle.page_size, call.asked.get("pageSize") or 20)
        token = str(end) if end < len(listing) else ""
        return Answer({"files": listing[start:end], "nextPageToken": token})

    def DownloadDataFiles(self, call: Call) -> Answer:  # noqa: N802
        return redirect(call, "all.zip")

    def DownloadDataFile(self, call: Call) -> Answer:  # noqa: N802
        return redirect(call, "file/" + call.asked["fileName"])
