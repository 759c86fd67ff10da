"""`atlas diff`: a recorded session beside the same session in bar mode, and why each trade differs."""

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.listing import put_json
from atlas_tui.cli.saying import say, tell
from core.adapters.tape_reader import TapeReader
from core.domain.figures import counted
from core.domain.rows import exact, ratio
from core.domain.signals import iso_z
from core.research.diff.compare import Comparison, Difference, compare
from core.research.diff.course import Held

WIDTH = 100
"""Columns of the text, where the terminal has not fewer."""


@click.command("diff")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def diff_command(recording: Path, style: str) -> int:
    """Run the session of RECORDING, made by --record, again by its candles, and tell every trade that differs and why.

    The desk begins as it did, with its account, history and setups, and from the first whole 15m bar on hears closed
    candles instead of ticks, as in a backtest (STRAT.md S13). A cause is told only where the numbers show it; a
    difference without one is UNEXPLAINED, and the exit code is then 1.
    """
    tape = TapeReader(recording)
    found = compare(tape)
    if tape.torn:
        say(f"atlas: {tape.torn}")
    if style == "json":
        put_json(_document(recording, found))
    else:
        width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else WIDTH
        for line in _report(found):
            tell(textwrap.fill(line, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False))
    return 1 if found.unexplained else 0


def _document(recording: Path, found: Comparison) -> dict[str, Any]:
    return {
        "recording": str(recording),
        "since": iso_z(found.since),
        "until": iso_z(found.until),
        "live": found.live,
        "bars": found.bars,
        "same": found.same,
        "later": found.later,
        "differing": len(found.differences),
        "unexplained": found.unexplained,
        "causes": _causes(found),
        "differences": [_record(each) for each in found.differences],
    }


def _causes(found: Comparison) -> dict[str, int]:
    """In how many trades each cause was shown, the commonest first."""
    counts = Counter(cause for each in found.differences for cause in {reason.cause for reason in each.reasons})
    return {cause.value: count for cause, count in counts.most_common()}


def _record(difference: Difference) -> dict[str, Any]:
    position = difference.made.position
    return {
        "id": difference.id,
        "symbol": position.symbol,
        "timeframe": str(position.timeframe),
        "pattern": position.pattern,
        "direction": position.side.value,
        "explained": difference.is_explained,
        "live": _side(difference.live),
        "bars": _side(difference.bars),
        "second": _side(difference.second),
        "reasons": [{"cause": reason.cause.value, "text": reason.text} for reason in difference.reasons],
    }


def _side(held: Held | None) -> dict[str, Any] | None:
    if held is None:
        return None
    position, trade = held.position, held.closed.trade if held.closed is not None else None
    return {
        "direction": position.side.value,
        "opened_at": iso_z(position.entry.at),
        "entry_price": exact(position.entry.price),
        "size": exact(position.size),
        "closed_at": iso_z(trade.exit.at) if trade is not None else None,
        "exit_price": exact(trade.exit.price) if trade is not None else None,
        "exit_reason": trade.reason.value if trade is not None else None,
        "net": exact(trade.net) if trade is not None else None,
        "r_multiple": ratio(trade.r_multiple) if trade is not None else None,
    }


def _report(found: Comparison) -> Iterator[str]:
    """The text; times are UTC."""
    yield f"{iso_z(found.since)} to {iso_z(found.until)}: live by ticks, bar mode by the venue's 15m candles."
    counts = f"{counted(found.live, 'trade')} live, {found.bars} in bar mode; {found.same} the same"
    counts = f"{counts}, {len(found.differences)} different"
    yield f"{counts}, {found.unexplained} of them unexplained."
    if both := [each for each in found.differences if each.is_of_both_sides]:
        entered = sum(1 for each in both if each.second is not None)
        where = f"{entered} of the {len(both)} whose bar broke both sides"
        yield f"The second result of bar mode (S13.3, 2nd below) enters {where}, on an account of its own."
    if found.later:
        yield f"{counted(found.later, 'live trade')} entered after the last candle: not compared."
    for difference in found.differences:
        position = difference.made.position
        yield ""
        yield f"{position.symbol} {position.timeframe} {position.pattern} {position.side.value}  {difference.id}"
        yield f"  live  {_told(difference.live)}"
        yield f"  bars  {_told(difference.bars)}"
        if difference.second is not None:
            side = difference.second.position.side
            yield f"  2nd   {'' if side is position.side else f'{side.value} '}{_told(difference.second)}"
        for reason in difference.reasons:
            yield f"  {reason.cause.value}: {reason.text}"
    if found.differences:
        yield ""
        yield "Causes, by how many trades they were shown in:"
        yield from (f"  {count:>4}  {cause}" for cause, count in _causes(found).items())


def _told(held: Held | None) -> str:
    if held is None:
        return "—"
    position = held.position
    entry = f"{position.entry.at:%m-%d %H:%M:%S} {position.size} @ {position.entry.price}"
    if held.closed is None:
        return f"{entry} → open"
    trade = held.closed.trade
    left = f"{trade.exit.at:%m-%d %H:%M:%S} {trade.reason.value} @ {trade.exit.price}"
    return f"{entry} → {left}  {trade.net:+.2f} USD {trade.r_multiple:+.2f}R"
