"""What of a solve is drawn, here or by whoever shows it. A picture never costs a solve."""

from collections.abc import Callable
from typing import TypeVar

from agent_core.spread import Spreads
from tasks.record import SolveRecord

T = TypeVar("T")


def draw_plots(record: SolveRecord) -> tuple[dict[str, bytes], str]:
    """The plots of the best attempt, and what is wrong with them, or an empty text."""
    from tasks.plots import plots_of  # noqa: PLC0415

    return _attempt("plots", lambda: plots_of(record), {})


def count_spreads(record: SolveRecord) -> tuple[Spreads, str]:
    """How targets and the best attempt's predictions are spread, and what is wrong with that."""
    from agent_core.scoring.spreads import count_spreads  # noqa: PLC0415 - pandas

    made = record.best.outputs if record.best else None
    oof, submission = (made.output(n) if made else None for n in ("oof.csv", "submission.csv"))
    return _attempt(
        "distributions",
        lambda: count_spreads(record.profile, record.dataset, oof, submission),
        Spreads(),
    )


def _attempt(what: str, draw: Callable[[], T], otherwise: T) -> tuple[T, str]:
    try:
        return draw(), ""
    except Exception as error:  # noqa: BLE001 - data of strangers
        problem = f"The {what} could not be drawn: {type(error).__name__}: {error}. "
        return otherwise, problem + "Everything else was stored. Report it with the run's log."
