"""What of a solve is told in words in the experiment tracker, as Markdown."""

from collections.abc import Iterable

from agent_core.attempt import Attempt
from agent_core.evaluation import Evaluation, Gate
from tasks.experiment_files import too_large
from tasks.record import SolveRecord


def solve_note(record: SolveRecord) -> str:
    """The outcome, how the best trial came to its score, and where the flow run is."""
    parts = []
    if record.submission:
        parts.append(f"**Solved.** `submission.csv` has {record.submission.rows:,} rows.")
    else:
        parts.append("**Not solved:** no trial was accepted.")
    if record.stopped:
        parts.append(f"The search ended: {_plain(record.stopped)}")
    if record.best:
        parts.append(trial_note(record.best))
    flow = record.flow_run
    if flow:
        link = f"[{_plain(flow.name)}]({flow.url})" if flow.url else _plain(flow.name)
        parts.append(f"Prefect flow run: {link}")
    return "\n\n".join(parts)


def trial_note(attempt: Attempt) -> str:
    """Its score, what went wrong, what was tried, every gate, and what is not kept here."""
    evaluation = attempt.evaluation
    parts = [_score_sentence(evaluation)]
    if attempt.message:
        parts.append(f"What is wrong with it: {_plain(attempt.message)}")
    elif attempt.trial and attempt.trial.message:
        parts.append(f"The script: {_plain(attempt.trial.message)}")
    parts.append(_plain(attempt.strategy.summary))
    if evaluation and evaluation.gates:
        parts.append("| gate | result | detail |\n| --- | --- | --- |\n" + _rows(evaluation.gates))
    left_out = [path.name for path in too_large(attempt)]
    if left_out and attempt.outputs:
        names = ", ".join(left_out)
        parts.append(f"Too large to be kept here: {names}, in {attempt.outputs.folder}")
    return "\n\n".join(parts)


def _score_sentence(evaluation: Evaluation | None) -> str:
    score, baseline = (evaluation.score, evaluation.baseline) if evaluation else (None, None)
    if score is None:
        return "No score: there is no answer."
    better = "higher" if score.higher_is_better else "lower"
    text = f"**{score.value:.6g} ± {score.std:.2g}** {_plain(score.metric)} ({better} is better)"
    text += f" over {len(score.folds)} folds"
    return text + (f"; a dummy scores {baseline.value:.6g}." if baseline else ".")


def _rows(gates: Iterable[Gate]) -> str:
    return "\n".join(
        f"| {_plain(gate.name)} | {'passed' if gate.passed else gate.severity} "
        f"| {_plain(gate.detail)} |"
        for gate in gates
    )


def _plain(text: str) -> str:
    """One line that breaks no table."""
    return " ".join(text.split()).replace("|", "/")
