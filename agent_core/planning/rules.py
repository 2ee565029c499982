"""A strategy made by rules: what fits the data, and one plain reason for each decision."""

from agent_core.planning.objectives import LOGARITHMIC, RELATIVE
from agent_core.profile import ColumnKind, PredictionKind, Profile, Task
from agent_core.strategy import ModelFamily, Strategy

#: A kernel matrix of more rows than this is too slow to solve.
KERNEL_ROWS = 5_000

#: From here on a second kind of boosting is worth more than any other model.
MANY_ROWS = 8_000

#: A table with text and no more features than this is judged by its words.
MOSTLY_WORDS = 4

#: Wider or longer tables than this take forests and linear models too long.
FOREST_CELLS = 60_000_000


def plan_by_rules(profile: Profile, seed: int = 0) -> Strategy:
    """The models that fit, in the order in which they are trained, and what is done beside."""
    models, reasons = _models(profile)
    transform, reason = _transform(profile)
    reasons += [reason] if reason else []
    try_logarithm = _is_skewed(profile) and transform == "none"
    if try_logarithm:
        reasons.append(
            "The target is never negative and has a long tail, so models of its logarithm are "
            "tried as well; the out-of-fold score decides."
        )
    reasons += [f"Validation: {profile.folds.reason}", _finish(profile)]
    return Strategy(
        profile=profile.fingerprint(),
        planner="rules",
        summary=f"A blend of {_listed(models)}, weighted on out-of-fold predictions.",
        reasons=tuple(reasons),
        models=tuple(models),
        transform=transform,
        try_logarithm=try_logarithm,
        seed=seed,
    )


def _models(profile: Profile) -> tuple[list[ModelFamily], list[str]]:
    kinds = [column.kind for column in profile.columns if column.role == "feature"]
    rows, cells = profile.rows_train, profile.rows_train * max(1, len(kinds))
    texts = kinds.count(ColumnKind.TEXT)
    smooth = (
        rows <= 1_500 and len(kinds) >= 30 and kinds.count(ColumnKind.NUMERIC) > 0.8 * len(kinds)
    )
    boosted: list[ModelFamily] = ["lightgbm"]
    reasons = ["LightGBM is trained because it is the strongest single model on most tables."]
    linear: list[ModelFamily] = ["linear"]
    if texts:
        reasons.append("A linear model of word weights is trained, since there is free text.")
    else:
        reasons.append("A linear model is trained because its errors differ from those of trees.")
    kernel: list[ModelFamily] = []
    if rows * (profile.folds.folds - 1) / max(1, profile.folds.folds) <= KERNEL_ROWS and (
        not texts or len(kinds) > MOSTLY_WORDS
    ):
        kernel = ["kernel"]
        reasons.append("A kernel model is trained because there are few rows to compare with.")
    if smooth:
        reasons.append(
            "Linear and kernel models come first: there are few rows and many numeric columns."
        )
    rest: list[ModelFamily] = ["xgboost"]
    reasons.append("XGBoost is trained because a blend of two kinds of boosting is steadier.")
    if cells <= FOREST_CELLS:
        rest.append("trees")
        reasons.append("Extra trees are trained because their averages suit noisy targets.")
    if smooth:
        return [*linear, *kernel, *boosted, *rest], reasons
    if rows > MANY_ROWS:
        return [*boosted, *rest[:1], *linear, *rest[1:], *kernel], reasons
    return [*boosted, *linear, *kernel, *rest], reasons


def _transform(profile: Profile) -> tuple[str, str]:
    name = profile.metric.name
    if name in LOGARITHMIC:
        return (
            "log1p",
            "Models learn the logarithm of the target, since the metric is of its error.",
        )
    if name in RELATIVE and _never_negative(profile):
        return "log1p", "Models learn the logarithm of the target, since errors count relatively."
    return "none", ""


def _target_columns(profile: Profile) -> list[tuple[float | None, float | None, float | None]]:
    names = {target.column for target in profile.targets}
    return [(c.minimum, c.mean, c.maximum) for c in profile.columns if c.name in names]


def _never_negative(profile: Profile) -> bool:
    columns = _target_columns(profile)
    return bool(columns) and all(low is not None and low >= 0 for low, _, _ in columns)


def _is_skewed(profile: Profile) -> bool:
    """Whether the mean lies far in the lower part of the range of a target without negatives."""
    if profile.task is not Task.REGRESSION or not _never_negative(profile):
        return False
    low, mean, high = _target_columns(profile)[0]
    if low is None or mean is None or high is None or high <= low:
        return False
    return (mean - low) / (high - low) < 0.25


def _finish(profile: Profile) -> str:
    kind = profile.layout.kind
    if kind is PredictionKind.LABEL:
        return "Labels are cut from the blend where the metric is best on out-of-fold predictions."
    if kind is PredictionKind.RANKING:
        return "The likeliest labels are handed in, best first."
    if kind is PredictionKind.NUMBER:
        return "Predictions stay within the range that the training targets make plausible."
    return "Probabilities are kept away from 0 and 1, where one mistake would cost too much."


def _listed(models: list[ModelFamily]) -> str:
    names = {
        "lightgbm": "LightGBM",
        "xgboost": "XGBoost",
        "trees": "extra trees",
        "linear": "linear",
        "kernel": "kernel",
    }
    shown = [names[model] for model in models]
    return f"{', '.join(shown[:-1])} and {shown[-1]} models"
