"""Something that stands in the way of a run, with its fix."""

from agent_core.errors import KaggleAgentError
from agent_core.value import Value


class Blocker(Value):
    """``code`` is stable, for programs. What happened, what it means, what to do next."""

    code: str
    what: str
    means: str = ""
    next: str = ""

    @classmethod
    def of(cls, code: str, error: KaggleAgentError) -> "Blocker":
        """The blocker that ``error`` speaks of."""
        return cls(code=code, what=error.what, means=error.means, next=error.next)
