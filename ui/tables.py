"""Profiles and lists of runs as tables for a terminal of any width."""

from collections.abc import Iterable, Sequence
from datetime import UTC

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent_core.profile import Column, Profile
from ui.run_list import Listed

_MOST_COLUMNS = 200
#: So much of a run's id is enough to name it.
_ID = 8


def print_profile(profile: Profile) -> None:
    """What the data are, what is to be predicted, how it will be validated, what to know."""
    console = Console(highlight=False)
    facts = {
        "task": f"{profile.task.value}, submitted as {profile.layout.kind.value}",
        "target": ", ".join(target.column for target in profile.targets),
        "metric": f"{profile.metric.name} (confidence {profile.metric.confidence:.0%}: "
        f"{profile.metric.reason})",
        "folds": f"{profile.folds.folds} {profile.folds.scheme.value} ({profile.folds.reason})",
        "rows": f"{profile.rows_train:,} train, {profile.rows_test:,} test",
        "tables": ", ".join(f"{table.name} ({table.role})" for table in profile.tables),
    }
    console.print(Text(profile.slug, style="bold"))
    grid = Table.grid(padding=(0, 2))
    for name, fact in facts.items():
        grid.add_row(Text(name, style="dim"), Text(fact))
    console.print(grid)
    console.print(_columns(profile.columns[:_MOST_COLUMNS]))
    if len(profile.columns) > _MOST_COLUMNS:
        console.print(f"... and {len(profile.columns) - _MOST_COLUMNS} more columns (see --json)")
    for caution in profile.warnings:
        console.print(Text.assemble(("warning  ", "yellow"), caution.message))


def _columns(columns: Iterable[Column]) -> Table:
    table = _table("column", "kind", "role", "unique", "missing", "drift", "unseen")
    for column in columns:
        table.add_row(
            Text(column.name),
            column.kind.value,
            column.role,
            f"{column.unique:,}",
            _percent(column.missing_train),
            "" if column.drift is None else f"{column.drift:.2f}",
            _percent(column.unseen),
        )
    return table


def print_runs(runs: Sequence[Listed]) -> None:
    """One line per run; a column stays away where it would be empty."""
    named = {
        "started (UTC)": [f"{run.created.astimezone(UTC):%Y-%m-%d %H:%M}" for run in runs],
        "competition": [run.name for run in runs],
        "state": [run.state for run in runs],
        "waits for": [_waiting(run) for run in runs],
        "score": [_score(run) for run in runs],
        "public": ["" if run.public_score is None else f"{run.public_score:.6g}" for run in runs],
        "run": [run.run_id[:_ID] for run in runs],
    }
    shown = {name: texts for name, texts in named.items() if any(texts)}
    table = _table(*shown)
    for row in zip(*shown.values(), strict=True):
        table.add_row(*(Text(text) for text in row))
    Console(highlight=False).print(table)


def _waiting(run: Listed) -> str:
    since = f", since {run.since.astimezone(UTC):%Y-%m-%d %H:%M}" if run.since else ""
    return f"{run.waits_for}{since}" if run.waits_for else ""


def _score(run: Listed) -> str:
    if run.score is None:
        return ""
    spread = f" ± {run.score_std:.2g}" if run.score_std is not None else ""
    return f"{run.score:.6g}{spread} {run.metric}"


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in names:
        # Where it gets narrow, names and ids are broken; words and numbers are not.
        whole = name not in {"column", "competition", "score", "waits for"}
        table.add_column(name, overflow="fold", no_wrap=whole)
    return table


def _percent(fraction: float | None) -> str:
    return f"{fraction:.1%}" if fraction else ""
