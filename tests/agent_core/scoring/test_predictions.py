from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.errors import DataError
from agent_core.metrics import METRICS
from agent_core.profile import Join, PredictionKind, Profile, Table, TableFormat, Task
from agent_core.scoring.predictions import metric_of, read_truth, to_predictions
from tests.agent_core.small_competition import (
    QUANTITIES,
    SmallCompetition,
    regression,
    small_competition,
)

COLOURS = ["red", "green", "blue"] * 4
YES_NO = ["Yes", " No", "No", "Yes"] * 3


def classes(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    return small_competition(
        folder,
        targets={"y": COLOURS},
        metric=metric,
        kind=kind,
        task=Task.MULTICLASS,
        labels=("red", "green", "blue"),
        **more,  # type: ignore[arg-type]
    )


def binary(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    return small_competition(
        folder,
        targets={"y": YES_NO},
        metric=metric,
        kind=kind,
        task=Task.BINARY,
        labels=("No", "Yes"),
        **more,  # type: ignore[arg-type]
    )


def tags(folder: Path, kind: PredictionKind, metric: str, **more: object) -> SmallCompetition:
    return small_competition(
        folder,
        targets={"a": ["0", "1"] * 6, "b": ["1", "1", "0"] * 4},
        metric=metric,
        kind=kind,
        task=Task.MULTILABEL,
        labels=("0", "1"),
        **more,  # type: ignore[arg-type]
    )


def read(profile: Profile, *rows: str) -> tuple[np.ndarray | None, list[str]]:
    """The predictions of rows written as in a CSV without ids, columns separated by |."""
    columns = list(profile.layout.columns)
    frame = pd.DataFrame([row.split("|") for row in rows], columns=columns, dtype=str)
    return to_predictions(frame, profile, metric_of(profile))


def test_quantities_are_read_as_numbers_and_gaps_as_nan(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["1.5", " 2 ", "", "NA", "1e3", "-4", *["7"] * 6]},
        metric="rmse",
        kind=PredictionKind.NUMBER,
    )
    truth = read_truth(made.profile, made.dataset)
    assert truth[:6] == pytest.approx([1.5, 2, np.nan, np.nan, 1000, -4], nan_ok=True)


def test_several_quantities_make_columns(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"a": QUANTITIES, "b": QUANTITIES[::-1]},
        metric="mcrmse",
        kind=PredictionKind.NUMBER,
        task=Task.MULTI_TARGET,
    )
    assert read_truth(made.profile, made.dataset).shape == (12, 2)
    predictions, problems = read(made.profile, "1|2", " -3.5 |4e1")
    assert problems == []
    assert predictions is not None
    assert predictions.tolist() == [[1, 2], [-3.5, 40]]


def test_labels_become_codes_in_the_order_of_the_target(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.LABEL, "accuracy")
    assert read_truth(made.profile, made.dataset).tolist() == [0, 1, 2] * 4
    predictions, _ = read(made.profile, "blue", "red")
    assert predictions is not None
    assert predictions.tolist() == [2, 0]


def test_the_texts_none_and_na_may_be_labels(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["None", "NA", "Low"] * 4},
        metric="accuracy",
        kind=PredictionKind.LABEL,
        task=Task.MULTICLASS,
        labels=("None", "NA", "Low"),
    )
    assert read_truth(made.profile, made.dataset).tolist() == [0, 1, 2] * 4
    predictions, problems = read(made.profile, "NA", "None")
    assert problems == []
    assert predictions is not None
    assert predictions.tolist() == [1, 0]


def test_labels_may_be_written_otherwise_than_they_are_trained_on(tmp_path: Path) -> None:
    made = binary(tmp_path, PredictionKind.LABEL, "accuracy", submitted_labels=("0", "1"))
    assert read_truth(made.profile, made.dataset).tolist() == [1, 0, 0, 1] * 3
    predictions, _ = read(made.profile, "0", "1")
    assert predictions is not None
    assert predictions.tolist() == [0, 1]
    _, problems = read(made.profile, "No", "1")
    assert "no known label in 1 row, first in row 1: 'No'" in problems[0]


def test_a_probability_is_that_of_the_last_label(tmp_path: Path) -> None:
    made = binary(tmp_path, PredictionKind.PROBABILITY, "roc_auc")
    assert read_truth(made.profile, made.dataset).tolist() == [1, 0, 0, 1] * 3
    predictions, _ = read(made.profile, "0.25", "1")
    assert predictions is not None
    assert predictions.tolist() == [0.25, 1]


def test_several_labels_per_row(tmp_path: Path) -> None:
    made = tags(tmp_path, PredictionKind.LABEL, "f1_samples")
    assert read_truth(made.profile, made.dataset)[:3].tolist() == [[0, 1], [1, 1], [0, 0]]
    predictions, _ = read(made.profile, "1|0", "0|0")
    assert predictions is not None
    assert predictions.tolist() == [[1, 0], [0, 0]]
    _, problems = read(made.profile, "1|2", "x|0")
    assert len(problems) == 2


def test_a_multi_label_column_that_is_always_1_stays_1(tmp_path: Path) -> None:
    made = tags(tmp_path, PredictionKind.PROBABILITY, "log_loss")
    always = made.profile.targets[1].model_copy(update={"labels": ("1",)})
    path = made.dataset.root / "train.csv"
    path.write_text(path.read_text().replace(",0\n", ",1\n"))
    profile = made.profile.model_copy(update={"targets": (made.profile.targets[0], always)})
    assert read_truth(profile, made.dataset)[:, 1].tolist() == [1.0] * 12


