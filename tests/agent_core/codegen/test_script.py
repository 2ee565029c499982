"""The generated script: self-contained, harmless whatever data are called, within its time."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.folds import write_folds
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.metrics import METRICS
from agent_core.planning import plan_by_rules
from agent_core.profile import MetricChoice, Profile
from agent_core.profiling import profile_dataset
from agent_core.solution import write_solution
from agent_core.storage.store import store_dataset
from tests.agent_core.template.competitions import (
    features,
    in_three_folds,
    signal,
    split,
    write_competition,
)

HOSTILE = '"]; raise SystemExit("owned") #'


def binary_frames(rows: int = 150) -> dict[str, pd.DataFrame]:
    frame = features(rows).rename(columns={"colour": HOSTILE})
    labels = np.where(signal(features(rows)) > 0.5, 'y"""', "n'''")
    return split(
        frame,
        pd.DataFrame({"target'\\": labels}),
        40,
        lambda ids: {"sample_submission": pd.DataFrame({"id": ids, "target'\\": 'y"""'})},
    )


@pytest.fixture
def made(tmp_path: Path, home: Home) -> tuple[Profile, Path]:
    """A competition with hostile names: its profile, and a folder with data, folds and script."""
    folder = write_competition(tmp_path / "data", binary_frames(), "Categorization Accuracy")
    dataset = store_dataset(open_competition(str(folder), home), home)
    profile = in_three_folds(profile_dataset(dataset))
    write_folds(profile, dataset, tmp_path / "folds.csv")
    source = write_solution(profile, plan_by_rules(profile)).source
    (tmp_path / "solution.py").write_text(source, encoding="utf-8")
    return profile, tmp_path


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    clean = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-I", str(folder / "solution.py"), *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=clean, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def without_variations(folder: Path) -> None:
    """Let the script end when each of its candidates has had its turn."""
    path = folder / "solution.py"
    source = path.read_text(encoding="utf-8")
    patience = "HOPELESS_ATTEMPTS, WORTHWHILE = 8,"
    assert patience in source
    path.write_text(source.replace(patience, patience.replace("8", "0")), encoding="utf-8")


def call(folder: Path, budget: float) -> list[str]:
    places = ["--data", "data", "--folds", "folds.csv", "--out", "out"]
    return [*places, "--budget", str(budget)]


def test_the_script_is_one_file_that_passes_the_linter(made: tuple[Profile, Path]) -> None:
    profile, folder = made
    source = (folder / "solution.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert "from agent_core" not in source
    assert str(folder) not in source
    assert ast.get_docstring(tree) is not None
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", "solution.py"]
    checked = subprocess.run(ruff, cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert write_solution(profile, plan_by_rules(profile)).source == source


def test_config_is_data_even_with_hostile_names(made: tuple[Profile, Path]) -> None:
    tree = ast.parse((made[1] / "solution.py").read_text(encoding="utf-8"))
    config = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONFIG"
    )
    assert HOSTILE in [column["name"] for column in config["columns"]]
    assert config["targets"][0]["labels"] == ["n'''", 'y"""']


def test_every_metric_can_be_written(made: tuple[Profile, Path]) -> None:
    profile = made[0].model_copy(update={"slug": '"""\nimport os'})
    for metric in METRICS.values() if isinstance(METRICS, dict) else METRICS:
        choice = MetricChoice(name=metric.name, confidence=1, reason="")
        changed = profile.model_copy(update={"metric": choice})
        compile(write_solution(changed, plan_by_rules(changed)).source, metric.name, "exec")


def test_an_unknown_metric_is_refused(made: tuple[Profile, Path]) -> None:
    choice = MetricChoice(name="no such metric", confidence=1, reason="")
    changed = made[0].model_copy(update={"metric": choice})
    with pytest.raises(ValueError, match="no such metric"):
        write_solution(changed, plan_by_rules(made[0]))


@pytest.mark.slow
def test_it_solves_the_competition_and_ends(made: tuple[Profile, Path]) -> None:
    _, folder = made
    without_variations(folder)
    script = start(folder, *call(folder, 50))
    output, _ = script.communicate(timeout=60)
    assert script.returncode == 0, output
    submission = pd.read_csv(folder / "out" / "submission.csv", dtype=str)
    assert set(submission["target'\\"]) <= {"n'''", 'y"""'}
    assert len(pd.read_csv(folder / "out" / "oof.csv")) == 110
    assert (folder / "out" / "importance.csv").exists()


@pytest.mark.slow
def test_it_runs_as_in_a_notebook_without_any_argument(made: tuple[Profile, Path]) -> None:
    _, folder = made
    for file in (folder / "data").iterdir():
        shutil.copy(file, folder)
    without_variations(folder)
    source = (folder / "solution.py").read_text(encoding="utf-8")
    shortened = source.replace("USUAL_BUDGET = 600.0", "USUAL_BUDGET = 50.0")
    (folder / "solution.py").write_text(shortened, encoding="utf-8")
    script = start(folder, "-f", "/some/kernel.json")
    output, _ = script.communicate(timeout=60)
    assert script.returncode == 0, output
    assert len(pd.read_csv(folder / "submission.csv")) == 40


@pytest.mark.slow
def test_what_is_there_when_it_is_killed_is_complete(made: tuple[Profile, Path]) -> None:
    _, folder = made
    script = start(folder, *call(folder, 60))
    deadline = time.monotonic() + 50
    while not (folder / "out" / "submission.csv").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    script.kill()
    script.communicate()
    assert len(pd.read_csv(folder / "out" / "submission.csv")) == 40
    assert len(pd.read_csv(folder / "out" / "oof.csv")) == 110


@pytest.mark.slow
def test_a_fit_that_cannot_be_interrupted_does_not_cross_the_budget(
    made: tuple[Profile, Path],
) -> None:
    _, folder = made
    source = (folder / "solution.py").read_text(encoding="utf-8")
    endless = "def fit_linear(settings, lesson, clock):\n    time.sleep(1000)\n\n\ndef unused_fit("
    source = source.replace("def fit_linear(", endless)
    # On a busy machine the imports alone may take longer than this budget.
    assert ", STARTED)" in source
    source = source.replace(", STARTED)", ", time.monotonic())")
    (folder / "solution.py").write_text(source, encoding="utf-8")
    script = start(folder, *call(folder, 12))
    output, _ = script.communicate(timeout=60)  # the fit would take a thousand seconds
    assert script.returncode == 0
    assert "the answer written last stands" in output
    assert len(pd.read_csv(folder / "out" / "submission.csv")) == 40
