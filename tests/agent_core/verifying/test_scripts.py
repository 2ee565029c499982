"""Leaky and clean scripts on their whole journey, in the real sandbox.

Every leak is caught by what it does. Some are caught by their text already; these are run with
the reading left out too, so that no leak depends on it alone.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent_core.home import Home
from tests.agent_core.verifying.cases import (
    EXAMPLES,
    Verified,
    deliveries,
    run,
    script,
    with_answers,
)

pytestmark = pytest.mark.slow

Journey = Callable[[str], Verified]


@pytest.fixture
def sorted_deliveries(tmp_path: Path) -> Path:
    return deliveries(tmp_path / "deliveries")


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts are run without being read first."""
    monkeypatch.setattr(
        "agent_core.verifying.verifier.text_problems", lambda source, rows, names: []
    )


@pytest.mark.parametrize("name", ["boosting", "refitted_forest", "target_encoding"])
def test_clean_scripts_pass(sorted_deliveries: Path, home: Home, name: str) -> None:
    found = run(script(f"clean/{name}"), sorted_deliveries, home)
    assert found.evaluation.accepted
    assert found.verification.passed, found.verification.reason
    assert found.verification.reason == ""
    assert found.verification.trial == found.trial.fingerprint()


@pytest.mark.parametrize("name", ["linear", "neighbours", "blend"])
def test_clean_scripts_of_probabilities_pass(home: Home, name: str) -> None:
    found = run(script(f"clean/{name}"), EXAMPLES / "election-study-1996", home)
    assert found.evaluation.accepted
    assert found.verification.passed, found.verification.reason


@pytest.mark.parametrize(
    "name",
    [
        "target_in_features",
        "row_order",
        "encoding_over_all_rows",
        "fitted_on_its_fold",
        "duplicate_lookup",
    ],
)
def test_leaky_scripts_are_caught(sorted_deliveries: Path, home: Home, name: str) -> None:
    found = run(script(f"leaky/{name}"), sorted_deliveries, home)
    assert found.evaluation.accepted
    caught = found.verification
    assert caught.passed is False
    assert "targets withheld" in caught.reason
    assert caught.claimed is not None
    assert caught.withheld is not None
    assert caught.allowed is not None
    assert caught.withheld - caught.claimed > caught.allowed


@pytest.mark.parametrize("name", ["fitted_on_its_fold", "duplicate_lookup"])
def test_leaky_scripts_of_probabilities_are_caught(home: Home, name: str) -> None:
    found = run(script(f"leaky/{name}"), EXAMPLES / "election-study-1996", home)
    assert found.verification.passed is False
    assert "targets withheld" in found.verification.reason


def test_known_answers_are_found_in_the_text(sorted_deliveries: Path, home: Home) -> None:
    source = with_answers(script("leaky/hard_coded"), sorted_deliveries)
    found = run(source, sorted_deliveries, home)
    assert found.evaluation.accepted
    assert found.verification.passed is False
    assert "carries 600 values" in found.verification.reason
    assert found.verification.fold is None


@pytest.mark.usefixtures("unread")
def test_known_answers_are_wrong_for_withheld_rows(sorted_deliveries: Path, home: Home) -> None:
    source = with_answers(script("leaky/hard_coded"), sorted_deliveries)
    found = run(source, sorted_deliveries, home)
    assert found.verification.passed is False
    assert "targets withheld" in found.verification.reason


def test_reaching_for_a_private_path_is_caught_though_it_fails(
    sorted_deliveries: Path, home: Home
) -> None:
    private = sorted_deliveries.parent / "private"
    private.mkdir()
    (private / "answers.csv").write_text("id,minutes\n1,1\n")
    found = run(script("leaky/private_path"), sorted_deliveries, home)
    assert "no answers there" in found.trial.log_tail
    assert found.verification.passed is False
    assert "task.data.parent" in found.verification.reason
