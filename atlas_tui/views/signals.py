"""Tab 1, Signals: everything that was found, newest first, with its verdict; ● armed, ▶ open, · past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from atlas_tui import formats
from atlas_tui.views.listing import Entry, Memo, Value, Widths, chosen, picked
from atlas_tui.views.prices import CLOSE_PCT, away_pct, is_stale, price_of, price_text
from atlas_tui.views.said import Said, said_of
from atlas_tui.views.words import EXITS, REFUSALS, STATUSES, VERDICTS, signal_word
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.zones import DisplayZone
from core.domain.levels import Leg, Verdict
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade
from core.domain.signals import JudgedLeg
from core.domain.snapshot import PositionView, SetupView, SignalView, Snapshot

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("mark", "", 1),
        Column("time", "time", 5),
        Column("symbol", "sym", 5),
        Column("timeframe", "tf", 3),
        Column("pattern", "pattern", 8),
        Column("glyph", "", 1),
        Column("side", "dir", 7),
        Column("status", "status", 8),
        Column("trigger", "trigger", 10, "right"),
        Column("away", "away", 6, "right"),
        Column("stop", "stop", 10, "right"),
        Column("target", "target", 10, "right"),
        Column("reward", "R:R", 5, "right"),
        Column("tfc", "TFC", 4),
        Column("magnitude", "magn", 6, "right"),
        Column("verdict", "verdict", 7),
    )
}
_WIDE = "mark time symbol timeframe pattern side status trigger away stop target reward tfc magnitude verdict"
_MID = "mark time symbol timeframe pattern side status trigger away stop target reward tfc"
_NARROW = "mark time symbol timeframe pattern side status trigger away reward tfc"
_POCKET = "mark symbol timeframe pattern glyph trigger away tfc"
_PHONE = "mark symbol timeframe pattern glyph trigger away"
_TINY = "symbol pattern glyph trigger away"
_SETS = tuple(picked(CATALOGUE, keys) for keys in (_WIDE, _MID, _NARROW, _POCKET, _PHONE, _TINY))
PAST_SHOWN = 300
"""Past rows beyond this many are left to `atlas signals`."""


def columns(width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns that fit with their values whole."""
    return chosen(_SETS, width, widths)


def empty_text(snapshot: Snapshot) -> str:
    """What stands there instead of rows."""
    if snapshot.link.play is not None:
        return "No signals yet."
    scheduled = snapshot.link.next_scan_at
    if scheduled is None:
        return "No signals yet. Press r to scan now."
    left = formats.countdown(max(0.0, (scheduled - snapshot.at).total_seconds()))
    return f"No signals yet. Next scan in {left} — press r to scan now."


def rows(snapshot: Snapshot, zone: DisplayZone, memo: Memo | None = None) -> list[Entry]:
    """Setups and completed signals, newest first; of one instant the armed and open ones first."""
    kept = memo or Memo()
    waiting, said = frozenset(snapshot.inbox), snapshot.reviews
    held = {view.position.setup_id: view for view in snapshot.positions}
    closed = {trade.position.setup_id: trade for trade in snapshot.trades}
    today = zone.local(snapshot.at).date().isoformat()
    listed = {quote.symbol: quote.instrument for quote in snapshot.quotes}
    found: list[Entry] = []
    for place, view in enumerate(snapshot.setups):
        setup = view.setup
        position, trade = held.get(setup.id), closed.get(setup.id)
        if view.pending or position is not None:
            found.append(_entry(snapshot, zone, _of_setup(view, position, trade), setup.id in waiting))
        elif place < PAST_SHOWN:
            build = partial(_past_setup, snapshot, zone, view, trade)
            inputs = (view, trade, listed.get(setup.symbol), today, said.get(setup.id))
            found.append(kept.entry(setup.id, inputs, build))
    for item in snapshot.signals[:PAST_SHOWN]:
        waits = item.signal.id in waiting
        build = partial(_past_signal, snapshot, zone, item, waits)
        seen = (item, listed.get(item.signal.symbol), today, str(waits), said.get(item.signal.id))
        found.append(kept.entry(item.signal.id, seen, build))
    found.sort(key=_newest, reverse=True)
    return found


def _newest(entry: Entry) -> tuple[float, bool]:
    at = entry.values["time"]
    return (at.timestamp() if isinstance(at, datetime) else 0.0, not entry.dim)


def _past_setup(snapshot: Snapshot, zone: DisplayZone, view: SetupView, trade: ClosedTrade | None) -> Entry:
    return _entry(snapshot, zone, _of_setup(view, None, trade))


def _past_signal(snapshot: Snapshot, zone: DisplayZone, view: SignalView, waits: bool) -> Entry:
    return _entry(snapshot, zone, _of_signal(view), waits)


def shown_leg(view: SetupView, price: Decimal | None) -> JudgedLeg:
    """The leg that tells most of a setup: the broken one, else the armed one nearest to the price."""
    resolved = view.status.side or (view.resolution.side if view.resolution else None)
    broken = view.setup.leg_on(resolved) if resolved else None
    if broken is not None:
        return broken
    legs = [judged for judged in view.setup.legs if judged.verdict is Verdict.OK] or list(view.setup.legs)
    if price is None:
        return legs[0]
    return min(legs, key=lambda judged: abs(judged.leg.entry - price))


@dataclass(frozen=True, slots=True)
class _Found:
    """A setup or a signal, ready to be written."""

    key: str
    symbol: str
    timeframe: str
    pattern: str
    leg: JudgedLeg | None
    view: SetupView | SignalView
    at: datetime
    status: str
    role: str
    mark: str
    live: bool
    reviewed: bool


