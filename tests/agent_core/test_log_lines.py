import pytest

from agent_core.log_lines import MOST_CHARACTERS, last_error, redacted, relevant_lines

CRASH = """Traceback (most recent call last):
  File "/job/solution.py", line 30, in <module>
    main()
    ^^^^^^
  File "/job/solution.py", line 21, in main
    frame = pd.read_csv(path)
            ^^^^^^^^^^^^^^^^^
  File "/opt/env/lib/python3.11/site-packages/pandas/io/parsers/readers.py", line 873, in read_csv
    return _read(filepath_or_buffer, kwds)
  File "/opt/env/lib/python3.11/site-packages/pandas/io/parsers/readers.py", line 300, in _read
    parser = TextFileReader(filepath_or_buffer, **kwds)
  File "/opt/env/lib/python3.11/site-packages/pandas/io/common.py", line 926, in get_handle
    handle = open(
             ^^^^^
FileNotFoundError: [Errno 2] No such file or directory: '/home/alice/my data/store.csv'
"""


def test_script_frames_stay_and_library_frames_are_counted() -> None:
    shown = relevant_lines("fold 1: 0.81\n" + CRASH)
    assert shown.splitlines() == [
        "fold 1: 0.81",
        "Traceback (most recent call last):",
        '  File "solution.py", line 30, in <module>',
        "    main()",
        '  File "solution.py", line 21, in main',
        "    frame = pd.read_csv(path)",
        "  ... 1 frames of libraries",
        '  File "pandas/io/parsers/readers.py", line 300, in _read',
        "    parser = TextFileReader(filepath_or_buffer, **kwds)",
        '  File "pandas/io/common.py", line 926, in get_handle',
        "    handle = open(",
        "FileNotFoundError: [Errno 2] No such file or directory: 'store.csv'",
    ]


def test_only_the_last_prints_before_a_crash_and_no_warnings() -> None:
    prints = [f"step {number}" for number in range(50)]
    noise = "/opt/env/lib/x.py:3: FutureWarning: soon gone"
    shown = relevant_lines("\n".join([*prints, noise, CRASH]))
    assert "step 49" in shown
    assert "step 30" not in shown
    assert "FutureWarning" not in shown


def test_log_without_a_crash_shows_its_end() -> None:
    shown = relevant_lines("\n".join(f"line {number}" for number in range(100)))
    assert shown.splitlines()[-1] == "line 99"
    assert len(shown.splitlines()) == 36


def test_length_is_bounded_and_the_error_survives() -> None:
    long = "x" * 100_000
    shown = relevant_lines(f"{long}\n" * 20 + CRASH.replace("store.csv", "y" * 5_000))
    assert len(shown) <= MOST_CHARACTERS
    assert "FileNotFoundError" in shown
    many = "\n".join(f"ValueError: {'z' * 250} {number}" for number in range(100))
    bounded = relevant_lines(CRASH + many)
    assert len(bounded) <= MOST_CHARACTERS
    assert bounded.endswith("99")
    assert "(left out)" in bounded


def test_control_characters_and_colours_are_gone() -> None:
    shown = relevant_lines("\x1b[31mred\x1b[0m\r\nprogress 1\rprogress 2\x00\x07")
    assert shown == "red\nprogress 1\nprogress 2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open '/job/data/train/a.csv'", "open 'data/train/a.csv'"),
        ("/home/bob/x/trials/ab12/out/oof.csv: bad", "oof.csv: bad"),
        ("path=/home/bob/secret.csv,", "path=secret.csv,"),
        ("error:/home/ann/a/b", "error:b"),
        ('"/Users/My Name/data.csv"', '"data.csv"'),
        ("file:///home/bob/data.csv", "data.csv"),
        ("see https://example.org/docs/a.html", "see https://example.org/docs/a.html"),
        ("a ratio of 1/2 and either/or", "a ratio of 1/2 and either/or"),
        ("data/train.csv", "data/train.csv"),
        ("/usr/lib/python3.11/json/decoder.py", "json/decoder.py"),
    ],
)
def test_absolute_paths_become_relative(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_chain_of_errors_is_kept_whole_and_earlier_ones_are_not() -> None:
    link = "\nThe above exception was the direct cause of the following exception:\n\n"
    first = "Traceback (most recent call last):\nOSError: old\nretrying\n"
    chain = CRASH + link + "Traceback (most recent call last):\nValueError: new\n"
    assert last_error(first + chain) == chain


def test_source_that_does_not_compile_has_no_heading() -> None:
    log = 'started\n  File "/job/solution.py", line 2\n    x = (\n        ^\nSyntaxError: open\n'
    assert last_error(log).startswith('  File "/job/solution.py", line 2')
    assert relevant_lines(log).splitlines()[1] == '  File "solution.py", line 2'


def test_log_without_any_error_gives_its_last_lines() -> None:
    assert last_error("a\nb") == "a\nb"
    assert relevant_lines("") == ""
