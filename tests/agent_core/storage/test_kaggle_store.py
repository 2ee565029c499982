"""From an address to stored data, with the real client over HTTP, in one process and in several."""

import os
import signal
import subprocess
import sys
import time

import pytest

from agent_core.errors import (
    DataError,
    KaggleUnavailable,
    RulesNotAccepted,
    SurroundingsFailed,
    UnsafeArchive,
)
from agent_core.intake.source import open_competition
from agent_core.storage.store import store_dataset
from tests.agent_core import archives
from tests.standins.kaggle import RULES, zipped

FILES = {
    "train.csv": b"id,y\n1,0\n",
    "test.csv": b"id\n2\n",
    "sample_submission.csv": b"id,y\n2,0\n",
    "images/1.csv": b"x\n",
}


@pytest.fixture
def quick(kaggle, monkeypatch):
    kaggle.files = FILES
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_TRIES", "2")
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_FIRST_WAIT", "0.01")
    return kaggle


def solve(home, report=lambda *_: None):
    dataset = store_dataset(open_competition("titanic", home), home, report)
    return {file.name: dataset.path(file.name).read_bytes() for file in dataset.files}


def assert_nothing_stored(home):
    assert list((home.datasets / "titanic").iterdir()) == []


def test_all_files_come_as_one_archive(quick, home):
    assert solve(home) == FILES
    assert quick.calls["DownloadDataFiles"] == 1
    assert quick.calls["DownloadDataFile"] == 0
    assert [path.name for path in home.downloads.iterdir()] == ["titanic.lock"]


def test_stored_data_are_found_without_network(quick, home):
    competition = open_competition("titanic", home)
    first = store_dataset(competition, home)
    quick.calls.clear()

    assert store_dataset(competition, home) == first
    assert not quick.calls


def test_a_new_version_on_kaggle_is_fetched(quick, home):
    solve(home)
    quick.files = FILES | {"train.csv": b"id,y\n1,1\n5,5\n"}

    assert solve(home)["train.csv"] == b"id,y\n1,1\n5,5\n"


def test_archives_within_are_unpacked(quick, home, tmp_path):
    inner = archives.zip_of(tmp_path / "x.zip", [("train.csv", b"1")]).read_bytes()
    quick.files = {"train.csv.zip": inner, "test.csv": b"2"}

    assert solve(home) == {"train.csv": b"1", "test.csv": b"2"}


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_without_the_archive_the_files_come_one_by_one(quick, home, status):
    quick.fail("DownloadDataFiles", status=status)

    assert solve(home) == FILES
    assert quick.calls["DownloadDataFile"] == len(FILES)


@pytest.mark.parametrize(
    "archive",
    [b"<html>Sign in</html>", b"", zipped(FILES)[:-40], zipped({"train.csv": b"only one"})],
)
def test_a_bad_archive_is_replaced_by_single_files(quick, home, archive):
    quick.archive = archive

    assert solve(home) == FILES


def test_a_file_that_kaggle_zips_on_its_own_is_unpacked(quick, home):
    quick.fail("DownloadDataFiles", status=500)
    quick.served = {"train.csv": zipped({"train.csv": FILES["train.csv"]})}

    assert solve(home) == FILES


def test_a_file_of_the_wrong_size_is_not_used(quick, home):
    quick.fail("DownloadDataFiles", status=500)
    quick.served = {"train.csv": b"id,y\n1,0\n9,9\n"}

    with pytest.raises(
        DataError, match=r"train.csv has 13 bytes .* Kaggle lists it with 9"
    ) as caught:
        solve(home)

    assert "competitions/titanic/data" in caught.value.next
    assert_nothing_stored(home)


def test_after_a_wrong_file_the_next_run_fetches_it_again(quick, home):
    quick.fail("DownloadDataFiles", status=500)
    quick.served = {"train.csv": b"wrong"}
    with pytest.raises(DataError):
        solve(home)
    quick.served = {}

    assert solve(home) == FILES


def test_a_hostile_archive_is_not_worked_around(quick, home, tmp_path):
    for name in ("../../evil.csv", "/evil.csv", "nul", "a\\b.csv"):
        members = [*FILES.items(), (name, b"x")]
        quick.archive = archives.zip_of(tmp_path / "x.zip", members).read_bytes()

        with pytest.raises(UnsafeArchive):
            solve(home)

        assert_nothing_stored(home)
        assert quick.calls["DownloadDataFile"] == 0


def test_a_hostile_file_list_is_refused(quick, home):
    quick.listing = [{"name": "../../evil.csv", "totalBytes": 1}]

    with pytest.raises(UnsafeArchive, match="file list"):
        solve(home)


def test_rules_that_are_not_accepted_stop_at_once(quick, home):
    quick.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})

    with pytest.raises(RulesNotAccepted, match="titanic/rules"):
        solve(home)

    assert quick.calls["DownloadDataFiles"] == 1
    assert quick.calls["DownloadDataFile"] == 0


def test_a_server_that_fails_for_ever_is_told(quick, home):
    quick.fail("storage", status=500)

    with pytest.raises(KaggleUnavailable, match="Kaggle failed"):
        solve(home)

    assert_nothing_stored(home)


def test_a_full_disk_is_told_before_the_download(quick, home, monkeypatch):
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 10)

    with pytest.raises(SurroundingsFailed, match="too full"):
        solve(home)

    assert quick.calls["DownloadDataFiles"] == 0


def test_progress_is_told(quick, home):
    heard = []

    solve(home, lambda message, part: heard.append((message, part)))

    assert ("Downloading all.zip", 1.0) in heard
    assert heard[-1] == ("The data of titanic are there", 1.0)


STORE = """
import sys
from pathlib import Path
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.storage.store import store_dataset
home = Home(root=Path(sys.argv[1]))
print(store_dataset(open_competition("titanic", home), home).fingerprint())
"""


def start(kaggle, home):
    return subprocess.Popen(
        [sys.executable, "-c", STORE, str(home.root)],
        env={"PATH": os.environ["PATH"], **kaggle.env},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_two_processes_at_once_download_once(quick, home):
    quick.fail("storage", times=1, delay=1.5)
    processes = [start(quick, home) for _ in range(2)]

    outputs = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    assert outputs[0] == outputs[1] != ""
    assert quick.calls["DownloadDataFiles"] == 1
    assert quick.calls["storage"] == 1


@pytest.mark.slow
def test_after_a_kill_the_next_run_goes_on(quick, home):
    quick.files = {"train.csv": os.urandom(2_000_000)}
    quick.fail("storage", times=1, pace=0.1)
    process = start(quick, home)
    deadline = time.monotonic() + 30
    while not any(path.stat().st_size > 300_000 for path in home.downloads.rglob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)

    assert solve(home) == quick.files
    ranges = [headers.get("Range") for where, headers, _ in quick.requests if where == "storage"]
    assert ranges[0] is None
    assert int(ranges[1].removeprefix("bytes=").removesuffix("-")) > 300_000
