"""``kaggle-agent kernel`` and ``kaggle-agent dataset``: the pieces for people who write scripts.

Answers go to standard output, with ``--json`` as one object; all else to standard error.
"""
# ruff: noqa: PLC0415 - the command line itself stays light

from pathlib import Path
from typing import Annotated

import typer

kernel = typer.Typer(no_args_is_help=True, help="Kernels on Kaggle: push, look, watch, fetch.")
dataset = typer.Typer(no_args_is_help=True, help="Private data sets on Kaggle: create, update.")

Ref = Annotated[
    str,
    typer.Argument(
        metavar="KERNEL", help="owner/slug, or the slug of one of yours.", show_default=False
    ),
]
DatasetName = Annotated[
    str, typer.Option("--name", help="owner/slug, or a slug of yours.", metavar="SLUG")
]
Files = Annotated[
    list[Path],
    typer.Argument(exists=True, dir_okay=False, help="What it is to hold.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@kernel.command()
def push(  # noqa: PLR0913, PLR0917 - its options
    script: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A Python script, in UTF-8.")
    ],
    name: Annotated[str, typer.Option(help="A slug of yours, of 5 letters or more.")],
    competition: Annotated[
        list[str] | None, typer.Option(help="A competition whose data it reads; repeatable.")
    ] = None,
    data: Annotated[
        list[str] | None, typer.Option("--dataset", help="A data set it reads; repeatable.")
    ] = None,
    gpu: Annotated[bool, typer.Option(help="Give it a GPU.")] = False,
    internet: Annotated[bool, typer.Option(help="Give it the internet.")] = False,
    run_limit: Annotated[
        float | None, typer.Option(help="The most it may run.", metavar="SECONDS", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Save a private script kernel and run it. The same name again makes a new version."""
    from ui.kaggle_scripting import KernelWishes, push_kernel

    wishes = KernelWishes(
        script=script,
        name=name,
        competitions=tuple(competition or ()),
        datasets=tuple(data or ()),
        gpu=gpu,
        internet=internet,
        run_limit=run_limit,
    )
    raise typer.Exit(push_kernel(wishes, as_json))


@kernel.command()
def status(ref: Ref, as_json: AsJson = False) -> None:
    """Say how the last run of a kernel stands."""
    from ui.kaggle_scripting import show_kernel

    raise typer.Exit(show_kernel(ref, as_json))


@kernel.command()
def watch(
    ref: Ref,
    interval: Annotated[
        float, typer.Option(help="Between two looks.", metavar="SECONDS", min=0.01)
    ] = 60.0,
    limit: Annotated[
        float, typer.Option(help="The longest wait for its end.", metavar="SECONDS", min=0)
    ] = 3 * 3600.0,
    as_json: AsJson = False,
) -> None:
    """Wait for the end of a kernel and show its log. Exit code 0 only if it ended well."""
    from ui.kaggle_scripting import watch_kernel

    raise typer.Exit(watch_kernel(ref, interval, limit, as_json))


@kernel.command()
def output(
    ref: Ref,
    to: Annotated[Path, typer.Option(help="A folder; made if needed.", metavar="FOLDER")] = Path(),
    most_bytes: Annotated[
        int, typer.Option(help="The most that one file may have.", min=1, metavar="BYTES")
    ] = 4 * 1024**3,
    as_json: AsJson = False,
) -> None:
    """Fetch what a kernel has left, and its log, each file checked."""
    from ui.kaggle_scripting import fetch_output

    raise typer.Exit(fetch_output(ref, to, most_bytes, as_json))


@dataset.command()
def create(
    files: Files,
    name: DatasetName,
    title: Annotated[str | None, typer.Option(help="6 to 50 letters; else the slug.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a private data set and wait until it can be used."""
    from ui.kaggle_scripting import create_dataset

    raise typer.Exit(create_dataset(name, title, files, as_json))


@dataset.command()
def update(
    files: Files,
    name: DatasetName,
    notes: Annotated[str, typer.Option(help="What is new.")] = "Updated",
    as_json: AsJson = False,
) -> None:
    """Make a new version that holds these files only, and wait until it can be used."""
    from ui.kaggle_scripting import update_dataset

    raise typer.Exit(update_dataset(name, notes, files, as_json))
