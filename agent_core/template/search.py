"""The order of things: a first answer soon, better ones as long as time and hope last."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from agent_core.template.arrays import Floats
from agent_core.template.blending import Blend, Goal, gain_alone, make_blend, mix
from agent_core.template.calibration import calibrated
from agent_core.template.clock import Clock, say
from agent_core.template.finishing import finish
from agent_core.template.job import Candidate
from agent_core.template.outputs import write_notes, write_predictions
from agent_core.template.problem import Problem
from agent_core.template.tables import Tables
from agent_core.template.training import OutOfTime, Trained, train_baseline, train_candidate
from agent_core.template.variations import CHOICES, vary
from agent_core.template.views import Views

#: The first real answer learns from no more than so many rows, with so many trees.
FIRST_ROWS, FIRST_TREES = 20_000, 500

#: The part of the time left that a first candidate of each family may plan to use.
SHARES = {"lightgbm": 0.5, "xgboost": 0.5, "linear": 0.3, "kernel": 0.4, "trees": 0.3}

#: The search ends when so many attempts in a row have not improved the blend's loss by this part.
HOPELESS_ATTEMPTS, WORTHWHILE = 8, 3e-4


@dataclass
class Search:
    """A pool of trained candidates and the blend of them that is the answer so far."""

    config: dict[str, Any]
    tables: Tables
    problem: Problem
    views: Views
    goal: Goal
    truth: Floats
    clock: Clock
    out: Path
    pool: list[Trained] = field(default_factory=list)
    blend: Blend | None = None
    costs: dict[str, float] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)
    written: float = 0.0
    writing_takes: float = 0.0
    unwritten: bool = False

    def run(self) -> None:
        """Everything, until the time is used or nothing is left worth trying."""
        self.add(train_baseline(self.problem))
        rounds = int(np.clip(FIRST_TREES / self.problem.outputs, 10, 60))
        settings = {"rounds": rounds, "learning_rate": 6.0 / rounds}
        # It takes moments; where a machine is so slow that it does not, all the time is for it.
        self.attempt(Candidate("First", "lightgbm", settings), 0.6, FIRST_ROWS)
        self.costs.clear()
        candidates = [Candidate(**settings) for settings in self.config["candidates"]]
        for number, candidate in enumerate(candidates):
            fair = max(SHARES[candidate.family], 1 / (len(candidates) - number))
            self.attempt(candidate, min(0.95, fair))
        self.vary_the_best(candidates)
        self.write(final=True)

    def vary_the_best(self, candidates: list[Candidate]) -> None:
        """Try variations of the families, those with much weight in the blend more often."""
        families = [c for c in candidates if c.family in CHOICES]
        rng = np.random.default_rng(self.config["seed"])
        hopeless, number = 0, 0
        lowest = self.loss()
        while families and hopeless < HOPELESS_ATTEMPTS and self.blend is not None:
            number += 1
            affordable = [c for c in families if self.cost(c.family) < self.clock.left()]
            if not affordable:
                break
            worth = np.array([0.15 + self.weight_of(c.family) for c in affordable])
            chosen = affordable[int(rng.choice(len(affordable), p=worth / worth.sum()))]
            switch = self.config["may_switch_logarithm"]
            self.attempt(vary(chosen, number, self.config["seed"], switch), 0.9)
            hopeless = 0 if self.loss() < lowest - WORTHWHILE * abs(lowest) else hopeless + 1
            lowest = min(lowest, self.loss())

    def attempt(self, candidate: Candidate, fraction: float, most_rows: int | None = None) -> None:
        """Train a candidate in about ``fraction`` of the time that is left, and blend it in."""
        plan, limit = self.clock.part(fraction), self.clock.part(min(1.0, 1.7 * fraction))
        if 0.6 * self.cost(candidate.family) > plan.left():
            say(self.clock, f"{candidate.name}: left out, the time does not allow it")
            return
        started = monotonic()
        try:
            trained = train_candidate(candidate, self.problem, self.views, plan, limit, most_rows)
        except OutOfTime:
            say(self.clock, f"{candidate.name}: left out, the time did not suffice")
            return
        self.costs[candidate.family] = monotonic() - started
        self.add(trained)

    def add(self, trained: Trained) -> None:
        """Blend anew with one more candidate."""
        # A baseline differs between folds by what the others' targets are, which is no knowledge.
        self.pool = [member for member in self.pool if member.candidate.family != "constant"]
        folds, known = self.problem.folds, np.flatnonzero(self.problem.known)
        known = known[folds[known] >= 0]
        trained = calibrated(trained, self.truth, known, self.problem.learn)
        self.pool.append(trained)
        alone = gain_alone(trained.oof, self.truth, known, self.goal)
        oofs = [member.oof for member in self.pool]
        self.blend = make_blend(oofs, self.truth, folds, known, self.goal)
        say(
            self.clock,
            f"{trained.candidate.name}: {self.shown(alone)} in {trained.seconds:.1f} s; "
            f"blend {self.shown(self.blend.gain)}",
        )
        self.scores.append(
            {
                "model": trained.candidate.name,
                "score": self.shown(alone),
                "seconds": trained.seconds,
            }
        )
        self.unwritten = True
        self.write()

    def shown(self, gain: float) -> float:
        """A gain as the metric itself."""
        return round(gain if self.config["metric"]["higher_is_better"] else -gain, 6)

    def loss(self) -> float:
        """The loss of the blend that the choice of weights looks at."""
        known = np.flatnonzero(self.problem.known & (self.problem.folds >= 0))
        if self.blend is None:
            return np.inf
        raw = mix(np.stack([member.oof[known] for member in self.pool]), self.blend.weights)
        return self.goal.loss(self.truth[known], raw)

    def cost(self, family: str) -> float:
        """Seconds that a candidate of the family took last, 0 where that is not known."""
        return self.costs.get(family, 0.0)

    def weight_of(self, family: str) -> float:
        """The family's weight in the blend."""
        assert self.blend is not None
        pairs = zip(self.pool, self.blend.weights, strict=True)
        return float(sum(weight for member, weight in pairs if member.candidate.family == family))

    def write(self, final: bool = False) -> None:
        """Write the answer, unless writing would cost more than it is worth just now."""
        if self.blend is None or not self.unwritten:
            return
        if not final and monotonic() - self.written < 8 * self.writing_takes:
            return
        started = monotonic()
        raw = mix(np.stack([member.test for member in self.pool]), self.blend.weights)
        test = finish(self.goal.rule, self.blend.learned, raw, self.goal.options)
        write_predictions(self.config["layout"], self.tables, self.blend.oof, test, self.out)
        write_notes(self.notes(), self.importance(), self.out)
        self.unwritten = False
        self.written = monotonic()
        self.writing_takes = self.written - started

    def notes(self) -> dict[str, Any]:
        """What was done, for people."""
        assert self.blend is not None
        members = zip(self.pool, self.blend.weights, strict=True)
        return {
            "metric": self.config["metric"]["name"],
            "score": self.shown(self.blend.gain),
            "seconds": round(self.clock.spent(), 1),
            "models": self.scores,
            "weights": {m.candidate.name: round(float(w), 3) for m, w in members if w > 0},
            "settings": {m.candidate.name: m.settings for m in self.pool},
        }

    def importance(self) -> dict[str, float]:
        """Mean gain of each feature over the models that tell it."""
        total: dict[str, float] = {}
        for member in self.pool:
            for name, gain in member.importance.items():
                total[name] = total.get(name, 0.0) + gain
        whole = sum(total.values()) or 1.0
        return {name: gain / whole for name, gain in total.items()}
