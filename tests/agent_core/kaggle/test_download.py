import os

import pytest

from agent_core.errors import (
    KaggleRateLimited,
    KaggleUnavailable,
    NotAuthenticated,
    RulesNotAccepted,
    SurroundingsFailed,
)
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.patience import Patience
from tests.standins.kaggle import LAST_MODIFIED, RULES

QUICK = Patience(tries=3, first_wait=0.01, longest_wait=0.02, total_wait=1, read_timeout=1)
CONTENT = os.urandom(700_000)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "downloads" / "train.csv"


@pytest.fixture
def fetch(kaggle, target):
    kaggle.files = {"train.csv": CONTENT}

    def fetch(report=lambda *_: None):
        KaggleClient(QUICK).download("titanic", "train.csv", target, report)

    return fetch


def ranges(kaggle):
    return [headers.get("Range") for where, headers, _ in kaggle.requests if where == "storage"]


def refused(fetch, target, kind):
    with pytest.raises(kind) as caught:
        fetch()
    assert not target.exists()
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_a_file_arrives_whole_and_alone(fetch, target):
    heard = []

    fetch(lambda message, part: heard.append((message, part)))

    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert heard[-1] == ("Downloading train.csv", 1.0)


def test_what_is_there_is_not_fetched_again(kaggle, fetch, target):
    fetch()
    fetch()

    assert kaggle.calls == {"DownloadDataFile": 1, "storage": 1}


def test_the_key_is_sent_to_the_api_host_only(kaggle, fetch):
    fetch()
    own = [headers for where, headers, _ in kaggle.requests if where == "storage"]
    assert own[0]["Authorization"].startswith("Basic ")

    elsewhere = kaggle.url.replace("127.0.0.1", "localhost") + "/storage/file/train.csv"
    kaggle.fail("DownloadDataFiles", status=302, body=b"", headers={"Location": elsewhere})
    KaggleClient(QUICK).check_access("titanic")
    address = KaggleClient(QUICK)._address("titanic", None)
    assert address.url == elsewhere
    assert address.auth is None


def test_a_cut_download_goes_on_where_it_was_cut(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)

    fetch()

    assert target.read_bytes() == CONTENT
    first, second = ranges(kaggle)
    assert first is None
    start = int(second.removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= 300_000
    assert kaggle.calls["DownloadDataFile"] == 1


def test_many_cuts_are_borne_while_each_brings_something(kaggle, fetch, target):
    kaggle.fail("storage", times=9, cut_after=70_000)

    fetch()

    assert target.read_bytes() == CONTENT
    assert kaggle.calls["storage"] == 10


def test_a_download_given_up_goes_on_in_the_next_run(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)
    down = kaggle.fail("storage", status=503)
    refused(fetch, target, KaggleUnavailable)
    kaggle.faults.remove(down)

    fetch()

    assert target.read_bytes() == CONTENT
    assert ranges(kaggle)[-1].startswith("bytes=")
    assert ranges(kaggle)[-1] != "bytes=0-"


def test_a_file_that_changed_in_between_is_fetched_anew(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000, etag='"old"')

    fetch()

    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_starts_over(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)
    kaggle.fail("storage", no_ranges=True)

    fetch()

    assert target.read_bytes() == CONTENT


def test_a_server_that_always_starts_over_and_is_cut_is_given_up(kaggle, fetch, target):
    kaggle.fail("storage", cut_after=300_000, no_ranges=True)

    refused(fetch, target, KaggleUnavailable)


def test_without_a_strong_etag_the_date_is_used(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000, etag='W/"weak"')

    fetch()

    assert target.read_bytes() == CONTENT
    (_, second) = [headers for where, headers, _ in kaggle.requests if where == "storage"]
    assert second["If-Range"] == LAST_MODIFIED


def test_a_rest_that_does_not_fit_is_not_appended(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)
    headers = {"Content-Range": "bytes 5-699999/700000"}
    kaggle.fail("storage", times=1, headers=headers)

    fetch()

    assert target.read_bytes() == CONTENT


def test_a_range_that_is_refused_starts_over(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)
    kaggle.fail("storage", times=1, status=416)

    fetch()

    assert target.read_bytes() == CONTENT


def test_a_complete_part_needs_no_further_request(kaggle, fetch, target):
    fetch()
    target.rename(target.with_name("train.csv.part"))
    target.with_name("train.csv.note").write_text('{"validator": "x", "total": 700000}')

    fetch()

    assert target.read_bytes() == CONTENT
    assert kaggle.calls["storage"] == 1


def test_a_broken_note_starts_over(kaggle, fetch, target):
    target.parent.mkdir()
    target.with_name("train.csv.part").write_bytes(b"other data")
    target.with_name("train.csv.note").write_text("{")

    fetch()

    assert target.read_bytes() == CONTENT


def test_a_body_longer_or_shorter_than_announced_does_not_count(kaggle, fetch, target):
    kaggle.fail("storage", headers={"Content-Length": "700100"}, cut_after=700_000)

    refused(fetch, target, KaggleUnavailable)


def test_a_body_without_a_length_is_taken_as_it_ends(kaggle, fetch, target):
    kaggle.fail("storage", headers={"Content-Length": ""}, cut_after=700_000)

    fetch()

    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "text/xml"])
