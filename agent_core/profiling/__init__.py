"""From a dataset's files to a `Profile`: tables, roles, target, metric, columns and folds."""

from agent_core.dataset import Dataset
from agent_core.profile import Profile
from agent_core.progress import Report, silent


def profile_dataset(
    dataset: Dataset, metric: str | None = None, report: Report = silent
) -> Profile:
    """Everything that later stages need to know of the data.

    ``metric`` (any name or spelling of one) overrides what the competition says. Raises BadSource
    for a metric that is not known, and DataError where the files make no competition.
    """
    from agent_core.profiling.profiler import build_profile  # noqa: PLC0415 - imports pandas

    return build_profile(dataset, metric, report)
