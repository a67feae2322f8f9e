"""Commands that other distributions add to ``helhet``, by the entry point group ``helhet.commands``.

An entry point names a function that takes the list of arguments after the command and returns an exit code. It is
loaded only when its command is used; help shows the one-line summary of its distribution.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from typer.core import TyperCommand, TyperGroup

GROUP = "helhet.commands"

ELSEWHERE = {
    "door": "The library door is a distribution of its own: install it from the project's folder (pip install ./door)."
}
"""What is told of a command of ours that is not installed, by its name."""


class OutsideCommand(TyperCommand):
    """A command whose arguments are all handed on untouched, ``--help`` among them."""

    def __init__(self, entry: EntryPoint) -> None:
        summary = entry.dist.metadata["Summary"] if entry.dist else None
        super().__init__(name=entry.name, help=summary or entry.value)
        self._entry = entry

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the arguments as they are."""
        ctx.args = list(args)
        return list(args)

    def invoke(self, ctx: Any) -> Any:
        """Load the function and leave with what it returns."""
        ctx.exit(int(self._entry.load()(ctx.args) or 0))


class Offered(TyperGroup):
    """helhet's own commands first, then those of other distributions."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, our own first."""
        own = super().list_commands(ctx)
        return own + sorted({entry.name for entry in entry_points(group=GROUP)} - set(own))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; one that is not installed is told how to be."""
        if args[0] in ELSEWHERE and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command '{args[0]}'. {ELSEWHERE[args[0]]}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command called ``cmd_name``, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for entry in entry_points(group=GROUP, name=cmd_name):
            return OutsideCommand(entry)
        return None
