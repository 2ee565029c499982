"""Blends the answers of several scripts with the weights that were chosen for them."""

import numpy as np
import pandas as pd


def blended(
    answers: list[pd.DataFrame],
    weights: list[float],
    columns: list[str],
    kind: str,
    top: int = 0,
    whole: bool = False,
) -> pd.DataFrame:
    """``answers`` are tables of text, the best one first, whose ``columns`` hold predictions.

    "mean" averages numbers (rounded if they have to be ``whole``), "vote" takes the label with the
    most weight behind it, and "rank" the ``top`` labels of lists separated by blanks.
    """
    result = answers[0].copy()
    for column in columns:
        texts = [answer[column].tolist() for answer in answers]
        if kind == "mean":
            stack = [pd.to_numeric(answer[column]) for answer in answers]
            mean = np.average(stack, axis=0, weights=weights)
            result[column] = np.round(mean).astype("int64") if whole else mean
        elif kind == "vote":
            result[column] = [most_wanted(row, weights)[0] for row in zip(*texts, strict=True)]
        else:
            lists = [[text.split() for text in row] for row in zip(*texts, strict=True)]
            result[column] = [" ".join(ranking(row, weights)[:top]) for row in lists]
    return result


def most_wanted(labels: tuple[str, ...], weights: list[float]) -> list[str]:
    """Labels by the weight behind them; of equals, the one that the best script named."""
    votes: dict[str, float] = {}
    for label, weight in zip(labels, weights, strict=True):
        votes[label] = votes.get(label, 0.0) + weight
    return sorted(votes, key=lambda label: -round(votes[label], 9))


def ranking(lists: list[list[str]], weights: list[float]) -> list[str]:
    """Labels by their votes: a script's first choice counts whole, its second half, and so on."""
    votes: dict[str, float] = {}
    for labels, weight in zip(lists, weights, strict=True):
        for place, label in enumerate(labels):
            votes[label] = votes.get(label, 0.0) + weight / (place + 1)
    return sorted(votes, key=lambda label: -round(votes[label], 9))
