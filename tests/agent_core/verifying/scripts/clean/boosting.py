"""Gradient boosting in each fold; the models of all folds predict the test rows together."""

from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
kind = GradientBoostingClassifier if task.binary else GradientBoostingRegressor
write_answer(
    task,
    *by_folds(task, task.x, task.z, lambda: kind(n_estimators=60, random_state=0)),
)
