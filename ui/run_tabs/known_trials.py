"""Which trials a run has made, and which of them is the one to show."""

from agent_core.errors import NoSuchResult
from agent_core.trial_tree import Node, TrialTree
from ui import sources
from ui.readers.runs import RunRow


def tree_of(row: RunRow) -> TrialTree:
    """As it was left, or as it is so far. Raises NoSuchResult where nothing was tried yet."""
    try:
        return sources.results().trials(row.id)
    except NoSuchResult:
        tree = sources.runs().trials(row.id)
        if tree is None:
            raise
        return tree


def leading(tree: TrialTree) -> Node | None:
    """The winner; before there is one, the best that may win, and else the first."""
    if tree.winner is not None:
        return tree.node(tree.winner)
    best: Node | None = None
    for node in tree.nodes:
        trusted = node.verification is None or node.verification.trusted
        if node.score and trusted and (best is None or _beats(node, best)):
            best = node
    return best or (tree.nodes[0] if tree.nodes else None)


def _beats(node: Node, best: Node) -> bool:
    return bool(node.score and best.score and node.score.better_than(best.score))
