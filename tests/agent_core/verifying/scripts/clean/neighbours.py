"""The nearest training rows of other folds."""

from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
kind = KNeighborsClassifier if task.binary else KNeighborsRegressor
write_answer(
    task, *by_folds(task, task.x, task.z, lambda: make_pipeline(StandardScaler(), kind(15)))
)
