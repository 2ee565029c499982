"""Private data sets: made once, with every byte, or not at all."""

import pytest

from agent_core.errors import KaggleError, KaggleUnavailable, NotAuthenticated
from agent_core.kaggle import datasets as module
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.datasets import Datasets
from agent_core.settings import Settings

REF = "ada/some-tables"


@pytest.fixture
def datasets(kaggle):
    return Datasets(Connection(Settings().patience()), sleep=lambda _: None)


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "空.csv"]
    paths[0].write_bytes(b"id\n1\n")
    paths[1].write_bytes(b"")
    return paths


def test_created_and_ready(kaggle, datasets, files):
    kaggle.datasets.settling = 2
    assert datasets.status(REF) is None
    made = datasets.create(REF, "some tables", files)
    assert made.url == "https://www.kaggle.com/datasets/ada/some-tables"
    assert kaggle.datasets.files[REF] == {"a.csv": b"id\n1\n", "空.csv": b""}
    assert REF in kaggle.datasets.private
    assert datasets.status(REF) == "ready"


@pytest.mark.parametrize(
    "fault",
    [
        {"where": "upload", "status": 503, "times": 2},
        {"where": "upload", "status": 403, "times": 1},
        {"where": "upload", "cut_after": 2, "times": 1},
        {"where": "StartBlobUpload", "status": 429, "headers": {"Retry-After": "0"}, "times": 1},
        {"where": "CreateDataset", "status": 0, "done": True, "times": 1},
    ],
)
def test_what_goes_wrong_on_the_way_is_tried_again_and_nothing_is_left_out(
    kaggle, datasets, files, fault
):
    kaggle.fail(**fault)
    datasets.create(REF, "some tables", files)
    assert kaggle.datasets.files[REF] == {"a.csv": b"id\n1\n", "空.csv": b""}
    assert kaggle.datasets.saved == [("create", REF)]


def test_an_upload_host_that_never_answers_is_given_up(kaggle, datasets, files, monkeypatch):
    patience = Settings().patience().model_copy(update={"read_timeout": 0.2, "tries": 2})
    kaggle.fail("upload", delay=1.0)
    with pytest.raises(KaggleUnavailable, match="did not answer in time"):
        Datasets(Connection(patience)).create(REF, "some tables", files)
    assert REF not in kaggle.datasets.files


def test_refusals(kaggle, datasets, files):
    datasets.create(REF, "some tables", files)
    with pytest.raises(KaggleError, match="The slug is in use"):
        datasets.create(REF, "some tables", files)
    kaggle.fail("CreateDatasetVersion", status=409, times=1)
    assert datasets.update(REF, files[:1], "again").ref == REF
    kaggle.fail("CreateDatasetVersion", status=503, times=1)
    with pytest.raises(KaggleUnavailable):
        datasets.update(REF, files[:1], "again")
    kaggle.fail("StartBlobUpload", status=200, body={}, times=9)
    with pytest.raises(KaggleUnavailable, match="does not say where"):
        datasets.update(REF, files[:1], "again")
    kaggle.fail("GetDatasetStatus", status=401)
    with pytest.raises(NotAuthenticated):
        datasets.status(REF)


def test_a_data_set_that_does_not_become_ready(kaggle, datasets, files, monkeypatch):
    kaggle.datasets.settling = 10**6
    monkeypatch.setattr(module, "LONGEST", -1.0)
    with pytest.raises(KaggleUnavailable, match="blobs_received"):
        datasets.create(REF, "some tables", files)
    kaggle.fail("GetDatasetStatus", status=200, body={"status": "FAILED"})
    with pytest.raises(KaggleError, match="could not make"):
        datasets.wait_until_ready(REF)
