"""What came back from one attempt, before it is judged."""

import math
from dataclasses import dataclass

from agent_core.conversation import Call, CallOutcome, Question, Usage
from agent_core.errors import ModelError
from agent_core.spending.prices import price_of

#: Faster than the models in the table write.
_HIDDEN_TOKENS_PER_SECOND = 200

_OUTCOMES: dict[str, CallOutcome] = {
    "refusal": "refused",
    "max_tokens": "truncated",
    "model_context_window_exceeded": "truncated",
}


@dataclass
class Received:
    """``usage`` is None as long as nothing can have been billed; ``problem`` is what broke it.

    ``stop_reason`` and ``category`` (of a refusal) are the service's own words.
    """

    usage: Usage | None = None
    text: str = ""
    stop_reason: str | None = None
    category: str = ""
    request_id: str = ""
    seconds: float = 0.0
    problem: ModelError | None = None

    def call(self, question: Question) -> Call | None:
        """What is to be booked, or None. The output of a broken stream is estimated."""
        if self.usage is None:
            return None
        outcome: CallOutcome = "failed"
        usage = self._estimated(self.usage, question.max_tokens)
        if self.problem is None:
            outcome = _OUTCOMES.get(self.stop_reason or "", "answered")
            usage = self.usage
        price = price_of(question.model)
        return Call(
            purpose=question.purpose,
            model=question.model,
            usage=usage,
            seconds=self.seconds,
            usd=price.usd(usage) if price else None,
            request_id=self.request_id,
            outcome=outcome,
        )

    def _estimated(self, usage: Usage, max_tokens: int) -> Usage:
        # The count of output tokens comes last, and thinking is not shown: rather too many than
        # too few, so each visible byte counts as a token, and every second as hidden ones.
        hidden = math.ceil(self.seconds * _HIDDEN_TOKENS_PER_SECOND)
        seen = max(usage.output_tokens, len(self.text.encode()) + hidden)
        return usage.model_copy(update={"output_tokens": min(max_tokens, seen)})
