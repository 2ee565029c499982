"""A competition that is solved in no time, and scripts that solve it, or fail to."""

import random
from pathlib import Path

SOLVES = """\
import argparse, csv, pathlib

parser = argparse.ArgumentParser()
for name in ("data", "folds", "out", "budget"):
    parser.add_argument(f"--{name}")
args = parser.parse_args()
print("reading")
for table, answer in (("train", "oof"), ("test", "submission")):
    with open(pathlib.Path(args.data) / f"{table}.csv") as file:
        rows = list(csv.DictReader(file))
    with open(pathlib.Path(args.out) / f"{answer}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\\n")
        writer.writerow(["id", "y"])
        writer.writerows([row["id"], int(float(row["x"]) > 0)] for row in rows)
print("done")
"""
CRASHES = "raise RuntimeError('no such luck')\n"
#: Never says yes: scores what a dummy scores.
GUESSES = SOLVES.replace('int(float(row["x"]) > 0)', "0")
SLEEPS = "import time\nprint('sleeping', flush=True)\ntime.sleep(600)\n"


def write_competition(folder: Path, rows: int = 240, seed: int = 0) -> Path:
    """Labels that follow ``x`` but for some noise, in Kaggle's layout."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    lines = {"train": ["id,x,z,y"], "test": ["id,x,z"], "sample_submission": ["id,y"]}
    for number in range(rows * 3 // 2):
        x, z = chance.gauss(0, 1), chance.choice("abc")
        y = int(x + chance.gauss(0, 0.7) > 0)
        if number < rows:
            lines["train"].append(f"{number},{x:.4f},{z},{y}")
        else:
            lines["test"].append(f"{number},{x:.4f},{z}")
            lines["sample_submission"].append(f"{number},0")
    for name, text in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(text) + "\n")
    about = '{"title": "Tiny", "evaluation_metric": "Accuracy"}'
    (folder / "competition.json").write_text(about)
    return folder
