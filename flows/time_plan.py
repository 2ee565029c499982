"""How a budget of wall time is shared out.

Every share is a function of the budget alone, never of the time already used: shares are part of
cache keys and of questions, and a repeat of the same command has to ask for the same. Where what
came before took long, a training is cut short: its share names it, the clock ends it.
"""

#: What is kept back for all but training.
_REST_PART, _REST_SECONDS = 0.15, 30.0
#: What evaluation, submission and tracking take of that; and, since they read every row again, for
#: each million of them, up to a part of the budget.
_END_PART, _END_SECONDS = 0.05, 10.0
_END_SECONDS_PER_MILLION, _LARGEST_END_PART = 6.0, 0.25
#: Of a search the template gets this part, for it is what has to be beaten, and each trial that.
_TEMPLATE_PART, _TRIAL_PART = 0.25, 0.06
#: With less a script hardly gets to train, whatever the budget; and this part is the most.
_SHORTEST_TRIAL, _LARGEST_TRIAL_PART = 20.0, 0.15


def training_seconds(budget: float) -> float:
    """What the template gets of a run of ``budget`` seconds that does not search."""
    return search_seconds(budget)


def training_end(budget: float, rows: int) -> float:
    """When the template's training has to be over, in seconds since the run began.

    ``rows`` are those of training and test table together.
    """
    reading = min(_END_SECONDS_PER_MILLION * rows / 1e6, _LARGEST_END_PART * budget)
    return budget - min(_END_PART * budget, _END_SECONDS) - reading


def search_seconds(budget: float) -> float:
    """When a search has to be over, in seconds since the run began."""
    return budget - min(_REST_PART * budget, _REST_SECONDS)


def template_seconds(budget: float) -> float:
    """What the template gets where a search follows."""
    return _TEMPLATE_PART * budget


def trial_seconds(budget: float) -> float:
    """What each trial of a search gets."""
    shortest = min(_SHORTEST_TRIAL, _LARGEST_TRIAL_PART * budget)
    return max(_TRIAL_PART * budget, shortest)
