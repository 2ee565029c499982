"""How trials look: each state has a word, a sign and a colour, never the colour alone."""

from typing import Literal, NamedTuple

from agent_core.trial_tree import Node, NodeState
from ui.drawing.palette import BLUE, GREEN, GREY, ORANGE, RED, VIOLET
from ui.drawing.words import score

Badge = Literal["gray", "blue", "green", "red", "orange", "violet"]


class TrialLook(NamedTuple):
    """``meaning`` is a sentence for a person."""

    word: str
    sign: str
    colour: str
    badge: Badge
    meaning: str


TRIAL_LOOKS = {
    NodeState.VERIFIED: TrialLook(
        "verified", "✔", GREEN, "green",
        "Its score held where the answers were withheld, or the script is the tested template.",
    ),
    NodeState.SCORED: TrialLook(
        "scored", "○", BLUE, "blue", "It works. Its score has not been checked: it did not lead."
    ),
    NodeState.REJECTED: TrialLook(
        "rejected", "⊘", ORANGE, "orange", "It has a score, but a gate keeps it from winning."
    ),
    NodeState.LEAKING: TrialLook(
        "leaking", "⚠", VIOLET, "violet", "Its score did not hold without the answers: it is out."
    ),
    NodeState.FAILED: TrialLook(
        "failed", "✘", RED, "red", "The script failed, or its outputs were no answer."
    ),
    NodeState.UNWRITTEN: TrialLook(
        "unwritten", "∅", GREY, "gray", "The model gave no script that could be run."
    ),
}  # fmt: skip


def trial_line(node: Node, depth: int, winner: bool) -> str:
    """One line for a list: as deep as it is in the tree."""
    look = TRIAL_LOOKS[node.state]
    branch = "\u2003" * (depth - 1) + "└ " if depth else ""
    told = [node.name, look.word]
    if node.score:
        told.append(score(node.score.value, node.score.std))
    return f"{branch}{look.sign} " + " · ".join(told) + (" · wins" if winner else "")
