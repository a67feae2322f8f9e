"""``helhet door``: the command line. Each command loads its work when it is used.

Bad input leaves with code 2 and one line a fault; what was found wrong by ``check`` leaves with code 1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from helhet_door.words.faults import Fault, Faults

app = typer.Typer(
    name="door",
    help="The library door: residents let themselves in when the library is closed, with card and PIN.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
centre_app = typer.Typer(help="The staff page, and the place that the boxes talk to.", no_args_is_help=True)
app.add_typer(centre_app, name="centre")

BoxFile = Annotated[Path, typer.Argument(help="The box's own file: box.toml.", show_default=False)]
CentreFolder = Annotated[Path, typer.Argument(help="The centre's folder.", show_default=False)]


@app.command()
def run(box: BoxFile) -> None:
    """Serve the doors of one branch until stopped."""
    from helhet_door.service.run import serve

    serve(box)


@app.command()
def check(
    box: BoxFile,
    seconds: Annotated[float, typer.Option(help="How long to wait for each reader and for the library system.")] = 5.0,
) -> None:
    """Say whether configuration, keys, clock, readers, library system and centre are as they must be."""
    from helhet_door.service.check import check_box

    raise typer.Exit(0 if check_box(box, seconds, typer.echo) else 1)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.", show_default=False)],
    branch: Annotated[str, typer.Option(help="The branch's id, as the centre knows it.")] = "branch",
) -> None:
    """Make a commented box.toml and fresh keys for a box at a branch."""
    from helhet_door.service.new import new_box

    typer.echo(f"Made {new_box(folder, branch)}. Read it, change it, then: helhet door check {folder}/box.toml")


@app.command()
def provision(
    box: BoxFile,
    door: Annotated[str, typer.Option(help="The door whose reader is to be given a new key.")],
    minutes: Annotated[float, typer.Option(help="Give up after so long.", min=0.1, max=15)] = 2.0,
) -> None:
    """Give a reader in install mode a key of its own; the service of the branch must not be running."""
    from helhet_door.service.provisioning import provision_door

    raise typer.Exit(0 if provision_door(box, door, minutes, typer.echo) else 1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port on loopback; 0 takes a free one.")] = 8765,
    folder: Annotated[Path | None, typer.Option(help="Where to keep it; left out: a folder that is removed.")] = None,
    language: Annotated[str, typer.Option("--lang", help="sv or en.")] = "sv",
) -> None:
    """Play: a simulated reader, a library system, the service, the centre and a page, all on this machine."""
    from helhet_door.demo.play import play

    play(port, folder, language)


@centre_app.command("new")
def centre_new(folder: CentreFolder) -> None:
    """Make a commented centre with fresh keys and a first user, supervisor; prints its first password, once."""
    from helhet_door.centre import new

    typer.echo(new(folder))


@centre_app.command("serve")
def centre_serve(
    folder: CentreFolder,
    host: Annotated[str, typer.Option(help="Listen here; put a TLS proxy in front of anything but loopback.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port.")] = 8080,
) -> None:
    """Serve the staff page and the boxes until stopped."""
    from helhet_door.centre import serve

    serve(folder, host, port)


@centre_app.command("add-box")
def centre_add_box(folder: CentreFolder, branch: Annotated[str, typer.Option(help="The branch's id.")]) -> None:
    """Let a box talk for a branch; prints its token, once."""
    from helhet_door.centre import add_box

    typer.echo(add_box(folder, branch))


@centre_app.command("add-user")
def centre_add_user(
    folder: CentreFolder,
    name: Annotated[str, typer.Option(help="The name to log in with.")],
    role: Annotated[str, typer.Option(help="staff, supervisor or auditor.")] = "staff",
) -> None:
    """Add somebody who may log in; prints a first password, once, which must be changed at the first log-in."""
    from helhet_door.centre import Role, add_user

    roles = ", ".join(Role)
    if role not in tuple(Role):
        raise Faults([Fault("the user", "role", role, "is no role", f"Known are: {roles}.")])
    typer.echo(add_user(folder, name, Role(role)))


def offered(args: list[str]) -> int:
    """The command as ``helhet door`` runs it: arguments in, exit code out."""
    try:
        left = app(args, standalone_mode=False, prog_name="helhet door")
    except Faults as faults:
        for fault in faults.faults:
            typer.echo(str(fault), err=True)
        return 2
    except typer.Abort:
        return 130
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # click's own: a wrong option
            error.show()
            return int(error.exit_code)
        raise
    return left if isinstance(left, int) else 0


def main() -> None:
    """The same as a command of its own, for a box without the simulation: ``helhet-door``."""
    sys.exit(offered(sys.argv[1:]))
