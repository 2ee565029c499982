"""What names of files and columns hint at; content decides where it can."""

import re

import pandas as pd

from agent_core.template.reading import row_keys

_SAMPLE = re.compile(r"sample|submi[st]|example|gender_submission", re.IGNORECASE)
_TEST = re.compile(
    r"(^|[^a-z])(test|eval|holdout|unlabell?ed|(score|scoring)(?![a-z]))", re.IGNORECASE
)
_TRAIN = re.compile(r"(^|[^a-z])(train|learn|development|labell?ed)", re.IGNORECASE)
_LABELS = re.compile(r"label|target|answer", re.IGNORECASE)


def plain(name: str) -> str:
    """A name without case, blanks and punctuation, for comparison."""
    return re.sub(r"[\W_]+", "", name.casefold())


def says_sample(title: str) -> bool:
    """Whether a file's name says that it is a sample submission."""
    return bool(_SAMPLE.search(title))


def says_test(title: str) -> bool:
    """Whether a file's name says that it holds the test rows."""
    return bool(_TEST.search(title)) and not says_sample(title)


def says_train(title: str) -> bool:
    """Whether a file's name says that it holds the training rows."""
    return bool(_TRAIN.search(title)) and not says_sample(title)


def says_labels(title: str) -> bool:
    """Whether a file's name says that it holds labels only."""
    return bool(_LABELS.search(title))


def keys(values: pd.Series) -> pd.Series:
    """Ids for comparison: no blanks around them and no ".0" behind whole numbers."""
    return row_keys(values.to_frame())


def distinct(texts: pd.Series) -> set[str]:
    """The different texts; walking over the text array itself would take twenty times as long."""
    return set(texts.to_numpy(dtype=object))
