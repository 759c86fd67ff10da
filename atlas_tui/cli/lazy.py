"""A command group that imports a verb's file only when the verb is used."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_EXAMPLES: Final = "atlas_tui.cli.examples"  # not before the first frame of the console, which is no verb


class LazyGroup(click.Group):
    """Verbs by name: the module that holds each and one line of help.

    `atlas --help` so needs no verb's imports.
    """

    verbs: Mapping[str, tuple[str, str]] = {}
    under = ""
    """The words before its verbs, each with a blank behind it: `history ` of `atlas history import`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the table's order."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file; None for an unknown verb."""
        if cmd_name not in self.verbs:
            return None
        command: click.Command = importlib.import_module(_EXAMPLES).teach(
            load_verb(self.verbs[cmd_name][0], cmd_name), self.under + cmd_name
        )
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        """What the shell may go on with; no verb is imported for its name."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell that completes needs it

        found = [CompletionItem(name, help=line) for name, (_, line) in self.verbs.items()]
        verbs = [item for item in found if item.value.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of verbs, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.verbs.items()])


def load_verb(module: str, verb: str) -> click.Command:
    """Import the file that holds a verb and return its command, by convention `VERB_command`."""
    command: click.Command = getattr(importlib.import_module(module), verb + "_command")
    return command
