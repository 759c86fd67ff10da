"""`--html FILE`: where the page goes, asked before the work is done, and written when it is."""

from collections.abc import Callable
from pathlib import Path

from atlas_tui.cli.written import need_folder, need_new, write_whole
from core.research.backtest.bars import Bars
from core.research.backtest.outcome import Outcome
from core.research.backtest.summary import Row
from core.research.report.library import script
from core.research.report.page import Report, page


class HtmlFile:
    """A file that is not there yet, and the library its page is drawn with.

    Raises ConfigError where there is a file of this name, or no folder to write it in, or Plotly is not installed: all
    of it before anybody has waited.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        need_new(path)
        need_folder(path)
        self._library = script()

    def write(self, drawn: Callable[[str], str]) -> None:
        """Write the page, whole or not at all.

        Args:
            drawn: the page with this library in it.

        Raises:
            ConfigError: somebody else has made the file meanwhile, or it cannot be written.
        """
        text = drawn(self._library)
        need_new(self.path)
        write_whole(self.path, text)


def write_report(file: HtmlFile, told: Row, outcome: Outcome, bars: Bars) -> None:
    """Write the page of a backtest; raises as `HtmlFile.write`, takes what `Report` takes."""
    file.write(lambda library: page(Report(told, outcome, bars), library))
