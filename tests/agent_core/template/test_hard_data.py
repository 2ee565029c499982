"""Data that are noise, tiny, broken, grouped, ordered in time or spread over tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.home import Home
from tests.agent_core.template.competitions import (
    Frames,
    features,
    signal,
    solve,
    split,
    write_competition,
)

pytestmark = pytest.mark.slow


def sample_of(**columns: object) -> object:
    return lambda ids: {"sample_submission": pd.DataFrame({"id": ids, **columns})}


def frames_for(target: object, rows: int, tests: int, **sample: object) -> Frames:
    return split(features(rows), pd.DataFrame({"y": target}), tests, sample_of(**sample))  # type: ignore[arg-type]


def test_noise_scores_like_chance_under_auc(folder: Path, home: Home) -> None:
    target = np.random.default_rng(1).integers(0, 2, 340)
    frames = frames_for(target, 340, 40, y=0.5)
    solved = solve(write_competition(folder, frames, "AUC"), home, tuned=True)
    # The standard error of an AUC of 300 rows is 0.033.
    assert abs(solved.score - 0.5) < 0.1


def test_noise_scores_like_chance_under_kappa(folder: Path, home: Home) -> None:
    target = np.random.default_rng(2).integers(1, 6, 340)
    frames = frames_for(target, 340, 40, y=3)
    solved = solve(write_competition(folder, frames, "QuadraticWeightedKappa"), home, tuned=True)
    assert abs(solved.score) < 0.15


def test_twenty_rows_with_empty_and_infinite_columns(folder: Path, home: Home) -> None:
    frame = features(30).iloc[:, :3]
    frame["nothing"] = None
    frame["huge"] = np.where(np.arange(30) % 3 == 0, np.inf, np.arange(30))
    target = pd.DataFrame({"y": signal(features(30)).round(3)})
    frames = split(frame, target, 10, sample_of(y=0.0))  # type: ignore[arg-type]
    solved = solve(write_competition(folder, frames, "RMSE"), home)
    assert np.isfinite(solved.score)
    assert len(pd.read_csv(solved.out / "submission.csv")) == 10


def test_a_target_that_is_almost_always_the_same(folder: Path, home: Home) -> None:
    target = np.zeros(80, dtype=int)
    target[[3, 40]] = 1
    solved = solve(write_competition(folder, frames_for(target, 80, 20, y=0.5), "Log Loss"), home)
    assert solved.score < 0.4


def test_models_of_later_rows_know_only_earlier_ones(folder: Path, home: Home) -> None:
    rows = 200
    frame = features(rows)
    frame["day"] = pd.date_range("2022-01-01", periods=rows, freq="D").strftime("%Y-%m-%d")
    target = pd.DataFrame({"y": (signal(frame) + np.arange(rows) / 50).round(3)})
    frames = split(frame, target, 60, sample_of(y=0.0))  # type: ignore[arg-type]
    solved = solve(write_competition(folder, frames, "RMSE"), home)
    assert solved.config["folds"]["scheme"] == "time_forward"
    oof = pd.read_csv(solved.out / "oof.csv")["y"]
    assert oof.isna().any()
    assert oof.notna().any()
    assert solved.better


def test_side_rows_and_labels_in_files_of_their_own(folder: Path, home: Home) -> None:
    rows, tests = 200, 50
    rng = np.random.default_rng(5)
    ids = np.arange(1000, 1000 + rows)
    buys = pd.DataFrame(
        {"id": rng.choice(ids, 1500), "amount": rng.exponential(size=1500).round(3)}
    )
    buys["kind"] = rng.choice(["food", "tool"], 1500)
    spent = buys.groupby("id")["amount"].sum().reindex(ids).fillna(0.0).to_numpy()
    frame = features(rows).iloc[:, :2]
    frame.insert(0, "id", ids)
    frames = {
        "train": frame.iloc[:-tests].assign(y=(3 * spent[:-tests]).round(3)),
        "test": frame.iloc[-tests:],
        "sample_submission": pd.DataFrame({"id": ids[-tests:], "y": 0.0}),
        "purchases": buys,
    }
    solved = solve(write_competition(folder, frames, "RMSE"), home)
    assert [side["many"] for side in solved.config["side_tables"]] == [True]
    assert solved.score < 0.5 * solved.baseline
    importance = pd.read_csv(solved.out / "importance.csv").set_index("feature")["importance"]
    assert "amount sum" in str(importance.idxmax())