def test_class_probabilities_are_put_in_the_order_of_the_codes(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("p_blue", "p_green", "p_red"),
        column_labels=("blue", "green", "red"),
    )
    predictions, _ = read(made.profile, "0.7|0.2|0.1")
    assert predictions is not None
    assert predictions.tolist() == [[0.1, 0.2, 0.7]]


def test_classes_that_only_one_side_knows(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("red", "green", "violet"),
    )
    truth = read_truth(made.profile, made.dataset)
    assert truth[:3] == pytest.approx([0, 1, np.nan], nan_ok=True)
    predictions, _ = read(made.profile, "0.5|0.25|0.25")
    assert predictions is not None
    assert predictions.tolist() == [[0.5, 0.25, 0, 0.25]]


def test_rankings_are_codes_with_the_best_first(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.RANKING, "map_at_2", top=2)
    predictions, problems = read(made.profile, "blue red", "green")
    assert problems == []
    assert predictions is not None
    assert predictions.tolist() == [[2, 0], [1, -1]]
    _, problems = read(made.profile, "blue red green", "", "violet red")
    assert [
        part in problem
        for part, problem in zip(
            ["more than 2", "names no label", "unknown label"], problems, strict=True
        )
    ] == [True] * 3


def test_without_a_top_the_longest_ranking_counts(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.RANKING, "map_at_k")
    predictions, _ = read(made.profile, "blue red", "green red blue")
    assert predictions is not None
    assert predictions.shape == (2, 3)


@pytest.mark.parametrize("value", ["", "abc", "NaN", "1,5", "0x1F", "1_000", "--1", "None", "1 2"])
def test_what_is_no_number_is_a_problem(tmp_path: Path, value: str) -> None:
    made = regression(tmp_path)
    predictions, problems = read(made.profile, "1", value)
    assert predictions is None
    assert problems == [
        f"column 'y': a value that is not a number in 1 row, first in row 2: {value!r}"
    ]


@pytest.mark.parametrize("value", ["inf", "-Infinity", "1e999"])
def test_what_is_infinite_is_a_problem(tmp_path: Path, value: str) -> None:
    made = regression(tmp_path)
    assert read(made.profile, "1", value)[0] is None


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("rmse", "-1", None),
        ("r2", "-1", None),
        ("pearson", "-1", None),
        ("rmsle", "-0.5", "prediction is negative"),
        ("rmsle", "0", None),
        ("gamma_deviance", "0", "above 0"),
        ("tweedie_deviance", "-3", "above 0"),
    ],
)
def test_quantities_that_the_metric_refuses(
    tmp_path: Path, metric: str, value: str, said: str | None
) -> None:
    _, problems = read(regression(tmp_path, metric).profile, "5", value)
    assert problems == [] if said is None else said in problems[0]


def test_whole_numbers_where_they_are_asked_for(tmp_path: Path) -> None:
    made = regression(tmp_path, integers=True)
    assert read(made.profile, "1", "2.0")[1] == []
    assert "whole numbers" in read(made.profile, "1", "2.5")[1][0]


@pytest.mark.parametrize("value", ["-0.1", "1.1", "50"])
def test_probabilities_lie_between_0_and_1(tmp_path: Path, value: str) -> None:
    made = binary(tmp_path, PredictionKind.PROBABILITY, "roc_auc")
    assert "outside 0 to 1" in read(made.profile, "0.5", value)[1][0]


def test_rounding_may_lift_a_probability_a_little_above_1(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("red", "green", "blue"),
    )
    predictions, problems = read(made.profile, "1.0000000001|0|0")
    assert problems == []
    assert predictions is not None
    assert predictions.max() == 1
    assert "every class probability is 0" in read(made.profile, "1|0|0", "0|0|0")[1][0]
    assert "outside 0 to 1" in read(made.profile, "-0.1|0.6|0.5")[1][0]


def test_numbered_labels_count_as_numbers_where_numbers_are_asked_for(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["3", "5", "8"] * 4},
        metric="rmse",
        kind=PredictionKind.NUMBER,
        labels=("3", "5", "8"),
    )
    assert read_truth(made.profile, made.dataset)[:3].tolist() == [3, 5, 8]


@pytest.mark.parametrize("keyed", [True, False])
def test_the_targets_may_lie_in_a_file_of_their_own(tmp_path: Path, keyed: bool) -> None:
    made = regression(tmp_path)
    rows = [f"t{row},{row}" for row in range(1, 13)]
    rows = rows[::-1] if keyed else rows
    (made.dataset.root / "labels.csv").write_text("key,y2\n" + "\n".join(rows) + "\n")
    main, side = (("id",), ("key",)) if keyed else ((), ())
    join = Join(main_columns=main, side_columns=side, many=False)
    labels = Table(
        name="labels.csv",
        role="labels",
        format=TableFormat(),
        rows=12,
        columns=("key", "y2"),
        join=join,
    )
    target = made.profile.targets[0].model_copy(update={"column": "y2"})
    profile = made.profile.model_copy(
        update={"tables": (*made.profile.tables, labels), "targets": (target,)}
    )
    assert read_truth(profile, made.dataset).tolist() == list(range(1, 13))


def test_a_metric_must_be_known(tmp_path: Path) -> None:
    made = regression(tmp_path)
    assert metric_of(made.profile) is METRICS["rmse"]
    choice = made.profile.metric.model_copy(update={"name": "levenshtein"})
    with pytest.raises(DataError, match="levenshtein"):
        metric_of(made.profile.model_copy(update={"metric": choice}))


def test_no_rows_are_no_problem(tmp_path: Path) -> None:
    predictions, problems = read(regression(tmp_path, "rmsle").profile)
    assert problems == []
    assert predictions is not None
    assert predictions.shape == (0,)
