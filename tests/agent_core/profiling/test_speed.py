"""How long a profile takes: not long, also where there are hundreds of columns."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.profiling import profile_dataset
from tests.agent_core.profiling.competitions import column, dataset_of

COLUMNS = 600
#: Seconds of one processor; several times what it takes, for slow and busy machines.
MOST_SECONDS = 10


@pytest.mark.slow
def test_a_table_with_hundreds_of_columns_is_profiled_in_seconds(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(250, COLUMNS))).add_prefix("wave_")
    rows.insert(0, "id", range(250))
    train = rows.iloc[:180].assign(ill=random.integers(0, 2, 180))
    files = {
        "train.csv": train,
        "test.csv": rows.iloc[180:],
        "sample_submission.csv": rows.iloc[180:][["id"]].assign(ill=0.5),
    }
    dataset = dataset_of(tmp_path, files)
    start = time.process_time()
    profile = profile_dataset(dataset)
    assert time.process_time() - start < MOST_SECONDS
    assert {column(profile, f"wave_{place}").role for place in range(COLUMNS)} == {"feature"}
