"""``kaggle-agent sandbox``: what the Docker sandbox needs before its first use."""
# ruff: noqa: PLC0415 - the command line itself stays light

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The Docker sandbox, where generated scripts run.")


@app.callback()
def _group() -> None:
    """Keep ``build`` a word of its own."""


@app.command()
def build(
    index_url: Annotated[
        str | None,
        typer.Option(help="pip's package index, without a password.", metavar="URL"),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(help="Certificates (PEM) that pip shall trust.", metavar="FILE"),
    ] = None,
) -> None:
    """Build the image that scripts run in (about 1 GB), or say that it is there already."""
    from agent_core.engine import Engine
    from agent_core.errors import KaggleAgentError
    from agent_core.run import failure_of
    from agent_core.sandbox.container.image import build_image, image_tag
    from ui.answers import print_failure

    try:
        with Engine.connect() as engine:
            tag = image_tag()
            if engine.has_image(tag):
                typer.echo(f"{tag} is there already.")
                return
            for line in build_image(engine, index_url, ca_file):
                typer.echo(line, err=True)
    except KaggleAgentError as error:
        raise typer.Exit(print_failure(failure_of(error), as_json=False)) from error
    typer.echo(f"{tag} is built. `kaggle-agent solve` takes it from now on.")
