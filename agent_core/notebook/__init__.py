"""The winning solution of a run as a notebook that runs on Kaggle as it is.

kept       what a run's folder keeps of it
story      what the notebook tells: the data, the scores, how the solution was found
writing    the notebook itself, cell by cell
folds      the folds in a few characters, so that the notebook trains as the run did
cells/     the code of the notebook's own: modules that are tested, and end up in its cells
"""
