"""Cautions about the tables as a whole."""

from agent_core.profile import Caution, Column, ColumnKind, PredictionKind
from agent_core.profiling.naming import distinct, keys
from agent_core.profiling.question import Question
from agent_core.profiling.roles import Roles
from agent_core.template.converting import label_codes, parse_numbers

STRONG_DRIFT = 0.4
FEW_OF_A_CLASS = 10
#: Fewer rows differ by chance.
LEAST_ROWS = 30
#: Kinds of which samples of one source look alike, however few the rows.
COMPARED = (ColumnKind.NUMERIC, ColumnKind.BOOLEAN, ColumnKind.CATEGORICAL)


def general_cautions(
    roles: Roles, columns: tuple[Column, ...], question: Question
) -> tuple[Caution, ...]:
    """What is odd about rows, targets and columns."""
    return (
        *_rows_without_target(roles, question),
        *_rare_classes(roles, question),
        *_rows_not_asked(roles),
        *(_drift(columns) if min(roles.train.rows, roles.test.rows) >= LEAST_ROWS else ()),
        *_single_value(roles, question),
    )


def _rows_without_target(roles: Roles, question: Question) -> list[Caution]:
    found = []
    for target in question.targets:
        texts = roles.train.frame[target.column]
        if target.labels is not None:
            count = int((label_codes(texts, list(target.labels)) < 0).sum())
        else:
            count = int(parse_numbers(texts, roles.train.format.model_dump()).isna().sum())
        if count:
            message = (
                f"{count} training rows have no {target.column}; nothing is learned from them."
            )
            found.append(Caution(code="target_missing", message=message, columns=(target.column,)))
    return found


def _rare_classes(roles: Roles, question: Question) -> list[Caution]:
    target = question.targets[0]
    if target.labels is None or question.layout.kind == PredictionKind.NUMBER:
        return []
    counts = roles.train.frame[target.column].str.strip().value_counts()
    rare = [label for label in target.labels if counts.get(label, 0) < FEW_OF_A_CLASS]
    if not rare:
        return []
    message = f"{len(rare)} of {len(target.labels)} classes have fewer than {FEW_OF_A_CLASS} rows."
    return [Caution(code="rare_classes", message=message, columns=(target.column,))]


def _rows_not_asked(roles: Roles) -> list[Caution]:
    found = []
    column = roles.pairing.table_column
    if column is not None and not keys(roles.test.frame[column]).is_unique:
        message = f"Some values of {column} occur in several test rows; the first of each counts."
        found.append(Caution(code="test_ids_repeat", message=message, columns=(column,)))
    if roles.pairing.surplus > 0:
        message = (
            f"The sample submission asks for only {1 - roles.pairing.surplus:.1%} of the test rows."
        )
        found.append(Caution(code="sample_is_part", message=message))
    if roles.pairing.covered < 1 and column is not None:
        present = distinct(keys(roles.test.frame[column]))
        lacking = [
            key for key in keys(roles.sample.frame[roles.pairing.id_column]) if key not in present
        ]
        message = (
            f"{len(lacking)} ids of the sample submission have no test row, {lacking[0]!r} first."
        )
        found.append(Caution(code="ids_without_row", message=message))
    return found


def _single_value(roles: Roles, question: Question) -> list[Caution]:
    names = [
        target.column
        for target in question.targets
        if roles.train.frame[target.column].str.strip().nunique() < 2
    ]
    if not names:
        return []
    message = f"{names[0]} has one value in all training rows: there is nothing to learn."
    return [Caution(code="target_constant", message=message, columns=tuple(names))]


def _drift(columns: tuple[Column, ...]) -> list[Caution]:
    strong = [
        column.name
        for column in columns
        if column.role == "feature"
        and column.kind in COMPARED
        and (column.drift or 0.0) > STRONG_DRIFT
    ]
    if not strong:
        return []
    message = f"{len(strong)} columns have other values in the test table than in training."
    return [Caution(code="drift", message=message, columns=tuple(strong[:20]))]
