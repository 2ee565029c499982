from pathlib import Path

import pytest

from agent_core.profile import Join, PredictionKind, Table, TableFormat, Task
from agent_core.scoring.predictions import read_truth
from tests.agent_core.scoring.texts import read, tags
from tests.agent_core.small_competition import (
    regression,
    small_competition,
)


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


def test_a_multi_label_column_that_is_always_1_stays_1(tmp_path: Path) -> None:
    made = tags(tmp_path, PredictionKind.PROBABILITY, "log_loss")
    always = made.profile.targets[1].model_copy(update={"labels": ("1",)})
    path = made.dataset.root / "train.csv"
    path.write_text(path.read_text().replace(",0\n", ",1\n"))
    profile = made.profile.model_copy(update={"targets": (made.profile.targets[0], always)})
    assert read_truth(profile, made.dataset)[:, 1].tolist() == [1.0] * 12


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
