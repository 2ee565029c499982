"""A run of a bundled competition, with all that its folder keeps, made without training."""

from pathlib import Path

from agent_core.evaluation import Score
from agent_core.folds import write_folds
from agent_core.home import Home
from agent_core.intake.local_folder import open_folder
from agent_core.notebook.folds import packed_folds
from agent_core.notebook.kept import FOLDS
from agent_core.planning import plan_by_rules
from agent_core.profiling import profile_dataset
from agent_core.run import Run
from agent_core.solution import write_solution
from agent_core.storage.store import store_dataset
from agent_core.trial_tree import Node, NodeKind, NodeState, TrialTree, save_tree
from tests.agent_core.submitting.orders import solved_run

EXAMPLES = Path(__file__).parents[3] / "examples"
SCORE = Score(metric="accuracy", higher_is_better=True, value=0.8, std=0.01, folds=(0.79, 0.81))


def node(name: str, kind: NodeKind = NodeKind.TEMPLATE, **known) -> Node:
    return Node(
        name=name, kind=kind, state=NodeState.VERIFIED, title=f"The {name}", score=SCORE, **known
    )


def finished_run(home: Home, competition: str = "palmer-penguins") -> Run:
    """The template has won."""
    about = open_folder(EXAMPLES / competition)
    dataset = store_dataset(about, home)
    profile = profile_dataset(dataset, None)
    strategy = plan_by_rules(profile, 0)
    run = solved_run(home, source=str(about.folder), competition=about, slug=about.slug)
    folder = home.runs / run.run_id
    (folder / "profile.json").write_text(profile.model_dump_json())
    write_folds(profile, dataset, folder / "folds.csv")
    (folder / FOLDS).write_text(packed_folds(folder / "folds.csv"))
    trial = folder / "trials" / "template"
    trial.mkdir(parents=True)
    (trial / "solution.py").write_text(write_solution(profile, strategy).source)
    (trial / "strategy.json").write_text(strategy.model_dump_json())
    won(run, home, (node("template"),), "template")
    return run


def won(run: Run, home: Home, nodes: tuple[Node, ...], winner: str) -> None:
    """Say in its folder which trial has won."""
    tree = TrialTree(planner="rules", nodes=nodes, winner=winner, stopped="")
    save_tree(tree, home.runs / run.run_id)
