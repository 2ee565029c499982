"""From a run's submission to its score on Kaggle."""

from agent_core.home import Home
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.submissions import SubmissionService
from agent_core.progress import Report, silent
from agent_core.receipt import Receipt
from agent_core.settings import Settings
from agent_core.submitting.order import Order
from agent_core.submitting.quota import quota_of
from agent_core.submitting.records import Records
from agent_core.submitting.scoring import ranked, wait_for_score
from agent_core.submitting.sending import Sending

_LATE = "The deadline has passed: Kaggle scores the submission, but it does not count."


def submit(order: Order, home: Home, report: Report = silent) -> Receipt:
    """Submit the file unless Kaggle has it, wait until it is scored, and see how it stands.

    Kept in the run's folder and in the home at every step, so that the same call later goes on
    from there. Where the score takes longer than ``Settings.submit_limit``, the receipt is PENDING.

    Raises
    ------
    KaggleError
        Kaggle takes no submission (limits, rules, deadline), refused it, or did not answer.
    """
    settings = Settings()
    connection = Connection(settings.patience(), report)
    service = SubmissionService(order.slug, connection)
    records = Records(order, home)
    notes: list[str] = []

    def check() -> None:
        quota = quota_of(service)
        quota.check()
        if not quota.entered:
            service.check_rules()
        notes.extend([_LATE] if quota.late else [])
        if quota.left is not None:
            report(f"{quota.left} submissions to {order.slug} are left now", None)

    sending = Sending(order, service, records, settings.submit_settle, report)
    receipt = sending.have_sent(check).model_copy(update={"notes": tuple(notes)})
    receipt, listed = wait_for_score(
        receipt, service, settings.submit_interval, settings.submit_limit, report
    )
    if receipt.over and listed is not None:
        receipt = ranked(receipt, listed, connection)
    return records.keep(receipt)
