"""The continuity matrix: how every timeframe of every symbol stands, and the score over 1w 1d 4h 1h."""

from collections.abc import Mapping

from atlas_tui import formats
from atlas_tui.lines import Line, ended, width_of
from atlas_tui.views.series_cell import KIND_ROLES, SHOWN
from atlas_tui.views.signals import side_role
from atlas_tui.widgets.table_rows import Cell
from core.domain.continuity import Standing
from core.domain.patterns import Side
from core.domain.snapshot import Snapshot
from core.domain.timeframes import CONTINUITY, Timeframe

_LEAST_NAME, _SCORE = 5, 4
"""Cells of a symbol with the blank after it, at least; and of a score, `3/4▲`."""


def matrix_lines(snapshot: Snapshot, rows: int, focus: str = "", width: int = 44) -> tuple[Line, ...]:
    """A heading and a row a symbol; the symbol in focus is always among them.

    Args:
        snapshot: what is known.
        rows: lines there is room for, the heading included.
        focus: the symbol under the cursor.
        width: cells; where they are few the cells stand closer.
    """
    symbols = _visible([quote.symbol for quote in snapshot.quotes], max(0, rows - 1), focus)
    name = max([_LEAST_NAME, *(len(symbol) + 1 for symbol in symbols)])
    pitch = 5 if name + 5 * len(SHOWN) + _SCORE <= width else 4
    name = max(_LEAST_NAME, min(name, width - pitch * len(SHOWN) - _SCORE))
    head = "TFC".ljust(name) + "".join(f"{timeframe!s:>{pitch - 1}} " for timeframe in SHOWN)
    return ((Cell(head, "readable"),), *(_row(snapshot, symbol, name, pitch, focus, width) for symbol in symbols))


def _visible(symbols: list[str], room: int, focus: str) -> list[str]:
    shown = symbols[:room]
    if focus in symbols and focus not in shown and shown:
        shown[-1] = focus
    return shown


def _row(snapshot: Snapshot, symbol: str, name: int, pitch: int, focus: str, width: int) -> Line:
    standings: Mapping[Timeframe, Standing] = snapshot.standings.get(symbol, {})
    scores = snapshot.scores.get(symbol, {})
    role = "brand bold" if symbol == focus else "text bold"
    cells = [Cell(f"{ended(symbol, name - 1):<{name}}", role)]
    for timeframe in SHOWN:
        cells.append(_cell(standings.get(timeframe), pitch))
        cells.append(Cell(" "))
    best = max(Side, key=lambda side: scores.get(side, 0))
    if not standings:
        return (*cells, Cell(formats.UNKNOWN, "readable"))
    score = scores.get(best, 0)
    cells.append(Cell(f"{score}/4{formats.side_glyph(best)}", side_role(best) if score >= 2 else "readable"))
    if score == len(CONTINUITY) and width_of(cells) + len(" FULL") <= width:
        cells.append(Cell(" FULL", "brand bold"))
    return tuple(cells)


def _cell(standing: Standing | None, pitch: int) -> Cell:
    """Class, and ▲ or ▼ for where it trades against its open."""
    if standing is None:
        return Cell("·".rjust(pitch - 1), "dim")
    moved = standing.close - standing.open
    ground = "" if moved == 0 else " on zone-long" if moved > 0 else " on zone-short"
    glyph = formats.move_glyph(moved)
    return Cell(f"{standing.kind.text}{glyph}".rjust(pitch - 1), f"{KIND_ROLES[standing.kind]}{ground}")
