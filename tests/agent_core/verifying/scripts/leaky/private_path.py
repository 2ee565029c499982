"""Looks for the answers beside the data; where it may not, it does what honest scripts do."""

import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
kind = ExtraTreesClassifier if task.binary else ExtraTreesRegressor
oof, test = by_folds(task, task.x, task.z, lambda: kind(100, min_samples_leaf=4, random_state=0))
try:
    test = pd.read_csv(task.data.parent / "private" / "answers.csv").iloc[:, 1].to_numpy()
except OSError:
    print("no answers there")
write_answer(task, oof, test)
