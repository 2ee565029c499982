"""One self-contained training script, and the contract it is written to.

It is called as ``python solution.py --data DIR --folds folds.csv --out DIR --budget SECONDS`` and
reads nothing but ``--data`` and ``--folds``. Into ``--out`` it writes

* ``submission.csv``: the sample submission's ids, order and columns;
* ``oof.csv``: the same columns, one row per training row in the training table's order, each
  predicted by models that did not see that row's fold. Rows of fold -1 are left empty;
* ``importance.csv`` (``feature,importance``) and ``notes.json``, if it likes.

``folds.csv`` has the columns ``row`` (position in the training table, from 0) and ``fold``. For
fold k train on every row of another fold; under the scheme ``time_forward`` only on rows with a
smaller fold number. Every file is replaced as a whole (written beside, then renamed), so that what
is there when the script is stopped is complete. What it prints is a log and never a result.
"""

from typing import TYPE_CHECKING

from agent_core.value import Value

if TYPE_CHECKING:
    from agent_core.profile import Profile
    from agent_core.strategy import Strategy

#: Raised whenever the paragraph above changes its meaning.
CONTRACT_VERSION = 1


class Solution(Value):
    """``source`` is the whole script, ``strategy`` the fingerprint of the `Strategy` behind it."""

    source: str
    strategy: str
    contract: int = CONTRACT_VERSION


def write_solution(profile: "Profile", strategy: "Strategy") -> Solution:
    """The script that carries ``strategy`` out. The same input gives the same text.

    Raises ValueError where the profile names a metric that the registry does not know.
    """
    # Late, since this module is also imported for the value alone.
    from agent_core.codegen.script import solution_source  # noqa: PLC0415

    source = solution_source(profile, strategy)
    return Solution(source=source, strategy=strategy.fingerprint())
