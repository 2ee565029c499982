"""The end of a search: the best verified trials and the template's, blended; who wins."""

from agent_core.attempt import Attempt
from agent_core.searching.steps import Steps
from agent_core.strategy import Strategy
from agent_core.trial_tree import NodeKind


def best_first(attempts: list[Attempt]) -> list[Attempt]:
    """Attempts that have a score, by it; equal ones stay in their order."""
    return sorted(attempts, key=_loss)


def blend_of(template: Attempt, attempts: list[Attempt], steps: Steps, most: int) -> Attempt | None:
    """The blend of the ``most`` best that were verified and the template's, or None.

    None where there are no two to blend, or where no blend is better than the best of them.
    """
    verified = [attempt for attempt in best_first(attempts) if attempt.checked][:most]
    parts = best_first([*verified, template]) if template.works else verified
    trials = {part.trial.fingerprint(): part for part in reversed(parts) if part.trial}
    if len(trials) < 2:
        return None
    made = [trials[name] for name in reversed(trials)]
    blend = steps.blend(tuple((part.trial, part.evaluation) for part in made))  # type: ignore[misc]
    if blend.single:
        return None
    weights = zip(blend.trials, blend.weights, strict=True)
    shares = tuple((trials[name].name, weight) for name, weight in weights if weight > 0)
    told = ", ".join(f"{weight:.0%} {name}" for name, weight in shares)
    strategy = Strategy(
        profile=template.strategy.profile,
        planner="claude",
        summary=f"Blend of {told}",
        reasons=(blend.reason,) if blend.reason else (),
        models=(),
        seed=template.strategy.seed,
    )
    evaluation = steps.evaluate("blend", blend)
    return Attempt(
        name="blend",
        kind=NodeKind.BLEND,
        strategy=strategy,
        blend=blend,
        parts=shares,
        evaluation=evaluation,
    )


def winner_of(template: Attempt, attempts: list[Attempt]) -> Attempt | None:
    """The best that was verified, if it clearly beats the template; None where nothing works."""
    verified = best_first([attempt for attempt in attempts if attempt.checked])
    best = verified[0] if verified else None
    if not template.works:
        return best
    assert template.evaluation is not None
    beaten = best and best.evaluation and best.evaluation.clearly_better_than(template.evaluation)
    return best if beaten else template


def _loss(attempt: Attempt) -> float:
    score = attempt.evaluation.score if attempt.evaluation else None
    if score is None:
        return float("inf")
    return -score.value if score.higher_is_better else score.value
