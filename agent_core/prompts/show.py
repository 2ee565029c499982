"""Every prompt as rendered for a bundled example: ``python -m agent_core.prompts.show``.

Writes docs/prompts.md, so that a person can judge what the model is told. The first two parts are
made from the example's real data; the attempts that the later ones tell of are made up.
"""

import json
import tempfile
from pathlib import Path

from agent_core.conversation import ModelChoice, Question
from agent_core.evaluation import Score
from agent_core.failures import failure_named
from agent_core.home import Home
from agent_core.log_lines import relevant_lines
from agent_core.prompts.again import Useless, again_question
from agent_core.prompts.history import score_text
from agent_core.prompts.questions import (
    draft_question,
    improve_question,
    plan_question,
    repair_question,
)
from agent_core.prompts.rendering import fill
from agent_core.prompts.shared import shared_parts
from agent_core.prompts.values import PLAN_SCHEMA, Best, DraftIdea, Machine, ToBeat, Tried

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "palmer-penguins"
DOCUMENT = ROOT / "docs" / "prompts.md"

MACHINE = Machine(processors=4, memory_bytes=8 * 1024**3, seconds=300)
CHOICE = ModelChoice(model="any", effort=None, max_tokens=20_000)
IDEAS = (
    DraftIdea(
        title="LightGBM on body proportions within species",
        family="gradient boosted trees",
        features=(
            "Culmen Length (mm) / Culmen Depth (mm), Body Mass (g) / Flipper Length (mm)",
            "each measurement minus its mean within Species, and within Species and Island",
        ),
        validation="The means use features only; thresholds are chosen on the other folds.",
        reasons=("Males are larger than females of the same species, not of all penguins.",),
    ),
    DraftIdea(
        title="Logistic regression per species on scaled measurements",
        family="linear model",
        features=("the four measurements and their logarithms, scaled within Species",),
        validation="Scaling and the model are fitted inside the fold.",
        reasons=("Few rows and nearly linear borders.",),
    ),
)
SCRIPT = """import pandas as pd

train = pd.read_csv("train.csv")
train["Mass"] = train["Body Mass (g)"].fillna(method="ffill")
"""
LOG = """read 233 training and 100 test rows
Traceback (most recent call last):
  File "/job/solution.py", line 4, in <module>
    train["Mass"] = train["Body Mass (g)"].fillna(method="ffill")
                    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^
TypeError: NDFrame.fillna() got an unexpected keyword argument 'method'
"""


def document() -> str:
    """The whole page as Markdown. The same data and libraries give the same text."""
    shared = _shared()
    rival = ToBeat(
        score=_score(0.918, 0.875, 0.958, 0.917, 0.922),
        summary=fill("template", models="LightGBM, linear models, extra trees", extra="").strip(),
    )
    best = Best(
        title=IDEAS[0].title,
        source=SCRIPT,
        score=_score(0.927, 0.896, 0.958, 0.938, 0.915),
        seconds=41,
        importance=(("Body Mass (g) minus its mean within Species", 412.0), ("Island", 3.0)),
    )
    tried = (
        Tried(title=IDEAS[0].title, kind="draft", failure="pandas_compat", summary=""),
        Tried(title="ffill instead of fillna", kind="repair", score=score_text(best.score)),
        Tried(title=IDEAS[1].title, kind="draft", failure="leak", summary="Scaled before splits."),
    )
    fault = failure_named("pandas_compat")
    questions = (
        ("Planning the drafts", plan_question(shared, 2, rival, CHOICE)),
        ("Writing a draft", draft_question(shared, IDEAS[0], IDEAS[1:], rival, CHOICE)),
        (
            "Repairing a script",
            repair_question(shared, SCRIPT, fault, relevant_lines(LOG), 1, CHOICE),
        ),
        ("Improving the best script", improve_question(shared, best, tried, rival, CHOICE)),
    )
    own = [_own_part(title, question) for title, question in questions]
    return "\n".join(
        [fill("document"), *_shown_shared(shared), *own, _again(questions[1][1]), _form()]
    )


def _shared() -> tuple[str, ...]:
    from agent_core.intake.source import open_competition  # noqa: PLC0415 - slow to import
    from agent_core.profiling import profile_dataset  # noqa: PLC0415
    from agent_core.storage.shelf import remove_tree  # noqa: PLC0415
    from agent_core.storage.store import store_dataset  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        home = Home(root=Path(folder) / "home")
        competition = open_competition(str(EXAMPLE), home)
        dataset = store_dataset(competition, home, _quiet)
        try:
            profile = profile_dataset(dataset, None, _quiet)
            return shared_parts(competition, profile, dataset, MACHINE)
        finally:
            remove_tree(home.root)  # what is stored there is read-only


def _quiet(what: str, part: float | None) -> None:
    """Nobody watches the making of the page."""


def _score(value: float, *folds: float) -> Score:
    return Score(metric="accuracy", higher_is_better=True, value=value, std=0.02, folds=folds)


def _shown_shared(shared: tuple[str, ...]) -> list[str]:
    titles = ("Shared part 1: the rules", "Shared part 2: the competition")
    return [_section(title, part) for title, part in zip(titles, shared, strict=True)]


def _own_part(title: str, question: Question) -> str:
    more = "".join(f"{part}\n" for part in question.shared[2:])
    return _section(title, more + question.text)


def _again(question: Question) -> str:
    """What is added to a question whose answer was of no use."""
    useless = Useless(
        kind="malformed", why="There is no fenced code block in the answer.", text="…"
    )
    again = again_question(question, useless, CHOICE)
    return _section("Asking again (added to the question)", again.text[len(question.text) :])


def _form() -> str:
    """The schema of a plan, which is sent beside its question."""
    return _section("The form of a plan", json.dumps(json.loads(PLAN_SCHEMA), indent=2))


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n`````text\n{text.strip()}\n`````\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
