"""What the profile's codes mean to whoever writes a solution. Words of our own, not data."""

from agent_core.metrics import find_metric
from agent_core.profile import FoldScheme, PredictionKind, Profile, Task

TASKS = {
    Task.BINARY: "Binary classification.",
    Task.MULTICLASS: "Classification into several classes.",
    Task.ORDINAL: "Classification into ordered classes: regression with cut points often wins.",
    Task.MULTILABEL: "Several yes/no targets per row.",
    Task.REGRESSION: "Regression of one quantity.",
    Task.MULTI_TARGET: "Regression of several quantities at once.",
}

PREDICTIONS = {
    PredictionKind.NUMBER: "Predict a number for each prediction column.",
    PredictionKind.LABEL: "Predict a label for each prediction column, written exactly as one of "
    "the submitted labels below.",
    PredictionKind.PROBABILITY: "Predict a probability from 0 to 1 for each prediction column: "
    "that of the positive class, which is the last label below.",
    PredictionKind.CLASS_PROBABILITIES: "Predict one probability from 0 to 1 per class, in the "
    "column that stands for it below; each row should add up to 1.",
    PredictionKind.RANKING: "Predict the likeliest labels, best first, separated by single blanks "
    "in the one prediction column.",
}

SCHEMES = {
    FoldScheme.STRATIFIED: "Scheme stratified: every fold has the classes in their proportion.",
    FoldScheme.SHUFFLED: "Scheme shuffled: rows are dealt out at random.",
    FoldScheme.GROUPED: "Scheme grouped: all rows of a group lie in one fold, because the test "
    "table has other groups. Split inner validation by the same group, and make nothing that "
    "works only for groups seen in training.",
    FoldScheme.TIME_FORWARD: "Scheme time_forward: for fold k train on rows with a smaller fold "
    "number only (fold -1 is the earliest and is never predicted), because the test rows lie "
    "after the training rows. Lags and running aggregates may look back only, and at least as far "
    "as the test period is long. Refit on all rows for the test rows.",
    FoldScheme.TIME_BLOCKS: "Scheme time_blocks: whole stretches of time lie in one fold, because "
    "the test rows lie in gaps between training rows. Features may look at neighbours in time of "
    "features, never at their targets within the same stretch.",
}

#: What to do about a caution of the profile, by its code.
CAUTIONS = {
    "leak_suspect": "It may be known too late: use it only if it would be known when predicting. "
    "If it is in the test table with the same meaning, it is fair and should be used.",
    "drift": "Try without them, or with ranks or differences instead of levels.",
    "duplicate_rows": "The folds take account of it already; train on them as they are.",
    "shared_rows": "Let models learn from twins as they do across folds; copy no answers.",
    "rare_classes": "Folds may lack a class: give every model all classes, with 0 where unknown.",
    "target_missing": "Leave them out of training; their out-of-fold predictions do not count.",
    "sample_is_part": "Predict the ids of the sample submission only.",
    "test_ids_repeat": "The first row of each id counts.",
    "ids_without_row": "Give them the training mean, or the commonest label.",
    "metric_unknown": "The metric is a guess: aim at predictions that are good by any measure.",
    "target_guessed": "The target is a guess from the files.",
}


def metric_text(profile: Profile) -> str:
    """The metric with its direction and definition, in one or two sentences."""
    metric = find_metric(profile.metric.name)
    if metric is None:
        raise ValueError(f"the registry does not know the metric {profile.metric.name!r}")
    direction = "higher" if metric.higher_is_better else "lower"
    sure = "" if profile.metric.confidence >= 1 else " The host chose it; nobody named one."
    definition = metric.definition
    return (
        f"{metric.title} ({metric.name}): {definition}. {direction.capitalize()} is better.{sure}"
    )


def caution_advice(profile: Profile) -> list[str]:
    """One line for each code among the profile's warnings that there is advice for."""
    codes = dict.fromkeys(caution.code for caution in profile.warnings)
    return [f"- {code}: {CAUTIONS[code]}" for code in codes if code in CAUTIONS]
