import pytest

from agent_core.errors import BadSource
from agent_core.intake.preflight import preflight
from agent_core.intake.source import open_competition
from agent_core.storage.disk import readable
from agent_core.storage.store import store_dataset
from tests.agent_core import archives
from tests.standins.kaggle import RULES

TABLES = {
    "train.csv": b"id,x,y\n1,2,0\n2,2,1\n3,2,1\n",
    "test.csv": b"id,x\n4,3\n5,3\n",
    "sample_submission.csv": b"id,y\n4,0\n5,0\n",
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setenv("KAGGLE_AGENT_KAGGLE_TRIES", "1")


def folder_with(tmp_path, files):
    folder = tmp_path / "titanic"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return str(folder)


def codes(text, home):
    found = preflight(text, home)
    for blocker in found.blockers:
        assert blocker.what
        assert blocker.next
    return [blocker.code for blocker in found.blockers]


def test_a_folder_with_the_three_tables_is_ready(tmp_path, home):
    found = preflight(folder_with(tmp_path, TABLES), home)

    assert found.blockers == ()
    assert found.competition is not None
    assert found.competition.slug == "titanic"


@pytest.mark.parametrize(
    ("sample", "train", "test"),
    [
        ("gender_submission.csv", "train.csv", "test.csv"),
        ("sampleSubmission.csv", "training_set.tsv", "test_set.tsv"),
        ("sample_submission.csv.gz", "train.parquet", "test.parquet"),
        ("submission_format.csv", "data.txt", "unlabelled.txt"),
    ],
)
def test_common_names_are_ready(tmp_path, home, sample, train, test):
    assert codes(folder_with(tmp_path, {sample: b"1", train: b"2", test: b"3"}), home) == []


def test_a_missing_sample_submission_is_told(tmp_path, home):
    files = {name: TABLES[name] for name in ("train.csv", "test.csv")}

    assert codes(folder_with(tmp_path, files), home) == ["no_sample_submission"]


def test_a_side_table_is_no_sample_submission(tmp_path, home):
    files = {name: TABLES[name] for name in ("train.csv", "test.csv")}
    files["stores.csv"] = b"store,size\n" + b"1,2\n" * 9

    assert codes(folder_with(tmp_path, files), home) == ["no_sample_submission"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_sample_submission_without_a_telling_name_is_left_to_the_profile(tmp_path, home, packed):
    files = {name: TABLES[name] for name in ("train.csv", "test.csv")}
    files["entry.csv.gz" if packed else "entry.csv"] = b"id,y\n4,0\n5,0"

    assert codes(folder_with(tmp_path, files), home) == []


def test_a_missing_training_table_is_told(tmp_path, home):
    files = {name: TABLES[name] for name in ("sample_submission.csv", "test.csv")}

    assert codes(folder_with(tmp_path, files), home) == ["no_training_table"]


def test_images_only_are_unsupported(tmp_path, home):
    found = preflight(folder_with(tmp_path, {"train/1.png": b"x", "test/2.JPG": b"y"}), home)

    assert [blocker.code for blocker in found.blockers] == ["unsupported_data"]
    assert "2 image files" in found.blockers[0].what


def test_images_whose_labels_are_a_table_are_unsupported(tmp_path, home):
    files = {"train.csv": b"1", "sample_submission.csv": b"2", "audio/1.wav": b"3"}

    assert codes(folder_with(tmp_path, files), home) == ["unsupported_data"]


def test_images_beside_full_tables_are_no_obstacle(tmp_path, home):
    assert codes(folder_with(tmp_path, TABLES | {"images/1.png": b"x"}), home) == []


def test_other_kinds_of_data_are_unsupported(tmp_path, home):
    found = preflight(folder_with(tmp_path, {"data.h5": b"x", "notes.docx": b"y"}), home)

    assert [blocker.code for blocker in found.blockers] == ["unsupported_data"]
    assert "data.h5" in found.blockers[0].what


def test_a_lone_zip_is_looked_into(tmp_path, home):
    folder = tmp_path / "titanic"
    folder.mkdir()
    archives.zip_of(folder / "all.zip", list(TABLES.items()))
    assert codes(str(folder), home) == []

    archives.zip_of(folder / "all.zip", [("a/", b""), ("1.png", b"x"), ("2.png", b"y")])
    assert codes(str(folder), home) == ["unsupported_data"]


def test_a_damaged_zip_is_left_to_the_store(tmp_path, home):
    assert codes(folder_with(tmp_path, {"all.zip": b"no zip"}), home) == []


def test_a_full_disk_is_told_with_everything_else(tmp_path, home, monkeypatch):
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 3)

    assert codes(folder_with(tmp_path, {"1.png": b"12345"}), home) == ["unsupported_data", "disk"]


def test_stored_data_need_no_room(tmp_path, home, monkeypatch):
    text = folder_with(tmp_path, TABLES)
    store_dataset(open_competition(text, home), home)
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 3)

    assert codes(text, home) == []


