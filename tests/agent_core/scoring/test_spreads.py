"""Counting targets and predictions for pictures."""

from pathlib import Path

import pytest

from agent_core.profile import PredictionKind
from agent_core.scoring import spreads
from agent_core.scoring.spreads import count_predictions, count_spreads, count_targets
from tests.agent_core.scoring.texts import COLOURS, classes
from tests.agent_core.small_competition import regression, small_competition


def test_classes_are_counted_and_both_series_share_them(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.LABEL, "accuracy")
    made.answer(
        oof="id,y\n" + "".join(f"t{n},{c}\n" for n, c in enumerate(COLOURS, 1)),
        submission="id,y\ns1,red\ns2,red\ns3,red\ns4,blue\n",
    )
    found = count_spreads(
        made.profile, made.dataset, made.out / "oof.csv", made.out / "submission.csv"
    )
    (target,), (predicted,) = found.targets, found.predictions
    assert dict(zip(target.labels, target.series["training"], strict=True)) == {
        "red": 4, "green": 4, "blue": 4
    }  # fmt: skip
    counts = dict(zip(predicted.labels, predicted.series["submission"], strict=True))
    assert (predicted.labels[0], counts) == ("red", {"red": 3, "blue": 1, "green": 0})
    assert sum(predicted.series["out-of-fold"]) == 12


def test_numbers_among_the_classes_come_in_their_order(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path, targets={"y": ["10", "2", "2"] * 4}, metric="accuracy",
        kind=PredictionKind.LABEL, labels=("2", "10"),
    )  # fmt: skip
    (target,) = count_targets(made.profile, made.dataset)
    assert (target.labels, target.series["training"]) == (("2", "10"), (8, 4))


def test_rare_classes_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreads, "MOST_LABELS", 1)
    made = classes(tmp_path, PredictionKind.LABEL, "accuracy")
    (target,) = count_targets(made.profile, made.dataset)
    assert target.labels[1:] == (spreads.OTHERS,)
    assert target.series["training"] == (4, 8)


def test_quantities_share_their_bins_and_lose_no_row(tmp_path: Path) -> None:
    made = regression(tmp_path)
    oof = "id,y\n" + "".join(f"t{n},{n * n}\n" for n in range(1, 13))
    made.answer(oof=oof, submission="id,y\ns1,1\ns2,-1e9\ns3,1e9\ns4,2\n")
    (spread,) = count_predictions(made.profile, made.out / "oof.csv", made.out / "submission.csv")
    assert len(spread.edges) == spreads.BINS + 1
    assert sum(spread.series["out-of-fold"]) == 12
    assert sum(spread.series["submission"]) == 4  # what lies beyond is in the outer bins
    assert spread.series["submission"][0]
    assert spread.series["submission"][-1]


def test_one_value_and_none_at_all(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path, targets={"y": ["7"] * 12, "z": [""] * 12}, metric="mcrmse",
        kind=PredictionKind.NUMBER,
    )  # fmt: skip
    same, nothing = count_targets(made.profile, made.dataset)
    assert (same.edges[0], same.edges[-1], sum(same.series["training"])) == (6.5, 7.5, 12)
    assert nothing.series["training"] == (0,)


def test_probabilities_lie_between_0_and_1(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.CLASS_PROBABILITIES, "log_loss",
                   columns=("red", "green", "blue"))  # fmt: skip
    made.answer(submission="id,red,green,blue\n" + "".join(f"s{n},.9,.1,0\n" for n in range(1, 5)))
    found = count_predictions(made.profile, None, made.out / "submission.csv")
    assert [(s.column, s.edges[0], s.edges[-1]) for s in found] == [
        ("red", 0, 1), ("green", 0, 1), ("blue", 0, 1)
    ]  # fmt: skip


def test_of_rankings_the_likeliest_counts(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.RANKING, "map_at_3")
    made.answer(submission="id,y\ns1,red blue\ns2,red green\ns3,blue red\ns4,red\n")
    (spread,) = count_predictions(made.profile, None, made.out / "submission.csv")
    assert dict(zip(spread.labels, spread.series["submission"], strict=True)) == {
        "red": 3, "blue": 1
    }  # fmt: skip


def test_what_is_no_answer_is_left_out(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.answer(oof="nonsense")
    assert count_predictions(made.profile, made.out / "oof.csv", None) == ()


def test_a_very_large_table_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = regression(tmp_path)
    assert count_targets(made.profile, made.dataset)
    monkeypatch.setattr(spreads, "_LARGEST_TABLE_BYTES", -1)
    assert count_targets(made.profile, made.dataset) == ()
