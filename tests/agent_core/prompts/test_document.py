from agent_core.prompts.show import DOCUMENT, document


def test_page_shows_the_prompts_as_they_are_now() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "docs/prompts.md is out of date: run `make prompts` and look at what has changed"
    )
