"""The group `atlas history` and its verbs."""

import click

from atlas_tui.cli.lazy import LazyGroup
from core.domain.errors import ConfigError

_HERE = "atlas_tui.cli.history."


class HistoryVerbs(LazyGroup):
    """The verbs of the history; each needs pyarrow, which an installation may do without."""

    verbs = {
        "import": (_HERE + "taking", "Take in files: every row checked, a file trusted or refused whole."),
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
