"""A command group that imports a verb's file only when the verb is used."""

import importlib
from collections.abc import Mapping

import click


class LazyGroup(click.Group):
    """Verbs by name: the module that holds each and one line of help.

    `atlas --help` so needs no verb's imports.
    """

    verbs: Mapping[str, tuple[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the table's order."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file; None for an unknown verb."""
        if cmd_name not in self.verbs:
            return None
        return load_verb(self.verbs[cmd_name][0], cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of verbs, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.verbs.items()])


def load_verb(module: str, verb: str) -> click.Command:
    """Import the file that holds a verb and return its command, by convention `VERB_command`."""
    command: click.Command = getattr(importlib.import_module(module), verb + "_command")
    return command
