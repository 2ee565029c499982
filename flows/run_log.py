"""The lines of a run's log for Prefect too: who follows a run from elsewhere sees them there."""

import logging
import time
from contextvars import copy_context

from prefect.logging import get_run_logger

from agent_core.events import Event, Line, as_text

#: Of what a script prints, Prefect's database gets a sample; all of it is in the trial's own log.
_PRINTED_SECONDS = 0.5


class RunLog:
    """A listener for the events of the flow run that is executed now."""

    def __init__(self) -> None:
        self._logger = get_run_logger()
        # Prefect says of each stage that it is "Completed()"; our own lines say that, and more.
        logging.getLogger("prefect.task_runs").setLevel(logging.WARNING)
        # Events come from threads that know nothing of the run.
        self._context = copy_context()
        self._printed = float("-inf")

    def __call__(self, event: Event) -> None:
        """Write it down, if it makes a line."""
        text = as_text(event)
        if text and not self._is_too_much(event):
            self._context.copy().run(self._logger.info, "%s", text)

    def _is_too_much(self, event: Event) -> bool:
        if not (isinstance(event, Line) and event.stage):
            return False
        now = time.monotonic()
        if now - self._printed < _PRINTED_SECONDS:
            return True
        self._printed = now
        return False
