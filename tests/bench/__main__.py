"""Figures from real runs: ``python -m tests.bench NAME``, or all: `make bench`."""

import argparse

from tests.bench import api, load, runs_page, solving

_BENCHES = {
    "solving": solving.main,
    "load": load.main,
    "api": api.main,
    "runs-page": runs_page.main,
}


def main() -> None:
    """Run the bench that is named, or the first."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("bench", nargs="?", choices=_BENCHES, default="solving")
    _BENCHES[parser.parse_args().bench]()


if __name__ == "__main__":
    main()
