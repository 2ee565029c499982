"""Training rows that repeat each other nearly, where test rows repeat none of them."""

import numpy as np
from scipy.spatial import cKDTree

from agent_core.profile import Caution, Column, ColumnKind, FoldPlan
from agent_core.profiling.roles import Roles
from agent_core.template.arrays import Floats
from agent_core.template.closeness import as_points, near_groups
from agent_core.template.converting import parse_numbers

#: Fewer rows or columns say nothing, more take too long to compare; so many rows are asked.
LEAST_ROWS, LEAST_COLUMNS, MOST_ROWS, ASKED = 20, 3, 50_000, 2_000
#: What part of the training rows must have a near twin.
LEAST_REPEATED = 0.3
#: No group of near twins may hold a larger part of the rows: then rows are simply dense.
LARGEST_GROUP = 0.1


def find_repeats(roles: Roles, columns: tuple[Column, ...]) -> float | None:
    """The distance below which rows repeat each other, or None where they do not.

    Were the test rows drawn at random from all rows, they would be as near to training rows as
    these are to each other. Repeats lie nearer to each other than half the way that nearly all
    test rows have to any training row. Distances are those of `as_points`.
    """
    names = [c.name for c in columns if c.kind is ColumnKind.NUMERIC and c.role == "feature"]
    rows = min(roles.train.rows, roles.test.rows), max(roles.train.rows, roles.test.rows)
    if len(names) < LEAST_COLUMNS or rows[0] < LEAST_ROWS or rows[1] > MOST_ROWS:
        return None
    points = _points(roles, names)
    train, test = points[: roles.train.rows], points[roles.train.rows :]
    tree = cKDTree(train)
    from_test = tree.query(_some(test))[0]
    from_train = tree.query(_some(train), k=2)[0][:, 1]
    distance = 0.5 * float(np.quantile(from_test, 0.05))
    if not distance > 0 or np.mean(from_train < distance) < LEAST_REPEATED:
        return None
    sizes = np.bincount(near_groups(train, distance))
    return distance if sizes.max() <= LARGEST_GROUP * len(train) else None


def _points(roles: Roles, names: list[str]) -> Floats:
    numbers = {
        name: np.concatenate(
            [
                parse_numbers(table.frame[name], table.format.model_dump()).to_numpy()
                for table in (roles.train, roles.test)
            ]
        )
        for name in names
    }
    return as_points(numbers, np.arange(roles.train.rows))


def _some(points: Floats) -> Floats:
    return points[:: max(1, len(points) // ASKED)]


def repeat_cautions(folds: FoldPlan) -> tuple[Caution, ...]:
    """What a person should know of them."""
    if folds.repeats_within is None:
        return ()
    message = (
        "Many training rows repeat others nearly, as measurements of one thing would; test rows "
    )
    message += "repeat none of them, so folds keep repeats together."
    return (Caution(code="near_duplicates", message=message),)
