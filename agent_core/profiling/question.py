"""What a competition asks for: the task, the form of an answer and the metric."""

import re
from dataclasses import dataclass

import pandas as pd

from agent_core.errors import DataError
from agent_core.metrics.registry import fitting_metric
from agent_core.profile import (
    Caution,
    MetricChoice,
    PredictionKind,
    SubmissionLayout,
    TableFormat,
    Target,
    Task,
)
from agent_core.profiling.labels import (
    all_numeric,
    numeric_value,
    positive_last,
    submitted_forms,
    target_labels,
)
from agent_core.profiling.metric_choice import NamedMetric, choose_metric
from agent_core.profiling.roles import Roles
from agent_core.profiling.targets import Targets
from agent_core.template.converting import parse_numbers

#: Integers with more distinct values than this are a quantity unless the metric says otherwise.
MOST_NUMBER_CLASSES = 30
ORDERED = re.compile(r"\bordinal|\bkappa", re.IGNORECASE)
WHOLE = re.compile(
    r"(must|should|have to|need to|only)[^.]{0,40}\b(integers?|whole numbers?)", re.I
)

Reading = tuple[Task, PredictionKind]


@dataclass(frozen=True)
class Question:
    """Everything about what is to be predicted and how it is judged."""

    task: Task
    targets: tuple[Target, ...]
    layout: SubmissionLayout
    metric: MetricChoice
    cautions: tuple[Caution, ...]


def find_question(
    roles: Roles, targets: Targets, texts: pd.DataFrame, named: NamedMetric, description: str
) -> Question:
    """``texts`` are the target columns of the training rows, as text."""
    described = tuple(
        _target(column, texts[column], targets, description) for column in targets.columns
    )
    readings = _readings(roles, targets, described, texts, description)
    if named.metric is not None and named.metric.tasks[0] == Task.ORDINAL:
        readings.sort(key=lambda reading: reading[0] != Task.ORDINAL)
    task, kind = next(
        (one for one in readings if named.metric and fitting_metric(named.metric, *one)),
        readings[0],
    )
    if task in (Task.REGRESSION, Task.MULTI_TARGET):
        described = tuple(Target(column=target.column) for target in described)
    layout, doubts = _layout(roles, targets, described, kind, named, description)
    metric, cautions = choose_metric(named, task, kind, layout.top)
    return Question(task, described, layout, metric, (*targets.cautions, *cautions, *doubts))


def _target(column: str, texts: pd.Series, targets: Targets, description: str) -> Target:
    """The column with its labels, as if it were one of classes."""
    if targets.class_labels is not None:
        found = target_labels(texts, targets.class_labels)
        asked = list(targets.class_labels)
        return Target(column=column, labels=(*asked, *(x for x in found if x not in asked)))
    labels = target_labels(texts)
    if len(labels) == 2:
        labels = positive_last(labels, texts, description, column)
    return Target(column=column, labels=tuple(labels))


def _readings(
    roles: Roles,
    targets: Targets,
    described: tuple[Target, ...],
    texts: pd.DataFrame,
    description: str,
) -> list[Reading]:
    """What task and form this may be, the likeliest first; the metric picks from them."""
    labels = described[0].labels or ()
    sample = roles.sample.frame[roles.predicted]
    if not labels:
        raise DataError(f"The target {described[0].column!r} has no value in any training row.")
    if targets.class_labels is not None:
        task = Task.BINARY if len(labels) == 2 else Task.MULTICLASS
        return [(task, PredictionKind.CLASS_PROBABILITIES)]
    if len(described) > 1:
        return _readings_of_several(described, roles.train.format, sample, description)
    first = sample.iloc[:, 0].str.strip()
    if len(labels) == 2:
        return _readings_of_two(list(labels), first, description)
    if _is_ranking(list(labels), first):
        return [(Task.MULTICLASS, PredictionKind.RANKING)]
    ranking = (Task.MULTICLASS, PredictionKind.RANKING)
    if not _is_quantity(list(labels), roles.train.format):
        classes = (Task.MULTICLASS, PredictionKind.LABEL)
        return [classes, (Task.ORDINAL, PredictionKind.LABEL), ranking]
    return [*_readings_of_numbers(list(labels), first, len(texts), description), ranking]


def _is_quantity(labels: list[str], table_format: TableFormat) -> bool:
    """Whether nearly all values are numbers; a few other texts are missing values."""
    numbers = parse_numbers(pd.Series(labels, dtype=str), table_format.model_dump())
    return bool(numbers.notna().mean() >= 0.98)


