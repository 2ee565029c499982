"""What is to be tried for a competition, and why."""

from typing import Literal

from agent_core.value import Value

ModelFamily = Literal["lightgbm", "xgboost", "trees", "linear", "kernel"]


class Strategy(Value):
    """A plan. ``models`` are in the order in which they are trained.

    ``profile`` is the fingerprint of the `Profile` it was made for. ``transform`` is what is done
    to a regression target before training; ``try_logarithm`` adds models of its logarithm where it
    is "none". ``reasons`` is one plain sentence per decision.
    """

    profile: str
    planner: Literal["rules", "claude"]
    summary: str
    reasons: tuple[str, ...]
    models: tuple[ModelFamily, ...]
    transform: Literal["none", "log1p"] = "none"
    try_logarithm: bool = False
    seed: int = 0
