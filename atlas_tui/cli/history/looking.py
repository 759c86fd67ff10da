"""`atlas history list|gaps|verify`: what is stored, what is absent, and whether it is whole."""

from collections.abc import Sequence
from typing import Any

import click

from atlas_tui.cli.common import common_options, format_option, settings_of
from atlas_tui.cli.history.words import counted, history_of, hole_row
from atlas_tui.cli.listing import put_rows
from atlas_tui.cli.saying import say, tell
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.domain.errors import HistoryError
from core.domain.timeframes import Timeframe
from core.research.history.auditing import overview, verified
from core.research.history.series import SeriesName, the_symbol
from core.research.history.store import History
from core.research.history.texts import moment

NOTHING = "Nothing is stored yet: take candles in with atlas history fetch or atlas history import."
_SERIES = ("symbol", "timeframe", "kind")
_LIST = (*_SERIES, "first", "last", "rows", "holes", "absent", "files", "bytes")
_GAPS = (*_SERIES, "since", "until", "bars", "why")
_VERIFY = (*_SERIES, "month", "rows", "sound", "why")


@click.command("list")
@format_option
@common_options
@click.pass_context
def list_command(context: click.Context, style: str) -> int:
    """List every stored series: from when to when, how many rows, how much is absent. Exit 1 where one is damaged."""
    settings = settings_of(context)
    history = history_of(settings)
    rows, damaged = [], 0
    for name in history.names():
        seen = overview(history, name)
        damaged += _said(seen.damaged)
        edges = (moment(at) if at is not None else None for at in (seen.first_s, seen.last_s))
        absent = sum(hole.bars for hole in seen.holes)
        numbers = (seen.rows, len(seen.holes), absent, seen.files, seen.size)
        rows.append(_series(name) | dict(zip(_LIST[len(_SERIES) :], (*edges, *numbers), strict=True)))
    put_rows(rows, _LIST, style, settings.ui.zone, NOTHING)
    return 1 if damaged else 0


@click.command("gaps")
@click.argument("symbols", nargs=-1, metavar="[SYMBOL...]")
@click.option("--timeframe", type=TIMEFRAME, help="Only of this length.")
@format_option
@common_options
@click.pass_context
def gaps_command(context: click.Context, symbols: tuple[str, ...], timeframe: Timeframe | None, style: str) -> int:
    """List every hole: `not published` where the venue was asked and has none, else `not stored`.

    `until` is the opening of the bar behind the hole.
    """
    settings = settings_of(context)
    history = history_of(settings)
    rows, damaged = [], 0
    for name in chosen(history, symbols, timeframe):
        seen = overview(history, name)
        damaged += _said(seen.damaged)
        whys = ["not published" if hole.asked else "not stored" for hole in seen.holes]
        rows += [_series(name) | hole_row(hole) | {"why": why} for hole, why in zip(seen.holes, whys, strict=True)]
    put_rows(rows, _GAPS, style, settings.ui.zone, "No holes." if history.names() else NOTHING)
    return 1 if damaged else 0


@click.command("verify")
@click.argument("symbols", nargs=-1, metavar="[SYMBOL...]")
@format_option
@common_options
@click.pass_context
def verify_command(context: click.Context, symbols: tuple[str, ...], style: str) -> int:
    """Read every stored byte and hold it against its checksum. Exit 0 when all is sound, else 1.

    A damaged month is moved to the quarantine beside the history, and can be taken in again.
    """
    settings = settings_of(context)
    history = history_of(settings)
    found = [verdict for name in chosen(history, symbols, None) for verdict in verified(history, name)]
    bad = [verdict.why for verdict in found if verdict.why]
    rows: list[dict[str, Any]] = [
        _series(each.file.name)
        | {"month": each.file.month, "rows": each.rows, "sound": not each.why, "why": each.why or None}
        for each in found
    ]
    if style != "table":
        put_rows(rows, _VERIFY, style, settings.ui.zone)
    elif not found:
        tell(NOTHING)
    else:
        sound = f"{len(found) - len(bad):,} of {counted(len(found), 'file')} sound"
        tell(f"{sound}, {counted(sum(each.rows for each in found), 'row')}.")
    _said(bad)
    return 1 if bad else 0


def chosen(history: History, symbols: Sequence[str], timeframe: Timeframe | None) -> list[SeriesName]:
    """The stored series of these symbols, all without any. Raises HistoryError where nothing is stored of one."""
    names = [name for name in history.names() if timeframe in (None, name.timeframe)]
    if timeframe is not None and not names and history.names():
        raise HistoryError(f"nothing of {timeframe} is stored: atlas history list tells what is")
    wanted = {the_symbol(symbol, [name.symbol for name in names]) for symbol in symbols}
    return [name for name in names if not symbols or name.symbol in wanted]


def _series(name: SeriesName) -> dict[str, Any]:
    return {"symbol": name.symbol, "timeframe": str(name.timeframe), "kind": name.kind.value}


def _said(sentences: Sequence[str]) -> int:
    """Say each on stderr; how many there were."""
    for sentence in sentences:
        say(f"atlas: {sentence}")
    return len(sentences)
