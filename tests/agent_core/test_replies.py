import json

import pytest

from agent_core.errors import AnswerMalformed
from agent_core.prompts.rendering import fill
from agent_core.prompts.values import PLAN_SCHEMA, Plan
from agent_core.replies import LONGEST_IDEA, LONGEST_SCRIPT, read_plan, read_script

SCRIPT = """import argparse

parser = argparse.ArgumentParser()
for name in ("--data", "--folds", "--out", "--budget"):
    parser.add_argument(name)
options = parser.parse_args()
for name in ("submission.csv", "oof.csv"):
    open(f"{options.out}/{name}", "w").close()
"""


def answer(script: str = SCRIPT, idea: str = "Idea: ratios of sizes.\n\n", end: str = "") -> str:
    return f"{idea}```python\n{script}```\n{end}"


def test_script_and_idea_are_read() -> None:
    script = read_script(answer())
    assert script.source == SCRIPT
    assert script.idea == "ratios of sizes."


def test_solution_carries_the_source_and_its_strategy() -> None:
    solution = read_script(answer()).solution("abc")
    assert (solution.source, solution.strategy) == (SCRIPT, "abc")


@pytest.mark.parametrize("opening", ["```py", "```Python", "```", "~~~python", "  ```python  "])
def test_fences_as_models_write_them(opening: str) -> None:
    closing = "~~~" if "~" in opening else "```"
    assert read_script(f"{opening}\n{SCRIPT}{closing}").source == SCRIPT


def test_largest_python_block_wins_and_others_are_ignored() -> None:
    small = "```python\nprint('an aside')\n```\n"
    shell = "```bash\n" + "pip install x\n" * 100 + "```\n"
    assert read_script(small + shell + answer(end=small)).source == SCRIPT


def test_fence_inside_a_longer_fence_belongs_to_the_script() -> None:
    script = SCRIPT + 'TEXT = """\n```\nquoted\n```\n"""\n'
    assert read_script(f"````python\n{script}````").source == script


def test_script_without_any_fence_is_taken_as_it_is() -> None:
    assert read_script(SCRIPT).source == SCRIPT


def test_windows_line_ends_are_read() -> None:
    assert read_script(answer().replace("\n", "\r\n")).source == SCRIPT


def test_long_idea_is_cut_and_its_heading_goes() -> None:
    assert len(read_script(answer(idea="**Idea:** " + "x" * 999 + "\n")).idea) == LONGEST_IDEA
    assert read_script(answer(idea="# Idea: less noise\n")).idea == "less noise"
    assert read_script(answer(idea="")).idea == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I am sorry, this cannot be done.", "no fenced code block"),
        ("", "no fenced code block"),
        ("import this is not Python", "no fenced code block"),
        ("```python\n" + SCRIPT, "not closed"),
        (answer(SCRIPT.rstrip()[:-9] + "\n"), "no valid Python"),
        (answer("x = '\0'\n"), "cannot be parsed|no valid Python"),
        (answer("x = " + "(" * 5_000 + ")" * 5_000 + "\n"), "cannot be parsed|no valid Python"),
        (answer(SCRIPT.replace('"--folds", ', "")), "does not take --folds"),
        (answer(SCRIPT.replace("oof.csv", "oof.txt")), "never names oof.csv"),
        (answer("def main():\n    run('--data')\n"), "nothing is ever called"),
        (answer(SCRIPT + "# " + "x" * LONGEST_SCRIPT + "\n"), "characters"),
        ("```json\n{}\n```", "no fenced code block"),
    ],
)
def test_what_cannot_run_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(AnswerMalformed, match=said) as caught:
        read_script(text)
    assert caught.value.next


def test_line_of_a_syntax_error_is_named() -> None:
    with pytest.raises(AnswerMalformed, match=r"in line 9: 'def f\('"):
        read_script(answer(SCRIPT + "def f(\n"))


def test_strange_escapes_in_a_script_are_its_own_affair() -> None:
    assert read_script(answer(SCRIPT + "print('\\d')\n")).source.endswith("print('\\d')\n")


def test_skeleton_of_the_prompt_is_itself_a_readable_answer() -> None:
    assert "def splits(folds)" in read_script(fill("skeleton")).source


DRAFT = {
    "title": "Trees",
    "family": "boosting",
    "features": ["a / b"],
    "validation": "inside folds",
    "reasons": ["many rows"],
}
PLAN = {"summary": "Sizes decide.", "drafts": [DRAFT, {**DRAFT, "title": "Lines"}]}


def test_plan_is_read_in_its_order() -> None:
    plan = read_plan(json.dumps(PLAN))
    assert [draft.title for draft in plan.drafts] == ["Trees", "Lines"]
    assert plan.drafts[0].features == ("a / b",)


def test_plan_in_a_fence_with_words_around_is_read() -> None:
    assert read_plan(f"Here it is:\n```json\n{json.dumps(PLAN)}\n```\nDone.") == read_plan(
        json.dumps(PLAN)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no plan today", "whole answer"),
        ('{"summary": "x", "drafts": [', "whole answer"),
        (json.dumps({"summary": "x"}), "drafts"),
        (json.dumps({"summary": "x", "drafts": []}), "names no draft"),
        (json.dumps({**PLAN, "drafts": [{"title": "x"}]}), r"drafts\.0\.family"),
        (json.dumps({**PLAN, "extra": 1}), "extra"),
    ],
)
def test_what_is_no_plan_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(AnswerMalformed, match=said):
        read_plan(text)


def test_schema_is_the_plan_s_own_form() -> None:
    schema = json.loads(PLAN_SCHEMA)
    draft = schema["properties"]["drafts"]["items"]
    assert list(schema["properties"]) == list(Plan.model_fields)
    assert set(draft["properties"]) == set(draft["required"]) == set(DRAFT)
    assert draft["additionalProperties"] is schema["additionalProperties"] is False
    for limit in ("minLength", "maxItems", "minimum", "$ref", "default"):
        assert limit not in PLAN_SCHEMA
