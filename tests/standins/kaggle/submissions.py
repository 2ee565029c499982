"""The service that takes submissions, counts them and scores them after a while."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.standins.kaggle.http import Answer, Call, refused

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn

USED_UP = "You have used all of your daily submissions."


@dataclass
class Handed:
    """One submission. It is listed after ``unseen`` more looks at the list, and scored after
    ``unscored`` more. ``error`` is why Kaggle does not take the file, or empty.
    """

    ref: int
    name: str
    content: bytes
    description: str
    unseen: int
    unscored: int
    score: str
    error: str


class Submissions:
    """``handed`` are those of this account, the first one first."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle
        self.handed: list[Handed] = []
        self.daily = 5
        #: Submissions of today that were made elsewhere.
        self.used_elsewhere = 0
        self.score: Callable[[bytes], str] = lambda _: "0.77"
        self.error: Callable[[bytes], str] = lambda _: ""
        #: How many looks at the list it takes until a new submission is listed, and is scored.
        self.unseen = 0
        self.unscored = 1
        self.page_size = 20

    @property
    def left(self) -> int:
        return self.daily - self.used_elsewhere - len(self.handed)

    def GetSubmissionLimits(self, _: Call) -> Answer:  # noqa: N802
        used = self.daily - self.left
        return Answer({"numToday": used, "numTotal": used, "numAllowedNow": self.left})

    def StartSubmissionUpload(self, call: Call) -> Answer:  # noqa: N802
        return Answer(self._kaggle.uploads.start(call.asked["fileName"]))

    def CreateSubmission(self, call: Call) -> Answer:  # noqa: N802
        if self.left <= 0:
            return refused(400, USED_UP)
        name, content = self._kaggle.uploads.files[call.asked["blobFileTokens"]]
        self.handed.append(
            Handed(
                ref=1000 + len(self.handed),
                name=name,
                content=content,
                description=call.asked.get("submissionDescription", ""),
                unseen=self.unseen,
                unscored=self.unscored,
                score=self.score(content),
                error=self.error(content),
            )
        )
        title = self._kaggle.details.get("title")
        ref = self.handed[-1].ref
        return Answer({"message": f"Successfully submitted to {title}", "ref": ref})

    def ListSubmissions(self, call: Call) -> Answer:  # noqa: N802
        listed = [self._listed(one) for one in self.handed if self._seen(one)]
        listed.reverse()
        size = min(self.page_size, call.asked.get("pageSize") or 20)
        start = size * (int(call.asked.get("page") or 1) - 1)
        return Answer({"submissions": listed[start : start + size]})

    def _seen(self, one: Handed) -> bool:
        one.unseen -= 1
        return one.unseen < 0

    def _listed(self, one: Handed) -> dict[str, Any]:
        one.unscored -= 1
        scored = one.unscored < 0
        status = "PENDING" if not scored else "ERROR" if one.error else "COMPLETE"
        return {
            "ref": one.ref,
            "totalBytes": len(one.content),
            "date": "2026-01-02T03:04:05.1234567Z",
            "description": one.description,
            "errorDescription": one.error if scored else "",
            "fileName": one.name,
            "publicScore": one.score if scored and not one.error else "",
            "privateScore": "",
            "status": status,
            "submittedBy": "ada",
            "teamName": "Ada Lovelace",
            "url": f"https://www.kaggle.com/submissions/{one.ref}",
        }
