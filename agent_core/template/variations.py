"""Other settings for models that have proved their worth, tried with time that is left over."""

from dataclasses import replace
from typing import Any

import numpy as np

from agent_core.template.job import Candidate

#: The values that are drawn from, by family.
CHOICES: dict[str, dict[str, list[Any]]] = {
    "lightgbm": {
        "num_leaves": [4, 7, 12, 20, 31, 63, 127],
        "min_data_in_leaf": [3, 7, 15, 30, 60],
        "feature_fraction": [0.2, 0.35, 0.5, 0.8],
        "bagging_fraction": [0.6, 0.8, 0.95],
        "lambda_l2": [0.0, 1.0, 5.0, 20.0],
        "learning_rate": [0.02, 0.03, 0.05],
        "extra_trees": [False, False, True],
    },
    "xgboost": {
        "max_depth": [2, 3, 4, 5, 7, 9],
        "min_child_weight": [1.0, 3.0, 8.0, 20.0],
        "colsample_bytree": [0.2, 0.35, 0.5, 0.8],
        "subsample": [0.6, 0.8, 0.95],
        "reg_lambda": [0.5, 2.0, 10.0],
        "learning_rate": [0.02, 0.03, 0.05],
    },
    "trees": {"leaf": [1, 2, 3, 5, 8], "share": [0.15, 0.3, 0.6, 1.0], "trees": [250]},
}


def vary(candidate: Candidate, number: int, seed: int, may_switch_logarithm: bool) -> Candidate:
    """The ``number``-th variation of a candidate: other settings, another seed."""
    rng = np.random.default_rng([seed, number])
    choices = CHOICES[candidate.family]
    drawn = {name: values[int(rng.integers(len(values)))] for name, values in choices.items()}
    drawn["seed"] = int(rng.integers(1_000_000))
    logarithm = candidate.logarithm
    if may_switch_logarithm and rng.random() < 0.3:
        logarithm = not logarithm
    name = f"{candidate.name.split(' #')[0]} #{number}"
    return replace(candidate, name=name, settings=drawn, logarithm=logarithm)
