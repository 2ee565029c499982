"""Score a submission against the true answers of an example, as Kaggle would.

python examples/grade.py SLUG SUBMISSION.csv
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.metrics import find_metric
from agent_core.metrics.metric import Array

HERE = Path(__file__).parent


def grade(slug: str, submission: Path) -> str:
    """One line with the score of ``submission`` on the test rows of the example ``slug``.

    Raises SystemExit with a message where the rows or columns are not the expected ones.
    """
    named = json.loads((HERE / slug / "competition.json").read_text())["evaluation_metric"]
    metric = find_metric(named)
    if metric is None:
        raise SystemExit(f"No metric called {named!r} is known.")
    truth = _texts(HERE / "answers" / f"{slug}.csv")
    answer = _texts(submission)
    if list(truth.columns) != list(answer.columns) or not truth.iloc[:, 0].equals(
        answer.iloc[:, 0]
    ):
        raise SystemExit(f"{submission} has not the columns and ids of {slug}'s test rows.")
    value = metric.score(*_numbers(truth.iloc[:, 1], answer.iloc[:, 1]))
    return f"{metric.title} on the hidden answers: {value:.5f}"


def _texts(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _numbers(truth: "pd.Series[str]", answer: "pd.Series[str]") -> tuple[Array, Array]:
    """Numbers as they are; labels as codes in alphabetical order."""
    try:
        return truth.to_numpy(dtype=np.float64), answer.to_numpy(dtype=np.float64)
    except ValueError:
        codes = {label: float(code) for code, label in enumerate(sorted(truth.unique()))}
        return np.array([codes[text] for text in truth]), np.array([codes[text] for text in answer])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    print(grade(sys.argv[1], Path(sys.argv[2])))
