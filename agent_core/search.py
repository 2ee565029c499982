"""The search: what is tried next, and when it is enough. The policy is `Search.run`.

The template's trial is there before it begins, so there is a valid answer from the start. Drafts
that differ from each other are written and tried side by side; what fails or leaks is repaired a
few times; the best that holds is improved by one idea at a time. Scores are the host's; only more
than noise counts as progress; nothing wins before its score was verified. At the end the best
verified trials and the template's are blended, and the template wins unless it is clearly beaten.

All is decided by results and limits, in a fixed order, so a search that was killed comes by the
same way again, and finds its steps in the cache.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from agent_core.attempt import Attempt
from agent_core.errors import ModelError, SurroundingsFailed
from agent_core.progress import Report
from agent_core.searching.author import OWN_IDEAS, Author, Brief
from agent_core.searching.bench import Bench, NothingHolds, SearchOver
from agent_core.searching.finish import best_first, blend_of, winner_of
from agent_core.searching.line import Line
from agent_core.searching.side_by_side import Work, side_by_side
from agent_core.searching.steps import Limits, Steps
from agent_core.searching.telling import best_of, tried_of
from agent_core.strategy import Strategy
from agent_core.trial_tree import NodeKind


@dataclass(frozen=True)
class SearchResult:
    """``attempts`` in a fixed order, parents first; ``winner`` is one of them, or None.

    ``stopped`` says why the search ended; ``warnings`` are for what a person should know or cure.
    """

    attempts: tuple[Attempt, ...]
    winner: Attempt | None
    stopped: str
    warnings: tuple[str, ...]


class Search:
    """Looks for something better than ``template`` until a limit is reached.

    ``time_left`` gives the seconds until the search has to be over. ``tried`` gets each attempt
    when it has come to its end, as `Line` says.
    """

    def __init__(
        self,
        template: Attempt,
        brief: Brief,
        steps: Steps,
        limits: Limits,
        time_left: Callable[[], float],
        report: Report,
        tried: Callable[[Attempt], None] = lambda attempt: None,
    ) -> None:
        self._template = template
        self._steps = steps
        self._limits = limits
        self._time_left = time_left
        self._report = report
        self._tried = tried
        self._author = Author(brief, steps, limits.answers)
        self._bench = Bench(steps, limits, time_left)
        self._lines: list[Line] = []

    def run(self) -> SearchResult:
        """No fault of the model, of its scripts or of the machine is raised: it ends the search."""
        warnings: tuple[str, ...] = ()
        try:
            self._explore()
        except SearchOver as over:
            stopped = str(over)
            warnings = (stopped,) if isinstance(over, NothingHolds) else ()
        except (ModelError, SurroundingsFailed) as error:
            stopped = error.what
            warnings = (str(error),)
        attempts = self._attempts()
        blend = blend_of(self._template, attempts, self._steps, self._limits.blended)
        attempts += [blend] if blend else []
        return SearchResult(
            attempts=(self._template, *attempts),
            winner=winner_of(self._template, attempts),
            stopped=stopped,
            warnings=warnings,
        )

    def _explore(self) -> NoReturn:
        """Draft, then improve the best by one idea at a time, until `SearchOver`."""
        best, idle = self._draft(), 0
        for number in itertools.count(1):
            self._require_more(idle)
            better = self._improve(best, number)
            best, idle = (better, 0) if better else (best, idle + 1)
        raise AssertionError("numbers do not end")

    def _draft(self) -> Attempt:
        """The best of several different drafts, written and tried side by side."""
        wanted = min(self._limits.drafts, self._limits.trials)
        planned = self._author.plan(wanted)
        if planned.stop:
            raise planned.stop
        ideas = planned.result or OWN_IDEAS[:wanted]
        share, rest = divmod(self._limits.trials, len(ideas))
        works = []
        for number, idea in enumerate(ideas, start=1):
            line = self._line(share + (number <= rest), lambda attempt: True)
            first = self._new(f"draft {number}", NodeKind.DRAFT, idea.title, idea.reasons)
            write = partial(self._author.draft, first.name, ideas, number)
            works.append(partial(line.work, first, write))
        self._run(works)
        verified = [attempt for attempt in self._attempts() if attempt.checked]
        if not verified:
            raise NothingHolds(f"No draft holds: {self._last_word(planned.why)}")
        return best_first(verified)[0]

    def _improve(self, best: Attempt, number: int) -> Attempt | None:
        """``best`` with one more idea, if that makes it better by more than noise."""
        assert best.evaluation is not None
        tried = tried_of(tuple(self._attempts()))
        line = self._line(self._limits.trials - self._trials(), partial(_clearly_better, than=best))
        first = self._new(f"improve {number}", NodeKind.IMPROVE, "One idea more", (), best.name)
        write = partial(self._author.improve, first.name, best_of(best), tried, number)
        self._run([partial(line.work, first, write)])
        return line.last if line.last and line.last.checked else None

    def _require_more(self, idle: int) -> None:
        """Raise `SearchOver` if there is no use, or no room, for one more improvement."""
        if self._trials() >= self._limits.trials:
            raise SearchOver(f"All {self._limits.trials} trials are used up.")
        if idle >= self._limits.patience:
            raise SearchOver(f"{idle} ideas in a row brought no clear progress.")
        self._bench.require_time()

    def _run(self, works: Sequence[Work]) -> None:
        side_by_side(works, self._time_left())
        if self._time_left() <= 0:
            raise SearchOver("The time is used up.")

    def _line(self, trials: int, worth: Callable[[Attempt], bool]) -> Line:
        allowance = min(1 + self._limits.repairs, trials)
        line = Line(self._author, self._bench, allowance, worth, self._report, self._tried)
        self._lines.append(line)
        return line

    def _new(
        self,
        name: str,
        kind: NodeKind,
        title: str,
        reasons: tuple[str, ...],
        parent: str | None = None,
    ) -> Attempt:
        known = self._template.strategy
        strategy = Strategy(
            profile=known.profile,
            planner="claude",
            summary=title,
            reasons=reasons,
            models=(),
            seed=known.seed,
        )
        return Attempt(name=name, kind=kind, strategy=strategy, parent=parent)

    def _attempts(self) -> list[Attempt]:
        """All so far but the template's, in an order that does not depend on who was quicker."""
        return [attempt for line in self._lines for attempt in tuple(line.attempts)]

    def _trials(self) -> int:
        return sum(attempt.solution is not None for attempt in self._attempts())

    def _last_word(self, otherwise: str) -> str:
        said = [attempt.message for attempt in self._attempts() if attempt.message]
        return said[-1] if said else otherwise


def _clearly_better(attempt: Attempt, than: Attempt) -> bool:
    assert attempt.evaluation is not None
    assert than.evaluation is not None
    return attempt.evaluation.clearly_better_than(than.evaluation)
