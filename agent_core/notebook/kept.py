"""What a run's folder keeps of its winner."""

from pathlib import Path

from agent_core.errors import NoSuchResult
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.receipt import Receipt, receipt_of
from agent_core.run import Run, Solved
from agent_core.run_lookup import folder_of, solved_of
from agent_core.strategy import Strategy
from agent_core.trial_tree import Node, TrialTree, load_tree
from agent_core.value import Value

#: The folds of a run, packed (`agent_core.notebook.folds`).
FOLDS = "folds.txt"


class Script(Value):
    """A part of the answer: the script of the trial ``name``, with its weight in the blend."""

    name: str
    weight: float
    source: str


class Kept(Value):
    """A run that has something to show. ``scripts`` are in the order of the blend.

    ``folds`` are packed; ``strategy`` is None where the run left none.
    """

    run: Run
    solved: Solved
    profile: Profile
    tree: TrialTree
    winner: Node
    scripts: tuple[Script, ...]
    folds: str
    strategy: Strategy | None
    receipt: Receipt | None


def kept_of(run: Run, home: Home) -> Kept:
    """Read it. Raises NoSuchResult where the run has come to nothing, or has lost files."""
    solved, folder = solved_of(run), folder_of(run, home)
    tree = load_tree(folder)
    if tree is None or tree.winner is None:
        raise _lost("trials.json", folder)
    winner = tree.node(tree.winner)
    named = winner.parts or ((winner.name, 1.0),)
    return Kept(
        run=run,
        solved=solved,
        profile=Profile.model_validate_json(_read(folder, "profile.json")),
        tree=tree,
        winner=winner,
        scripts=tuple(
            Script(name=name, weight=weight, source=_read(folder, f"trials/{name}/solution.py"))
            for name, weight in named
        ),
        folds=_read(folder, FOLDS).strip(),
        strategy=_strategy(folder / "trials" / named[0][0] / "strategy.json"),
        receipt=receipt_of(folder),
    )


def _strategy(path: Path) -> Strategy | None:
    return Strategy.model_validate_json(path.read_bytes()) if path.is_file() else None


def _read(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _lost(name, folder) from None


def _lost(name: str, folder: Path) -> NoSuchResult:
    return NoSuchResult(
        f"{folder / name} is not there.",
        means="The run was made by an earlier version of this program, or its folder was cleaned.",
        next="Run the competition again: what is cached is taken, and the file is made anew.",
    )
