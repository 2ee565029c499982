"""What came of a run, read from the files that it leaves: the same ones wherever they are kept."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from agent_core.errors import KaggleAgentError, NoSuchResult, SurroundingsFailed
from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.receipt import Receipt
from agent_core.spread import Spreads
from agent_core.strategy import Strategy
from agent_core.trial_tree import TrialTree
from agent_core.verification import Verification
from ui.readers.results import Importance, Place, TrialResult

T = TypeVar("T")
V = TypeVar("V", bound=BaseModel)

#: Of what a script has printed, that is shown (bytes).
LOG_TAIL = 64 * 1024
_MOST_FEATURES = 1000


class Source(Protocol):
    """Where the files of runs are. Raises NoSuchResult, and SurroundingsFailed if it is away."""

    def place(self, run_id: str) -> Place:
        """The run's page in MLflow."""
        ...

    def read(self, run_id: str, trial: str, name: str) -> bytes:
        """A file of the run (``trial`` is empty) or of one of its trials."""
        ...


class FileResults:
    """`ui.readers.results.Results` from the first of ``sources`` that has what is asked for."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def place(self, run_id: str) -> Place:  # noqa: D102 - the protocol says it
        known = _checked(run_id)
        return self._first("its page in MLflow", lambda source: source.place(known))

    def profile(self, run_id: str) -> Profile:  # noqa: D102
        return self._value(Profile, run_id, "", "profile.json")

    def spreads(self, run_id: str) -> Spreads:  # noqa: D102
        return self._value(Spreads, run_id, "", "spreads.json")

    def trials(self, run_id: str) -> TrialTree:  # noqa: D102
        return self._value(TrialTree, run_id, "", "trials.json")

    def trial(self, run_id: str, name: str) -> TrialResult:  # noqa: D102
        whole = FileResults([self._source_of(run_id, name)])
        solution = whole._optional(run_id, name, "solution.py")
        changes = whole._optional(run_id, name, "diff.patch")
        log = whole._optional(run_id, name, "log.txt")
        return TrialResult(
            name=name,
            strategy=whole._value(Strategy, run_id, name, "strategy.json"),
            solution=None if solution is None else _text(solution),
            changes=_text(changes or b""),
            log=_text((log or b"")[-LOG_TAIL:]),
            evaluation=whole._optional_value(Evaluation, run_id, name, "evaluation.json"),
            verification=whole._optional_value(Verification, run_id, name, "verification.json"),
        )

    def _source_of(self, run_id: str, trial: str) -> Source:
        """Who has a trial has all there is of it: what that lacks is nowhere."""
        known = _checked(run_id, trial)

        def look(source: Source) -> Source:
            source.read(known, trial, "strategy.json")
            return source

        return self._first(f"the trial {trial}", look)

    def importance(self, run_id: str, name: str) -> tuple[Importance, ...]:  # noqa: D102
        return parse_importance(_text(self._bytes(run_id, name, "importance.csv")))

    def submission(self, run_id: str) -> bytes:  # noqa: D102
        return self._bytes(run_id, "", "submission.csv")

    def solution(self, run_id: str) -> bytes:  # noqa: D102
        return self._bytes(run_id, "", "solution.py")

    def receipt(self, run_id: str) -> Receipt:  # noqa: D102
        return self._value(Receipt, run_id, "", "receipt.json")

    def _bytes(self, run_id: str, trial: str, name: str) -> bytes:
        known = _checked(run_id, trial)
        return self._first(name, lambda source: source.read(known, trial, name))

    def _first(self, what: str, ask: Callable[[Source], T]) -> T:
        """Of the first source that has it. Away outweighs not found: it may have it."""
        away: SurroundingsFailed | None = None
        for source in self._sources:
            try:
                return ask(source)
            except SurroundingsFailed as error:
                away = away or error
            except NoSuchResult:
                continue
        raise away or _nothing(what)

    def _optional(self, run_id: str, trial: str, name: str) -> bytes | None:
        with suppress(NoSuchResult):
            return self._bytes(run_id, trial, name)
        return None

    def _value(self, kind: type[V], run_id: str, trial: str, name: str) -> V:
        try:
            return kind.model_validate_json(self._bytes(run_id, trial, name))
        except ValidationError as error:
            raise KaggleAgentError(
                f"{name} of this run cannot be read ({error.error_count()} faults in it).",
                means="It was written by another version of this program, or was damaged.",
                next="Run the competition again: what is cached is taken, and the file is new.",
            ) from error

    def _optional_value(self, kind: type[V], run_id: str, trial: str, name: str) -> V | None:
        with suppress(NoSuchResult):
            return self._value(kind, run_id, trial, name)
        return None


def parse_importance(text: str) -> tuple[Importance, ...]:
    """From a script's ``importance.csv``, which may hold anything: only numbers are taken."""
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        with suppress(TypeError, ValueError):
            value = float(row.get("importance") or "")
            found.append(Importance(feature=str(row.get("feature"))[:200], importance=value))
    known = [one for one in found if one.importance == one.importance]
    return tuple(sorted(known, key=lambda one: -one.importance)[:_MOST_FEATURES])


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _checked(run_id: str, trial: str = "") -> str:
    """The id as a path and a filter may hold it, and so may be the name of the trial."""
    if trial and not re.fullmatch(r"[\w-][\w .-]{0,99}", trial):
        raise _nothing(f"a trial called {trial[:100]!r}")
    try:
        return str(UUID(run_id))
    except ValueError:
        raise NoSuchResult(
            f"{run_id[:100]!r} is no id of a run.",
            means="There is nothing to show under this address.",
            next="Look for the run in the list of runs.",
        ) from None


def _nothing(what: str) -> NoSuchResult:
    return NoSuchResult(
        f"{what} is not there.",
        means="The run has not come that far, ended before it, or its results are kept elsewhere.",
        next="Look again once the run is over.",
    )
