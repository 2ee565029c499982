"""What is checked before anything is started, whoever starts it."""
# ruff: noqa: PLC0415 - a command that only says what is wrong should say it at once

from agent_core.competition import Competition
from agent_core.errors import BadSource, PreflightFailed
from agent_core.home import Home


def check_preflight(source: str, home: Home) -> Competition:
    """The competition, ready to be solved. Raises PreflightFailed with every blocker at once."""
    from agent_core.intake.preflight import preflight  # brings in the Kaggle client

    found = preflight(source, home)
    if found.blockers or found.competition is None:
        raise PreflightFailed(
            f"{source} cannot be solved as things stand.", blockers=found.blockers
        )
    return found.competition


def check_metric(name: str | None) -> None:
    """Raise BadSource unless ``name`` is None or one of the metrics we can compute."""
    if name is None:
        return
    from agent_core.metrics import METRICS, find_metric  # imports numpy

    if find_metric(name) is None:
        known = ", ".join(sorted(METRICS))
        raise BadSource(
            f"The metric {name!r} is not known.",
            means="The score could not be computed.",
            next=f"Give one of: {known}.",
        )
