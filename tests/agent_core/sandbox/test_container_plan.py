"""What a script's container may do, as it is asked of the engine."""

import json
from pathlib import Path

import pytest

from agent_core.sandbox.container.places import HostPaths
from agent_core.sandbox.container.plan import (
    PLACES,
    SCRIPT_USER,
    WARDEN_USER,
    protections,
    script_plan,
    warden_plan,
)
from agent_core.sandbox.sandbox import Job, Limits

LIMITS = Limits(seconds=60, memory_bytes=300 * 1024**2, output_bytes=1_000_000)
LABELS = {"kaggle-agent.sandbox": "x"}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(
        script=tmp_path / "solution.py",
        data=tmp_path / "data",
        folds=tmp_path / "folds.csv",
        out=tmp_path / "out",
        budget=50.0,
    )


def test_neither_container_has_what_it_does_not_need(job: Job) -> None:
    script = script_plan(job, LIMITS, "w1", HostPaths(None), LABELS, None)
    warden = warden_plan(LIMITS, LABELS)
    for plan in (script, warden):
        assert plan.host["network_mode"] == "none"
        assert plan.host["cap_drop"] == ["ALL"]
        assert plan.host["read_only"] is True
        assert plan.host["mem_limit"] == plan.host["memswap_limit"]
        assert plan.host["log_config"]["type"] == "none"
        assert plan.config["labels"] == LABELS
    assert script.config["user"] == SCRIPT_USER != WARDEN_USER == warden.config["user"]
    assert script.host["mem_limit"] == LIMITS.memory_bytes


def test_outputs_lie_in_the_wardens_memory_and_end_with_it(job: Job) -> None:
    warden = warden_plan(LIMITS, LABELS)
    [out] = warden.host["mounts"]
    options = out["VolumeOptions"]["DriverConfig"]["Options"]
    assert (out["Target"], options["type"]) == (PLACES.out, "tmpfs")
    assert "size=1000000," in options["o"]
    assert {"nosuid", "nodev", "noexec"} <= set(options["o"].split(","))
    assert warden.host["auto_remove"]
    script = script_plan(job, LIMITS, "w1", HostPaths(None), LABELS, None)
    assert script.host["volumes_from"] == ["w1"]
    assert script.host["pid_mode"] == "container:w1"


def test_what_is_shown_is_read_only_and_found_by_the_engine(job: Job) -> None:
    here = str(job.data.parent.resolve())
    plan = script_plan(job, LIMITS, "w1", HostPaths({here: "/srv/home"}), LABELS, None)
    assert {mount["Source"]: mount["Target"] for mount in plan.host["mounts"]} == {
        "/srv/home/solution.py": PLACES.script,
        "/srv/home/data": PLACES.data,
        "/srv/home/folds.csv": PLACES.folds,
    }
    assert all(mount["ReadOnly"] for mount in plan.host["mounts"])
    spec = json.loads(plan.command[-1])
    assert PLACES.data in spec["argv"]
    assert here not in plan.command[-1]


def test_a_runtime_of_its_own_joins_no_namespace(job: Job) -> None:
    plan = script_plan(job, LIMITS, "w1", HostPaths(None), LABELS, "runsc")
    assert plan.host["runtime"] == "runsc"
    assert "pid_mode" not in plan.host
    assert protections("runsc")[-1] == "runtime runsc"
    assert "runtime" not in " ".join(protections(None))


def test_limits_of_the_kernel_are_those_of_the_job(job: Job) -> None:
    plan = script_plan(job, LIMITS, "w1", HostPaths(None), LABELS, None)
    limits = {limit["Name"]: limit["Hard"] for limit in plan.host["ulimits"]}
    assert limits["fsize"] == LIMITS.file_bytes
    assert limits["core"] == 0
    assert limits["cpu"] > LIMITS.seconds
    assert limits["data"] > LIMITS.memory_bytes
