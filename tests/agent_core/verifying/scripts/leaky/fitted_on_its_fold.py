"""One forest of all rows, and its predictions of the very same rows."""

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tests.agent_core.verifying.scripts.common import predict, read_task, write_answer

task = read_task()
kind = ExtraTreesClassifier if task.binary else ExtraTreesRegressor
model = kind(100, min_samples_leaf=2, random_state=0).fit(task.x, task.y)
write_answer(task, predict(task, model, task.x), predict(task, model, task.z))
