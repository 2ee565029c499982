"""The command line: ``kaggle-agent``.

Answers go to standard output, everything else to standard error. Exit codes: 0 solved, 2 the input
cannot be used, 130 stopped by the person, 1 anything else. Imports stay light: what a command
needs is imported by that command.
"""
# ruff: noqa: PLC0415 - see above

import signal
import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ui import kaggle_commands, key_commands, sandbox_commands

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From the address of a Kaggle competition to a checked submission.csv.",
)
app.add_typer(sandbox_commands.app, name="sandbox")
app.add_typer(kaggle_commands.kernel, name="kernel")
app.add_typer(kaggle_commands.dataset, name="dataset")
app.add_typer(key_commands.app, name="api-key")

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A Kaggle competition's address or slug, or a folder with its data.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
MetricName = Annotated[
    str | None,
    typer.Option("--metric", help="The competition's metric, where it names none.", metavar="NAME"),
]

RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's id, or how it begins, or latest.",
        show_default=False,
    ),
]


class Planner(StrEnum):
    """Who plans."""

    AUTO = "auto"
    CLAUDE = "claude"
    RULES = "rules"


class SandboxName(StrEnum):
    """Where generated programs run."""

    AUTO = "auto"
    DOCKER = "docker"
    PROCESS = "process"
    KAGGLE = "kaggle"


@app.command()
def solve(  # noqa: PLR0913, PLR0917 - its options
    source: Source,
    budget: Annotated[
        float, typer.Option(help="Seconds of wall time for the whole run.", metavar="SECONDS")
    ] = 600.0,
    metric: MetricName = None,
    planner: Annotated[
        Planner, typer.Option(help="Who plans and writes: auto is claude where there is a key.")
    ] = Planner.AUTO,
    sandbox: Annotated[
        SandboxName,
        typer.Option(help="Where the training script runs: auto is docker where its image is."),
    ] = SandboxName.AUTO,
    seed: Annotated[int, typer.Option(help="Of everything that is random.", min=0)] = 0,
    max_usd: Annotated[
        float, typer.Option(help="The most that Claude may cost.", metavar="USD")
    ] = 1.0,
    max_trials: Annotated[
        int, typer.Option(help="The most scripts of Claude's that are tried.", min=1, max=1000)
    ] = 12,
    drafts: Annotated[
        int, typer.Option(help="Different scripts of Claude's to begin with.", min=1, max=20)
    ] = 3,
    submit: Annotated[
        bool, typer.Option("--submit", help="Send the submission to Kaggle; wait for its score.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Copy the submission there.", metavar="FILE")
    ] = None,
    remote: Annotated[
        str | None,
        typer.Option(help="The HTTP API of another machine, which solves it.", metavar="URL"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Solve a competition: a checked submission, its score, and the script that made it.

    The same command again takes finished work from the cache, also after it was stopped.
    """
    from ui.solving import Wishes, solve_source

    wishes = Wishes(
        source=source,
        budget=budget,
        metric=metric,
        planner=planner.value,
        sandbox=sandbox.value,
        seed=seed,
        max_usd=max_usd,
        max_trials=max_trials,
        drafts=drafts,
        submit_to_kaggle=submit,
        output=output,
    )
    if remote is not None:
        from ui.remote.solving import solve_remotely

        raise typer.Exit(solve_remotely(wishes, remote, as_json))
    raise typer.Exit(solve_source(wishes, as_json))


@app.command()
def submit(
    run: RunName,
    message: Annotated[
        str, typer.Option(help="What Kaggle shows beside the submission.", metavar="TEXT")
    ] = "",
    competition: Annotated[
        str | None,
        typer.Option(help="Where the submission of a folder's run belongs.", metavar="SLUG"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send the submission of a run to Kaggle, and show score, rank and gap to cross-validation.

    The same file is never sent twice: the same command again shows how it stands now.
    """
    from ui.submitting import Wish, submit_run

    wish = Wish(run=run, message=message, competition=competition)
    raise typer.Exit(submit_run(wish, as_json))


@app.command()
def export(
    run: RunName,
    notebook: Annotated[
        bool, typer.Option("--notebook", help="As a notebook that runs on Kaggle as it is.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where it is written.", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the winning solution of a run to a file of its own."""
    if not notebook:
        raise typer.BadParameter("Say what to write: --notebook.")
    from ui.exporting import export_notebook

    raise typer.Exit(export_notebook(run, out, as_json))


@app.command()
def preflight(source: Source, as_json: AsJson = False) -> None:
    """Say what stands in the way of solving a competition, all at once."""
    from ui.looking import show_preflight

    raise typer.Exit(show_preflight(source, as_json))


@app.command()
def profile(source: Source, metric: MetricName = None, as_json: AsJson = False) -> None:
    """Show what is found out about a competition's data before any model is trained."""
    from ui.looking import show_profile

    raise typer.Exit(show_profile(source, metric, as_json))


@app.command()
def status(
    last: Annotated[int, typer.Option(help="Of how many runs to tell.", min=1, max=200)] = 100,
    as_json: AsJson = False,
) -> None:
    """Say how things stand: server, pools, workers, limits, engine, disk, and the last runs.

    The exit code is 1 where something keeps runs from being executed.
    """
    from ui.status import show_status

    raise typer.Exit(show_status(last, as_json))


@app.command()
def runs(as_json: AsJson = False) -> None:
    """List all runs, newest first: what each came to, or waits for and since when."""
    from ui.looking import show_runs

    raise typer.Exit(show_runs(as_json))


@app.command()
def resume(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's id, or how it begins, or latest.")
    ],
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was stopped, or that waits. Nothing that was done is done again."""
    from ui.resuming import resume as go_on

    raise typer.Exit(go_on(run, as_json))


@app.command()
def up() -> None:
    """Start the whole stack on this machine: servers, pools, workers. Ctrl-C stops it."""
    from ui.stack import run_stack

    raise typer.Exit(run_stack())


@app.command()
def api(
    host: Annotated[str | None, typer.Option(help="Where to listen.", metavar="ADDRESS")] = None,
    port: Annotated[int | None, typer.Option(help="The port.", min=0, max=65535)] = None,
) -> None:
    """Serve the HTTP API. It is documented where it listens, at /docs. Ctrl-C stops it."""
    from ui.serving import serve_api

    raise typer.Exit(serve_api(host, port))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kaggle-agent {version('kaggle-agent')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    pass


class _Terminated(KeyboardInterrupt):
    """Asked to stop by a signal other than Ctrl-C."""


def _terminate(number: int, frame: FrameType | None) -> None:
    raise _Terminated(number)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # whatever the locale says: names have letters
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminate)
    app()
