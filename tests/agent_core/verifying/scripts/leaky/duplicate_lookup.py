"""Looks for the most similar training row, finds the row itself, and adds some doubt."""

from sklearn.neighbors import NearestNeighbors

from tests.agent_core.verifying.scripts.common import read_task, write_answer

task = read_task()
index = NearestNeighbors(n_neighbors=1).fit(task.x)
oof, test = (
    0.8 * task.y[index.kneighbors(x, return_distance=False)[:, 0]] + 0.2 * task.y.mean()
    for x in (task.x, task.z)
)
write_answer(task, oof, test)
