"""The beginning of every prompt of a run, byte for byte the same, so that it is paid for once."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from agent_core import solution
from agent_core.competition import Competition
from agent_core.dataset import Dataset
from agent_core.profile import Profile, Table
from agent_core.prompts.columns import columns_text
from agent_core.prompts.quoting import block, clean, inline
from agent_core.prompts.rendering import fill
from agent_core.prompts.samples import sample_text, target_text
from agent_core.prompts.values import Machine
from agent_core.prompts.wording import (
    PREDICTIONS,
    SCHEMES,
    TASKS,
    caution_advice,
    metric_text,
)

#: What a script may import beside the standard library.
LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "xgboost", "pyarrow")
LONGEST_DESCRIPTION = 8_000
MOST_LABELS = 60
#: Those of a profile's marks for "no value" that pandas knows by itself.
PANDAS_MISSING = ("", "NA", "NaN", "nan", "null", "NULL", "None", "N/A")


def shared_parts(
    competition: Competition, profile: Profile, dataset: Dataset, machine: Machine
) -> tuple[str, ...]:
    """What never changes (rules, contract, libraries), then what is known of this competition.

    Some 4,000 and at most about 12,000 tokens. Raises ValueError for an unknown metric.
    """
    return rules_part(installed_versions()), competition_part(
        competition, profile, dataset, machine
    )


def rules_part(versions: Mapping[str, str]) -> str:
    """The same for every competition. ``versions``: name and version of each library."""
    # The contract in the words of the module that keeps it, without its first line.
    contract = (solution.__doc__ or "").partition("\n")[2].strip().replace("``", "`")
    return fill(
        "role",
        contract=contract,
        skeleton=fill("skeleton").strip(),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        versions=", ".join(f"{name} {number}" for name, number in versions.items()),
        changes=fill("libraries").strip(),
    )


@cache
def installed_versions() -> Mapping[str, str]:
    """The version of each library that a script may use."""
    return {name: version(name) for name in LIBRARIES}


def competition_part(
    competition: Competition, profile: Profile, dataset: Dataset, machine: Machine
) -> str:
    """Everything that is known of this competition and of the machine."""
    return fill(
        "competition",
        competition=_competition(competition),
        task=TASKS[profile.task],
        prediction=PREDICTIONS[profile.layout.kind],
        metric=metric_text(profile),
        layout=_layout(profile),
        target=target_text(profile, dataset),
        tables=_tables(profile),
        rows=f"{profile.rows_train} training and {profile.rows_test} test rows",
        columns=columns_text(profile),
        scheme=SCHEMES[profile.folds.scheme],
        folds=_folds(profile),
        warnings=_warnings(profile),
        sample=sample_text(profile, dataset),
        processors=str(machine.processors),
        memory=f"{machine.memory_bytes / 1024**3:.0f}",
        seconds=f"{machine.seconds:.0f}",
    )


def _competition(competition: Competition) -> str:
    named = competition.evaluation_metric
    metric = f"Metric as the page names it: {inline(named, 200)}\n" if named else ""
    # Pages come with their markup, which says nothing and costs much.
    plain = re.sub(
        r"</?[A-Za-z][^<>]{0,500}>", " ", competition.description[: 10 * LONGEST_DESCRIPTION]
    )
    plain = re.sub(r"[ \t]+", " ", re.sub(r"\n\s*\n+", "\n\n", plain)).strip()
    description = clean(plain, LONGEST_DESCRIPTION)
    text = f"Title: {inline(competition.title, 200)}\n{metric}Description:\n{description}"
    return block("competition", text)


def _layout(profile: Profile) -> str:
    layout, lines = profile.layout, []
    for target in profile.targets[:MOST_LABELS]:
        labels = f", labels {_listed(target.labels)}" if target.labels else ""
        lines.append(f"Target: {inline(target.column)}{labels}")
    lines.append(f"Sample submission: {inline(layout.table)}, id column {inline(layout.id_column)}")
    source = "the row's number" if layout.id_from is None else f"column {inline(layout.id_from)}"
    lines.append(f"Ids come from: {source} of the test table")
    lines.append(f"Prediction columns: {_listed(layout.columns)}")
    if layout.column_labels:
        lines.append(f"They stand for the labels: {_listed(layout.column_labels)}")
    if layout.submitted_labels:
        lines.append(
            f"Submitted labels, for the target's in turn: {_listed(layout.submitted_labels)}"
        )
    if layout.top:
        lines.append(f"At most {layout.top} labels a row")
    if layout.integers:
        lines.append("Whole numbers only")
    lines.append(f"Metric chosen because: {inline(profile.metric.reason, 300)}")
    return block("layout", "\n".join(lines), 8_000)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(inline(name, 60) for name in names[:MOST_LABELS])
    return f"{shown} and {len(names) - MOST_LABELS} more" if len(names) > MOST_LABELS else shown


def _tables(profile: Profile) -> str:
    tables = [table for table in profile.tables if table.role != "unused"]
    return block("tables", "\n".join(_table(table) for table in tables), 8_000)


def _table(table: Table) -> str:
    role = table.role.replace("_", " ")
    lines = [f"{inline(table.name, 200)}: {role}, {table.rows} rows; {_reading(table)}"]
    if table.role in ("side", "labels"):
        lines.append(f"  columns: {_listed(table.columns)}")
    if table.join is not None:
        lines.append(f"  {_join(table)}")
    return "\n".join(lines)


def _reading(table: Table) -> str:
    how = table.format
    if how.kind == "parquet":
        return "Parquet, pd.read_parquet"
    options = [f"sep={how.separator!r}"] if how.separator != "," else []
    options += [f"encoding={how.encoding!r}"] if how.encoding != "utf-8" else []
    options += [f"decimal={how.decimal!r}"] if how.decimal != "." else []
    options += [f"thousands={how.thousands!r}"] if how.thousands else []
    options += ["quoting=3"] if not how.quoted else []
    options += (
        ["header=None (columns are called column_0, column_1, ...)"] if not how.header else []
    )
    options += [f"compression={how.compression!r}"] if how.compression else []
    options += [f"the file {inline(how.member, 200)} inside the archive"] if how.member else []
    own = [mark for mark in how.missing if mark not in PANDAS_MISSING]
    if own and table.role != "sample_submission":
        options.append(f"na_values=[{', '.join(inline(mark, 20) for mark in own)}]")
    return f"pd.read_csv({', '.join(['...', *options])})"


def _join(table: Table) -> str:
    join = table.join
    if join is None or not join.main_columns:
        return "belongs to the training table row by row"
    many = "several rows a key: aggregate first" if join.many else "one row a key"
    on = f"{_listed(join.main_columns)} = {_listed(join.side_columns)}"
    return f"joins the main tables on {on}; {many}"


def _folds(profile: Profile) -> str:
    plan = profile.folds
    lines = [f"{plan.folds} folds. Why: {inline(plan.reason, 500)}"]
    lines += [f"Group column: {inline(plan.group_column)}"] if plan.group_column else []
    lines += [f"Time column: {inline(plan.time_column)}"] if plan.time_column else []
    if plan.block_length is not None:
        time = next((c for c in profile.columns if c.name == plan.time_column), None)
        length = f"{plan.block_length:g}"
        if time is not None and time.date_format is not None:
            length = f"{plan.block_length / 86_400:.4g} days"
        lines.append(f"The test table asks for stretches of {length} at once")
    lines += ["Identical rows lie in one fold"] if plan.duplicates_together else []
    return block("folds", "\n".join(lines))


def _warnings(profile: Profile) -> str:
    if not profile.warnings:
        return "None."
    lines = [
        f"{caution.code}: {inline(caution.message, 400)}"
        + (f" Columns: {_listed(caution.columns[:20])}" if caution.columns else "")
        for caution in profile.warnings[:20]
    ]
    found = block("warnings", "\n".join(lines), 6_000)
    return "\n".join([found, *caution_advice(profile)])
