"""What the notebook tells, as Markdown."""

from collections.abc import Iterable
from importlib.metadata import version

from agent_core.metrics import find_metric
from agent_core.notebook.kept import Kept
from agent_core.profile import Column, Profile
from agent_core.receipt import receipt_sentence
from agent_core.trial_tree import Node

_LIBRARIES = ("numpy", "pandas", "scikit-learn", "lightgbm", "xgboost")
_MOST_COLUMNS = 40


def opening(kept: Kept) -> str:
    """Title, scores, and what the notebook needs."""
    solved = kept.solved
    better = "higher" if solved.higher_is_better else "lower"
    dummy = "" if solved.baseline is None else f" A dummy scores {solved.baseline:.6g}."
    versions = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    lines = [
        f"# {_title(kept)}",
        f"Cross-validated **{_metric(kept)}: {solved.cv_score:.6g} ± {solved.cv_std:.2g}** "
        f"({better} is better; ± is the spread over the folds).{dummy}",
        *([f"On the leaderboard: {receipt_sentence(kept.receipt)}."] if kept.receipt else []),
        "Run all cells: they find the data below `/kaggle/input` (add the competition as an input) "
        "or beside the notebook, train, and write `submission.csv`. No internet is needed. Found "
        f"and checked by Kaggle Agent with {versions}.",
    ]
    return "\n\n".join(lines)


def about_data(profile: Profile) -> str:
    """What was found out about the data."""
    targets = ", ".join(f"`{target.column}`" for target in profile.targets)
    facts = [
        f"- task: {profile.task.value.replace('_', ' ')}; to predict: {targets}, submitted as "
        f"{profile.layout.kind.value.replace('_', ' ')}",
        f"- rows: {profile.rows_train:,} to learn from, {profile.rows_test:,} to predict",
        *(f"- `{table.name}`: {table.role.replace('_', ' ')}" for table in profile.tables),
        *(f"- to know: {_line(caution.message)}" for caution in profile.warnings),
    ]
    shown = profile.columns[:_MOST_COLUMNS]
    more = len(profile.columns) - len(shown)
    rest = f"\nand {more} more columns" if more > 0 else ""
    return "## The data\n\n" + "\n".join(facts) + "\n\n" + _columns(shown) + rest


def about_search(kept: Kept) -> str:
    """How the solution was found."""
    solved, winner = kept.solved, kept.winner
    lines = [
        f"- planner: {solved.planner} ({_line(solved.planner_reason)})",
        f"- winner: {winner.name}, of {solved.trials} trials: {_line(winner.title)}",
        *(f"- {_line(reason)}" for reason in (kept.strategy.reasons if kept.strategy else ())),
        *([f"- the search ended: {_line(solved.stopped)}"] if solved.stopped else []),
    ]
    parts = ["## How it was found", "\n".join(lines)]
    if len(kept.tree.nodes) > 1:
        parts.append(_trials(kept.tree.nodes, winner.name))
    rows = [
        f"| {gate.name} | {'passed' if gate.passed else gate.severity} | {_line(gate.detail)} |"
        for gate in solved.gates
    ]
    parts.append("\n".join(["| gate | result | detail |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts)


def about_folds(profile: Profile) -> str:
    """Why the folds are as they are."""
    plan = profile.folds
    return (
        f"## The folds\n\n{plan.folds} folds, scheme `{plan.scheme.value}`: {_line(plan.reason)}. "
        "They are those that the score above was computed on; a `folds.csv` of your own beside the "
        "answer takes their place."
    )


def _title(kept: Kept) -> str:
    competition = kept.run.request.competition
    return _line(competition.title if competition else kept.solved.slug)


def _metric(kept: Kept) -> str:
    found = find_metric(kept.solved.metric)
    return _line(found.title if found else kept.solved.metric)


def _columns(columns: Iterable[Column]) -> str:
    rows = [
        f"| {_line(column.name)} | {column.kind.value} | {column.role} | {column.unique:,} "
        f"| {column.missing_train:.1%} |"
        for column in columns
    ]
    head = [
        "| column | kind | role | distinct values | missing |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _trials(nodes: Iterable[Node], winner: str) -> str:
    rows = [
        f"| {node.name}{' (wins)' if node.name == winner else ''} | {node.state.value} "
        f"| {f'{node.score.value:.6g}' if node.score else ''} | {_line(node.title)} |"
        for node in nodes
    ]
    return "\n".join(["| trial | state | score | what |", "| --- | --- | --- | --- |", *rows])


def _line(text: str) -> str:
    """One line that breaks neither a table nor a list, and is no HTML."""
    return " ".join(text.split()).replace("|", "/").replace("<", "&lt;")
