"""What the Backtest screen says before there are results: the question, what is stored, how far a run is; pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from atlas_tui.backtest.choice import AS_SET, EXAMPLE, Choice, days_of
from atlas_tui.backtest.talk import Found, Half, Passed, Series, Stored
from atlas_tui.formats import r_multiple, usd
from atlas_tui.lines import Line, Part, fitting, rule, words
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from core.domain.figures import counted
from core.domain.timeframes import M15, Timeframe

_WIDEST: Final = 76
_MOST_SERIES: Final = 12


def question_lines(choice: Choice, stored: Stored | None, why: str, where: str, width: int) -> tuple[Line, ...]:
    """The question, and below it what is stored; where nothing is, how to come by candles.

    Args:
        choice: as chosen so far.
        stored: None while it is looked at.
        why: what was refused, or done last.
        where: options that name the state directory on a command line; empty for the usual one.
        width: cells.
    """
    room = min(width, _WIDEST)
    told = (*words(why, room, "setup bold"), ()) if why else ()
    if stored is None:
        return (*told, (Cell("▒ looking at what is stored", "setup"),))
    if not stored.series:
        return (*told, *_nothing(choice, where, room))
    return (
        *told,
        *words("Stored bars through the rules of this desk, as they are set now.", room),
        (),
        *_asked(choice, stored.series, room),
        (),
        (Cell("enter ", "brand bold"), Cell("run it", "text bold")),
        (),
        *_stored_lines(stored.series, room),
    )


def running_lines(passed: Passed | None, width: int) -> tuple[Line, ...]:
    """How far a run is: bars read, and passed once for either result."""
    done, of = (passed.done, passed.of) if passed is not None else (0, 0)
    room = min(width, _WIDEST)
    lines: list[Line] = [*words(f"▒ {passed.what if passed is not None else 'starting'}", room, "setup bold"), ()]
    if of:
        cells = max(10, room - 7)
        full = round(min(done, of) / of * cells)
        bar = (Cell("█" * full, "open"), Cell("░" * (cells - full), "grid"), Cell(f" {done / of:>4.0%}"))
        lines += [bar, *words(f"{done:,} of {of:,} bars: each is read once, and passed once for each result", room)]
    return (*lines, (), (Cell("c esc ", "brand bold"), Cell("cancel at once")))


def heading(found: Found, width: int) -> Line:
    """Of which bars the results are, as much of it as fits: `Backtest BTC ETH 15m, 2024-04-18 to 2025-11-01`."""
    lengths = " ".join(str(Timeframe(each)) for each in found.minutes)
    named, counted_ = " ".join(found.symbols), counted(len(found.symbols), "symbol")
    period = f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    ways = (f"Backtest {named} {lengths}, {period}", f"{named} {lengths}, {period}", f"{counted_}, {period}", period)
    told = next((text for text in ways if len(text) + 2 <= width), "Backtest")
    return rule(f" {told} ", width, "brand bold")


def pair_lines(halves: Sequence[Half], shown: int, width: int) -> tuple[Line, ...]:
    """Both results of S13.3, always together, the one that is shown below marked."""
    return tuple(
        fitting(_half(name, half, place == shown), width, (Cell("  "),))
        for place, (name, half) in enumerate(zip(("first", "second"), halves, strict=True))
    )


def _half(name: str, half: Half, is_shown: bool) -> list[Part]:
    mean = "" if half.mean_r is None else r_multiple(Decimal(str(round(half.mean_r, 6))))
    error = "" if half.error_r is None else f" ±{half.error_r:.2f}"
    mark = (Cell("▶" if is_shown else " ", "open bold"), Cell(f"{name:<6}", "text bold" if is_shown else "readable"))
    return [
        Part(0, mark),
        Part(0, (Cell(f"n {half.trades:>5,}"),)),
        Part(2, (Cell(f"{half.win_pct:>3.0f}% won"),)),
        Part(0, (Cell(f"{mean}{error}" or "no trade"),)),
        Part(1, (Cell(usd(half.net, signed=True), money_role(half.net)),)),
    ]


def _asked(choice: Choice, stored: Sequence[Series], width: int) -> list[Line]:
    known = choice.known(stored)
    unknown = [symbol for symbol in choice.watched if symbol not in known]
    symbols = " ".join(choice.symbols or known or choice.watched)
    if not choice.symbols:
        symbols += f", watched; not stored: {' '.join(unknown)}" if unknown else ", those watched"
    ends = [series.until for series in stored]
    period = _period(choice.period, min(series.since for series in stored), max(ends))
    length = str(Timeframe(choice.minutes)) if choice.minutes else "the shortest stored"
    rows = [
        ("s", "symbols", symbols),
        ("d", "period", period),
        ("b", "bars", length),
        ("l", "slippage", choice.slippage or AS_SET),
        ("i", "in a line", EXAMPLE),
    ]
    found: list[Line] = []
    for key, name, value in rows:
        head = (Cell(f"{key} ", "brand bold"), Cell(f"{name:<10}", "readable"))
        first, *rest = words(value, max(10, width - 12), "readable" if key == "i" else "text bold")
        found += [(*head, *first), *((Cell(" " * 12), *line) for line in rest)]
    return found


def _period(period: str, since: datetime, until: datetime) -> str:
    if ".." in period:
        return period.replace("..", " to ") if not period.startswith("..") else f"until {period[2:]}"
    if days := days_of(period):
        return f"the last {counted(days, 'day')} stored, to {until:%Y-%m-%d}"
    return f"all, {since:%Y-%m-%d} to {until:%Y-%m-%d}"


def _stored_lines(stored: Sequence[Series], width: int) -> list[Line]:
    lines: list[Line] = [(Cell("stored", "readable"),)]
    for series in stored[:_MOST_SERIES]:
        text = f"{series.symbol} {Timeframe(series.minutes)}  {series.since:%Y-%m-%d} to {series.until:%Y-%m-%d}"
        lines += [(Cell("  "), *line) for line in words(text, width - 2, "readable")]
    if len(stored) > _MOST_SERIES:
        lines.append((Cell(f"  {len(stored) - _MOST_SERIES} more: atlas history list", "readable"),))
    return lines


def _nothing(choice: Choice, where: str, width: int) -> list[Line]:
    """The empty state, with the commands to type."""
    fetch = f"atlas history fetch {' '.join(choice.watched)} --timeframe {M15} --since 2025-01-01 {where}".rstrip()
    take = f"atlas history import FILE... {where}".rstrip()
    return [
        *words("No history is stored yet. Take candles in from a shell, then press enter here:", width, "text bold"),
        (),
        *words(fetch, width, "brand"),
        *words("or, from files of candles:", width, "readable"),
        *words(take, width, "brand"),
    ]
