"""What a kernel does on Kaggle, tried here: its inputs lie elsewhere, its solution is quick."""

import ast
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from agent_core.sandbox.kaggle import runner
from agent_core.sandbox.kaggle.script import KernelJob, kernel_text, quoted

SOLUTION = """\
import pathlib, sys
data, folds, out = (pathlib.Path(sys.argv[sys.argv.index(n) + 1]) for n in
                    ("--data", "--folds", "--out"))
(out / "oof.csv").write_text((data / "train.csv").read_text() + folds.read_text())
"""
JOB: dict[str, Any] = {
    "competition": "titanic",
    "dataset": "kaggle-agent-1",
    "files": ["train.csv"],
    "budget": 5,
    "limit": 60,
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / "working").mkdir()
    return tmp_path


def mount(root: Path, place: str, **files: bytes) -> Path:
    folder = root / "input" / place
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def receipt(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "working" / runner.RECEIPT).read_text())
    return found


@pytest.mark.parametrize("newer", [False, True])
def test_inputs_are_found_wherever_kaggle_mounts_them(root: Path, newer: bool) -> None:
    mount(root, "competitions/titanic" if newer else "titanic", train_csv=b"data\n")
    mount(root, "datasets/ada/kaggle-agent-1" if newer else "kaggle-agent-1", folds_csv=b"folds\n")

    assert runner.run_kernel(JOB, SOLUTION) == 0

    left = (root / "working" / "oof.csv").read_bytes()
    assert left == b"data\nfolds\n"
    assert receipt(root)["exit_code"] == 0
    assert receipt(root)["files"]["oof.csv"]["bytes"] == len(left)


@pytest.mark.parametrize(
    "files",
    [
        {"data_zip": zipped(train_csv=b"data\n")},
        {"data__train_csv": b"data\n"},
        {"train_csv": b"data\n"},
        {"all_zip": zipped(deep__train_csv=b"data\n")},
    ],
    ids=["zipped", "unpacked by Kaggle", "unpacked into the top", "zipped with folders"],
)
def test_data_that_travel_with_the_folds(root: Path, files: dict[str, bytes]) -> None:
    mount(root, "kaggle-agent-1", folds_csv=b"folds\n", **files)
    assert runner.run_kernel(JOB | {"competition": None}, SOLUTION) == 0
    assert (root / "working" / "oof.csv").read_bytes() == b"data\nfolds\n"


def test_a_competition_that_kaggle_keeps_zipped(root: Path) -> None:
    mount(root, "titanic", test_csv=b"t\n", train_csv_zip=zipped(train_csv=b"data\n"))
    (root / "input/titanic/train.csv.zip").touch()
    mount(root, "kaggle-agent-1", folds_csv=b"folds\n")
    assert runner.run_kernel(JOB | {"files": ["train.csv", "test.csv"]}, SOLUTION) == 0
    assert (root / "working" / "oof.csv").read_bytes() == b"data\nfolds\n"


@pytest.mark.parametrize("missing", ["competition", "data set", "folds", "file"])
def test_inputs_that_are_not_there_are_told_and_nothing_is_run(root: Path, missing: str) -> None:
    (root / "input").mkdir()
    if missing != "competition":
        mount(root, "titanic", **({} if missing == "file" else {"train_csv": b"data\n"}), x_csv=b"")
    if missing != "data set":
        files = {"other_csv": b""} if missing == "folds" else {"folds_csv": b"folds\n"}
        mount(root, "kaggle-agent-1", **files)
    assert runner.run_kernel(JOB, SOLUTION) == runner.NO_INPUTS
    assert "FileNotFoundError" in receipt(root)["missing"]
    assert receipt(root)["files"] == {}


@pytest.mark.parametrize(
    ("solution", "code", "shown"),
    [("raise SystemExit(7)", 7, 7), ("import os; os.kill(os.getpid(), 9)", -9, 137)],
)
def test_a_solution_that_fails_fails_the_kernel(
    root: Path, solution: str, code: int, shown: int
) -> None:
    mount(root, "kaggle-agent-1", folds_csv=b"", train_csv=b"")
    assert runner.run_kernel(JOB | {"competition": None}, solution) == shown
    assert receipt(root)["exit_code"] == code


def test_a_solution_that_takes_too_long_leaves_what_it_has(root: Path) -> None:
    mount(root, "kaggle-agent-1", folds_csv=b"f", train_csv=b"d")
    slow = SOLUTION + "import time\nprint('slow', flush=True)\ntime.sleep(60)\n"
    assert runner.run_kernel(JOB | {"competition": None, "limit": 1.5}, slow) == 0
    told = receipt(root)
    assert (told["exit_code"], told["timed_out"]) == (None, True)
    assert list(told["files"]) == ["oof.csv"]


@pytest.mark.parametrize(
    "text",
    ["print('a')\n", "s = '''a'''\n", "s = r'\\n'\n", "a = 1\r\n", "x = '\\\\'\n# \\", "日本"],
)
def test_a_solution_arrives_letter_by_letter(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text


def test_the_kernel_is_one_file_that_runs_by_itself(tmp_path: Path) -> None:
    job = KernelJob(competition=None, dataset="kaggle-agent-1", files=(), budget=5, limit=60)
    (tmp_path / "working").mkdir()
    mount(tmp_path, "kaggle-agent-1", folds_csv=b"folds\n", train_csv=b"data\n")
    script = tmp_path / "kernel.py"
    script.write_text(kernel_text(job, SOLUTION), encoding="utf-8")
    environment = {"KAGGLE_AGENT_KERNEL_ROOT": str(tmp_path), "PYTHONUTF8": "1"}
    subprocess.run((sys.executable, "-P", str(script)), check=True, env=environment)
    assert (tmp_path / "working" / "oof.csv").read_bytes() == b"data\nfolds\n"
    assert SOLUTION in script.read_text(encoding="utf-8")
