"""What a failed request to Claude means to us. Knows the service's words, not its SDK."""

from agent_core.errors import ModelError, ModelUnavailable, NoModel, QuestionRejected

_PASSING = frozenset({408, 409, 429, 499})
#: An error that is told within a stream has status 200: then only its type says what it is.
_PASSING_TYPES = frozenset({"overloaded_error", "api_error", "timeout_error", "rate_limit_error"})
_KEY_TYPES = frozenset({"authentication_error", "permission_error"})
_ANOTHER_MODEL = "Set KAGGLE_AGENT_MODEL_PLAN and its like to a model that your account can use."


def failure_of(
    status: int, *, kind: str = "", code: str = "", message: str = "", wait: float | None = None
) -> ModelError:
    """Our error for an answer with that HTTP ``status``.

    ``kind`` and ``code`` are the error's type and code in its body, ``message`` its own words,
    ``wait`` the seconds of its Retry-After.
    """
    said = f"Claude's service answered {status}{f' {kind}' if kind else ''}: {message[:300]}"
    if status == 402 or kind == "billing_error" or "spend_limit" in code:
        return NoModel(
            said,
            means="The account behind the key may not spend any more.",
            next="Look at billing and limits in the Claude Console.",
        )
    if status in (401, 403) or kind in _KEY_TYPES:
        return NoModel(
            said,
            means="The key is not accepted, or may not use this model.",
            next="Check ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL, if you use a gateway).",
        )
    if status == 404:
        means = "There is no such model, or ANTHROPIC_BASE_URL leads somewhere else."
        return NoModel(said, means=means, next=_ANOTHER_MODEL)
    if status in _PASSING or status >= 500 or kind in _PASSING_TYPES:
        return unavailable(said, wait)
    return QuestionRejected(
        said,
        means="The question is not taken as it is; asking again does not help.",
        next="Look at the message; if the prompt is too long, use a model with a longer context.",
    )


def unavailable(what: str, wait: float | None = None) -> ModelUnavailable:
    """No usable answer came, for a reason that can pass. ``wait``: seconds that were asked for."""
    error = ModelUnavailable(
        what,
        means="Claude is overloaded, or the connection to it does not hold.",
        next="The run goes on with what it has; run the same command later to ask again.",
    )
    error.retry_after = wait
    return error


def out_of_time() -> ModelUnavailable:
    """The deadline came before the answer."""
    return ModelUnavailable(
        "There is no time left for Claude's answer.",
        means="The run keeps to its budget and goes on with what it has.",
        next="Give it more time with --budget.",
    )


def no_model(why: str) -> NoModel:
    """The environment's settings lead to nobody."""
    return NoModel(
        f"The settings for Claude cannot be used: {why}",
        means="There is nobody to ask.",
        next="Check the ANTHROPIC_ variables in your environment.",
    )
