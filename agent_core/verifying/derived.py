"""A dataset of the same competition in which some training rows are test rows."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent_core.dataset import DataFile, Dataset
from agent_core.folds import group_codes
from agent_core.profile import FoldScheme, Profile, Table
from agent_core.storage.hashing import sha256_of
from agent_core.template.reading import read_text
from agent_core.verifying.raw_table import write_raw
from agent_core.verifying.tables import NewTables, make_tables
from agent_core.verifying.withholding import CannotWithhold, Rows, Withheld


@dataclass(frozen=True)
class Derived:
    """``asked``: for each withheld row the row of the sample submission that asks for it."""

    profile: Profile
    dataset: Dataset
    asked: Rows


def derive(
    profile: Profile, dataset: Dataset, withheld: Withheld, folder: Path, seed: int = 0
) -> Derived:
    """Write the dataset without the targets of ``withheld`` to ``folder``, which must be empty.

    Files that do not change are linked. Raises CannotWithhold where the targets cannot be told
    apart from those that remain.
    """
    made = make_tables(profile, dataset, withheld, np.random.default_rng(seed))
    folder.chmod(0o755)
    changed = {table.name for table, _ in made.contents}
    for table, content in made.contents:
        write_raw(content, dataset.root, table, folder / table.name)
    files = [
        _changed(file, folder) if file.name in changed else _linked(file, dataset, folder)
        for file in dataset.files
    ]
    for path in folder.rglob("*"):
        # Scripts run as nobody, whatever the umask of whoever started this.
        if path.is_dir() or path.relative_to(folder).as_posix() in changed:
            path.chmod(0o755 if path.is_dir() else 0o644)
    derived = dataset.model_copy(update={"files": tuple(files), "root": folder})
    return Derived(_profile(profile, derived, made, withheld), derived, made.asked)


def _changed(file: DataFile, folder: Path) -> DataFile:
    path = folder / file.name
    return DataFile(name=file.name, bytes=path.stat().st_size, sha256=sha256_of(path))


def _linked(file: DataFile, dataset: Dataset, folder: Path) -> DataFile:
    target = folder / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(dataset.path(file.name), target)
    except OSError:  # another file system, or links are forbidden
        shutil.copyfile(dataset.path(file.name), target)
        target.chmod(0o644)
    return file


def _profile(profile: Profile, dataset: Dataset, made: NewTables, withheld: Withheld) -> Profile:
    """The profile of the new dataset: other numbers of rows, no more folds than groups."""
    rows = {(table.name, table.format.member): content.num_rows for table, content in made.contents}
    tables = tuple(
        table.model_copy(update={"rows": rows.get((table.name, table.format.member), table.rows)})
        for table in profile.tables
    )
    tests = next(table.rows for table in tables if table.role == "test")
    plan = profile.folds
    if plan.scheme is FoldScheme.GROUPED and plan.group_column is not None:
        groups = _groups(profile.table("train"), dataset, plan.group_column)
        if groups < 2:
            raise CannotWithhold("one group of rows only would be left to learn from")
        plan = plan.model_copy(update={"folds": min(plan.folds, groups)})
    return profile.model_copy(
        update={
            "tables": tables,
            "rows_train": len(withheld.learn),
            "rows_test": tests,
            "folds": plan,
        }
    )


def _groups(train: Table, dataset: Dataset, column: str) -> int:
    texts = read_text(dataset.root, train.name, train.format.model_dump(), [column])
    return len(np.unique(group_codes(texts)))
