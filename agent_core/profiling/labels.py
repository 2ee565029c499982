"""The classes of a target: what counts as a label, their order, and how they are submitted."""

import re

import pandas as pd

from agent_core.profiling.naming import keys, plain

NEGATIVE_WORDS = {
    "0", "-1", "no", "n", "false", "f", "negative", "neg", "none", "absent", "off", "bad", "normal",
    "benign", "healthy", "legitimate", "rejected", "notapproved", "failed", "stayed",
}  # fmt: skip
POSITIVE_WORDS = {
    "1", "yes", "y", "true", "t", "positive", "pos", "present", "on", "good", "malignant", "fraud",
    "abnormal", "approved", "accepted", "survived", "default", "churned", "exited", "spam", "hit",
}  # fmt: skip
#: Whatever the description says, these mean what they mean.
PLAIN_NO = {"no", "n", "false", "f", "negative"}
PLAIN_YES = {"yes", "y", "true", "t", "positive"}
SCALES = tuple(
    scale.split()
    for scale in (
        "none verylow low mediumlow medium moderate mid average mediumhigh high veryhigh extreme",
        "terrible verybad verypoor bad poor fair average medium good verygood great excellent",
        "minimal mild slight moderate serious severe verysevere critical fatal",
        "never rarely seldom sometimes occasionally often usually frequently always",
        "stronglydisagree disagree neutral agree stronglyagree",
        "verynegative negative neutral positive verypositive",
        "insufficientweight underweight normal normalweight overweight overweightleveli "
        "overweightlevelii obese obesitytypei obesitytypeii obesitytypeiii",
        "xs s m l xl xxl",
        "small medium large",
        "first second third fourth fifth",
    )
)
MISSING_WORDS = {"na", "nan", "null", "none", "n/a", "?"}


def numeric_value(text: str) -> float | None:
    """The number that a label is, if it is one."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def all_numeric(labels: list[str]) -> bool:
    """Whether every label is a number."""
    return all(numeric_value(label) is not None for label in labels)


def target_labels(texts: pd.Series, known: tuple[str, ...] = ()) -> list[str]:
    """The distinct labels of a training column, in order: numbers by size, texts by alphabet.

    Nothing at all is no label. "NA" and its like are none where all others are numbers, unless
    they are among ``known``, the labels that the competition itself names.
    """
    found = [str(text) for text in texts.str.strip().unique() if text]
    missing = {text for text in found if text.casefold() in MISSING_WORDS} - set(known)
    others = [text for text in found if text not in missing]
    if others and all_numeric(others):
        found = others
    if all_numeric(found):
        return sorted(found, key=lambda text: (float(text.replace(",", ".")), text))
    return _by_scale(found) or sorted(found)


def _by_scale(labels: list[str]) -> list[str] | None:
    """Words of a well-known scale in its order: low, medium, high."""
    for scale in SCALES:
        if len(labels) > 2 and all(plain(label) in scale for label in labels):
            return sorted(labels, key=lambda label: scale.index(plain(label)))
    return None


def positive_last(labels: list[str], texts: pd.Series, description: str, column: str) -> list[str]:
    """Two labels with the positive one at the end: by its meaning, else the rarer one."""
    one, other = labels
    if all_numeric(labels):
        return labels
    for negative, positive in ((one, other), (other, one)):
        if plain(positive) in PLAIN_YES or plain(negative) in PLAIN_NO:
            return [negative, positive]
    for negative, positive in ((one, other), (other, one)):
        if _asked_for(positive, description, column) and not _asked_for(
            negative, description, column
        ):
            return [negative, positive]
    for negative, positive in ((one, other), (other, one)):
        if plain(positive) in POSITIVE_WORDS or plain(negative) in NEGATIVE_WORDS:
            return [negative, positive]
    counts = texts.str.strip().value_counts()
    return [one, other] if counts[other] <= counts[one] else [other, one]


def _asked_for(label: str, description: str, column: str) -> bool:
    """Whether the description speaks of the probability of this label, or calls it positive."""
    word, name = re.escape(label), re.escape(column)
    patterns = (
        rf"probabilit\w+\s+(?:that\s+|of\s+)?(?:\w+\s+){{0,6}}['\"(]?{word}(?!\w)",
        rf"(?<!\w){word}['\")]?\s+(?:is|as|being)\s+(?:the\s+)?positive",
        rf"(?<!\w)(?:1|one)\s*(?:=|is|for|means)\s*['\"]?{word}(?!\w)",
        rf"(?<!\w){word}['\")]?\s*(?:=|\(|:)\s*1(?!\d)",
        rf"{name}\s+(?:is|=|equals)\s+['\"]?{word}(?!\w)",
    )
    return any(re.search(pattern, description, re.IGNORECASE) for pattern in patterns)


def submitted_forms(labels: list[str], sample: pd.Series) -> tuple[tuple[str, ...], bool]:
    """How each label is written in a submission, and whether that is certain.

    The sample's own values decide: the same texts, another case, numbers for words (1 for Yes), or
    numbers in another spelling (1 for 1.0).
    """
    shown = {text for text in sample.str.strip().unique() if text}
    if shown <= set(labels):
        return tuple(labels), True
    for form in (plain, _number_key):
        renamed = {form(text): text for text in shown}
        if set(renamed) <= {form(label) for label in labels}:
            return tuple(
                renamed.get(form(label), _in_style(label, shown)) for label in labels
            ), True
    numbers = {numeric_value(text) for text in shown}
    if None not in numbers and not all_numeric(labels):
        codes = range(len(labels))
        if numbers <= {float(code) for code in codes}:
            return tuple(_number_style(code, shown) for code in codes), len(labels) == 2
        if numbers <= {float(code + 1) for code in codes}:
            return tuple(str(code + 1) for code in codes), False
    words = {plain(text) for text in shown}
    if len(labels) == 2 and words <= NEGATIVE_WORDS | POSITIVE_WORDS:
        return _words_for_two(shown), True
    return tuple(labels), False


def _number_key(text: str) -> str:
    return str(keys(pd.Series([text])).iloc[0])


def _number_style(code: int, shown: set[str]) -> str:
    return f"{code}.0" if all(text.endswith(".0") for text in shown) else str(code)


def _in_style(label: str, shown: set[str]) -> str:
    """A label that the sample does not show, written like those that it does."""
    if all(text.islower() for text in shown):
        return label.lower()
    if all(text.isupper() for text in shown):
        return label.upper()
    if all(text.endswith(".0") for text in shown) and label.isdigit():
        return f"{label}.0"
    if all(text.isdigit() for text in shown) and label.endswith(".0"):
        return label[:-2]
    return label


def _words_for_two(shown: set[str]) -> tuple[str, str]:
    """Negative and positive as the sample writes them; what it does not show is completed."""
    pairs = (("No", "Yes"), ("False", "True"), ("N", "Y"), ("F", "T"), ("Negative", "Positive"))
    for pair in ((lower(a), lower(b)) for a, b in pairs for lower in (str, str.lower, str.upper)):
        if shown <= set(pair):
            return pair
    by_meaning = sorted(shown, key=lambda text: plain(text) in POSITIVE_WORDS)
    return (by_meaning[0], by_meaning[-1])
