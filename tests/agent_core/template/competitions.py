"""Small made-up competitions, one of each kind, and a way to solve them in this process."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agent_core.codegen.configuration import configuration
from agent_core.folds import write_folds
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.metrics import find_metric
from agent_core.planning import plan_by_rules
from agent_core.profile import Profile
from agent_core.profiling import profile_dataset
from agent_core.scoring.predictions import read_truth, to_predictions
from agent_core.storage.store import store_dataset
from agent_core.template.main import main

Frames = dict[str, pd.DataFrame]


def features(rows: int, seed: int = 0) -> pd.DataFrame:
    """Numbers, categories, a text, a date and a code, under awkward names."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            'si"ze, {in} [cm]': rng.normal(size=rows).round(4),
            "größe": rng.exponential(size=rows).round(4),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "shop": rng.choice([f"S{k:03d}-{k % 7}" for k in range(60)], rows),
            "said": rng.choice(["very good and solid", "rather bad", "poor, but cheap"], rows)
            + pd.Series(rng.integers(0, 10**6, rows)).map(" order {}".format),
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 20_000, rows), unit="h"),
        }
    )
    frame.loc[rng.random(rows) < 0.1, "größe"] = np.nan
    frame.loc[rng.random(rows) < 0.1, "colour"] = None
    return frame


def signal(frame: pd.DataFrame, noise: float = 0.3) -> pd.Series:
    """What is to be found out from `features`."""
    rng = np.random.default_rng(9)
    good = frame["said"].str.contains("good").astype(float)
    level = frame["colour"].map({"red": 1.0, "blue": -1.0}).fillna(0.0).astype(float)
    return frame.iloc[:, 0] + level + 1.5 * good + rng.normal(scale=noise, size=len(frame))


@dataclass
class Solved:
    """What a solution left, and what the host thinks of it."""

    profile: Profile
    config: dict[str, Any]
    out: Path
    score: float
    baseline: float

    @property
    def better(self) -> bool:
        """Whether the out-of-fold score beats that of the usual value."""
        metric = find_metric(self.profile.metric.name)
        assert metric is not None
        gain = self.score - self.baseline
        return gain > 0 if metric.higher_is_better else gain < 0


def write_competition(folder: Path, frames: Frames, metric: str) -> Path:
    """A folder in Kaggle's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    about = {"slug": "made-up", "title": "Made up", "evaluation_metric": metric}
    (folder / "competition.json").write_text(json.dumps(about))
    return folder


def split(
    frame: pd.DataFrame, targets: pd.DataFrame, tests: int, sample: Callable[[pd.Series], Frames]
) -> Frames:
    """Training and test tables with an id, and the sample submission that ``sample`` makes."""
    frame = frame.copy()
    frame.insert(0, "id", [f"row {k}" for k in range(len(frame))])
    train = pd.concat([frame, targets], axis=1).iloc[:-tests]
    test = frame.iloc[-tests:]
    return {"train": train, "test": test, **sample(test["id"])}


def first_of_each_family(candidates: list[dict[str, Any]], tuned: bool) -> list[dict[str, Any]]:
    """Candidates, boosted in few rounds that nobody has to search for unless they are ``tuned``."""
    first = {candidate["family"]: candidate for candidate in reversed(candidates)}
    few = {"lightgbm": {"rounds": 40}, "xgboost": {"rounds": 40}, "trees": {"trees": 50}}
    return [
        candidate if tuned else {**candidate, "settings": few.get(family, candidate["settings"])}
        for family, candidate in first.items()
    ]


def in_three_folds(profile: Profile) -> Profile:
    """The profile with fewer models to train."""
    return profile.model_copy(update={"folds": profile.folds.model_copy(update={"folds": 3})})


def solve(
    folder: Path,
    home: Home,
    budget: float = 60.0,
    tuned: bool = False,
    families: Container[str] | None = None,
) -> Solved:
    """Profile the folder and run the template on it in this process, in three folds.

    Only the first model of each family is tried, and of ``families`` only, if these are given.
    """
    dataset = store_dataset(open_competition(str(folder), home), home)
    profile = in_three_folds(profile_dataset(dataset))
    out = folder.parent / "out"
    write_folds(profile, dataset, folder.parent / "folds.csv")
    config = configuration(profile, plan_by_rules(profile))
    first = first_of_each_family(config["candidates"], tuned)
    config["candidates"] = [one for one in first if families is None or one["family"] in families]
    metric = find_metric(profile.metric.name)
    assert metric is not None
    places = {"--data": dataset.root, "--folds": folder.parent / "folds.csv", "--out": out}
    arguments = [str(part) for pair in places.items() for part in pair]
    main(config, metric.score, None, [*arguments, "--budget", str(budget)])
    text = pd.read_csv(out / "oof.csv", dtype=str, na_filter=False)
    truth = read_truth(profile, dataset)
    valid = (text != "").all(axis=1).to_numpy() & np.isfinite(truth.reshape(len(truth), -1)).all(1)
    predicted, problems = to_predictions(text[valid].reset_index(drop=True), profile, metric)
    assert predicted is not None, problems
    notes = json.loads((out / "notes.json").read_text())
    return Solved(
        profile, config, out, metric.score(truth[valid], predicted), notes["models"][0]["score"]
    )
