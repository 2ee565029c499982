"""How a budget of wall time is shared out."""


def training_seconds(budget: float) -> float:
    """What the training script gets of the whole run's ``budget`` (seconds).

    The rest is for profile, evaluation, submission and tracking. It is a function of the budget
    alone, never of the time already used: it is part of the training's cache key, and a repeat of
    the same command has to ask for the same training.
    """
    return budget - min(0.15 * budget, 30.0)
