"""What a run came to, as Markdown for people: ``report.md`` and the flow run's artifact."""

from agent_core.decision import Decision
from agent_core.evaluation import Gate
from agent_core.receipt import Receipt, receipt_sentence
from agent_core.run import Failure, Solved, StageTime
from agent_core.trial_tree import Node, TrialTree

_PASSED = {True: "passed", False: "failed", None: "not judged"}


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
        f"- planner: {solved.planner}, {_plain(solved.planner_reason)}",
        *_search_lines(solved),
        *([f"- Kaggle: {_plain(receipt_sentence(solved.receipt))}"] if solved.receipt else []),
        "",
        *(_decision_lines(solved.decision) if solved.decision else []),
        *_gate_table(solved.gates),
        *_warning_list(solved.warnings),
        *_stage_table(solved.stages),
    ]
    return "\n".join(lines) + "\n"


def receipt_report(receipt: Receipt) -> str:
    """What Kaggle said to the submission."""
    facts = {
        "submission": str(receipt.ref or ""),
        "described as": receipt.description,
        "state": receipt.state.value,
        "public score": _known(receipt.public_score),
        "cross-validated": f"{receipt.cv_score:.6g} ± {receipt.cv_std:.2g} {receipt.metric}",
        "gap (positive: better than expected)": _known(receipt.gap),
        "rank": f"{receipt.rank} of {receipt.teams} teams" if receipt.rank else "",
        "percentile": _known(receipt.percentile),
        "error": receipt.error,
        "to know": " ".join(receipt.notes),
    }
    rows = [f"| {name} | {_plain(text)} |" for name, text in facts.items() if text]
    head = f"# {_plain(receipt.slug)}: {_plain(receipt_sentence(receipt))}"
    return "\n".join([head, "", "| | |", "| --- | --- |", *rows]) + "\n"


def _known(number: float | None) -> str:
    return "" if number is None else f"{number:.6g}"


def failure_report(name: str, failure: Failure, gates: tuple[Gate, ...] = ()) -> str:
    """The report of a run that handed in nothing."""
    parts = (failure.what, failure.means, f"**Next:** {failure.next}" if failure.next else "")
    lines = [f"# {_plain(name)}: not solved", ""]
    for part in parts:
        lines += [part, ""] if part else []
    return "\n".join([*lines, *_gate_table(gates)]) + "\n"


def trial_table(tree: TrialTree) -> str:
    """All trials of a run, a line each, as Markdown."""
    head = "| trial | from | state | score | cost | seconds | decision | what |"
    rows = [
        f"| {node.name}{' (wins)' if node.name == tree.winner else ''} "
        f"| {node.parent or ', '.join(name for name, _ in node.parts)} "
        f"| {node.state.value}{f', {node.failure}' if node.failure else ''} "
        f"| {_score(node)} | ${node.cost_usd:.4f} | {node.seconds:.1f} "
        f"| {node.decision.verdict.value if node.decision else ''} "
        f"| {_plain(node.title)}{_plain(f': {node.message}') if node.message else ''} |"
        for node in tree.nodes
    ]
    end = f"\nThe search ended: {_plain(tree.stopped)}\n" if tree.stopped else ""
    return "\n".join([head, "| --- | --- | --- | --- | --- | --- | --- | --- |", *rows, end])


def _score(node: Node) -> str:
    return f"{node.score.value:.6g} ± {node.score.std:.2g}" if node.score else ""


def _search_lines(solved: Solved) -> list[str]:
    if solved.planner != "claude":
        return []
    return [
        f"- winner: {solved.winner}, of {solved.trials} trials (all in `{solved.tree}`)",
        f"- Claude cost ${solved.cost_usd:.4f}; the search ended: {_plain(solved.stopped)}",
    ]


def _tracking(solved: Solved) -> str:
    if solved.mlflow_run_id:
        return f"`{solved.mlflow_run_id}`"
    return f"none ({_plain(solved.tracking_problem)})"


def _decision_lines(decision: Decision) -> list[str]:
    rows = [
        f"| {number} {check.name} | {_PASSED[check.passed]} | {_plain(check.detail)} |"
        for number, check in enumerate(decision.checks, start=1)
    ]
    head = [f"## Decision on {_plain(decision.attempt)}: {decision.verdict.value}", ""]
    return [*head, "| gate | result | why |", "| --- | --- | --- |", *rows, ""]


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
    return ["## To know", "", *(f"- {_plain(text)}" for text in warnings), ""]


def _stage_table(stages: dict[str, StageTime]) -> list[str]:
    rows = [
        f"| {name} | {time.seconds:.2f} | {'yes' if time.cached else 'no'} |"
        for name, time in stages.items()
    ]
    return ["## Stages", "", "| stage | seconds | cached |", "| --- | --- | --- |", *rows, ""]


def _plain(text: str) -> str:
    """One line that breaks neither a table nor a list."""
    return " ".join(text.split()).replace("|", "/")
