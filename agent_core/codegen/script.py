"""The text of a solution: the template's parts in one file, with this competition's CONFIG."""

import string
from functools import cache, partial
from pathlib import Path
from typing import Any

from agent_core.codegen.bundle import Module, bundle, read_module
from agent_core.codegen.configuration import configuration
from agent_core.codegen.literal import literal
from agent_core.metrics import find_metric
from agent_core.profile import Profile
from agent_core.strategy import Strategy

#: The portable parts, in the order in which a reader meets them.
PARTS = (
    *("arrays", "clock", "files", "converting", "reading"),
    *("joins", "tables", "scaling", "closeness", "splitting", "folding"),
    *("text", "dates", "features", "encoding", "problem", "views"),
    *("job", "boosting", "forest", "linear", "kernel", "choosing", "training", "variations"),
    "calibration",
    *("finishing", "blending", "outputs", "search", "main"),
)

HEAD = '''"""A solution of the competition {slug}.

Task: {task}. Metric: {metric} ({direction} is better).

    python solution.py --data DIR --folds folds.csv --out DIR --budget SECONDS

Every argument may be left out: in a Kaggle notebook the data are found below /kaggle/input and the
answer is written to /kaggle/working. It reads the tables, makes features inside each fold, trains
{models}
and others, blends them on their out-of-fold predictions, and writes submission.csv and oof.csv
early, and again whenever they improve.

What is particular to this competition stands in CONFIG; everything below it is general.
"""

import os
import time

# Many small matrices and trees: threads that wait for each other would cost more than they save.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

#: The budget counts from here, before the slow imports.
STARTED = time.monotonic()
'''


def solution_source(profile: Profile, strategy: Strategy) -> str:
    """The text of the script. Raises ValueError for a metric that the registry does not know."""
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
    return f"{head}\n{script}"


def _harmless(text: str) -> str:
    """Text that may stand in a docstring."""
    allowed = string.ascii_letters + string.digits + " -_.,()@"
    return "".join(letter if letter in allowed else "_" for letter in text)[:80]


def _score_call(score: Any) -> tuple[str, str]:
    """The name of a metric's function and the expression that stands for it in the script."""
    if not isinstance(score, partial):
        return score.__name__, score.__name__
    fixed = ", ".join(f"{name}={value!r}" for name, value in score.keywords.items())
    name = score.func.__name__
    return name, f"lambda truth, prediction: {name}(truth, prediction, {fixed})"


@cache
def _portable_modules() -> list[Module]:
    root = Path(__file__).parents[1]
    scores = sorted((root / "metrics").glob("scores*.py"))
    parts = [root / "template" / f"{part}.py" for part in PARTS]
    return [
        *(read_module(path, "agent_core.metrics") for path in scores),
        *(read_module(path, "agent_core.template") for path in parts),
    ]
