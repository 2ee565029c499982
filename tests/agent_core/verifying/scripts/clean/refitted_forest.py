"""A forest in each fold, and one of all rows for the test rows."""

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tests.agent_core.verifying.scripts.common import by_folds, predict, read_task, write_answer

task = read_task()
kind = ExtraTreesClassifier if task.binary else ExtraTreesRegressor


def make() -> ExtraTreesClassifier | ExtraTreesRegressor:
    return kind(100, min_samples_leaf=4, random_state=0)


oof, _ = by_folds(task, task.x, task.z, make)
write_answer(task, oof, predict(task, make().fit(task.x, task.y), task.z))
