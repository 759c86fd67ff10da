"""The desk's side of `atlas line` and of `feed` in `atlas status`: keeps the small files that are read there."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from atlas_tui import formats
from atlas_tui.line import STATUS_FILE, WIDTH
from core.domain.link import LinkView, RoundsView
from core.domain.signals import iso_z
from core.domain.snapshot import Mode, Snapshot

FEED_FILE = "feed.json"
"""In the state directory: how the feed of a running desk does."""
_LOOK_S = 2.0
"""Real seconds between two looks at the desk."""
_ALIVE_S = 10.0
"""Real seconds after which the file is written even without a change."""
_DOT = " · "
_MOST_SYMBOLS = 3


def status_line(snapshot: Snapshot, masked: bool = False) -> str:
    """`BTC▲ ETH▼ 2/3 open +0.42R day +$12.30 · 3 to review · LIVE`, at most 60 characters.

    An arrow is the sign of the day's move. What is least missed goes first: symbols, then what waits for review, the
    day's profit and loss, and what is open; the feed's state, or HALTED, always stands.
    """
    tail = "HALTED" if any(not halt.scope for halt in snapshot.halts) else snapshot.link.state.value
    if snapshot.link.mode is not Mode.PAPER:
        tail = f"{snapshot.link.mode.value} {tail}"
    day = f"${formats.MASK}" if masked else formats.usd(snapshot.account.day_net, signed=True)
    pieces = [(4 + at, " ", text) for at, text in enumerate(_symbols(snapshot))]
    pieces += [(1, " ", _open(snapshot)), (2, " ", f"day {day}"), (0, _DOT, tail)]
    if snapshot.inbox:
        pieces.insert(-1, (3, _DOT, f"{len(snapshot.inbox)} to review"))
    while len(line := "".join(f"{before}{text}" for _, before, text in pieces).lstrip(" ·")) > WIDTH and pieces:
        pieces.remove(max(pieces))
    return line


def feed_facts(link: LinkView) -> dict[str, Any]:
    """How the feed does: its state, seconds since the last message, counters by name, the last unusable messages."""
    return {
        "state": link.state.value,
        "age_s": None if link.age_s is None else round(link.age_s, 1),
        "attempt": link.attempt,
        "symbols": {symbol: state.value for symbol, state in link.states.items()},
        "counters": dict(link.counters),
        "rounds": {name: _round(rounds) for name, rounds in link.rounds.items()},
        "bad_frames": list(link.bad_frames),
    }


def _round(rounds: RoundsView) -> dict[str, Any]:
    last, due = (iso_z(at.replace(microsecond=0)) if at else None for at in (rounds.last_at, rounds.next_at))
    return {"done": rounds.done, "failed": rounds.failed, "late": rounds.late, "last_at": last, "next_at": due}


def feed_told(root: Path, pid: int | None, now_s: float) -> dict[str, Any] | None:
    """What the running desk last said of its feed, and how long ago that was; None where no desk runs.

    Args:
        root: the state directory.
        pid: of the desk that holds it.
        now_s: the machine's monotonic clock.
    """
    try:
        told = json.loads((root / FEED_FILE).read_text(encoding="utf-8"))
        told["told_s_ago"] = round(now_s - float(told.pop("written_s")), 1)
        return told if pid is not None and told.pop("pid") == pid else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


async def keep_status(root: Path, snapshot: Callable[[], Snapshot]) -> None:
    """Write the files now and whenever what they say changes, until cancelled. A disk that refuses costs only them.

    Args:
        root: the state directory, held by this process.
        snapshot: gives the desk's newest picture.
    """
    said, said_s = ("", ""), 0.0
    while True:
        newest, now_s = snapshot(), time.monotonic()
        line = f"{status_line(newest)}\n{status_line(newest, masked=True)}"
        told = (line, _trouble(newest))
        if told != said or now_s - said_s >= _ALIVE_S:
            said, said_s = told, now_s
            await asyncio.to_thread(_write, root, STATUS_FILE, f"{os.getpid()}\n{now_s:.1f}\n{line}\n")
            await asyncio.to_thread(write_feed, root, newest.link)
        await asyncio.sleep(_LOOK_S)


def write_feed(root: Path, link: LinkView) -> None:
    """Write down how the feed does at this moment; before there is a feed, that it is being connected."""
    told = {"pid": os.getpid(), "written_s": time.monotonic(), **feed_facts(link)}
    _write(root, FEED_FILE, json.dumps(told))


def _trouble(snapshot: Snapshot) -> str:
    """What of the feed is worth writing at once: not that another message came."""
    return repr((snapshot.link.state, snapshot.link.troubles, snapshot.link.bad_frames))


def _write(root: Path, name: str, text: str) -> None:
    partial = root / f"{name}.new"
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        partial.replace(root / name)
    except OSError:
        partial.unlink(missing_ok=True)


def _symbols(snapshot: Snapshot) -> list[str]:
    """The first symbols that have a price, each with the sign of its day."""
    moved = [(quote.symbol, quote.day.change_pct) for quote in snapshot.quotes if quote.price is not None]
    return [f"{symbol}{formats.move_glyph(pct or Decimal(0))}" for symbol, pct in moved[:_MOST_SYMBOLS]]


def _open(snapshot: Snapshot) -> str:
    held = snapshot.positions
    count = f"{len(held)}/{len(snapshot.quotes)} open"
    return f"{count} {formats.r_multiple(sum((view.r_multiple for view in held), Decimal(0)))}" if held else count
