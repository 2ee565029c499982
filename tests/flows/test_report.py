"""Reports are Markdown that no text in them can break."""

from agent_core.evaluation import Gate
from agent_core.run import Failure
from flows.report import failure_report, solved_report
from tests.agent_core.test_events import SOLVED


def test_report_of_a_solved_run() -> None:
    gate = Gate(name="stable", passed=False, severity="warning", detail="folds | differ\nmuch")
    text = solved_report(
        SOLVED.model_copy(
            update={
                "gates": (gate,),
                "warnings": ("much is\nmissing",),
                "baseline": 0.5,
                "tracking_problem": "no disk",
            }
        )
    )
    assert text.startswith("# tiny: 0.8 ± 0.01 accuracy\n")
    assert "A dummy scores 0.5." in text
    assert "| stable | warning | folds / differ much |" in text
    assert "- much is missing" in text
    assert "| train | 1.00 | no |" in text
    assert "none (no disk)" in text


def test_report_of_a_failure() -> None:
    text = failure_report("tiny", Failure(what="It broke.", next="Try again."))
    assert text == "# tiny: not solved\n\nIt broke.\n\n**Next:** Try again.\n\n"
