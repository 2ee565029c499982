"""The project's own ``@task``: what holds for every stage is said here, once.

Caching   by content, see `tasks.caching`. A result is kept as soon as the stage has ended, so a
          run that was killed goes on from the last finished stage. Where results lie is said by
          who runs the stage (`flows.journey`), since that depends on the home folder.
Timeouts  only stop a hang: Prefect interrupts the main thread, where flows here call their tasks
          directly. They are of no use to a task in a thread of its own, so the stages of a search
          have none: generated programs have limits that the sandbox keeps, questions have a
          deadline, and `agent_core.search` waits for neither longer than there is time.
Retries   one layer per failure. The Kaggle adapter retries what HTTP can cure, so the download is
          not retried here; a failure of our own surroundings is, at once and again after as long
          as an engine takes that is restarted. Bad data, refused access and bugs come back the
          same, so they are reported at once.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun

from agent_core.errors import SurroundingsFailed
from agent_core.value import Value
from tasks.caching import ValueSerializer, cache_key

P = ParamSpec("P")
R = TypeVar("R", bound=Value)

_RETRY_SECONDS = (2.0, 20.0)


def stage(
    name: str, *, timeout: float | None, retries: int = len(_RETRY_SECONDS), of_code: bool = True
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function from values and scalars to one `Value` a cached task.

    ``timeout`` in seconds. ``name`` is what people see and part of the cache key. ``of_code``:
    the result depends on our code too.
    """

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        def key(_: Any, parameters: dict[str, Any]) -> str:
            return cache_key(name, function, (), parameters, of_code)

        made: Task[P, R] = task(
            name=name,
            cache_key_fn=key,
            persist_result=True,
            result_serializer=ValueSerializer(),
            timeout_seconds=timeout,
            retries=retries,
            retry_delay_seconds=list(_RETRY_SECONDS),
            retry_condition_fn=_is_surroundings,
        )(function)
        return made

    return decorate


def _is_surroundings(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), SurroundingsFailed)
