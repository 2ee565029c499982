"""Looks into the training table itself: how the target is spread, and a few rows."""

import csv
import io
from typing import Any

from agent_core.dataset import Dataset
from agent_core.profile import PredictionKind, Profile, Table, Target
from agent_core.prompts.quoting import block, clean, inline

ROWS, MOST_COLUMNS, LONGEST_CELL = 4, 40, 60
MOST_TARGETS, MOST_LABELS = 20, 30
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def target_text(profile: Profile, dataset: Dataset) -> str:
    """How the targets of the training rows are spread, as a block."""
    from agent_core.scoring.predictions import read_targets  # noqa: PLC0415 - imports pandas

    frame = read_targets(profile, dataset)
    shown = profile.targets[:MOST_TARGETS]
    lines = [_spread(frame[target.column], target, profile) for target in shown]
    if len(profile.targets) > len(shown):
        lines.append(f"and {len(profile.targets) - len(shown)} more targets")
    return block("target", "\n".join(lines), 6_000)


def _spread(texts: Any, target: Target, profile: Profile) -> str:
    if target.labels is not None and profile.layout.kind is not PredictionKind.NUMBER:
        return f"{inline(target.column)}: {_label_counts(texts, target.labels)}"
    source = next((t for t in profile.tables if t.role == "labels"), profile.table("train"))
    return f"{inline(target.column)}: {_quantiles(texts, source.format.model_dump())}"


def _label_counts(texts: Any, labels: tuple[str, ...]) -> str:
    counts = texts.str.strip().value_counts()
    parts = [f"{inline(label, 40)} {int(counts.get(label, 0))}" for label in labels[:MOST_LABELS]]
    if len(labels) > MOST_LABELS:
        parts.append(f"and {len(labels) - MOST_LABELS} more labels")
    return f"{len(labels)} labels with their rows: " + ", ".join(parts)


def _quantiles(texts: Any, table_format: dict[str, Any]) -> str:
    from agent_core.template.converting import parse_numbers  # noqa: PLC0415 - imports pandas

    values: Any = parse_numbers(texts, table_format).dropna()
    if values.empty:
        return "no numbers"
    points = ", ".join(f"{q:.0%} {values.quantile(q):.5g}" for q in QUANTILES)
    whole = "whole numbers" if (values == values.round()).all() else "fractions"
    return (
        f"{len(values)} {whole}, {values.nunique()} distinct, {values.min():.6g} to "
        f"{values.max():.6g}, mean {values.mean():.5g}, standard deviation {values.std():.5g}, "
        f"skewness {values.skew():.2f}, {(values == 0).mean():.1%} zeros; quantiles: {points}"
    )


def sample_text(profile: Profile, dataset: Dataset) -> str:
    """The first rows of the training table as CSV, bounded in width and length, as a block."""
    train = profile.table("train")
    names, rows = _first_rows(train, dataset)
    width = min(len(names), MOST_COLUMNS)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in names[:width]])
    writer.writerows([_cell(value) for value in row[:width]] for row in rows)
    left_out = f"and {len(names) - width} more columns\n" if len(names) > width else ""
    return block("training rows", out.getvalue() + left_out, 10_000)


def _first_rows(table: Table, dataset: Dataset) -> tuple[list[str], list[list[str]]]:
    from agent_core.template.reading import column_names, first_records  # noqa: PLC0415 - pandas

    path, table_format = dataset.path(table.name), table.format.model_dump()
    if table.format.kind == "parquet":
        return _first_parquet_rows(path)
    header = int(table.format.header)
    records = first_records(path, table_format, ROWS + header)
    return column_names(path, table_format), records[header:]


def _first_parquet_rows(path: Any) -> tuple[list[str], list[list[str]]]:
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - slow to import

    file = ParquetFile(path)
    batch = next(file.iter_batches(batch_size=ROWS), None)
    rows = batch.to_pylist() if batch is not None else []
    names = list(file.schema_arrow.names)
    return names, [["" if row[n] is None else str(row[n]) for n in names] for row in rows]


def _cell(value: str) -> str:
    return " ".join(clean(value, LONGEST_CELL).split())
