"""What is particular to Kaggle's machines: one push whatever happens, nothing taken on trust."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent_core.errors import (
    BadSource,
    KaggleError,
    KaggleUnavailable,
    KernelNotFinished,
    Waiting,
)
from agent_core.sandbox.kaggle.runner import RECEIPT
from agent_core.sandbox.kaggle.sandbox import KaggleSandbox
from agent_core.sandbox.sandbox import Execution, Job, Limits, Outcome
from tests.agent_core.sandbox.on_kaggle import QUICK, sandbox_at
from tests.standins.kaggle import KaggleStandIn, pointed_at
from tests.standins.kaggle.kernels import Play

WRITES = """\
import sys
out = sys.argv[sys.argv.index("--out") + 1]
open(out + "/oof.csv", "w").write("id\\n1\\n")
print("done")
"""
LIMITS = Limits(seconds=60)


class Interrupted(Exception):
    """This process is ended between two looks."""


@pytest.fixture
def kaggle(tmp_path: Path) -> Iterator[KaggleStandIn]:
    with KaggleStandIn() as kaggle, pointed_at(kaggle):
        kaggle.datasets.settling = 0
        yield kaggle


@pytest.fixture
def execute(job: Job, tmp_path: Path) -> Callable[..., Execution]:
    job.script.write_text(WRITES)

    def run(sandbox: KaggleSandbox | None = None) -> Execution:
        made = sandbox or sandbox_at(tmp_path / "kernels")
        return made.run(job, LIMITS, tmp_path / "log.txt")

    return run


def interrupt(waiting: Waiting) -> None:
    raise Interrupted(waiting.waits_for)


def test_a_wait_that_is_given_up_goes_on_with_the_same_kernel(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    told: list[Waiting] = []

    def give_up(waiting: Waiting) -> None:
        told.append(waiting)
        raise waiting

    kaggle.kernels.plays = [Play("RUNNING", log="so far\n")]
    for _ in range(3):
        with pytest.raises(Waiting):
            execute(sandbox_at(tmp_path / "kernels", pause=give_up))
    (ref,) = kaggle.kernels.runs
    kaggle.kernels.runs[ref] = Play("ERROR", log="ValueError: no\n")
    execution = execute()

    assert execution.outcome is Outcome.CRASHED
    assert len(kaggle.kernels.pushed) == len(kaggle.datasets.saved) == 1
    assert {waiting.kernel for waiting in told} == {ref}
    assert len({waiting.since for waiting in told}) == 1
    assert told[0].until - told[0].since == QUICK.limit


@pytest.mark.parametrize("arrived", [True, False])
def test_a_push_whose_answer_is_lost_is_looked_for(
    kaggle: KaggleStandIn, execute: Callable[..., Execution], arrived: bool
) -> None:
    kaggle.fail("SaveKernel", status=0, times=1, done=arrived)

    assert execute().outcome is Outcome.OK
    assert len(kaggle.kernels.pushed) == 1
    assert kaggle.calls["SaveKernel"] == (1 if arrived else 2)


@pytest.mark.parametrize("arrived", [True, False])
def test_killed_in_the_middle_of_a_push(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution], arrived: bool
) -> None:
    kaggle.fail("SaveKernel", status=0, times=1, done=arrived)
    with pytest.raises(Interrupted):
        execute(sandbox_at(tmp_path / "kernels", pause=interrupt))

    assert execute().outcome is Outcome.OK
    assert len(kaggle.kernels.pushed) == 1


def test_where_too_many_kernels_run_a_place_is_waited_for(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    kaggle.kernels.busy = 1
    kaggle.fail("SaveKernel", status=409, times=1)
    with pytest.raises(Interrupted, match="a free place for a kernel"):
        execute(sandbox_at(tmp_path / "kernels", pause=interrupt))

    assert execute().outcome is Outcome.OK
    assert len(kaggle.kernels.pushed) == 1


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_a_kernel_that_never_ends_is_left_at_the_limit_and_found_again(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution], state: str
) -> None:
    kaggle.kernels.plays = [Play(state)]
    terms = QUICK.model_copy(update={"limit": timedelta(seconds=61)})
    hour = iter(range(9))

    def clock_goes_on(_: Waiting) -> None:
        path = next((tmp_path / "kernels").glob("*.json"))
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"since": f"2026-01-01T0{next(hour)}:00:00Z"}))
        raise Interrupted

    with pytest.raises(Interrupted):
        execute(sandbox_at(tmp_path / "kernels", terms, clock_goes_on))
    with pytest.raises(KernelNotFinished, match=f"{state.lower()}.*which is the limit") as ended:
        execute(sandbox_at(tmp_path / "kernels", terms, clock_goes_on))
    assert "nothing is pushed twice" in ended.value.next
    (ref,) = kaggle.kernels.runs
    kaggle.kernels.runs[ref] = Play("COMPLETE", files={RECEIPT: b'{"exit_code": 0}'})
    assert execute(sandbox_at(tmp_path / "kernels", terms)).outcome is Outcome.OK
    assert len(kaggle.kernels.pushed) == 1


def test_an_outage_of_kaggle_ends_no_wait(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    with pytest.raises(Interrupted):
        execute(sandbox_at(tmp_path / "kernels", pause=interrupt))
    kaggle.fail("GetKernelSessionStatus", status=503, times=8)
    kaggle.fail("ListKernelSessionOutput", status=429, times=2, headers={"Retry-After": "0"})

    assert execute().outcome is Outcome.OK
    assert len(kaggle.kernels.pushed) == 1


def test_a_kernel_that_was_deleted(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    kaggle.kernels.plays = [Play("RUNNING")]

    def delete(_: Waiting) -> None:
        kaggle.kernels.runs.clear()

    terms = QUICK.model_copy(update={"interval": timedelta()})
    with pytest.raises(KaggleError, match="no longer on Kaggle"):
        execute(sandbox_at(tmp_path / "kernels", terms, delete))
    assert execute().outcome is Outcome.OK


def test_a_page_instead_of_an_output_is_asked_for_again(
    kaggle: KaggleStandIn, job: Job, execute: Callable[..., Execution]
) -> None:
    page = b"<!DOCTYPE html><title>Sorry</title>"
    kaggle.fail("storage", status=200, body=page, times=2)
    kaggle.fail("storage", status=503, times=1)

    assert execute().outcome is Outcome.OK
    assert (job.out / "oof.csv").read_text() == "id\n1\n"


@pytest.mark.parametrize("page", [b"<html>Sorry</html>", b"id\n2\n"])
def test_what_the_kernel_has_not_written_is_never_an_output(
    kaggle: KaggleStandIn, job: Job, execute: Callable[..., Execution], page: bytes
) -> None:
    """Not even where it looks like one: the receipt says what was written."""
    kaggle.fail("storage", status=200, body=page, after=1)
    with pytest.raises(KaggleUnavailable) as refused:
        execute()
    assert "outputs are still there" in refused.value.next
    assert list(job.out.iterdir()) == []


def test_without_a_receipt_nothing_is_taken(
    kaggle: KaggleStandIn, job: Job, execute: Callable[..., Execution]
) -> None:
    failure = "Your notebook tried to allocate more memory than is available. It has restarted."
    kaggle.kernels.plays = [Play("ERROR", failure=failure, files={"oof.csv": b"id\n1\n"})]
    execution = execute()
    assert execution.outcome is Outcome.OUT_OF_MEMORY
    assert "Kaggle's machine" in execution.message
    assert execution.outputs == ()
    assert list(job.out.iterdir()) == []


@pytest.mark.parametrize(
    ("play", "outcome", "message"),
    [
        (Play("CANCEL_ACKNOWLEDGED"), Outcome.CRASHED, "cancelled on Kaggle"),
        (Play("ERROR", failure="Timed out"), Outcome.TIMEOUT, "larger budget"),
        (Play("ERROR", log="MemoryError\n"), Outcome.OUT_OF_MEMORY, "Kaggle's machine"),
        (Play("ERROR", log="KeyError: 'x'\n", failure="Sorry"), Outcome.CRASHED, "'x'.*Sorry"),
    ],
)
def test_how_a_kernel_without_a_receipt_ended(
    kaggle: KaggleStandIn,
    execute: Callable[..., Execution],
    play: Play,
    outcome: Outcome,
    message: str,
) -> None:
    kaggle.kernels.plays = [play]
    execution = execute()
    assert execution.outcome is outcome
    assert re.search(message, execution.message)


def test_data_stay_here_unless_they_may_leave(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    terms = QUICK.model_copy(update={"may_upload": False})
    with pytest.raises(BadSource, match="cannot be trained on Kaggle"):
        execute(sandbox_at(tmp_path / "kernels", terms))
    assert kaggle.calls["StartBlobUpload"] == kaggle.calls["SaveKernel"] == 0


def test_a_training_longer_than_the_wait_is_refused(
    kaggle: KaggleStandIn, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    terms = QUICK.model_copy(update={"limit": timedelta(seconds=60)})
    with pytest.raises(BadSource, match="KAGGLE_AGENT_KERNEL_LIMIT"):
        execute(sandbox_at(tmp_path / "kernels", terms))


def test_rules_that_were_not_accepted(
    kaggle: KaggleStandIn, job: Job, tmp_path: Path, execute: Callable[..., Execution]
) -> None:
    """Kaggle takes the kernel and leaves out its data, with status 200."""
    there = sandbox_at(tmp_path / "kernels", slug="another", on_kaggle=True, root=job.data)
    with pytest.raises(KaggleError, match="no access to the competition"):
        execute(there)
