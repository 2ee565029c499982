"""A large CSV is profiled in a few times its own size of memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

#: An eighth of a gigabyte; what grows with it grows just so up to a gigabyte and beyond.
LARGE = 2**27
#: Beside what the interpreter and its libraries need.
MOST_MEMORY = 5 * LARGE + 2**29

PROGRAM = """
import resource, sys
from pathlib import Path
from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.folds import write_folds
from agent_core.profiling import profile_dataset

root = Path(sys.argv[1])
files = tuple(
    DataFile(name=path.name, bytes=path.stat().st_size, sha256="0" * 64)
    for path in sorted(root.iterdir())
)
competition = Competition(slug="large", title="Large", origin="folder")
dataset = Dataset(competition=competition, files=files, root=root)
profile = profile_dataset(dataset, "auc")
write_folds(profile, dataset, root.parent / "folds.csv")
kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(profile.rows_train, profile.targets[0].column, len(profile.columns), kibibytes * 1024)
"""


@pytest.mark.slow
def test_a_large_table_needs_less_than_five_times_its_size_of_memory(tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    rows = write_large(root)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root)], check=True, capture_output=True, text=True
    )
    read_rows, target, columns, memory = done.stdout.split()
    assert (int(read_rows), target, int(columns)) == (rows, "target", 43)
    assert int(memory) < MOST_MEMORY
    for path in root.iterdir():
        path.unlink()


def write_large(root: Path) -> int:
    """A large training table, whose blocks of rows repeat; the number of its rows."""
    block, random = 50_000, np.random.default_rng(0)
    frame = pd.DataFrame({f"number_{k}": random.normal(size=block).round(4) for k in range(34)})
    for exponent in range(1, 6):
        frame[f"word_{exponent}"] = random.integers(0, 10**exponent, block).astype(str)
        frame[f"word_{exponent}"] = "w" + frame[f"word_{exponent}"]
    frame["moment"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(block), unit="m")
    frame["text"] = "one of several words in " + frame["word_5"]
    frame["target"] = random.integers(0, 2, block)
    test = frame.drop(columns="target").iloc[:20_000]
    test.insert(0, "id", np.arange(10**8, 10**8 + len(test)))
    test.to_csv(root / "test.csv", index=False)
    test[["id"]].assign(target=0.5).to_csv(root / "sample_submission.csv", index=False)
    lines = frame.to_csv(index=False).splitlines(keepends=True)
    rows = 0
    with (root / "train.csv").open("w") as stream:
        stream.write("id," + lines[0])
        while stream.tell() < LARGE:
            numbered = (f"{rows + place},{line}" for place, line in enumerate(lines[1:]))
            stream.write("".join(numbered))
            rows += block
    return rows
