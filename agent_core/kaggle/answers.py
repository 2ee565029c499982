"""Kaggle's answers, read leniently: any field may be missing, null or of another type."""

import math
from datetime import UTC, datetime
from typing import Any, Literal

from agent_core.competition import SourceFile
from agent_core.value import Value


class Details(Value):
    """What Kaggle says of a competition itself.

    ``entered`` is False if Kaggle says that this account takes no part. ``daily_limit`` is how
    many submissions it may make a day.
    """

    slug: str
    title: str
    description: str = ""
    evaluation_metric: str | None = None
    reward: str | None = None
    deadline: datetime | None = None
    entry_deadline: datetime | None = None
    entered: bool = True
    code_only: bool = False
    submissions_disabled: bool = False
    daily_limit: int | None = None


class Limits(Value):
    """Submissions made ``today`` and those ``left`` now, None where Kaggle does not say.

    ``in_total``: it is the limit on all submissions that counts, not the one on a day's.
    """

    today: int | None
    left: int | None
    in_total: bool = False


class HandedIn(Value):
    """A submission as Kaggle lists it. ``error`` is why it took none of it."""

    ref: int
    description: str
    state: Literal["pending", "complete", "error"]
    date: datetime | None = None
    public_score: float | None = None
    private_score: float | None = None
    error: str = ""
    team: str = ""
    user: str = ""


def details(slug: str, answer: dict[str, Any]) -> Details:
    """The answer to ``GetCompetition``. ``ref`` may be an address, so ``slug`` is the one asked."""
    return Details(
        slug=slug,
        title=_text(answer, "title") or slug,
        description=_text(answer, "description"),
        evaluation_metric=_text(answer, "evaluationMetric") or None,
        reward=_text(answer, "reward") or None,
        deadline=_moment(answer, "deadline"),
        entry_deadline=_moment(answer, "newEntrantDeadline"),
        entered=answer.get("userHasEntered") is not False,
        code_only=answer.get("isKernelsSubmissionsOnly") is True,
        submissions_disabled=answer.get("submissionsDisabled") is True,
        daily_limit=_count(answer, "maxDailySubmissions") or None,
    )


def limits(answer: dict[str, Any]) -> Limits:
    """The answer to ``GetSubmissionLimits``."""
    known = {name for name in ("numToday", "numAllowedNow") if answer.get(name) is not None}
    return Limits(
        today=_count(answer, "numToday") if "numToday" in known else None,
        left=_count(answer, "numAllowedNow") if "numAllowedNow" in known else None,
        in_total=answer.get("limitedByTotal") is True,
    )


def submissions(answer: dict[str, Any]) -> list[HandedIn]:
    """One page of the answer to ``ListSubmissions``. Those without a reference are left out."""
    return [
        HandedIn(
            ref=reference(one),
            description=_text(one, "description"),
            state=_state(one),
            date=_moment(one, "date"),
            public_score=_number(one.get("publicScore")),
            private_score=_number(one.get("privateScore")),
            error=_text(one, "errorDescription"),
            team=_text(one, "teamName"),
            user=_text(one, "submittedBy"),
        )
        for one in _list(answer, "submissions")
        if reference(one)
    ]


def reference(answer: dict[str, Any]) -> int:
    """The number of a submission, 0 where there is none."""
    return _count(answer, "ref")


def upload_place(answer: dict[str, Any]) -> tuple[str, str]:
    """The answer to ``StartSubmissionUpload``: a token, and the address that takes the bytes."""
    return _text(answer, "token"), _text(answer, "createUrl")


def standings(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """One page of the answer to ``GetLeaderboard``: names of teams with their scores as text."""
    return [
        (_text(one, "teamName"), str(one.get("score") or ""))
        for one in _list(answer, "submissions")
    ]


def pages(answer: dict[str, Any]) -> dict[str, str]:
    """The answer to ``ListCompetitionPages``: text by page name."""
    return {_text(page, "name").lower(): _text(page, "content") for page in _list(answer, "pages")}


def files(answer: dict[str, Any]) -> list[SourceFile]:
    """One page of the answer to ``ListDataFiles``. Files without a name are left out."""
    return [
        SourceFile(
            name=_text(file, "name"),
            bytes=_count(file, "totalBytes"),
            version=_text(file, "creationDate"),
        )
        for file in _list(answer, "files")
        if _text(file, "name")
    ]


def next_page(answer: dict[str, Any]) -> str:
    """The token of the next page, empty at the end."""
    return _text(answer, "nextPageToken")


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    return found.strip() if isinstance(found, str) else ""


def _count(answer: dict[str, Any], name: str) -> int:
    try:
        return max(0, int(answer.get(name) or 0))
    except (TypeError, ValueError, OverflowError):
        return 0


def _number(found: Any) -> float | None:
    """Scores come as text, empty while unknown."""
    try:
        number = float(found)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _state(answer: dict[str, Any]) -> Literal["pending", "complete", "error"]:
    """In any spelling of the service's: COMPLETE, complete, SUBMISSION_STATUS_COMPLETE."""
    said = _text(answer, "status").lower()
    if said.endswith("complete"):
        return "complete"
    return "error" if said.endswith("error") else "pending"


def _list(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _moment(answer: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(answer, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
