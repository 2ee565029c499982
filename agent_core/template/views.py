"""The same features as each family of models likes to see them, learned inside each fold."""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from agent_core.template.arrays import Floats, Ints
from agent_core.template.encoding import encode_target, indicator_columns, known_levels
from agent_core.template.features import Features
from agent_core.template.problem import Problem
from agent_core.template.scaling import scaled_numbers
from agent_core.template.text import condense, weigh_terms

#: Above so many levels a category gets target means instead of columns of its own.
MOST_ONE_HOT_LEVELS = 60

#: Target means are given for no more than so many columns in all.
MOST_TARGET_MEANS = 150

#: Views are kept as long as they need less than this in all.
CACHE_BYTES = 1_500_000_000


@dataclass
class View:
    """A matrix with all rows (training rows first), and the names of its columns."""

    matrix: Floats | sparse.csr_matrix
    names: list[str]


@dataclass
class Views:
    """Makes views for a split of ``problem`` and keeps them while there is room."""

    features: Features
    problem: Problem
    seed: int
    kept: dict[tuple[str, int], View] = field(default_factory=dict)
    bytes: int = 0

    def of(self, kind: str, number: int) -> View:
        """The view called "trees", "linear" or "dense" (linear without words) of a split."""
        if kind == "linear" and not self.features.texts:
            kind = "dense"  # the same without words
        if (kind, number) in self.kept:
            return self.kept[kind, number]
        make = {"trees": self._trees, "linear": self._linear, "dense": self._dense}[kind]
        view = make(number)
        size = view.matrix.data.nbytes
        if self.bytes + size < CACHE_BYTES:
            self.kept[kind, number] = view
            self.bytes += size
        return view

    def _trees(self, number: int) -> View:
        fit = self.problem.splits[number].fit
        columns = dict(self.features.numbers)
        for name, ids in self.features.categories.items():
            levels = known_levels(ids, fit).astype(np.float32)
            columns[name] = np.where(levels < 0, np.float32("nan"), levels)
        columns |= self._target_means(fit, fewest_levels=6)
        for name, counts in self.features.texts.items():
            dense = condense(weigh_terms(counts, fit), fit, 24, self.seed)
            columns |= {f"{name} topic {j}": part for j, part in enumerate(dense.T)}
        return stack(columns, len(self.problem.folds) + self.problem.rows_test)

    def _linear(self, number: int) -> View:
        dense = self.of("dense", number)
        fit = self.problem.splits[number].fit
        parts = [weigh_terms(counts, fit) for counts in self.features.texts.values()]
        matrix = sparse.hstack([sparse.csr_matrix(dense.matrix), *parts], format="csr")
        return View(matrix, dense.names)

    def _dense(self, number: int) -> View:
        fit = self.problem.splits[number].fit
        columns = scaled_numbers(
            self.features.numbers | self._target_means(fit, MOST_ONE_HOT_LEVELS), fit
        )
        for name, ids in self.features.categories.items():
            if ids.max() < MOST_ONE_HOT_LEVELS:
                hot = indicator_columns(ids, fit, fewest=max(2, min(10, len(fit) // 200)))
                columns |= {f"{name} = {j}": part for j, part in enumerate(hot.T)}
        return stack(columns, len(self.problem.folds) + self.problem.rows_test)

    def _target_means(self, fit: Ints, fewest_levels: int) -> dict[str, Floats]:
        target = indicator_target(self.problem)[fit]
        every = self.features.names | self.features.categories
        wide = [name for name, ids in every.items() if ids.max() + 1 >= fewest_levels]
        if len(wide) * target.shape[1] > MOST_TARGET_MEANS:
            target = target[:, : max(1, MOST_TARGET_MEANS // max(1, len(wide)))]
        rng = np.random.default_rng(self.seed)
        columns: dict[str, Floats] = {}
        for name in wide:
            means = encode_target(every[name], fit, target, rng)
            columns |= {f"{name} target {j}": part for j, part in enumerate(means.T)}
        return columns


def indicator_target(problem: Problem) -> Floats:
    """The target as columns that have a mean: classes become one column each, but the first."""
    if problem.learn != "classes":
        return problem.target
    codes = problem.target[:, 0]
    return np.column_stack([codes == code for code in range(1, problem.outputs)]).astype(float)


def stack(columns: dict[str, Floats], rows: int) -> View:
    """A float32 view of named columns; a column of zeros where there is none."""
    columns = columns or {"nothing": np.zeros(rows, dtype=np.float32)}
    matrix = np.empty((rows, len(columns)), dtype=np.float32)
    for position, column in enumerate(columns.values()):
        matrix[:, position] = column
    return View(matrix, list(columns))
