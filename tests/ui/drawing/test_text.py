import doctest

import pytest

from ui.drawing import text, words
from ui.drawing.text import plain, shortened, web_address


@pytest.mark.parametrize("module", [text, words])
def test_the_examples(module: object) -> None:
    assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)  # type: ignore[arg-type]
    assert doctest.testmod(module).attempted  # type: ignore[arg-type]


def test_plain_text_is_one_line_that_reads_the_same() -> None:
    shown = plain("Ünï: 1\n\n# 2 <b> *3* www.x.y a@b :smile:")
    assert "\n" not in shown
    read = shown.replace("\\", "").replace("\u2060", "")
    assert read == "Ünï: 1 # 2 <b> *3* www.x.y a@b :smile:"
    for found_later in ("www.", "@b", ":smile"):
        assert found_later not in shown.replace("\\", "")


def test_what_cannot_be_seen_is_left_out_and_what_is_too_long_is_cut() -> None:
    assert shortened("a\u202eb\x00c\u200bd", 10) == "a b c d"
    assert shortened("x" * 20, 5) == "xxxx…"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", "", None, "a\nb",
     "file:///etc/passwd", "https://"],
)  # fmt: skip
def test_only_the_web_is_linked(address: str | None) -> None:
    assert web_address(address) is None


def test_the_web_is_linked() -> None:
    assert web_address(" https://www.kaggle.com/c/x ") == "https://www.kaggle.com/c/x"
