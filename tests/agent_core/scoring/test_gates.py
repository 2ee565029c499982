from pathlib import Path

import numpy as np
import pytest

from agent_core.dataset import Dataset
from agent_core.evaluation import Score
from agent_core.profile import Column, ColumnKind, PredictionKind, Profile
from agent_core.scoring.adversarial import adversarial_auc
from agent_core.scoring.gates import (
    adversarial_gate,
    baseline_gate,
    perfection_gate,
    prediction_shift,
    shift_gate,
    stability_gate,
)
from tests.agent_core.small_competition import regression


def score(value: float, std: float = 0.0, folds: tuple[float, ...] = (), up: bool = True) -> Score:
    return Score(metric="m", higher_is_better=up, value=value, std=std, folds=folds)


def test_without_a_baseline_there_is_nothing_to_beat() -> None:
    assert baseline_gate(score(0.1), None).passed


@pytest.mark.parametrize(
    ("value", "baseline", "up", "passed", "severity"),
    [
        (0.9, 0.5, True, True, "error"),
        (0.1, 0.5, False, True, "error"),
        (0.5, 0.5, True, False, "warning"),
        (0.49, 0.5, True, False, "warning"),
        (0.4, 0.5, True, False, "error"),
        (0.9, 0.5, False, False, "error"),
    ],
)
def test_the_baseline_has_to_be_beaten(
    value: float, baseline: float, up: bool, passed: bool, severity: str
) -> None:
    gate = baseline_gate(score(value, 0.02, up=up), score(baseline, up=up))
    assert (gate.passed, gate.severity) == (passed, severity)


def test_a_wide_spread_between_folds_is_warned_of() -> None:
    assert stability_gate(score(0.8, 0.02, (0.78, 0.82)), score(0.5), 0).passed
    shaky = stability_gate(score(0.55, 0.2, (0.35, 0.75)), score(0.5), 0)
    assert not shaky.passed
    assert shaky.severity == "warning"
    assert stability_gate(score(0.5, 0.0, (0.5,)), score(0.5), 0).passed
    assert stability_gate(score(0.5, 0.3, (0.2, 0.8)), None, 1).passed


def test_quantities_repeated_to_the_last_digit_are_an_error(tmp_path: Path) -> None:
    profile = regression(tmp_path).profile
    truth = np.random.default_rng(0).normal(size=200)
    perfect, honest = score(0, up=False), score(0.1, up=False)
    copied = perfection_gate(truth, truth, perfect, score(1, up=False), profile)
    assert (copied.passed, copied.severity) == (False, "error")
    assert perfection_gate(truth, truth + 0.1, honest, score(1, up=False), profile).passed
    assert perfection_gate(truth, truth + 0.1, honest, None, profile).passed


def test_a_perfect_label_score_is_only_suspicious(tmp_path: Path) -> None:
    profile = regression(tmp_path, integers=True).profile
    truth = np.arange(200.0)
    gate = perfection_gate(truth, truth, score(1.0), score(0.6), profile)
    assert (gate.passed, gate.severity) == (False, "warning")


@pytest.mark.parametrize(
    ("kind", "one", "other", "distance"),
    [
        (PredictionKind.NUMBER, [1, 2, 3, 4], [1, 2, 3, 4], 0),
        (PredictionKind.NUMBER, [1, 2, 3, 4], [11, 12, 13, 14], 1),
        (PredictionKind.PROBABILITY, [0.1, 0.9], [0.9, 0.9], 0.5),
        (PredictionKind.LABEL, [0, 0, 1, 1], [0, 1, 2, 1], 0.25),
        (PredictionKind.LABEL, [[0, 1], [0, 1]], [[0, 0], [0, 1]], 0.5),
        (PredictionKind.CLASS_PROBABILITIES, [[1, 0], [0, 1]], [[1, 0], [1, 0]], 0.5),
        (PredictionKind.RANKING, [[0, 1], [1, 2]], [[0, 2], [1, 0]], 0),
    ],
)
def test_the_shift_of_predictions(
    kind: PredictionKind, one: list[float], other: list[float], distance: float
) -> None:
    shift = prediction_shift(np.array(one, dtype=float), np.array(other, dtype=float), kind)
    assert shift == pytest.approx(distance)


def test_shifted_predictions_are_warned_of() -> None:
    random = np.random.default_rng(0)
    same = shift_gate(random.normal(size=400), random.normal(size=300), PredictionKind.NUMBER)
    moved = shift_gate(random.normal(size=400), random.normal(3, 1, 300), PredictionKind.NUMBER)
    assert same.passed
    assert not moved.passed
    assert moved.severity == "warning"


def tables(folder: Path, shift: float, rows: int = 300) -> tuple[Profile, Dataset]:
    """Training and test rows with a number, a category and an id; test numbers are shifted."""
    made = regression(folder)
    random = np.random.default_rng(1)
    for name, move in (("train.csv", 0.0), ("test.csv", shift)):
        lines = [
            f"{row},{random.normal() + move:.4f},{random.choice(['a', 'b', ' c'])}"
            for row in range(rows)
        ]
        (made.dataset.root / name).write_text("id,x,c\n" + "\n".join(lines) + "\n")
    columns = tuple(
        Column.model_validate(
            {"name": name, "kind": kind, "role": role, "unique": 3, "missing_train": 0}
        )
        for name, kind, role in (
            ("id", ColumnKind.ID_LIKE, "id"),
            ("x", ColumnKind.NUMERIC, "feature"),
            ("c", ColumnKind.CATEGORICAL, "feature"),
        )
    )
    listed = tuple(
        table.model_copy(update={"columns": ("id", "x", "c")}) for table in made.profile.tables
    )
    changes = {"columns": columns, "tables": listed, "rows_train": rows, "rows_test": rows}
    return made.profile.model_copy(update=changes), made.dataset


def test_alike_tables_cannot_be_told_apart(tmp_path: Path) -> None:
    auc = adversarial_auc(*tables(tmp_path, shift=0))
    assert auc is not None
    assert 0.4 < auc < 0.6
    assert adversarial_gate(auc).passed


def test_shifted_tables_can_be_told_apart(tmp_path: Path) -> None:
    auc = adversarial_auc(*tables(tmp_path, shift=4))
    assert auc is not None
    assert auc > 0.95
    gate = adversarial_gate(auc)
    assert (gate.passed, gate.severity) == (False, "warning")


def test_gaps_and_extreme_numbers_are_no_hindrance(tmp_path: Path) -> None:
    profile, dataset = tables(tmp_path, shift=0)
    for name, value in (("train.csv", "1e300"), ("test.csv", "")):
        path = dataset.root / name
        header, *lines = path.read_text().splitlines()
        lines = [",".join([line.split(",")[0], value, line.split(",")[2]]) for line in lines]
        path.write_text("\n".join([header, *lines]) + "\n")
    auc = adversarial_auc(profile, dataset)
    assert auc is not None
    assert auc > 0.95


def test_small_and_huge_tables_are_not_tested(tmp_path: Path) -> None:
    profile, dataset = tables(tmp_path, shift=0)
    assert adversarial_auc(profile.model_copy(update={"rows_test": 10}), dataset) is None
    assert adversarial_auc(profile.model_copy(update={"rows_train": 10**8}), dataset) is None
    without = profile.model_copy(update={"columns": profile.columns[:1]})
    assert adversarial_auc(without, dataset) is None
    assert adversarial_gate(None).passed
