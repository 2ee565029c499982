"""When is a stage's result good for another run? The keys, the form in which results are kept.

Prefect's own policies will not do. INPUTS hashes arguments but not which task they were given to;
TASK_SOURCE sees the task's own text but not the functions it calls; both hash paths that differ
from home to home. So the key is made here, of

* the stage's name,
* a fingerprint of all code of agent_core and of the libraries whose numbers end up in results,
* `Value.fingerprint` of each input that is a value, and the other inputs (budget, seed, the
  trial's number) as they are, in the order of the task's parameters.

A deliberate repeat therefore needs an input that says so: the number of the trial. A parameter
that is annotated with `NOT_CONTENT` says how, not what, and has no part in the key: a client, a
deadline, a name for people. What a model answers depends on the question and on none of our code.
"""

import functools
import hashlib
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.serializers import Serializer

import agent_core
from agent_core.solution import CONTRACT_VERSION
from agent_core.value import NOT_CONTENT, Value, fingerprint

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "xgboost")


def cache_key(
    stage: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    of_code: bool = True,
) -> str:
    """The name of the file that holds the result: the stage, a dash, 64 hexadecimal digits."""
    signature = inspect.signature(function)
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    inputs = [
        [name, _identity(value)]
        for name, value in bound.arguments.items()
        if NOT_CONTENT not in getattr(signature.parameters[name].annotation, "__metadata__", ())
    ]
    code = code_fingerprint() if of_code else ""
    return f"{stage}-{fingerprint([code, inputs])}"


def _identity(value: Any) -> Any:
    if isinstance(value, Value):
        return value.fingerprint()
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} has no fingerprint: a stage takes values and scalars")


@functools.cache
def code_fingerprint() -> str:
    """A hash of what computes results. Takes some milliseconds, once per process."""
    digest = hashlib.sha256(f"{CONTRACT_VERSION} {sys.version_info[:2]}".encode())
    for library in _LIBRARIES:
        digest.update(f" {library}={version(library)}".encode())
    root = Path(agent_core.__path__[0])
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


class ValueSerializer(Serializer):
    """Keeps a `Value` as readable JSON beside the name of its class, and gives back an equal one.

    Prefect's own JSON form turns tuples into lists; pickle would run whatever somebody manages to
    put into the results folder.
    """

    type: Literal["kaggle-agent-value"] = "kaggle-agent-value"

    def dumps(self, obj: Value) -> bytes:
        """Raises TypeError for anything but a value of our own."""
        if not isinstance(obj, Value):
            raise TypeError(f"a stage returns a Value, not {type(obj).__name__}")
        kind = type(obj)
        return json.dumps(
            {
                "class": f"{kind.__module__}:{kind.__qualname__}",
                "value": obj.model_dump(mode="json"),  # as text at once, NaN would become null
            },
            indent=1,
        ).encode()

    def loads(self, blob: bytes) -> Value:
        """Raises ValueError where ``blob`` is not what `dumps` makes."""
        kept = json.loads(blob)
        module, _, name = kept["class"].partition(":")
        if module.partition(".")[0] not in {"agent_core", "tasks"}:
            raise ValueError(f"{module} is none of our modules")
        kind = getattr(importlib.import_module(module), name, None)
        if not (isinstance(kind, type) and issubclass(kind, Value)):
            raise ValueError(f"{kept['class']} is no value")
        return kind.model_validate(kept["value"])


def keep_result(value: Value, key: str, results: Path) -> None:
    """Have ``value`` in the folder ``results`` as if the stage with that cache key had made it."""
    results.mkdir(parents=True, exist_ok=True)
    store = ResultStore(
        result_storage=LocalFileSystem(basepath=str(results)), serializer=ValueSerializer()
    )
    store.write(value, key=key)
