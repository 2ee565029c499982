"""Results in memory, for tests of whoever shows them.

ResultsStandIn()                    knows of no run
ResultsStandIn("RUN_ID")            a solved one, with all that there can be
ResultsStandIn(down=True)           MLflow does not answer; `down` can be set and unset at any time

``kept`` is by run and kind ("profile", "trial draft 1", "submission"), and may be changed.
"""

from typing import Any

from agent_core.errors import NoSuchResult, SurroundingsFailed
from agent_core.profile import Profile
from agent_core.receipt import Receipt
from agent_core.spread import Spreads
from agent_core.trial_tree import TrialTree
from tests.standins.result_values import (
    SOLUTION,
    SUBMISSION,
    a_finished_tree,
    a_profile,
    a_trial,
    some_importance,
    some_spreads,
)
from ui.readers.results import Importance, Place, TrialResult


class ResultsStandIn:
    """`ui.readers.results.Results`, in memory."""

    def __init__(self, *solved: str, down: bool = False) -> None:
        self.down = down
        self.kept: dict[str, dict[str, Any]] = {run_id: whole_run() for run_id in solved}
        #: What was asked for, as (run, kind): for "asks for no more than it shows".
        self.asked: list[tuple[str, str]] = []

    def place(self, run_id: str) -> Place:
        return self._get(run_id, "place")  # type: ignore[no-any-return]

    def profile(self, run_id: str) -> Profile:
        return self._get(run_id, "profile")  # type: ignore[no-any-return]

    def spreads(self, run_id: str) -> Spreads:
        return self._get(run_id, "spreads")  # type: ignore[no-any-return]

    def trials(self, run_id: str) -> TrialTree:
        return self._get(run_id, "trials")  # type: ignore[no-any-return]

    def trial(self, run_id: str, name: str) -> TrialResult:
        return self._get(run_id, f"trial {name}")  # type: ignore[no-any-return]

    def importance(self, run_id: str, name: str) -> tuple[Importance, ...]:
        return self._get(run_id, f"importance {name}")  # type: ignore[no-any-return]

    def submission(self, run_id: str) -> bytes:
        return self._get(run_id, "submission")  # type: ignore[no-any-return]

    def solution(self, run_id: str) -> bytes:
        return self._get(run_id, "solution")  # type: ignore[no-any-return]

    def receipt(self, run_id: str) -> Receipt:
        return self._get(run_id, "receipt")  # type: ignore[no-any-return]

    def _get(self, run_id: str, kind: str) -> Any:
        self.asked.append((run_id, kind))
        if self.down:
            raise SurroundingsFailed(
                "MLflow (http://127.0.0.1:5000) does not answer: refused.",
                means="Results that only MLflow keeps cannot be shown now. Nothing is lost.",
                next="Start it (kaggle-agent up), or correct MLFLOW_TRACKING_URI.",
            )
        try:
            return self.kept[run_id][kind]
        except KeyError:
            raise NoSuchResult(
                f"{kind} is not there.",
                means="The run has not come that far.",
                next="Look again once the run is over.",
            ) from None


def whole_run() -> dict[str, Any]:
    """All there is of a solved run."""
    tree = a_finished_tree()
    return {
        "place": Place(
            mlflow_run_id="m" * 32, experiment_id="1",
            url="http://127.0.0.1:5000/#/experiments/1/runs/" + "m" * 32,
        ),
        "profile": a_profile(),
        "spreads": some_spreads(),
        "trials": tree,
        "submission": SUBMISSION,
        "solution": SOLUTION,
        **{f"trial {node.name}": a_trial(node.name) for node in tree.nodes},
        **{f"importance {node.name}": some_importance() for node in tree.nodes},
    }  # fmt: skip
