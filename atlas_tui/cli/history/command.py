"""The group `atlas history` and its verbs."""

import click

from atlas_tui.cli.lazy import LazyGroup
from core.domain.errors import ConfigError

_HERE = "atlas_tui.cli.history."


class HistoryVerbs(LazyGroup):
    """The verbs of the history; each needs pyarrow, which an installation may do without."""

    under = "history "
    verbs = {
        "fetch": (_HERE + "fetching", "Candles of the venue since a date; goes on where it ended."),
        "import": (_HERE + "taking", "Take in files: every row checked, a file trusted or refused whole."),
        "list": (_HERE + "looking", "What is stored."),
        "gaps": (_HERE + "looking", "What is absent, and whether the venue has it."),
        "verify": (_HERE + "looking", "Is every byte what was written? Exit 0 if so."),
        "export": (_HERE + "exporting", "A series as one CSV or Parquet file."),
        "remove": (_HERE + "removing", "Take a series off the disk, or all of a symbol."),
    }

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file. Raises ConfigError where pyarrow is not installed."""
        try:
            return super().get_command(ctx, cmd_name)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] != "pyarrow":
                raise
            raise ConfigError(
                "the history is kept as Parquet, and pyarrow is not installed: install atlas-tui[history], "
                "or run make setup"
            ) from error


@click.group("history", cls=HistoryVerbs)
def history_command() -> None:
    """Keep years of candles and recorded funding rates, for backtests and for whoever reads Parquet."""
