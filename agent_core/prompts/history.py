"""What has been done so far, as text for a prompt."""

from agent_core.evaluation import Evaluation, Score
from agent_core.prompts.quoting import block, clean
from agent_core.prompts.rendering import fill
from agent_core.prompts.values import Best, DraftIdea, ToBeat, Tried
from agent_core.strategy import ModelFamily, Strategy

MOST_TRIED, MOST_FEATURES = 30, 25
LONGEST_LINE = 400

_FAMILIES: dict[ModelFamily, str] = {
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "trees": "extra trees",
    "linear": "linear models",
    "kernel": "a kernel model",
}


def score_text(score: Score) -> str:
    """A score with what is needed to judge it, in one line."""
    direction = "higher" if score.higher_is_better else "lower"
    folds = ", ".join(f"{value:.5g}" for value in score.folds[:12])
    return (
        f"{score.value:.6g} ({score.metric}, {direction} is better; by fold {folds}; "
        f"spread {score.std:.2g})"
    )


def to_beat(strategy: Strategy, evaluation: Evaluation) -> ToBeat:
    """The template's result, with what it does in a few sentences."""
    models = ", ".join(_FAMILIES[family] for family in strategy.models)
    logarithm = strategy.transform == "log1p" or strategy.try_logarithm
    extra = " Models of the target's logarithm are among them." if logarithm else ""
    summary = fill("template", models=models, extra=extra).strip()
    return ToBeat(score=evaluation.score, summary=summary)


def rival_text(rival: ToBeat | None) -> str:
    """The template as the thing to beat."""
    if rival is None:
        return "There is no result of the template to compare with: any valid answer is a gain."
    score = score_text(rival.score) if rival.score else "no valid score"
    return fill("rival", score=score, summary=clean(rival.summary, 1_500)).strip()


def rival_line(rival: ToBeat | None) -> str:
    """The template's score alone, where the model has a script of its own to look at."""
    score = score_text(rival.score) if rival and rival.score else "none"
    return f"The template's host score: {score}."


def idea_text(idea: DraftIdea) -> str:
    """One idea in full, as a block."""
    lines = [
        f"Title: {_line(idea.title)}",
        f"Model family: {_line(idea.family)}",
        *(f"Feature: {_line(feature)}" for feature in idea.features[:30]),
        f"Validation: {_line(idea.validation)}",
        *(f"Reason: {_line(reason)}" for reason in idea.reasons[:10]),
    ]
    return block("idea", "\n".join(lines))


def others_text(others: tuple[DraftIdea, ...]) -> str:
    """The other drafts in a line each, as a block."""
    if not others:
        return "There are no other drafts."
    lines = [f"- {_line(idea.title)} ({_line(idea.family)})" for idea in others]
    return block("other drafts", "\n".join(lines))


def tried_text(tried: tuple[Tried, ...]) -> str:
    """Every attempt so far, the latest last, as a block. Of very many the first are left out."""
    if not tried:
        return "Nothing has been tried on it yet."
    shown = tried[-MOST_TRIED:]
    first = len(tried) - len(shown) + 1
    lines = [f"{number}. {_attempt(one)}" for number, one in enumerate(shown, start=first)]
    return block("tried so far", "\n".join(lines))


def best_text(best: Best) -> str:
    """The best script's result: its score, its time and what its models rely on."""
    lines = [
        f"Title: {_line(best.title)}",
        f"Host score: {score_text(best.score)}",
        f"It took {best.seconds:.0f} seconds.",
    ]
    if best.importance:
        lines.append("Importance of its features, the highest first:")
        shown = best.importance[:MOST_FEATURES]
        lines += [f"  {_line(name)}: {weight:.4g}" for name, weight in shown]
    return block("best so far", "\n".join(lines))


def _attempt(tried: Tried) -> str:
    result = f"score {tried.score}" if tried.score else f"failed: {tried.failure or 'unknown'}"
    if tried.score and tried.failure:
        result += f", rejected: {tried.failure}"
    summary = f". {_line(tried.summary)}" if tried.summary else ""
    return f"[{tried.kind}] {_line(tried.title)}: {result}{summary}"


def _line(text: str) -> str:
    return " ".join(clean(text, LONGEST_LINE).split())
