"""``kaggle-agent api-key``: who may use the HTTP API."""
# ruff: noqa: PLC0415 - the command line itself stays light

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ui.http.keys import KeyRing

app = typer.Typer(no_args_is_help=True, help="The keys of the HTTP API.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.", show_default=False)]


@app.command()
def create(name: Name) -> None:
    """Make a key and show it, once. As soon as there is one, the API demands one."""
    with _ring() as keys:
        secret = keys.create(name)
    typer.echo(f"The key {name} is made. It is shown now and never again:", err=True)
    typer.echo(secret)


@app.command("list")
def list_keys() -> None:
    """List the keys by their names."""
    with _ring() as keys:
        known = keys.all()
    for key in known:
        typer.echo(f"{key.name:<40} {key.created.astimezone():%Y-%m-%d %H:%M}")
    if not known:
        typer.echo("There is no key: whoever is on this machine may use the API.", err=True)


@app.command()
def revoke(name: Name) -> None:
    """Have a key open nothing any more, at once. Its runs go on."""
    with _ring() as keys:
        keys.revoke(name)
    typer.echo(f"The key {name} is revoked.", err=True)


@contextmanager
def _ring() -> Iterator["KeyRing"]:
    """The keys of the home. What goes wrong is told, and ends the command."""
    from agent_core.errors import KaggleAgentError
    from agent_core.run import failure_of
    from agent_core.settings import Settings
    from ui.answers import print_failure
    from ui.http.keys import KeyRing

    try:
        yield KeyRing(Settings().folders())
    except (KaggleAgentError, OSError) as error:
        raise typer.Exit(print_failure(failure_of(error), as_json=False)) from error
