"""Competitions to verify scripts on, and whole runs: trial, evaluation, verification."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.dataset import Dataset
from agent_core.evaluation import Evaluation, evaluate_trial
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.profile import Profile
from agent_core.profiling import profile_dataset
from agent_core.sandbox.process import ProcessSandbox
from agent_core.solution import Solution
from agent_core.storage.store import store_dataset
from agent_core.trial import Trial, run_trial
from agent_core.verification import Verification, verify_trial

HERE = Path(__file__).parent / "scripts"
EXAMPLES = Path(__file__).parents[3] / "examples"
BUDGET = 60.0


@dataclass(frozen=True)
class Verified:
    trial: Trial
    evaluation: Evaluation
    verification: Verification


def deliveries(folder: Path, rows: int = 900) -> Path:
    """How long deliveries take: sorted by the answer, with a file that repeats it."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "distance": random.gamma(2.0, 3.0, rows).round(2),
            "weight": random.normal(10, 3, rows).round(1),
            "shop": random.choice([f"shop {number}" for number in range(150)], rows),
            "rain": random.choice(["none", "some", "much"], rows),
        }
    )
    shops = dict(zip(sorted(frame["shop"].unique()), random.normal(0, 1, 150), strict=False))
    frame["minutes"] = (
        (
            10
            + 2 * frame["distance"]
            + frame["rain"].map({"none": 0, "some": 2, "much": 5})
            + frame["shop"].map(shops)
            + random.normal(0, 4, rows)
        )
        .clip(lower=1)
        .round(2)
    )
    frame.insert(0, "id", random.permutation(rows) + 1)
    cut = rows * 2 // 3
    train, test = frame[:cut].sort_values("minutes"), frame[cut:]
    folder.mkdir(parents=True)
    train.to_csv(folder / "train.csv", index=False)
    test.drop(columns="minutes").to_csv(folder / "test.csv", index=False)
    test[["id"]].assign(minutes=20).to_csv(folder / "sample_submission.csv", index=False)
    ledger = train[["id"]].assign(settled=train["minutes"])
    ledger.sort_values("id").to_csv(folder / "ledger.csv", index=False)
    about = {"slug": "deliveries", "title": "Deliveries", "evaluation_metric": "RMSE"}
    (folder / "competition.json").write_text(json.dumps(about))
    return folder


def script(name: str) -> str:
    """The text of a script below ``scripts``, with what it begins with."""
    common, text = (HERE / "common.py").read_text(), (HERE / f"{name}.py").read_text()
    return common + "\n\n" + re.sub(r"^from tests\..*$", "", text, flags=re.M)


def with_answers(source: str, folder: Path) -> str:
    """The script with the answers of all training rows in its text."""
    train = pd.read_csv(folder / "train.csv")
    target = pd.read_csv(folder / "sample_submission.csv").columns[1]
    answers = dict(zip(train.iloc[:, 0].tolist(), train[target].astype(float), strict=True))
    return source.replace("= {}", f"= {answers!r}")


def prepare(folder: Path, home: Home) -> tuple[Profile, Dataset]:
    dataset = store_dataset(open_competition(str(folder), home), home)
    return profile_dataset(dataset), dataset


def run(source: str, folder: Path, home: Home) -> Verified:
    """A whole journey from a script to its verification, in the real sandbox."""
    profile, dataset = prepare(folder, home)
    solution, sandbox = Solution(source=source, strategy="s"), ProcessSandbox()
    trial = run_trial(solution, profile, dataset, sandbox, BUDGET, home)
    evaluation = evaluate_trial(trial, profile, dataset)
    assert evaluation.score is not None, (trial.message, trial.log_tail, evaluation.gates)
    verification = verify_trial(
        solution, trial, evaluation, profile, dataset, sandbox, BUDGET, home
    )
    return Verified(trial, evaluation, verification)
