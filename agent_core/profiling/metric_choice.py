"""The metric: as ordered, as the competition names it, as its text says, or as the data suggest."""

from dataclasses import dataclass

from agent_core.competition import Competition
from agent_core.errors import BadSource
from agent_core.metrics.mentions import metric_in_text
from agent_core.metrics.metric import Metric
from agent_core.metrics.registry import METRICS, find_metric, fitting_metric, near_names
from agent_core.profile import Caution, MetricChoice, PredictionKind, Task

#: What is usual where nothing is said, and how sure that is.
USUAL = {
    (Task.BINARY, PredictionKind.PROBABILITY): ("roc_auc", 0.6),
    (Task.BINARY, PredictionKind.LABEL): ("accuracy", 0.6),
    (Task.BINARY, PredictionKind.CLASS_PROBABILITIES): ("multiclass_log_loss", 0.7),
    (Task.MULTICLASS, PredictionKind.LABEL): ("accuracy", 0.7),
    (Task.MULTICLASS, PredictionKind.CLASS_PROBABILITIES): ("multiclass_log_loss", 0.8),
    (Task.MULTICLASS, PredictionKind.RANKING): ("map_at_3", 0.7),
    (Task.ORDINAL, PredictionKind.LABEL): ("quadratic_weighted_kappa", 0.6),
    (Task.MULTILABEL, PredictionKind.PROBABILITY): ("mean_columnwise_roc_auc", 0.5),
    (Task.MULTILABEL, PredictionKind.LABEL): ("f1_samples", 0.4),
    (Task.REGRESSION, PredictionKind.NUMBER): ("rmse", 0.5),
    (Task.MULTI_TARGET, PredictionKind.NUMBER): ("mcrmse", 0.5),
}


@dataclass(frozen=True)
class NamedMetric:
    """``metric`` is None where nobody names one that we know."""

    metric: Metric | None
    confidence: float
    reason: str
    cautions: tuple[Caution, ...] = ()


def named_metric(competition: Competition, override: str | None) -> NamedMetric:
    """The metric that somebody names. Raises BadSource for an unknown ``override``."""
    if override is not None:
        metric = find_metric(override)
        if metric is None:
            near = ", ".join(near_names(override)) or ", ".join(sorted(METRICS)[:8])
            raise BadSource(
                f"No metric is called {override!r}.",
                means="The scores would mean nothing.",
                next=f"Names like it: {near}.",
            )
        return NamedMetric(metric, 1.0, "given with the command")
    display = competition.evaluation_metric
    if display and (metric := find_metric(display)) is not None:
        return NamedMetric(metric, 1.0, f"the competition names {display!r}")
    metric = metric_in_text(f"{display or ''}. {competition.description}")
    cautions = _unknown(display) if display else ()
    if metric is not None:
        reason = f"the competition's description speaks of {metric.title}"
        return NamedMetric(metric, 0.85, reason, cautions)
    return NamedMetric(None, 0.0, "", cautions)


def _unknown(display: str) -> tuple[Caution, ...]:
    message = (
        f"The competition is scored with {display!r}, which is not known here; "
        "a metric is chosen by its description, the task and the submission's form."
    )
    return (Caution(code="metric_unknown", message=message),)


def choose_metric(
    named: NamedMetric, task: Task, kind: PredictionKind, top: int | None
) -> tuple[MetricChoice, tuple[Caution, ...]]:
    """The metric for this task and form, with what is to be said about it."""
    fitting = fitting_metric(named.metric, task, kind) if named.metric else None
    if fitting is not None:
        choice = MetricChoice(name=fitting.name, confidence=named.confidence, reason=named.reason)
        return choice, named.cautions
    name, confidence = USUAL[task, kind]
    name = f"map_at_{top}" if kind == PredictionKind.RANKING and top else name
    reason = f"usual for {task} with {kind.replace('_', ' ')} submissions"
    choice = MetricChoice(name=name, confidence=confidence, reason=reason)
    if named.metric is None:
        return choice, named.cautions
    message = (
        f"{named.metric.title} ({named.reason}) does not fit a {task} target submitted as "
        f"{kind.replace('_', ' ')}; {name} is used instead. Give another with --metric."
    )
    caution = Caution(code="metric_misfit", message=message)
    return choice.model_copy(update={"confidence": confidence / 2}), (*named.cautions, caution)
