"""Kaggle's answers, read leniently: any field may be missing, null or of another type."""

from datetime import UTC, datetime
from typing import Any

from agent_core.competition import SourceFile
from agent_core.value import Value


class Details(Value):
    """What Kaggle says of a competition itself. ``entered``: this account takes part."""

    slug: str
    title: str
    description: str = ""
    evaluation_metric: str | None = None
    reward: str | None = None
    deadline: datetime | None = None
    entry_deadline: datetime | None = None
    entered: bool = False
    code_only: bool = False
    submissions_disabled: bool = False


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
        entered=answer.get("userHasEntered") is True,
        code_only=answer.get("isKernelsSubmissionsOnly") is True,
        submissions_disabled=answer.get("submissionsDisabled") is True,
    )


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


def _list(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _moment(answer: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(answer, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
