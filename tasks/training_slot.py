"""How many trainings run at once: a place is taken for each, and given back however it ends.

A training uses all processors it is given, so that two at once on one machine take longer than one
after the other, and both may miss their budgets. Prefect holds the places, as a global concurrency
limit that all runs of all pools share; `deployments.pools` sets its size. A place is leased and the
lease renewed while the training runs: of a holder that was killed it comes free by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prefect.concurrency.sync import concurrency
from prefect.runtime import deployment

from agent_core.progress import Report
from agent_core.settings import Settings
from tasks.progress import StageReport, by_the_clock, log_line

#: The shortest lease that Prefect gives. A place whose holder was killed is free after that and up
#: to 15 s more, until the server looks for it.
LEASE_SECONDS = 60.0


@contextmanager
def training_slot(report: Report) -> Iterator[None]:
    """Hold a place in the body; wait for one first.

    Only where a deployment runs this, for only these runs come in numbers. A run that a person
    started and watches goes at once. A limit that is not there limits nothing, and a server that
    is away does not end the training: renewing just goes on when it is back.
    """
    if deployment.get_id() is None:
        yield
        return
    report("waiting for a place to train", None)
    name = Settings().trainings_limit
    with concurrency(name, lease_duration=LEASE_SECONDS, raise_on_lease_renewal_failure=False):
        yield


@contextmanager
def script_at_work(stage: str, seconds: float, doing: str) -> Iterator[Callable[[str], None]]:
    """Hold a place while a generated script runs for ``seconds``, and tell how far it is.

    Gives what the lines that it prints are passed to. ``doing`` is shown meanwhile.
    """
    report = StageReport(stage)
    with training_slot(report), by_the_clock(report, seconds, doing):
        yield log_line(stage)
    report.finish()
