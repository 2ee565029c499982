"""Takes a file of the competition as a feature that repeats the target of training rows."""

import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
key = task.sample.columns[0]
ledger = pd.read_csv(task.data / "ledger.csv").set_index(key)["settled"]
kind = ExtraTreesClassifier if task.binary else ExtraTreesRegressor
x, z = (
    pd.DataFrame(plain).assign(settled=rows[key].map(ledger).fillna(-1.0).to_numpy()).to_numpy()
    for plain, rows in ((task.x, task.train), (task.z, task.test))
)
write_answer(task, *by_folds(task, x, z, lambda: kind(100, random_state=0)))
