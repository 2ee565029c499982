"""One trial of a search with everything that led to it and came of it."""

from agent_core.blend import Blend
from agent_core.conversation import Call
from agent_core.evaluation import Evaluation, Score
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from agent_core.trial import Trial
from agent_core.trial_tree import Node, NodeKind, NodeState
from agent_core.value import Value
from agent_core.verification import Verification


class Attempt(Value):
    """``name`` is unique in its run and the same in a repeat of it.

    ``parent`` is the name of the attempt that this one repairs or improves. What it did not come
    to is None: without a usable answer of the model there is no ``solution``, and a blend has a
    ``blend`` and its ``parts`` (names and weights) instead of solution and trial. ``failure`` is
    the name of a class in `agent_core.failures`, ``message`` says for people what went wrong.
    ``calls`` are the questions that it took.
    """

    name: str
    kind: NodeKind
    strategy: Strategy
    parent: str | None = None
    solution: Solution | None = None
    trial: Trial | None = None
    blend: Blend | None = None
    parts: tuple[tuple[str, float], ...] = ()
    evaluation: Evaluation | None = None
    verification: Verification | None = None
    failure: str | None = None
    message: str = ""
    calls: tuple[Call, ...] = ()

    @property
    def outputs(self) -> Trial | Blend | None:
        """What holds its predictions."""
        return self.blend or self.trial

    @property
    def score(self) -> Score | None:
        """The host's score, if there is one."""
        return self.evaluation.score if self.evaluation else None

    @property
    def works(self) -> bool:
        """Whether it may win as far as is known: accepted, and nothing was found against it."""
        accepted = self.evaluation is not None and self.evaluation.accepted
        return accepted and (self.verification is None or self.verification.trusted)

    @property
    def checked(self) -> bool:
        """Whether its score can be believed: the template's is ours, others were verified."""
        ours = self.kind in {NodeKind.TEMPLATE, NodeKind.BLEND}
        return self.works and (ours or self.verification is not None)

    @property
    def cost_usd(self) -> float:
        """What its questions cost; calls of models without a price count nothing."""
        return sum(call.usd or 0.0 for call in self.calls)

    @property
    def state(self) -> NodeState:
        """How it ended, as the tree tells it."""
        if self.verification is not None and not self.verification.trusted:
            return NodeState.LEAKING
        if self.solution is None and self.blend is None:
            return NodeState.UNWRITTEN
        if self.evaluation is None or self.score is None:
            return NodeState.FAILED
        if not self.evaluation.accepted:
            return NodeState.REJECTED
        return NodeState.VERIFIED if self.checked else NodeState.SCORED

    def node(self) -> Node:
        """What the tree of trials keeps of it."""
        return Node(
            name=self.name,
            kind=self.kind,
            state=self.state,
            title=self.strategy.summary,
            parent=self.parent,
            parts=self.parts,
            solution=self.solution.fingerprint() if self.solution else None,
            score=self.score,
            failure=self.failure,
            message=self.message,
            cost_usd=self.cost_usd,
            seconds=self.trial.resources.seconds if self.trial else 0.0,
            verification=self.verification,
        )
