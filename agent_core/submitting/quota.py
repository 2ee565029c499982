"""What may be submitted now: limits, deadline, rules."""

from datetime import UTC, datetime

from agent_core.errors import KaggleError, KaggleUnavailable, NoSubmissionsLeft
from agent_core.kaggle.answers import Details, Limits
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.submissions import SubmissionService
from agent_core.value import Value

_SITE = "https://www.kaggle.com/competitions"


class Quota(Value):
    """How things stand for one account. None is what Kaggle does not say.

    ``daily`` submissions may be made a day (UTC), ``today`` were made, ``left`` are left now;
    ``in_total``: the limit on all submissions is what counts. ``entered`` is False if this
    account takes no part as far as Kaggle says here (`SubmissionService.check_rules` is sure).
    ``open``: submissions are taken; after the ``deadline`` they do not count. ``notebooks_only``:
    a file cannot be submitted.
    """

    slug: str
    daily: int | None
    today: int | None
    left: int | None
    in_total: bool
    deadline: datetime | None
    entered: bool
    open: bool
    notebooks_only: bool

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline < datetime.now(UTC)

    def check(self) -> None:
        """Raise `KaggleError` unless a file may be submitted now."""
        if not self.open:
            raise KaggleError(
                f"{self.slug} takes no submissions.",
                means="Its host has closed it. The submission of the run is kept.",
                next=f"See {_SITE}/{self.slug}.",
            )
        if self.notebooks_only:
            raise KaggleError(
                f"{self.slug} takes notebooks only, no files.",
                means="The submission of the run is kept, but cannot be sent as it is.",
                next="Write a notebook with kaggle-agent export RUN --notebook, upload it to "
                "Kaggle and submit it there.",
            )
        if self.left == 0:
            raise self._used_up()

    def _used_up(self) -> NoSubmissionsLeft:
        if self.in_total:
            return NoSubmissionsLeft(
                f"All submissions to {self.slug} are used up.",
                means="It allows no more in total. The submission of the run is kept.",
                next=f"See {_SITE}/{self.slug}/submissions.",
            )
        limit = f" of {self.daily}" if self.daily else ""
        return NoSubmissionsLeft(
            f"Today's submissions{limit} to {self.slug} are used up.",
            means="The submission of the run is kept. Days begin at midnight UTC.",
            next="Run kaggle-agent submit tomorrow; nothing has to be computed again.",
        )


def quota(slug: str) -> Quota:
    """Ask Kaggle. Raises `KaggleError` where it refuses or does not answer."""
    return quota_of(SubmissionService(slug, Connection()))


def quota_of(service: SubmissionService) -> Quota:
    """The same, over a connection that is there."""
    details = service.details()
    limits = _limits(service, details)
    return Quota(
        slug=service.slug,
        daily=details.daily_limit,
        today=limits.today,
        left=limits.left,
        in_total=limits.in_total,
        deadline=details.deadline,
        entered=details.entered,
        open=not details.submissions_disabled,
        notebooks_only=details.code_only,
    )


def _limits(service: SubmissionService, details: Details) -> Limits:
    """As Kaggle counts; where it does not tell, as the list of submissions does."""
    try:
        limits = service.limits()
    except KaggleUnavailable:
        raise
    except KaggleError:
        limits = Limits(today=None, left=None)
    if limits.left is not None or details.daily_limit is None:
        return limits
    today = limits.today if limits.today is not None else _made_today(service)
    return Limits(today=today, left=max(0, details.daily_limit - today))


def _made_today(service: SubmissionService) -> int:
    now = datetime.now(UTC).date()
    listed = service.patience.run(lambda: tuple(service.handed_in()))
    return sum(one.date is not None and one.date.date() == now for one in listed)