def test_a_past_deadline_of_a_folder_is_ignored(tmp_path, home):
    about = {"competition.json": b'{"deadline": "2001-01-01T00:00:00Z"}'}

    assert codes(folder_with(tmp_path, TABLES | about), home) == []


def test_no_competition_at_all_is_an_error(home):
    with pytest.raises(BadSource):
        preflight("https://example.org/titanic", home)


@pytest.fixture
def ready(kaggle):
    kaggle.files = TABLES
    return kaggle


def test_a_competition_on_kaggle_is_ready_without_a_download(ready, home):
    found = preflight(ready.address, home)

    assert found.blockers == ()
    assert found.competition == open_competition(ready.address, home)
    assert ready.calls["storage"] == 0
    assert not home.datasets.exists()


def test_a_late_competition_that_still_gives_its_data_is_ready(ready, home):
    ready.details |= {
        "deadline": "2012-09-28T00:00:00Z",
        "newEntrantDeadline": "2012-01-01T00:00:00",
    }

    assert codes("titanic", home) == []


def test_everything_is_told_at_once(ready, home, monkeypatch):
    ready.files = {"train/1.png": b"x" * 1000, "train.csv": b"id,y\n"}
    ready.details |= {
        "deadline": "2020-01-01T00:00:00Z",
        "submissionsDisabled": True,
        "isKernelsSubmissionsOnly": True,
    }
    ready.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 3)

    assert sorted(codes("titanic", home)) == [
        "closed",
        "code_competition",
        "disk",
        "no_sample_submission",
        "rules_not_accepted",
        "unsupported_data",
    ]


def test_rules_that_can_no_longer_be_accepted_mean_closed(ready, home):
    ready.details["deadline"] = "2020-01-01T00:00:00Z"
    ready.fail("DownloadDataFiles", status=403, body={"code": 403, "message": RULES})

    found = preflight("titanic", home).blockers

    assert [blocker.code for blocker in found] == ["rules_not_accepted", "closed"]
    assert "no new participants" in found[1].means


def test_submissions_paused_before_the_deadline_do_not_stop_a_run(ready, home):
    ready.details["submissionsDisabled"] = True

    assert codes("titanic", home) == []


def test_without_credentials_what_can_be_told_is_told(ready, home, monkeypatch):
    monkeypatch.delenv("KAGGLE_KEY")
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 0)

    found = preflight("titanic", home)

    assert [blocker.code for blocker in found.blockers] == ["no_credentials", "disk"]
    assert found.competition is None
    assert not ready.calls


@pytest.mark.parametrize(
    ("method", "status", "code"),
    [
        ("GetCompetition", 404, "unknown_competition"),
        ("GetCompetition", 401, "bad_credentials"),
        ("GetCompetition", 403, "forbidden"),
        ("GetCompetition", 429, "rate_limited"),
        ("GetCompetition", 500, "kaggle_unavailable"),
        ("GetCompetition", 400, "kaggle_refused"),
        ("ListDataFiles", 403, "forbidden"),
        ("ListCompetitionPages", 503, "kaggle_unavailable"),
        ("IntrospectToken", 503, "kaggle_unavailable"),
    ],
)
def test_what_kaggle_refuses_is_a_blocker(ready, home, monkeypatch, method, status, code):
    monkeypatch.setenv("KAGGLE_API_TOKEN", "some")
    ready.tokens.add("some")
    ready.fail(method, status=status)

    assert codes("titanic", home) == [code]


def test_a_missing_archive_is_no_obstacle_if_single_files_are_to_be_had(ready, home):
    ready.fail("DownloadDataFiles", status=500)
    assert codes("titanic", home) == []

    ready.fail("DownloadDataFile", status=500)
    assert codes("titanic", home) == ["kaggle_unavailable"]


def test_a_competition_without_a_file_list_is_judged_by_its_archive(ready, home):
    ready.listing = []
    ready.fail("DownloadDataFiles", status=404)

    assert codes("titanic", home) == ["unknown_competition"]


def test_stored_data_are_not_asked_for_again(ready, home):
    store_dataset(open_competition("titanic", home), home)
    ready.calls.clear()

    assert codes("titanic", home) == []
    assert ready.calls["DownloadDataFiles"] == 0


def test_sizes_are_readable():
    assert [readable(size) for size in (5, 1500, 2_500_000, 3e9, 4e12)] == [
        "5 bytes",
        "1.5 kB",
        "2.5 MB",
        "3.0 GB",
        "4.0 TB",
    ]
