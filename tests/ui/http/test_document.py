from ui.http.document import PAGE, current


def test_page_shows_the_api_as_it_is_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == current(), (
        "docs/http-api.md is out of date: run `make api-docs` and look at what has changed"
    )
