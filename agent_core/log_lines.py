"""The part of a script's log that says why it failed, without the paths of this machine."""

import re

MOST_CHARACTERS = 4_000
MOST_PRINTS = 12
LONGEST_LINE = 300
#: Frames of libraries that are kept at the end of a run of them: where it really happened.
LAST_FRAMES = 2

TRACEBACK = "Traceback (most recent call last):"
#: Between two tracebacks of one chain.
LINKS = ("During handling of the above exception", "The above exception was the direct cause")

_FRAME = re.compile(r'\s+File "(?P<file>[^"]+)", line \d+')
_MARKERS = re.compile(r"[\s^~]+")
_WARNING = re.compile(r"Warning\b")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")

#: An address of the web, which may stay, or an absolute path, quoted (blanks and all) or bare.
_PLACES = re.compile(
    r"""(?P<address>\b(?!file:)[a-z][a-z0-9+.-]{0,20}://[^\s'"]*)"""
    r"""|(?P<quote>['"])(?:file:)?(?P<quoted>/[^'"\n]+)(?P=quote)"""
    r"""|(?<![\w.~/-])(?P<bare>(?:file:/*)?/[\w.@+-][^\s'",:;()\[\]<>]*)"""
)
#: What is left of a path: the part below the job's folder, or the library's own name.
_KNOWN_ROOTS = re.compile(r".*/(?:site-packages|python3\.\d+)/|/job/")


def relevant_lines(log: str) -> str:
    """The last prints and the traceback, with the script's own lines, in at most 4,000 characters.

    Long runs of library frames, warnings and marker lines are left out. Paths become relative.
    """
    plain = _ESCAPES.sub("", log.replace("\r\n", "\n").replace("\r", "\n"))
    start = _error_start(plain)
    prints = plain[:start] if start is not None else plain
    error = plain[start:] if start is not None else ""
    lines = [*_last_prints(prints, MOST_PRINTS if error else 3 * MOST_PRINTS), *_squeezed(error)]
    # Cut before and after: a long line is not searched for paths, and no path is left as a half.
    text = "\n".join(_cut(redacted(_cut(line, 4 * LONGEST_LINE)), LONGEST_LINE) for line in lines)
    return _bounded(text)


def last_error(log: str) -> str:
    """The log from the last traceback's chain on; its last lines where there is none."""
    start = _error_start(log)
    return log[start:] if start is not None else "\n".join(log.splitlines()[-20:])


def redacted(text: str) -> str:
    """``text`` with each absolute path shortened to what is below the data or library folder."""
    return _PLACES.sub(_shortened, text)


def _shortened(match: re.Match[str]) -> str:
    if match["address"]:
        return match[0]
    quote = match["quote"] or ""
    path = match["quoted"] or match["bare"]
    known = _KNOWN_ROOTS.match(path)
    kept = path[known.end() :] if known else path.rstrip("/").rpartition("/")[2]
    return f"{quote}{kept}{quote}"


def _error_start(log: str) -> int | None:
    """Where the last chain of tracebacks begins."""
    start = log.rfind(TRACEBACK)
    while start > 0:
        earlier = log.rfind(TRACEBACK, 0, start)
        if earlier < 0 or not any(link in log[earlier:start] for link in LINKS):
            break
        start = earlier
    if start >= 0:
        return start
    # A file that does not even compile is reported without that heading.
    bare = re.search(r'^  File "[^"\n]+", line \d+\n(?:.*\n){1,4}\w*Error: ', log, re.MULTILINE)
    return bare.start() if bare else None


def _last_prints(text: str, count: int) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip() and not _WARNING.search(line)]
    return lines[-count:]


def _squeezed(error: str) -> list[str]:
    """A traceback with all frames of the script, and of each run of library frames the last."""
    kept: list[str] = []
    run: list[list[str]] = []
    for group in _frames(error):
        frame = _FRAME.match(group[0])
        if frame and not frame["file"].endswith("solution.py"):
            run.append(group)
            continue
        kept += _run_end(run)
        kept += group
        run = []
    return kept + _run_end(run)


def _frames(error: str) -> list[list[str]]:
    """The lines of each frame together, every other line alone; blank and marker lines left out."""
    groups: list[list[str]] = []
    for line in error.splitlines():
        if _MARKERS.fullmatch(line) or not line:
            continue
        belongs = line.startswith("    ") and groups and _FRAME.match(groups[-1][0])
        if belongs and not _FRAME.match(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _run_end(run: list[list[str]]) -> list[str]:
    left_out = len(run) - LAST_FRAMES
    note = [f"  ... {left_out} frames of libraries"] if left_out > 0 else []
    return note + [line for group in run[-LAST_FRAMES:] for line in group]


def _cut(line: str, longest: int) -> str:
    return line if len(line) <= longest else f"{line[:longest]} ..."


def _bounded(text: str) -> str:
    """Too long a text loses its middle: how it began and how it ended say most."""
    if len(text) <= MOST_CHARACTERS:
        return text
    head, tail = MOST_CHARACTERS // 4, MOST_CHARACTERS - MOST_CHARACTERS // 4 - 30
    return f"{text[:head]}\n... (left out) ...\n{text[-tail:]}"
