"""Which training columns are to be predicted, and what each prediction column stands for."""

import re
from dataclasses import dataclass

from agent_core.errors import DataError
from agent_core.profile import Caution
from agent_core.profiling.labels import target_labels
from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import plain
from agent_core.profiling.roles import Roles

MOST_CLASSES = 2000
USUAL_NAMES = ("target", "label", "class", "y", "outcome", "response")


@dataclass(frozen=True)
class Targets:
    """``columns`` of the training table, in the order of the prediction columns.

    ``class_labels``: where there is one prediction column per class, each one's label.
    """

    columns: tuple[str, ...]
    class_labels: tuple[str, ...] | None = None
    cautions: tuple[Caution, ...] = ()


def find_targets(roles: Roles, description: str) -> Targets:
    """Match the sample's prediction columns with training columns. Raises DataError."""
    predicted, train = roles.predicted, roles.train
    same = [_same_name(name, train.columns) for name in predicted]
    if all(same):
        return Targets(tuple(name for name in same if name))
    extra = [name for name in train.columns if not _is_feature(name, roles)]
    if len(predicted) > 1:
        classes = _one_column_per_class(predicted, train, extra)
        if classes is None:
            raise _not_found(roles, extra)
        return classes
    if not extra:
        raise _not_found(roles, extra)
    column = _guess(predicted[0], extra, description)
    caution = Caution(
        code="target_guessed",
        message=f"The submission asks for {predicted[0]!r}, which training does not have; "
        f"{column!r} is taken to be the target.",
        columns=(column,),
    )
    return Targets((column,), cautions=(caution,) if len(extra) > 1 else ())


def _same_name(name: str, columns: list[str]) -> str | None:
    if name in columns:
        return name
    return next((column for column in columns if plain(column) == plain(name)), None)


def _is_feature(name: str, roles: Roles) -> bool:
    """Whether the test table has the column too, with values in it; the ids do not count."""
    if name in (roles.pairing.id_column, roles.pairing.table_column):
        return True
    return name in roles.test_columns and bool((roles.test.frame[name].str.strip() != "").any())


def _one_column_per_class(
    predicted: list[str], train: LoadedTable, extra: list[str]
) -> Targets | None:
    for column in [*extra, *(name for name in train.columns if name not in extra)]:
        if train.frame[column].nunique() > MOST_CLASSES:
            continue
        labels = target_labels(train.frame[column], tuple(predicted))
        matched = match_classes(predicted, labels, column)
        if matched is not None:
            return Targets((column,), matched, _unasked(column, labels, matched))
    return None


def _unasked(column: str, labels: list[str], matched: tuple[str, ...]) -> tuple[Caution, ...]:
    missing = [label for label in labels if label not in matched]
    if not missing:
        return ()
    message = f"Training has classes that the submission does not ask for: {missing[:5]}."
    return (Caution(code="classes_not_asked", message=message, columns=(column,)),)


def match_classes(predicted: list[str], labels: list[str], column: str) -> tuple[str, ...] | None:
    """The label that each prediction column stands for, or None where most find none."""
    endings = _without_common_start(predicted)
    named = [re.sub(rf"^{re.escape(column)}[\W_]*", "", name, flags=re.I) for name in predicted]
    forms = (predicted, endings, named, [_last_part(name) for name in predicted])
    for names in forms:
        for form in (str, plain):
            known = {form(label): label for label in labels}
            found = [known.get(form(name)) for name in names]
            enough = len({label for label in found if label}) >= max(2, 0.7 * len(labels))
            if enough and sum(label is None for label in found) <= 0.3 * len(found):
                pairs = zip(found, names, strict=True)
                return tuple(label if label is not None else name for label, name in pairs)
    return None


def _without_common_start(names: list[str]) -> list[str]:
    """``Class_1, Class_2`` without ``Class_``; whole words only."""
    start = names[0]
    for name in names:
        while not name.startswith(start):
            start = start[:-1]
    cut = max((match.end() for match in re.finditer(r"[\W_]+|(?<=\D)(?=\d|$)", start)), default=0)
    return [name[cut:] for name in names]


def _last_part(name: str) -> str:
    return re.split(r"[_\s.\-:]+", name)[-1]


def _guess(predicted: str, extra: list[str], description: str) -> str:
    """Among training columns that the test table lacks, the one that is most likely meant."""
    wanted = plain(predicted)
    for column in extra:
        if plain(column) in wanted or wanted in plain(column):
            return column
    for usual in USUAL_NAMES:
        for column in extra:
            if plain(column) == usual:
                return column
    spoken = [name for name in extra if re.search(rf"\b{re.escape(name)}\b", description, re.I)]
    return spoken[0] if len(spoken) == 1 else extra[-1]


def _not_found(roles: Roles, extra: list[str]) -> DataError:
    return DataError(
        f"The submission's columns {roles.predicted[:8]} are not in {roles.train.name}, and are no "
        "classes of one of its columns.",
        means=f"Columns of {roles.train.name} that {roles.test.name} does not have: {extra[:8]}.",
        next="Check that the training table holds the target.",
    )
