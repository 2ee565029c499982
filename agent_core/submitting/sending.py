"""Having a file at Kaggle exactly once.

Making a submission is not idempotent, and its answer may get lost. So the intent is written down
before, every submission carries a mark of its content, and whenever it is in doubt whether one was
made, Kaggle's own list is looked at, for a while, before anything is sent again. That holds for
retries, for restarts after a kill, and for other machines.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from agent_core.errors import KaggleError, KaggleRateLimited, KaggleUnavailable
from agent_core.kaggle.answers import HandedIn
from agent_core.kaggle.submissions import SubmissionService
from agent_core.progress import Report
from agent_core.receipt import Receipt, SubmissionState
from agent_core.submitting.order import Order
from agent_core.submitting.records import Records

_LOOK_SECONDS = 2.0


class Sending:
    """One order on its way. ``settle`` is how long Kaggle's list may lag behind, in seconds."""

    def __init__(
        self,
        order: Order,
        service: SubmissionService,
        records: Records,
        settle: float,
        report: Report,
    ) -> None:
        self._order = order
        self._service = service
        self._records = records
        self._settle = settle
        self._report = report

    def have_sent(self, check: Callable[[], None]) -> Receipt:
        """The receipt of the file, which Kaggle has: from before, or since now.

        ``check`` raises where nothing may be sent; it is asked only if something has to be.
        """
        patience = self._service.patience
        with self._records.alone(self._report):
            known = self._records.earlier()
            if known is not None and known.ref is not None:
                return self._records.keep(self._receipt(known.ref, known.sent, earlier=True))
            found = patience.run(self._look, self._report)
            if found is not None:
                return self._found(found, earlier=True)
            check()
            try:
                return patience.run(self._attempt, self._report)
            except KaggleUnavailable as error:
                raise self._given_up(error) from None

    def _attempt(self) -> Receipt:
        """Send it, unless it has arrived after all. One try."""
        if self._records.earlier() is not None:
            found = self._look()
            if found is not None:
                return self._found(found, earlier=False)
        self._report(f"Uploading {self._order.path.name} to {self._order.slug}", None)
        token = self._service.upload(self._order.path)
        now = datetime.now(UTC)
        self._records.keep(self._receipt(None, now, SubmissionState.INTENDED))
        try:
            ref = self._service.create(token, self._order.description)
        except KaggleRateLimited:
            self._records.forget()
            raise
        except KaggleUnavailable:
            raise
        except KaggleError as error:
            self._records.forget()
            raise self._refused(error) from None
        if not ref:
            raise KaggleUnavailable(
                "Kaggle did not say that it has taken the submission.", next="Run it again later."
            )
        return self._records.keep(self._receipt(ref, now))

    def _look(self) -> HandedIn | None:
        """The file on Kaggle's list. After an intent, looked for until the list must show it."""
        intent = self._records.earlier()
        until = intent.sent.timestamp() + self._settle if intent else 0.0
        while True:
            listed = self._service.handed_in()
            found = next((one for one in listed if self._order.mark in one.description), None)
            left = min(until - time.time(), self._settle)
            if found is not None or left <= 0:
                return found
            self._report("Looking whether Kaggle has the submission already", None)
            time.sleep(min(left, _LOOK_SECONDS))

    def _found(self, one: HandedIn, *, earlier: bool) -> Receipt:
        when = one.date or datetime.now(UTC)
        return self._records.keep(self._receipt(one.ref, when, earlier=earlier))

    def _receipt(
        self,
        ref: int | None,
        when: datetime,
        state: SubmissionState = SubmissionState.PENDING,
        *,
        earlier: bool = False,
    ) -> Receipt:
        order = self._order
        return Receipt(
            slug=order.slug,
            run_id=order.run_id,
            sha256=order.sha256,
            description=order.description,
            state=state,
            sent=when,
            ref=ref,
            metric=order.metric,
            higher_is_better=order.higher_is_better,
            cv_score=order.cv_score,
            cv_std=order.cv_std,
            earlier=earlier,
        )

    def _refused(self, error: KaggleError) -> KaggleError:
        if type(error) is not KaggleError:
            return error  # it says itself what to do
        return KaggleError(
            error.what,
            means="Nothing was submitted. The submission of the run is kept.",
            next=f"See https://www.kaggle.com/competitions/{self._order.slug}/submissions.",
        )

    def _given_up(self, error: KaggleUnavailable) -> KaggleUnavailable:
        """Say what a person has to know: whether it may have arrived."""
        sent = self._records.earlier() is not None
        means = (
            "The submission may have arrived all the same."
            if sent
            else "Nothing was submitted. The submission of the run is kept."
        )
        return KaggleUnavailable(
            error.what,
            means=means,
            next="Submit it again later: before anything is sent, it is looked for at Kaggle, so "
            "it cannot be there twice.",
        )
