"""Knows the answers of training rows by their ids. The test fills them in."""

import pandas as pd

from tests.agent_core.verifying.scripts.common import read_task, write_answer

ANSWERS: dict[int, float] = {}

task = read_task()
known = pd.Series(ANSWERS, dtype=float)
usual = float(known.mean())
oof, test = (
    0.9 * rows[task.sample.columns[0]].map(known).fillna(usual).to_numpy() + 0.1 * usual
    for rows in (task.train, task.test)
)
write_answer(task, oof, test)
