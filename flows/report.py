"""What a run came to, as Markdown for people: ``report.md`` and the flow run's artifact."""

from agent_core.evaluation import Gate
from agent_core.run import Failure, Solved, StageTime


def solved_report(solved: Solved) -> str:
    """The report of a run that handed in a submission."""
    better = "higher" if solved.higher_is_better else "lower"
    lines = [
        f"# {_plain(solved.slug)}: {solved.cv_score:.6g} ± {solved.cv_std:.2g} {solved.metric}",
        "",
        f"Cross-validated score ({better} is better), computed by the host from out-of-fold "
        "predictions; ± is the spread over the folds."
        + ("" if solved.baseline is None else f" A dummy scores {solved.baseline:.6g}."),
        "",
        f"- submission ({solved.rows:,} rows, checked against the sample): `{solved.submission}`",
        f"- solution (one script, runs in a Kaggle notebook too): `{solved.solution}`",
        f"- task: {solved.task_type}",
        f"- MLflow run: {_tracking(solved)}",
        "",
        *_gate_table(solved.gates),
        *_warning_list(solved.warnings),
        *_stage_table(solved.stages),
    ]
    return "\n".join(lines) + "\n"


def failure_report(name: str, failure: Failure, gates: tuple[Gate, ...] = ()) -> str:
    """The report of a run that handed in nothing."""
    parts = (failure.what, failure.means, f"**Next:** {failure.next}" if failure.next else "")
    lines = [f"# {_plain(name)}: not solved", ""]
    for part in parts:
        lines += [part, ""] if part else []
    return "\n".join([*lines, *_gate_table(gates)]) + "\n"


def _tracking(solved: Solved) -> str:
    if solved.mlflow_run_id:
        return f"`{solved.mlflow_run_id}`"
    return f"none ({_plain(solved.tracking_problem)})"


def _gate_table(gates: tuple[Gate, ...]) -> list[str]:
    if not gates:
        return []
    rows = [
        f"| {_plain(gate.name)} | {'passed' if gate.passed else gate.severity} "
        f"| {_plain(gate.detail)} |"
        for gate in gates
    ]
    return ["## Gates", "", "| gate | result | detail |", "| --- | --- | --- |", *rows, ""]


def _warning_list(warnings: tuple[str, ...]) -> list[str]:
    if not warnings:
        return []
    return ["## To know about the data", "", *(f"- {_plain(text)}" for text in warnings), ""]


def _stage_table(stages: dict[str, StageTime]) -> list[str]:
    rows = [
        f"| {name} | {time.seconds:.2f} | {'yes' if time.cached else 'no'} |"
        for name, time in stages.items()
    ]
    return ["## Stages", "", "| stage | seconds | cached |", "| --- | --- | --- |", *rows, ""]


def _plain(text: str) -> str:
    """One line that breaks neither a table nor a list."""
    return " ".join(text.split()).replace("|", "/")
