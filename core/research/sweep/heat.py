"""A heat map's numbers: the median score of all runs that share a value on each of two axes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.research.sweep.choosing import score
from core.research.sweep.grid import Grid
from core.research.sweep.run import Run


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Medians, for a maximum over the other axes would show luck alone; none where most runs have too few trades.

    Attributes:
        down: key of the rows; empty where there is one axis only.
        across: key of the columns.
        rows: values of `down`, as text; one, empty, where there is none.
        columns: values of `across`, as text.
        cells: by row and column; None where fewer than half of the runs have a score, for those may be picked by luck.
        most: runs behind a cell.
    """

    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    most: int

    @property
    def reach(self) -> float:
        """The largest magnitude; 0 without any."""
        return max((abs(cell) for row in self.cells for cell in row if cell is not None), default=0.0)


def heat_of(runs: Sequence[Run], grid: Grid, texts: Sequence[Mapping[str, str]], down: str, across: str) -> HeatMap:
    """The map of these runs.

    Args:
        runs: over whole periods, of one account.
        grid: for the score.
        texts: of every setting, key and value.
        down: an axis, or empty.
        across: another one.
    """
    rows = tuple(dict.fromkeys(each.get(down, "") for each in texts))
    columns = tuple(dict.fromkeys(each[across] for each in texts))
    held: dict[tuple[str, str], list[float]] = {}
    behind: dict[tuple[str, str], int] = {}
    for run in runs:
        place = texts[run.setting].get(down, ""), texts[run.setting][across]
        behind[place] = behind.get(place, 0) + 1
        if (value := score(run, grid)) is not None:
            held.setdefault(place, []).append(value)
    cells = tuple(
        tuple(_median(held.get((row, column), []), behind.get((row, column), 0)) for column in columns) for row in rows
    )
    return HeatMap(down, across, rows, columns, cells, max(behind.values(), default=0))


def _median(scores: Sequence[float], runs: int) -> float | None:
    return median(scores) if scores and 2 * len(scores) >= runs else None
