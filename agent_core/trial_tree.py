"""What a search has tried, what came of it, and how it ended. Kept as ``trials.json``."""

from enum import StrEnum
from pathlib import Path

from agent_core.decision import Decision
from agent_core.evaluation import Score
from agent_core.value import Value
from agent_core.verification import Verification

_FILE = "trials.json"


class NodeKind(StrEnum):
    """How a trial came to be."""

    TEMPLATE = "template"
    DRAFT = "draft"
    REPAIR = "repair"
    IMPROVE = "improve"
    BLEND = "blend"


class NodeState(StrEnum):
    """What became of a trial.

    UNWRITTEN  the model gave no script that could be run
    FAILED     the script failed, or its outputs were no answer
    REJECTED   it has a score, but a gate keeps it from winning
    SCORED     it works; its score has not been checked
    VERIFIED   its score held where the answers were withheld, or is ours to begin with
    LEAKING    its score did not hold: it is out
    """

    UNWRITTEN = "unwritten"
    FAILED = "failed"
    REJECTED = "rejected"
    SCORED = "scored"
    VERIFIED = "verified"
    LEAKING = "leaking"


class Node(Value):
    """One trial. ``name`` is unique in its tree and the same in a repeat ("draft 2 repair 1").

    ``parent`` is the trial that it repairs or improves; a blend has ``parts`` with their weights
    instead. ``solution`` is the fingerprint of the `Solution`. ``failure`` is the name of a class
    in `agent_core.failures`, ``message`` what went wrong, for people. ``cost_usd`` is what its
    questions cost, ``seconds`` how long it ran. ``decision`` is there once the search is over.
    """

    name: str
    kind: NodeKind
    state: NodeState
    title: str
    parent: str | None = None
    parts: tuple[tuple[str, float], ...] = ()
    solution: str | None = None
    score: Score | None = None
    failure: str | None = None
    message: str = ""
    cost_usd: float = 0.0
    seconds: float = 0.0
    verification: Verification | None = None
    decision: Decision | None = None


class TrialTree(Value):
    """Every trial of a run. Parents come before their children.

    ``winner`` is the name of the trial that is handed in, None where there is none. ``stopped``
    says in plain words why the search ended.
    """

    planner: str
    nodes: tuple[Node, ...]
    winner: str | None
    stopped: str
    cost_usd: float = 0.0

    def node(self, name: str) -> Node:
        """The trial of that name. Raises KeyError where there is none."""
        found = next((node for node in self.nodes if node.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    @property
    def best(self) -> Score | None:
        """Of the winner; as long as there is none, the best that can be believed."""
        known = (node for node in self.nodes if node.state is NodeState.VERIFIED)
        scores = [self.node(self.winner).score] if self.winner else [node.score for node in known]
        best = None
        for score in scores:
            if score and (best is None or score.better_than(best)):
                best = score
        return best

    @property
    def tried(self) -> int:
        """How many scripts were run."""
        return sum(node.solution is not None for node in self.nodes)


def save_tree(tree: TrialTree, folder: Path) -> None:
    """Write ``trials.json`` as a whole: a reader never sees half of it."""
    beside = folder / f"{_FILE}.new"
    beside.write_text(tree.model_dump_json(indent=2), encoding="utf-8")
    beside.replace(folder / _FILE)


def load_tree(folder: Path) -> TrialTree | None:
    """The tree of a run's folder, or None where it has none. Raises ValueError if it is damaged."""
    path = folder / _FILE
    if not path.is_file():
        return None
    return TrialTree.model_validate_json(path.read_text(encoding="utf-8"))
