"""What is refused before anything is started."""

import json
from pathlib import Path

import pytest

from agent_core.errors import BadSource, PreflightFailed
from agent_core.home import Home
from agent_core.intake.checks import check_metric, check_preflight


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in {"train": "id,x,y\n1,2,0\n", "test": "id,x\n4,3\n"}.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "competition.json").write_text(json.dumps({"title": "Shop"}))
    return folder


def test_what_can_be_solved_is_handed_on(folder: Path, home: Home) -> None:
    (folder / "sample_submission.csv").write_text("id,y\n4,0\n")
    assert check_preflight(str(folder), home).title == "Shop"


def test_what_cannot_be_solved_is_refused_with_all_reasons(folder: Path, home: Home) -> None:
    (folder / "train.csv").unlink()
    with pytest.raises(PreflightFailed, match="cannot be solved") as caught:
        check_preflight(str(folder), home)
    codes = {blocker.code for blocker in caught.value.blockers}
    assert codes == {"no_sample_submission", "no_training_table"}
    assert all(blocker.next for blocker in caught.value.blockers)


@pytest.mark.parametrize("name", [None, "accuracy", "Categorization Accuracy", "RMSE"])
def test_known_metrics_are_taken(name: str | None) -> None:
    check_metric(name)


def test_an_unknown_metric_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadSource, match="'beauty' is not known") as caught:
        check_metric("beauty")
    assert "rmse" in caught.value.next