def _readings_of_two(labels: list[str], sample: pd.Series, description: str) -> list[Reading]:
    label = (Task.BINARY, PredictionKind.LABEL)
    probability = (Task.BINARY, PredictionKind.PROBABILITY)
    number = [(Task.REGRESSION, PredictionKind.NUMBER)] if all_numeric(labels) else []
    numbers = pd.to_numeric(sample, errors="coerce")
    likely = bool((numbers % 1 != 0).any()) and not numbers.isna().any()
    likely = likely or (not numbers.isna().any() and "probabilit" in description.casefold())
    return [probability, label, *number] if likely else [label, probability, *number]


def _readings_of_numbers(
    labels: list[str], sample: pd.Series, rows: int, description: str
) -> list[Reading]:
    """A numeric target with three or more values."""
    quantity = (Task.REGRESSION, PredictionKind.NUMBER)
    classes = (Task.MULTICLASS, PredictionKind.LABEL)
    grades = (Task.ORDINAL, PredictionKind.LABEL)
    whole = all(value is not None and value % 1 == 0 for value in map(numeric_value, labels))
    fractions = bool((pd.to_numeric(sample, errors="coerce") % 1 > 0).any())
    few = whole and len(labels) <= MOST_NUMBER_CLASSES and rows >= 5 * len(labels)
    ordered = bool(ORDERED.search(description))
    if few and not fractions:
        return [grades, classes, quantity] if ordered else [classes, grades, quantity]
    return [quantity, grades, classes] if whole else [quantity]


def _readings_of_several(
    described: tuple[Target, ...],
    table_format: TableFormat,
    sample: pd.DataFrame,
    description: str,
) -> list[Reading]:
    """Several target columns: labels of their own where all have two values, else quantities."""
    if all(target.labels and len(target.labels) <= 2 for target in described):
        numbers = sample.apply(pd.to_numeric, errors="coerce")
        flags = [(Task.MULTILABEL, PredictionKind.PROBABILITY)]
        if bool((numbers % 1 == 0).all().all()) and "probabilit" not in description.casefold():
            return [(Task.MULTILABEL, PredictionKind.LABEL), *flags]
        if numbers.isna().any().any():
            return [(Task.MULTILABEL, PredictionKind.LABEL)]
        return [*flags, (Task.MULTILABEL, PredictionKind.LABEL)]
    for target in described:
        if target.labels and not _is_quantity(list(target.labels), table_format):
            raise DataError(
                f"The submission asks for several columns, and {target.column!r} holds classes.",
                means="Several targets of three or more classes each are not supported.",
                next="Solve the columns one at a time.",
            )
    return [(Task.MULTI_TARGET, PredictionKind.NUMBER)]


def _is_ranking(labels: list[str], sample: pd.Series) -> bool:
    """Whether the sample's values are several labels with blanks between them."""
    if sample.isin(labels).all():
        return False
    known = set(labels)
    lists = [text.split() for text in sample.iloc[:200]]
    # Rare labels may not occur in training.
    fitting = [
        len(words) > 1 and len(known.intersection(words)) * 2 >= len(words) for words in lists
    ]
    return sum(fitting) > 0.9 * len(lists)


def _layout(
    roles: Roles,
    targets: Targets,
    described: tuple[Target, ...],
    kind: PredictionKind,
    named: NamedMetric,
    description: str,
) -> tuple[SubmissionLayout, tuple[Caution, ...]]:
    sample = roles.sample.frame[roles.predicted]
    submitted: tuple[str, ...] | None = None
    doubts: tuple[Caution, ...] = ()
    labels = list(described[0].labels or ())
    top = None
    if kind == PredictionKind.RANKING:
        submitted, top = tuple(labels), _longest_list(sample.iloc[:, 0], named)
    if kind == PredictionKind.LABEL:
        submitted, certain = submitted_forms(labels, pd.concat([sample[c] for c in sample]))
        doubts = () if certain else (_doubt(labels, submitted),)
    layout = SubmissionLayout(
        table=roles.sample.name,
        id_column=roles.pairing.id_column,
        id_from=roles.pairing.table_column,
        columns=tuple(roles.predicted),
        kind=kind,
        column_labels=targets.class_labels,
        submitted_labels=submitted,
        top=top,
        integers=kind == PredictionKind.NUMBER and bool(WHOLE.search(description)),
    )
    return layout, doubts


def _longest_list(sample: pd.Series, named: NamedMetric) -> int:
    """How many labels a row may hold: as many as the sample has, or as the metric counts."""
    shown = int(sample.str.split().map(len).max())
    number = re.search(r"(\d+)$", named.metric.name) if named.metric else None
    return int(number[1]) if shown <= 1 and number else shown


def _doubt(labels: list[str], submitted: tuple[str, ...]) -> Caution:
    pairs = ", ".join(f"{a} as {b}" for a, b in list(zip(labels, submitted, strict=True))[:5])
    message = f"The sample submission does not show how labels are written; assumed: {pairs}."
    return Caution(code="labels_guessed", message=message)