def _of_setup(view: SetupView, position: PositionView | None, trade: ClosedTrade | None) -> _Found:
    setup = view.setup
    at, pattern, mark, live = setup.detected_at, setup.name, formats.DONE, False
    status, role = STATUSES[view.status], "readable"
    if position is not None:
        at, pattern, mark, live = position.position.entry.at, position.position.pattern, formats.OPEN, True
        status, role = "OPEN", "open"
    elif trade is not None:
        at, pattern, status = trade.exit.at, trade.position.pattern, f"DONE {EXITS[trade.reason]}"[:8]
    elif view.refusal is not None:
        at, status = view.refusal.at, REFUSALS[view.refusal.code]
    elif view.pending:
        mark, live, role = formats.LIVE, True, "setup"
        if not setup.armed:
            mark, live, role = formats.DONE, False, "readable"
            status = VERDICTS[setup.legs[0].verdict]
    elif view.resolution is not None:
        at = view.resolution.at if setup.fresh else min(view.resolution.at, setup.bar_end)
    return _Found(
        setup.id, setup.symbol, str(setup.timeframe), pattern, None, view, at, status, role, mark, live, view.reviewed
    )


def _of_signal(view: SignalView) -> _Found:
    signal = view.signal
    status = signal_word(signal)
    at = signal.detected_at
    if not signal.fresh:
        at = min(at, signal.bar_start + signal.timeframe.span)
    return _Found(
        signal.id, signal.symbol, str(signal.timeframe), signal.sequence, signal.judged, view, at, status, "readable",
        formats.DONE, False, view.reviewed,
    )  # fmt: skip


def _entry(snapshot: Snapshot, zone: DisplayZone, item: _Found, waits: bool = False) -> Entry:
    said = said_of(snapshot, item.view, zone, waits)
    price = price_of(snapshot, item.symbol)
    judged = item.leg if isinstance(item.view, SignalView) and item.leg else _leg_of(item, price)
    leg = judged.leg
    pending = isinstance(item.view, SetupView) and item.view.pending
    away = away_pct(price, leg.side, leg.entry) if pending else None
    score = _score(item.view, leg.side)
    cells = {
        "mark": _mark(item, said),
        "time": Cell(zone.recent(item.at, snapshot.at), "readable"),
        "symbol": Cell(item.symbol, "text bold"),
        "timeframe": Cell(item.timeframe),
        "pattern": Cell(item.pattern),
        "glyph": Cell(formats.side_glyph(leg.side), side_role(leg.side)),
        "side": Cell(formats.side(leg.side), side_role(leg.side)),
        "status": Cell(said.word or item.status, said.role if said.word else item.role),
        "away": away_cell(away, is_stale(snapshot, item.symbol)),
        "tfc": Cell(f"{score}/4{formats.side_glyph(leg.side)}", side_role(leg.side) if score >= 2 else "readable"),
        "verdict": verdict_cell(judged.verdict),
        **level_cells(snapshot, item.symbol, leg),
    }
    values: dict[str, Value] = {
        "time": item.at, "trigger": leg.entry, "away": away, "stop": leg.stop, "target": leg.target,
        "reward": leg.risk_reward, "magnitude": leg.magnitude_pct, "tfc": float(score),
    }  # fmt: skip
    quiet = not item.live or (bool(said.word) and said.role == "readable")
    return Entry(item.key, cells, values, dim=quiet and not waits)


def level_cells(snapshot: Snapshot, symbol: str, leg: Leg) -> dict[str, Cell]:
    """Trigger, stop, target, reward and magnitude of a leg."""
    return {
        "trigger": Cell(price_text(snapshot, symbol, leg.entry), "setup"),
        "stop": Cell(price_text(snapshot, symbol, leg.stop), "stop"),
        "target": Cell(price_text(snapshot, symbol, leg.target), "target"),
        "reward": Cell(formats.ratio(leg.risk_reward)),
        "magnitude": Cell(formats.pct(leg.magnitude_pct, signed=False)),
    }


def away_cell(away: Decimal | None, grey: bool) -> Cell:
    """The distance to a trigger; loud when near, grey and `!` when the price is not live."""
    text = formats.pct(away, signed=False)
    if away is None:
        return Cell(text, "readable")
    if grey:
        return Cell(f"!{text}", "stale")
    return Cell(text, "setup bold" if away <= CLOSE_PCT else "text")


def verdict_cell(verdict: Verdict) -> Cell:
    """The filters' verdict in short."""
    return Cell(VERDICTS[verdict], "live" if verdict is Verdict.OK else "readable")


def side_role(side: Side) -> str:
    """The palette's role of a direction."""
    return "long" if side is Side.LONG else "short"


def _leg_of(item: _Found, price: Decimal | None) -> JudgedLeg:
    if isinstance(item.view, SignalView):
        return item.view.signal.judged
    return shown_leg(item.view, price if item.view.pending else None)


def _mark(item: _Found, said: Said) -> Cell:
    """Open positions keep their mark; before it comes what waits, what was said, and what was seen."""
    if item.mark == formats.OPEN:
        return Cell(item.mark, "open")
    if said.mark:
        return Cell(said.mark, said.role or "readable")
    return Cell("✓" if item.reviewed and not item.live else item.mark, "setup" if item.live else "readable")


def _score(view: SetupView | SignalView, side: Side) -> int:
    if isinstance(view, SignalView):
        return view.signal.tfc_score
    return view.resolution.tfc_score if view.resolution else view.tfc.get(side, 0)
