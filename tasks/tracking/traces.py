"""Each call to Claude as a trace: what it was for, its tokens and its cost.

Spans are made by hand: MLflow's own hook sees no stream, which is all that we use. Prompts and
answers are not in them. A call's own times are not known, only how long it took.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent_core.conversation import Call, Usage
from agent_core.spending.prices import price_of
from tasks.record import SolveRecord
from tasks.tracking_place import tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import RunInfo

    from agent_core.home import Home


def write_traces(
    client: "MlflowClient", runs: dict[str, "RunInfo"], record: SolveRecord, home: "Home"
) -> None:
    """Write the calls of each attempt to the run of that name in ``runs``; "" is the solve's own.

    What no attempt asked for, such as the plan, belongs to the solve.
    """
    with _process_store(tracking_uri(home)):
        others = list(record.calls)
        for attempt in record.attempts:
            for call in attempt.calls:
                if call in others:
                    others.remove(call)
                _write(client, runs[attempt.name], attempt.name, call, record)
        for call in others:
            _write(client, runs[""], call.purpose, call, record)


@contextmanager
def _process_store(uri: str) -> Iterator[None]:
    """Let the traces of the body go to ``uri``: unlike all else they follow the process's setting.

    That setting is an environment variable too, which everything else of ours would take for the
    person's, so it is put back.
    """
    import mlflow  # noqa: PLC0415

    name = "MLFLOW_TRACKING_URI"
    given = os.environ.get(name)
    mlflow.set_tracking_uri(uri)
    try:
        yield
        mlflow.flush_trace_async_logging()
    finally:
        mlflow.set_tracking_uri(None)
        if given is not None:
            os.environ[name] = given


def _write(
    client: "MlflowClient", run: "RunInfo", name: str, call: Call, record: SolveRecord
) -> None:
    end = round(record.finished.timestamp() * 1e9)
    span = client.start_trace(
        name=f"{call.purpose} ({name})",
        span_type="CHAT_MODEL",
        inputs={"purpose": call.purpose, "trial": name, "model": call.model},
        attributes={
            "mlflow.llm.model": call.model,
            "mlflow.chat.tokenUsage": _tokens(call.usage),
            **({"mlflow.llm.cost": _cost(call)} if call.usd is not None else {}),
        },
        experiment_id=run.experiment_id,
        run_id=run.run_id,
        start_time_ns=end - round(call.seconds * 1e9),
    )
    client.end_trace(
        span.trace_id,
        outputs={"outcome": call.outcome, "request_id": call.request_id},
        status="OK" if call.outcome == "answered" else "ERROR",
        end_time_ns=end,
    )


def _tokens(usage: Usage) -> dict[str, int]:
    return {
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.prompt_tokens + usage.output_tokens,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation_input_tokens": usage.cache_write_5m + usage.cache_write_1h,
    }


def _cost(call: Call) -> dict[str, float]:
    """Shares by the table of prices; a price that has changed since leaves the sum as it was."""
    assert call.usd is not None
    price = price_of(call.model)
    unanswered = call.usage.model_copy(update={"output_tokens": 0})
    of_input = min(price.usd(unanswered), call.usd) if price else call.usd
    return {
        "input_cost": of_input,
        "output_cost": call.usd - of_input,
        "total_cost": call.usd,
    }
