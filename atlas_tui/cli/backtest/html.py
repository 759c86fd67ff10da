"""`atlas backtest --html FILE`: where the page goes, asked before the backtest is run and written when it is done."""

from pathlib import Path

from atlas_tui.exporting import write_whole
from core.domain.errors import ConfigError
from core.research.backtest.bars import Bars
from core.research.backtest.outcome import Outcome
from core.research.backtest.summary import Row
from core.research.report.library import script
from core.research.report.page import Report, page


class HtmlFile:
    """A file that is not there yet, and the library its page is drawn with.

    Raises ConfigError where there is a file of this name, or no folder for it, or Plotly is not installed: all of it
    before anybody has waited for a backtest.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._must_be_new()
        if not path.absolute().parent.is_dir():
            raise ConfigError(f"--html {path}: there is no folder {path.parent}: make it first, or name another")
        self._library = script()

    def write(self, told: Row, outcome: Outcome, bars: Bars) -> None:
        """Write the page, whole or not at all; the arguments are those of `Report`. Raises ConfigError."""
        text = page(Report(told, outcome, bars), self._library)
        self._must_be_new()
        try:
            write_whole(self.path, text)
        except OSError as error:
            raise ConfigError(
                f"--html {self.path} cannot be written: {error.strerror}: name a file in another folder"
            ) from error

    def _must_be_new(self) -> None:
        if self.path.exists():
            raise ConfigError(f"--html {self.path} exists already: choose another name")
