"""The documentation of the API: the committed page, and /docs."""

import re

from tests.ui.http.conftest import Api
from ui.http.document import PAGE, current


def test_page_shows_the_api_as_it_is_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == current(), (
        "docs/http-api.md is out of date: run `make api-docs` and look at what has changed"
    )


def test_docs_need_no_internet(api: Api) -> None:
    page = api.client.get("/docs").text
    wanted = re.findall(r"(?:src|href)=\"([^\"]+)\"|url: '([^']+)'", page)
    places = [link or url for link, url in wanted]
    assert "/openapi.json" in places
    assert len(places) >= 4
    for place in places:
        assert place.startswith("/"), place
        assert api.client.get(place).is_success, place
