"""Texts as weighted words (for linear models) and as a few dense columns (for trees)."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from agent_core.template.arrays import Floats, Ints

#: A word may have a single letter.
WORD = r"(?u)\b\w+\b"

#: Longer texts in all than this are counted by single words; pieces and pairs would be too many.
MOST_CHARACTERS = 12_000_000

#: So many terms are kept, the commonest ones.
MOST_TERMS = 30_000


def count_terms(texts: list[str]) -> sparse.csr_matrix:
    """How often each word, pair of words and piece of a word occurs in each text.

    Only counting is done here, once for all rows; what the terms are worth is learned per fold.
    """
    options = {"strip_accents": "unicode", "dtype": np.float32}
    short = sum(map(len, texts)) <= MOST_CHARACTERS
    fewest = 1 if len(texts) < 50 else 2
    counters = [
        CountVectorizer(
            token_pattern=WORD, ngram_range=(1, 2 if short else 1), min_df=fewest, **options
        )
    ]
    if short:
        counters.append(
            CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=fewest, **options)
        )
    parts = []
    for counter in counters:
        try:
            parts.append(counter.fit_transform(texts))
        except ValueError:  # no term occurs often enough
            continue
    return sparse.hstack(parts, format="csr") if parts else sparse.csr_matrix((len(texts), 0))


def weigh_terms(counts: sparse.csr_matrix, fit: Ints) -> sparse.csr_matrix:
    """TF-IDF of all rows with the terms and weights that the rows of ``fit`` teach.

    As in scikit-learn: (1 + log tf) (1 + log((1 + n) / (1 + df))), rows of length 1.
    """
    frequency = np.bincount(counts[fit].indices, minlength=counts.shape[1])
    fewest = 1 if len(fit) < 40 else 2 if len(fit) < 5_000 else 3
    common = np.argsort(-frequency, kind="stable")[:MOST_TERMS]
    kept = np.sort(common[frequency[common] >= fewest])
    weighed = counts[:, kept].tocsr()
    weighed.data = 1 + np.log(weighed.data)
    rarity = 1 + np.log((1 + len(fit)) / (1 + frequency[kept]))
    weighed = weighed.multiply(rarity.astype(np.float32)).tocsr()
    return normalize(weighed, copy=False) if weighed.shape[1] else weighed


def condense(matrix: sparse.csr_matrix, fit: Ints, size: int, seed: int) -> Floats:
    """The first ``size`` singular directions of ``matrix[fit]``, for all rows."""
    size = min(size, matrix.shape[1] - 1, len(fit) - 1)
    if size < 1:
        return np.asarray(matrix.toarray(), dtype=np.float32)
    directions = TruncatedSVD(size, n_iter=2, random_state=seed).fit(matrix[fit])
    return np.asarray(directions.transform(matrix), dtype=np.float32)
