"""The template on a small competition of every kind: a valid answer that beats the usual value."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.home import Home
from tests.agent_core.template.competitions import (
    Solved,
    features,
    signal,
    solve,
    split,
    write_competition,
)

pytestmark = pytest.mark.slow

ROWS, TESTS = 200, 40


def solve_one(
    folder: Path, home: Home, targets: pd.DataFrame, sample: dict[str, object], metric: str
) -> Solved:
    frame = features(ROWS)
    frames = split(
        frame,
        targets,
        TESTS,
        lambda ids: {"sample_submission": pd.DataFrame({"id": ids, **sample})},
    )
    solved = solve(write_competition(folder, frames, metric), home)
    submission = pd.read_csv(solved.out / "submission.csv", dtype=str)
    assert submission.columns.tolist() == ["id", *sample]
    assert submission["id"].tolist() == frames["test"]["id"].tolist()
    assert not submission.isna().any().any()
    return solved


@pytest.mark.parametrize(
    ("metric", "rule"),
    [
        ("Categorization Accuracy", "argmax"),
        ("F1 Score", "cutoff"),
        ("Matthews Correlation Coefficient", "cutoff"),
    ],
)
def test_binary_labels(folder: Path, home: Home, metric: str, rule: str) -> None:
    target = np.where(signal(features(ROWS)) > 1.0, "yes", "no")
    solved = solve_one(folder, home, pd.DataFrame({"y": target}), {"y": "no"}, metric)
    assert solved.config["finish"]["rule"] == rule
    assert solved.better
    answers = pd.read_csv(solved.out / "submission.csv")["y"]
    assert set(answers) == {"yes", "no"}


def test_binary_probability(folder: Path, home: Home) -> None:
    target = (signal(features(ROWS)) > 0.5).astype(int)
    solved = solve_one(folder, home, pd.DataFrame({"y": target}), {"y": 0.5}, "AUC")
    assert solved.score > 0.85


def test_class_probabilities_with_a_class_of_two_rows(folder: Path, home: Home) -> None:
    codes = np.digitize(signal(features(ROWS)), [0.0, 1.5])
    target = np.array(["a, b", "b", "Ünder"])[codes].astype(object)
    target[[3, 77]] = "rare"
    sample = {f"p_{name}": 0.25 for name in ("Ünder", "a, b", "b", "rare")}
    solved = solve_one(folder, home, pd.DataFrame({"y": target}), sample, "Multiclass Loss")
    assert solved.better
    chances = pd.read_csv(solved.out / "submission.csv").drop(columns="id")
    assert chances.sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert (chances > 0).all().all()


def test_ordinal_labels_under_kappa(folder: Path, home: Home) -> None:
    target = np.digitize(signal(features(ROWS)), [-1, 0, 1, 2]) + 3
    solved = solve_one(
        folder, home, pd.DataFrame({"y": target}), {"y": 4}, "QuadraticWeightedKappa"
    )
    assert solved.config["finish"]["rule"] == "cuts"
    assert solved.score > 0.5


def test_multiclass_labels_under_macro_f1(folder: Path, home: Home) -> None:
    target = np.array(list("xyz"))[np.digitize(signal(features(ROWS)), [0.0, 2.5])]
    solved = solve_one(folder, home, pd.DataFrame({"y": target}), {"y": "x"}, "Macro F-Score")
    assert solved.config["finish"]["rule"] == "weights"
    assert solved.better


def test_ranked_labels(folder: Path, home: Home) -> None:
    target = np.array(list("vwxyz"))[np.digitize(signal(features(ROWS)), [-1, 0, 1, 2])]
    solved = solve_one(folder, home, pd.DataFrame({"y": target}), {"y": "v w x"}, "MAP@3")
    assert solved.better
    answers = pd.read_csv(solved.out / "submission.csv")["y"].str.split()
    assert set(answers.map(len)) == {3}


@pytest.mark.parametrize("metric", ["Mean Columnwise ROC AUC", "Mean Columnwise Log Loss"])
def test_multilabel_probabilities(folder: Path, home: Home, metric: str) -> None:
    level = signal(features(ROWS))
    targets = pd.DataFrame(
        {"one": (level > 0).astype(int), "two": (level > 1.5).astype(int), "three": 0}
    )
    targets.loc[level < -0.5, "three"] = 1
    solved = solve_one(folder, home, targets, {"one": 0.5, "two": 0.5, "three": 0.5}, metric)
    assert solved.config["learn"] == "labels"
    assert solved.better


@pytest.mark.parametrize(
    ("metric", "loss", "transform"),
    [
        ("Root Mean Squared Logarithmic Error", "squared", "log1p"),
        ("Mean Absolute Error", "absolute", "none"),
        ("Symmetric Mean Absolute Percentage Error", "absolute", "log1p"),
        ("R2 Score", "squared", "none"),
    ],
)
def test_regression(folder: Path, home: Home, metric: str, loss: str, transform: str) -> None:
    target = pd.DataFrame({"y": np.exp(signal(features(ROWS))).round(3)})
    solved = solve_one(folder, home, target, {"y": 1.0}, metric)
    assert (solved.config["loss"], solved.config["transform"]) == (loss, transform)
    assert solved.better
    assert (pd.read_csv(solved.out / "submission.csv")["y"] >= 0).all()


def test_several_quantities(folder: Path, home: Home) -> None:
    level = signal(features(ROWS))
    targets = pd.DataFrame({"u": level, "v": -3 * level + 100})
    sample = {"u": 0.0, "v": 0.0}
    solved = solve_one(folder, home, targets, sample, "Mean Columnwise Root Mean Squared Error")
    assert solved.config["task"] == "multi_target"
    assert solved.better
