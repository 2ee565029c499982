"""Fifty runs handed in at once: all accepted, none lost, never too many, all with an answer."""

from pathlib import Path

import pytest

from agent_core.run import RunState
from tests.load.figures import figures, most_at_once
from tests.load.load import CLIENTS, LIMIT, SEEDS, Outcome, put_load, rows_of, stack
from tests.load.postgres import postgres, programs
from tests.requirements import require

pytestmark = [pytest.mark.slow, pytest.mark.load, pytest.mark.timeout(2400)]


def test_on_sqlite(tmp_path: Path) -> None:
    with stack(tmp_path) as up:
        check(put_load(up, tmp_path))


def test_on_postgresql(tmp_path: Path) -> None:
    there = programs()
    require(there is not None, "PostgreSQL is not installed")
    assert there
    with postgres(there) as database, stack(tmp_path, database) as up:
        check(put_load(up, tmp_path))
        assert not list((up.home.root / "stack").glob("prefect*.db"))  # it was PostgreSQL's work


def check(outcome: Outcome) -> None:
    none_is_lost(outcome)
    never_too_many(outcome)
    all_have_a_valid_submission(outcome)
    print(*(f"{name:36} {value:10.2f}" for name, value in figures(outcome.passed()).items()),
          sep="\n")  # fmt: skip


def none_is_lost(outcome: Outcome) -> None:
    handed_in = {accepted.run_id for accepted in outcome.accepted}
    assert len(handed_in) == CLIENTS
    assert {run.id for run in outcome.runs} == handed_in
    assert {run.run_id for run in outcome.records} == {str(run_id) for run_id in handed_in}
    ended = [(run.state_name, run.state and run.state.message) for run in outcome.runs]
    assert {name for name, _ in ended} == {"Completed"}, ended


def never_too_many(outcome: Outcome) -> None:
    """By the server's times, and by those that the runs have written themselves."""
    assert most_at_once((run.started, run.ended) for run in outcome.passed()) <= LIMIT
    assert most_at_once((r.started, r.ended) for r in outcome.records if r.ended) <= LIMIT


def all_have_a_valid_submission(outcome: Outcome) -> None:
    sample = rows_of(outcome.competition / "sample_submission.csv")
    answers: dict[int, set[str]] = {}
    for run in outcome.records:
        assert run.state is RunState.SOLVED
        assert run.solved
        assert run.solved.submission.is_relative_to(outcome.home.runs / run.run_id)
        rows = rows_of(run.solved.submission)
        assert rows[0] == sample[0]
        assert [row[0] for row in rows] == [row[0] for row in sample]
        assert {label for _, label in rows[1:]} <= {"0", "1"}
        answers.setdefault(run.request.seed, set()).add(run.solved.submission.read_text())
    assert len(answers) == SEEDS
    # One and the same question has one answer, whether it was computed or taken from the cache.
    assert {len(answer) for answer in answers.values()} == {1}
    trained = sum(not run.solved.stages["train"].cached for run in outcome.records if run.solved)
    assert trained == SEEDS
