"""The command ``submit``: a finished run's submission goes to Kaggle, and its score comes back."""

import subprocess
import sys
from pathlib import Path

from agent_core.errors import KaggleAgentError
from agent_core.events import Line, StageProgress, StageStarted
from agent_core.home import Home
from agent_core.intake.source import parse_source
from agent_core.progress import Report, silent
from agent_core.receipt import Receipt, SubmissionState, receipt_file, receipt_sentence
from agent_core.run import Run, failure_of
from agent_core.run_lookup import find_run, solved_of
from agent_core.settings import Settings
from agent_core.submitting.order import order_of, slug_of
from agent_core.submitting.submit import submit
from agent_core.value import Value
from ui.answers import print_failure, print_json
from ui.display import Display, open_display
from ui.launcher import process_environment

_STOPPED = 130
_TRACKING_SECONDS = 120.0


class Wish(Value):
    """The options of the command. ``competition`` is where a folder's run belongs."""

    run: str
    message: str = ""
    competition: str | None = None


class Told(Value):
    """``problem`` says why MLflow does not know of the receipt, or is empty."""

    receipt: Receipt
    problem: str = ""


def submit_run(wish: Wish, as_json: bool) -> int:
    """Submit, show how it goes and print what Kaggle said. Returns the exit code."""
    home = Settings().folders()
    display = open_display(sys.stderr)
    try:
        told = submit_and_track(wish, home, _Showing(display))
    except (KaggleAgentError, OSError) as error:
        display.close()
        return print_failure(failure_of(error), as_json)
    except KeyboardInterrupt:
        display.close()
        print("Stopped. Submit again to go on: nothing is sent twice.", file=sys.stderr)  # noqa: T201
        return _STOPPED
    display.close()
    _print(told, receipt_file(home.runs / told.receipt.run_id), as_json)
    return 1 if told.receipt.state is SubmissionState.REFUSED else 0


def submit_and_track(wish: Wish, home: Home, report: Report = silent) -> Told:
    """Submit the run's file unless Kaggle has it, and write what Kaggle says to MLflow.

    Raises KaggleAgentError where there is no such run, nothing to submit, or Kaggle does not take
    it. For every way in: the command line, and the app.
    """
    run = find_run(home, wish.run)
    slug = _slug(wish.competition) if wish.competition else slug_of(run)
    receipt = submit(order_of(solved_of(run), slug, wish.message), home, report)
    return Told(receipt=receipt, problem=_track(run, home))


def _slug(text: str) -> str:
    source = parse_source(text)
    return source.slug or text.strip().lower()


def _track(run: Run, home: Home) -> str:
    """In a process of its own, for MLflow is not imported here."""
    command = (sys.executable, "-P", "-m", "tasks.receipt_tracking", run.run_id)
    try:
        done = subprocess.run(
            command,
            cwd=home.root,
            env=process_environment(home),
            capture_output=True,
            encoding="utf-8",
            timeout=_TRACKING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"MLflow did not answer within {_TRACKING_SECONDS:.0f} s."
    if done.returncode:
        return f"The receipt could not be written to MLflow:\n{done.stderr[-2000:]}"
    return done.stdout


class _Showing:
    """A `Report` that shows the submission like a stage of a run."""

    def __init__(self, display: Display) -> None:
        self._show = display.show
        self._last = ""
        self._show(StageStarted(stage="submit"))

    def __call__(self, message: str, fraction: float | None = None) -> None:
        """Once for each message, where nothing moves."""
        if fraction is not None:
            self._show(StageProgress(stage="submit", message=message, fraction=fraction))
        elif message != self._last:
            self._last = message
            self._show(Line(text=message))


def _print(told: Told, path: Path, as_json: bool) -> None:
    receipt = told.receipt
    if as_json:
        content = receipt.model_dump(mode="json")
        print_json(content | {"tracking_problem": told.problem, "receipt": str(path)})
        return
    again = "It was there already, so it was not sent again." if receipt.earlier else ""
    later = "Submit again later to see its score; it is not sent twice."
    lines = [
        f"{receipt.slug}: {receipt_sentence(receipt)}",
        again,
        *receipt.notes,
        later if not receipt.over else "",
        f"  receipt     {path}",
        f"  not tracked {told.problem}" if told.problem else "",
    ]
    print("\n".join(line for line in lines if line))  # noqa: T201 - the answer