def test_an_error_page_is_not_taken_for_data(kaggle, fetch, target, kind):
    kaggle.fail("storage", status=200, body=b"<html>Oops</html>", headers={"Content-Type": kind})

    assert "Instead of train.csv a page" in refused(fetch, target, KaggleUnavailable)
    assert not target.with_name("train.csv.part").exists()


def test_an_error_page_that_passes_is_waited_for(kaggle, fetch, target):
    kaggle.fail("storage", times=1, status=200, body=b"<html>Oops</html>")

    fetch()

    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_failures_of_the_file_store_are_waited_for(kaggle, fetch, target, status):
    kaggle.fail("storage", times=2, status=status)

    fetch()

    assert target.read_bytes() == CONTENT


def test_an_address_that_expired_is_asked_for_again(kaggle, fetch, target):
    kaggle.fail("storage", times=1, cut_after=300_000)
    kaggle.fail("storage", times=1, status=403, body=b"<Error>Request has expired</Error>")

    fetch()

    assert target.read_bytes() == CONTENT
    assert kaggle.calls["DownloadDataFile"] == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"code": 403, "message": RULES}, RulesNotAccepted),
        (401, {"code": 401, "message": "who?"}, NotAuthenticated),
        (404, b"gone", KaggleUnavailable),
        (429, b"slow down", KaggleRateLimited),
        (500, b"oops", KaggleUnavailable),
    ],
)
def test_what_the_file_store_refuses_for_good_is_told(kaggle, fetch, target, status, body, kind):
    kaggle.fail("storage", status=status, body=body)

    refused(fetch, target, kind)
    assert kaggle.calls["storage"] == (3 if issubclass(kind, KaggleUnavailable) else 1)


def test_a_server_that_stops_in_the_middle_is_left(kaggle, fetch, target):
    kaggle.fail("storage", pace=3)

    assert "Kaggle" in refused(fetch, target, KaggleUnavailable)


def test_more_than_the_disk_holds_is_not_begun(kaggle, fetch, target, monkeypatch):
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: 600_000)

    assert "too full" in refused(fetch, target, SurroundingsFailed)
    assert not target.with_name("train.csv.part").exists()


def test_a_disk_that_fills_up_stops_a_download_of_unknown_size(kaggle, fetch, target, monkeypatch):
    kaggle.fail("storage", headers={"Content-Length": ""}, cut_after=700_000)
    free = iter([1, -1, -1])
    monkeypatch.setattr("agent_core.storage.disk.free_bytes", lambda _: next(free))

    assert "too full" in refused(fetch, target, SurroundingsFailed)


def test_a_packed_transfer_is_unpacked(kaggle, fetch, target):
    import gzip

    packed = gzip.compress(CONTENT)
    kaggle.served = {"train.csv": packed}
    kaggle.fail("storage", headers={"Content-Encoding": "gzip"})

    fetch()

    assert target.read_bytes() == CONTENT
