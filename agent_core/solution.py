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

import string
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_core.value import Value

if TYPE_CHECKING:
    from agent_core.bundle import Module
    from agent_core.profile import Profile
    from agent_core.strategy import Strategy

#: Raised whenever the paragraph above changes its meaning.
CONTRACT_VERSION = 1


class Solution(Value):
    """``source`` is the whole script, ``strategy`` the fingerprint of the `Strategy` behind it."""

    source: str
    strategy: str
    contract: int = CONTRACT_VERSION


#: The portable parts, in the order in which a reader meets them.
PARTS = (
    *("arrays", "clock", "files", "converting", "reading", "joins", "tables"),
    *("dates", "features", "encoding", "scaling", "text", "problem", "views"),
    *("job", "boosting", "forest", "linear", "kernel", "choosing", "training", "variations"),
    *("finishing", "blending", "outputs", "search", "main"),
)

HEAD = '''"""A solution of the competition {slug}.

Task: {task}. Metric: {metric} ({direction} is better).

    python solution.py --data DIR --folds folds.csv --out DIR --budget SECONDS

Every argument may be left out: in a Kaggle notebook the data are found below /kaggle/input and the
answer is written to /kaggle/working. It reads the tables, makes features inside each fold, trains
{models}, blends them on their
out-of-fold predictions, and writes submission.csv and oof.csv early and again whenever they improve.

What is particular to this competition stands in CONFIG; everything below it is general.
"""

import time

#: The budget counts from here, before the slow imports.
STARTED = time.monotonic()
'''


def write_solution(profile: "Profile", strategy: "Strategy") -> Solution:
    """The script that carries ``strategy`` out. The same input gives the same text.

    Raises ValueError where the profile names a metric that the registry does not know.
    """
    from agent_core.bundle import bundle
    from agent_core.configuration import configuration
    from agent_core.literal import literal
    from agent_core.metrics import find_metric

    config = configuration(profile, strategy)
    metric = find_metric(profile.metric.name)
    assert metric is not None, "configuration() has found it"
    score, call = _score_call(metric.score)
    script = bundle(
        _portable_modules(),
        roots=("main", score),
        preamble=f"CONFIG = {literal(config)}",
        call=f"main(CONFIG, {call}, STARTED)",
    )
    head = HEAD.format(
        slug=_harmless(profile.slug),
        task=profile.task.value.replace("_", " "),
        metric=_harmless(metric.title),
        direction="higher" if metric.higher_is_better else "lower",
        models=", ".join(candidate["name"] for candidate in config["candidates"][:4]),
    )
    return Solution(source=f"{head}\n{script}", strategy=strategy.fingerprint())


def _harmless(text: str) -> str:
    """Text that may stand in a docstring."""
    allowed = string.ascii_letters + string.digits + " -_.,()@"
    return "".join(letter if letter in allowed else "_" for letter in text)[:80]


def _score_call(score: Any) -> tuple[str, str]:
    """The name of a metric's function and the expression that stands for it in the script."""
    if not isinstance(score, partial):
        return score.__name__, score.__name__
    fixed = ", ".join(f"{name}={value!r}" for name, value in score.keywords.items())
    return score.func.__name__, f"partial({score.func.__name__}, {fixed})"


@cache
def _portable_modules() -> list["Module"]:
    from agent_core.bundle import read_module

    root = Path(__file__).parent
    scores = sorted((root / "metrics").glob("scores*.py"))
    parts = [root / "template" / f"{part}.py" for part in PARTS]
    return [
        *(read_module(path, "agent_core.metrics") for path in scores),
        *(read_module(path, "agent_core.template") for path in parts),
    ]
