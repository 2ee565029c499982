"""Kernels, as the adapter makes them of Kaggle's answers."""

import json

import pytest

from agent_core.errors import KaggleError, KaggleUnavailable, KernelsBusy, UnsafeArchive
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.kernel_log import log_entries, log_text
from agent_core.kaggle.kernel_saving import save_output
from agent_core.kaggle.kernels import Kernels, KernelSource, KernelState
from agent_core.settings import Settings
from tests.standins.kaggle.kernels import Play

REF = "ada/some-kernel"
SOURCE = KernelSource(ref=REF, title="some kernel", text="pass")


@pytest.fixture
def connection(kaggle):
    return Connection(Settings().patience())


@pytest.fixture
def kernels(connection):
    return Kernels(connection)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ({"error": "Maximum batch GPU session count of 2 reached."}, KernelsBusy, "GPU session"),
        ({"error": "Title is too short"}, KaggleError, "Title is too short"),
        ({"invalidDatasetSources": ["ada/gone"]}, KaggleError, "data set"),
    ],
)
def test_a_refusal_with_status_200(kaggle, kernels, answer, error, said):
    kaggle.fail("SaveKernel", status=200, body=answer)
    with pytest.raises(error, match=said):
        kernels.push(SOURCE)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("COMPLETE", KernelState.COMPLETE),
        ("cancelAcknowledged", KernelState.CANCEL_ACKNOWLEDGED),
        ("KERNEL_WORKER_STATUS_RUNNING", KernelState.RUNNING),
        (None, KernelState.QUEUED),
    ],
)
def test_states_in_all_their_spellings(kaggle, kernels, said, state):
    kaggle.fail("GetKernelSessionStatus", status=200, body={"status": said, "failureMessage": None})
    assert kernels.status(REF).state is state


def test_a_state_that_nobody_knows(kaggle, kernels):
    kaggle.fail("GetKernelSessionStatus", status=200, body={"status": "DREAMING"})
    with pytest.raises(KaggleUnavailable, match="DREAMING"):
        kernels.status(REF)


@pytest.mark.parametrize("status", [403, 404])
def test_a_kernel_that_is_not_there(kaggle, kernels, status):
    kaggle.fail("GetKernelSessionStatus", status=status)
    assert kernels.find(REF) is None


def test_all_pages_of_outputs_and_odd_entries(kaggle, kernels):
    files = {f"{number:03}.csv": b"" for number in range(150)}
    kaggle.kernels.runs[REF] = Play("COMPLETE", files=files)
    assert [file.name for file in kernels.output(REF).files] == list(files)
    odd = {"files": [None, {"fileName": "a"}, {"fileName": "b", "url": "http://x"}], "log": None}
    kaggle.fail("ListKernelSessionOutput", status=200, body=odd)
    assert [file.name for file in kernels.output(REF).files] == ["b"]


def test_a_list_without_end_is_cut(kaggle, kernels):
    kaggle.fail("ListKernelSessionOutput", status=200, body={"nextPageToken": "again"})
    assert kernels.output(REF).files == ()


def test_outputs_are_saved_with_their_folders(kaggle, kernels, connection, tmp_path):
    content = {"a.csv": b"1", "deep/b.html": b"<html>mine</html>"}
    kaggle.kernels.runs[REF] = Play("COMPLETE", log="完\n", files=content)
    saved = save_output(kernels, REF, tmp_path / "to", 1000, connection.patience)
    assert {f.name: (tmp_path / "to" / f.name).read_bytes() for f in saved.files} == content
    assert saved.log.read_text(encoding="utf-8") == "完\n"


@pytest.mark.parametrize(
    ("files", "fault", "error"),
    [
        ({"../evil.csv": b"1"}, None, UnsafeArchive),
        ({"large.csv": b"1" * 2000}, None, KaggleError),
        ({"a.csv": b"1"}, {"status": 200, "body": b"<html>"}, KaggleUnavailable),
        ({"a.csv": b"1"}, {"status": 403}, KaggleUnavailable),
        ({"a.csv": b"123"}, {"cut_after": 2}, KaggleUnavailable),
    ],
)
def test_what_is_no_output_is_not_saved(kaggle, kernels, connection, tmp_path, files, fault, error):
    kaggle.kernels.runs[REF] = Play("COMPLETE", files=files)
    if fault:
        kaggle.fail("storage", **fault)
    with pytest.raises(error):
        save_output(kernels, REF, tmp_path / "to", 1000, connection.patience)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("log", "text"),
    [
        (None, ""),
        ("", ""),
        ("plain words", "plain words\n"),
        ('{"an": "object"}', '{"an": "object"}\n'),
        (json.dumps([{"data": "a\n", "time": 1}, "odd", {"data": "b", "time": None}]), "a\nb\n"),
    ],
)
def test_logs_of_any_kind(log, text):
    assert log_text(log_entries(log)) == text
