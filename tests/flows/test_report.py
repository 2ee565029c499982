"""Reports are Markdown that no text in them can break."""

from agent_core.decision import Check, Decision, Verdict
from agent_core.evaluation import Gate
from agent_core.receipt import SubmissionState
from agent_core.run import Failure
from flows.report import failure_report, receipt_report, solved_report
from tests.agent_core.test_events import SOLVED
from tests.agent_core.test_receipt import RECEIPT


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


def test_report_tells_the_decision_and_what_kaggle_said() -> None:
    checks = (
        Check(name="valid", passed=True, detail="fine | really"),
        Check(name="better than before", passed=False, detail="no"),
        Check(name="stable and honest", passed=None, detail="never asked"),
    )
    decision = Decision(attempt="template", verdict=Verdict.ENOUGH, checks=checks, reasons=())
    text = solved_report(SOLVED.model_copy(update={"decision": decision, "receipt": RECEIPT}))
    assert "## Decision on template: no further improvement" in text
    assert "| 1 valid | passed | fine / really |" in text
    assert "| 3 stable and honest | not judged | never asked |" in text
    assert "public score 0.77, 0.03 worse than cross-validated, rank 3 of 4 teams" in text


def test_report_of_a_receipt() -> None:
    text = receipt_report(RECEIPT)
    assert text.startswith("# titanic: submission 1000 at Kaggle, public score 0.77")
    assert "| rank | 3 of 4 teams |" in text
    assert "error" not in text
    refused = RECEIPT.model_copy(
        update={"state": SubmissionState.REFUSED, "error": "no\ncolumn | y"}
    )
    assert "| error | no column / y |" in receipt_report(refused)


def test_report_of_a_failure() -> None:
    text = failure_report("tiny", Failure(what="It broke.", next="Try again."))
    assert text == "# tiny: not solved\n\nIt broke.\n\n**Next:** Try again.\n\n"
