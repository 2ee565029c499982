"""A linear model of scaled features."""

from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.agent_core.verifying.scripts.common import by_folds, read_task, write_answer

task = read_task()
kind = LogisticRegression if task.binary else Ridge
write_answer(task, *by_folds(task, task.x, task.z, lambda: make_pipeline(StandardScaler(), kind())))
