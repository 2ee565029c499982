"""Texts as TF-IDF columns (for linear models) and as a few dense ones (for trees)."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from agent_core.template.arrays import Floats, Ints

#: A word may have a single letter.
WORD = r"(?u)\b\w+\b"

#: Texts longer than this in all make character n-grams too slow to be worth their time.
CHARACTERS_FOR_NGRAMS = 8_000_000


def tfidf(texts: list[str], fit: Ints) -> sparse.csr_matrix:
    """Words, pairs of words and, for short texts, pieces of words; learned from ``fit``."""
    learned = [texts[row] for row in fit]
    parts = []
    for vectorizer in vectorizers(sum(map(len, learned)), len(learned)):
        try:
            vectorizer.fit(learned)
        except ValueError:  # not one word occurs often enough
            continue
        parts.append(vectorizer.transform(texts).astype(np.float32))
    return sparse.hstack(parts, format="csr") if parts else sparse.csr_matrix((len(texts), 0))


def vectorizers(characters: int, rows: int) -> list[TfidfVectorizer]:
    """The vectorizers that fit a text of this size."""
    fewest = 1 if rows < 20 else 2 if rows < 5_000 else 3
    common = {"min_df": fewest, "sublinear_tf": True, "strip_accents": "unicode"}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=WORD, max_features=40_000, **common)
    if characters > CHARACTERS_FOR_NGRAMS:
        return [words]
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=40_000, **common)
    return [words, pieces]


def condense(matrix: sparse.csr_matrix, fit: Ints, size: int, seed: int) -> Floats:
    """The first ``size`` singular directions of ``matrix[fit]``, for all rows."""
    size = min(size, matrix.shape[1] - 1, len(fit) - 1)
    if size < 1:
        return np.asarray(matrix.toarray(), dtype=np.float32)
    directions = TruncatedSVD(size, n_iter=3, random_state=seed).fit(matrix[fit])
    return np.asarray(directions.transform(matrix), dtype=np.float32)
