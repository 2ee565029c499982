"""A competition whose title, columns, cells and log try to act in whoever shows them."""

import csv
import json
import random
from pathlib import Path

#: Says so in the page if it is ever run, and asks a server if it is ever loaded.
SCRIPT = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
PICTURE = "![p](http://evil.example/p.png)"
HOST = "evil.example"
_ROWS = 240


def write_hostile(folder: Path) -> Path:
    folder.mkdir(parents=True)
    chance = random.Random(0)
    features = [f"{SCRIPT} a", f"{PICTURE} b"]
    tables = {
        "train": [["id", *features, SCRIPT]],
        "test": [["id", *features]],
        "sample_submission": [["id", SCRIPT]],
    }
    for number in range(_ROWS * 3 // 2):
        x = chance.gauss(0, 1)
        cells = [str(number), f"{x:.4f}", chance.choice([SCRIPT, PICTURE, "plain"])]
        if number < _ROWS:
            tables["train"].append([*cells, str(int(x + chance.gauss(0, 0.7) > 0))])
        else:
            tables["test"].append(cells)
            tables["sample_submission"].append([str(number), "0"])
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    about = {"title": f"{SCRIPT}{PICTURE}", "description": SCRIPT, "evaluation_metric": "Accuracy"}
    (folder / "competition.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
