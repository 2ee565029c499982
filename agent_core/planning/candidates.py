"""The models of a strategy with the settings that they are tried with first."""

from typing import Any

from agent_core.planning.objectives import what_is_learned
from agent_core.profile import PredictionKind, Profile
from agent_core.strategy import Strategy

#: Below so many rows a second, simpler setting of each boosted model is tried.
FEW_ROWS = 20_000


def candidates_of(profile: Profile, strategy: Strategy) -> list[dict[str, Any]]:
    """Plain forms of the template's `Candidate`, in the order in which they are trained.

    Every family has its turn before any has a second one.
    """
    quantity = what_is_learned(profile) == "numbers"
    try_logarithm = (
        profile.layout.kind is PredictionKind.NUMBER
        and strategy.transform == "none"
        and strategy.try_logarithm
    )
    found: list[dict[str, Any]] = []
    groups = [FAMILIES[family](profile, quantity) for family in strategy.models]
    for place in range(max(map(len, groups), default=0)):
        found += [group[place] for group in groups if place < len(group)]
    if try_logarithm:
        for candidate in list(found):
            if candidate["family"] in ("lightgbm", "linear", "kernel"):
                name = f"{candidate['name']} of the logarithm"
                found.append({**candidate, "name": name, "logarithm": True})
    return found


def _lightgbm(profile: Profile, quantity: bool) -> list[dict[str, Any]]:
    few = profile.rows_train < FEW_ROWS
    found = [_candidate("LightGBM", "lightgbm")]
    if few:
        simple = {"num_leaves": 8, "learning_rate": 0.03, "feature_fraction": 0.4, "lambda_l2": 5.0}
        found.append(_candidate("LightGBM, small trees", "lightgbm", **simple))
    return found


def _xgboost(profile: Profile, quantity: bool) -> list[dict[str, Any]]:
    few = profile.rows_train < FEW_ROWS
    settings: dict[str, Any] = {"max_depth": 4, "learning_rate": 0.04} if few else {}
    return [_candidate("XGBoost", "xgboost", **settings)]


def _trees(profile: Profile, quantity: bool) -> list[dict[str, Any]]:
    return [_candidate("Extra trees", "trees", leaf=1 if quantity else 2, share=0.4, trees=250)]


def _linear(profile: Profile, quantity: bool) -> list[dict[str, Any]]:
    if not quantity:
        return [_candidate("Logistic regression", "linear")]
    found = [_candidate("Ridge", "linear", model="ridge")]
    texts = any(column.kind == "text" for column in profile.columns)
    if profile.rows_train < FEW_ROWS and not texts:
        found.append(_candidate("Elastic net", "linear", model="elastic"))
        if len(profile.columns) > 30:
            found.append(_candidate("Partial least squares", "linear", model="pls"))
    return found


def _kernel(profile: Profile, quantity: bool) -> list[dict[str, Any]]:
    return [_candidate("Kernel ridge", "kernel")]


def _candidate(name: str, family: str, **settings: Any) -> dict[str, Any]:
    return {"name": name, "family": family, "settings": settings}


FAMILIES = {
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "trees": _trees,
    "linear": _linear,
    "kernel": _kernel,
}
