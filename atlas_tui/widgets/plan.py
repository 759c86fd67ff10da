"""The plan beside the chart: levels, size, what would be lost, what has been."""

from datetime import timedelta
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import GAP, Line, facts, width_of
from atlas_tui.views.focus import Focus
from atlas_tui.views.positions import profit_cells, track
from atlas_tui.views.prices import away_pct, is_stale, price_of, price_text
from atlas_tui.views.said import said_lines
from atlas_tui.views.setups import expires_in_s
from atlas_tui.views.signals import away_cell
from atlas_tui.views.ticker import place_in_range, range_bar
from atlas_tui.views.trades import held_text
from atlas_tui.views.words import VERDICTS
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from atlas_tui.zones import UTC_ZONE, DisplayZone
from core.domain.levels import Leg
from core.domain.leverage import Tier
from core.domain.margin import can_open, liquidation_price
from core.domain.positions import ClosedTrade, OpenPosition, Origin
from core.domain.signals import JudgedLeg
from core.domain.sizing import Skipped, floored, size_entry
from core.domain.snapshot import PositionView, QuoteView, SetupView, SignalView, Snapshot

Pairs = list[tuple[str, Cell]]
MAX_WIDTH = 52
"""Wider and the eye travels."""


def plan_lines(snapshot: Snapshot, focus: Focus | None, width: int, zone: DisplayZone = UTC_ZONE) -> tuple[Line, ...]:
    """Facts of what is in focus, two columns; then what a person said of it."""
    if focus is None:
        return ((Cell("nothing selected", "readable"),),)
    width = min(width, MAX_WIDTH)
    item = focus.item
    match item:
        case SetupView() | SignalView():
            said = said_lines(snapshot.reviews.get(focus.item_id), zone, width)
            return (*facts(_leg_facts(snapshot, focus), width), *said)
        case PositionView():
            profit = profit_cells(snapshot, item)
            head = (*track(item, width - width_of(profit) - 1), GAP, *profit)
            return (head, *facts(_position_facts(snapshot, item), width), *_told(snapshot, item.position, width, zone))
        case ClosedTrade():
            return (*facts(_trade_facts(snapshot, item), width), *_told(snapshot, item.position, width, zone))
        case QuoteView():
            return facts(_quote_facts(snapshot, item), width)


def _told(snapshot: Snapshot, item: OpenPosition, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """A hand entry says so; then what was said of the setup, and of the position itself."""
    by_hand = ((Cell("entered by hand", "setup"),),) if item.origin is Origin.HAND else ()
    told = (snapshot.reviews.get(item_id) for item_id in (item.setup_id, item.id))
    return (*by_hand, *(line for each in told for line in said_lines(each, zone, width)))


def sized(snapshot: Snapshot, symbol: str, leg: Leg) -> tuple[str, str, str, str]:
    """Risk, size, leverage and liquidation price of an entry at the leg's level now; a dash where it cannot be."""
    quote = snapshot.quote(symbol)
    cap = next((cap.effective for cap in snapshot.caps if cap.symbol == symbol), snapshot.policy.risk.max_leverage)
    found = size_entry(snapshot.account.balance, leg.entry, leg.stop, cap, snapshot.policy.risk)
    arithmetic = found.sizing if isinstance(found, Skipped) else found
    if arithmetic is None:
        return formats.UNKNOWN, formats.UNKNOWN, formats.UNKNOWN, formats.UNKNOWN
    step = quote.instrument.size_increment if quote and quote.instrument else None
    size = floored(arithmetic.size, step) if step else arithmetic.size
    tiers = snapshot.policy.tiers
    margin_leverage = tiers.maximum(symbol, tiers.entry_tier_at(snapshot.at))
    maintenance = snapshot.policy.margin.rate(symbol, margin_leverage)
    liquidation = None
    if can_open(margin_leverage, maintenance):
        basis = snapshot.policy.margin.basis
        liquidation = liquidation_price(leg.side, leg.entry, margin_leverage, maintenance, basis)
    over = "!" if isinstance(found, Skipped) else ""
    leverage = f"{formats.leverage(arithmetic.leverage)}{over}"
    return (
        formats.usd(arithmetic.risk_usd),
        formats.size(size, step),
        leverage,
        price_text(snapshot, symbol, liquidation),
    )


def _leg_facts(snapshot: Snapshot, focus: Focus) -> Pairs:
    judged = focus.judged
    if judged is None:
        return []
    leg, symbol = judged.leg, focus.symbol
    risk, size, leverage, liquidation = sized(snapshot, symbol, leg)
    away = away_pct(price_of(snapshot, symbol), leg.side, leg.entry)
    pending = isinstance(focus.item, SetupView) and focus.item.pending
    valid = formats.UNKNOWN
    if isinstance(focus.item, SetupView) and pending:
        valid = formats.countdown(expires_in_s(snapshot, focus.item.setup))
    return [
        ("trigger", Cell(price_text(snapshot, symbol, leg.entry), "setup")),
        ("stop", Cell(price_text(snapshot, symbol, leg.stop), "stop")),
        ("target", Cell(price_text(snapshot, symbol, leg.target), "target")),
        ("R:R", Cell(f"1 : {formats.ratio(leg.risk_reward)}")),
        ("away", away_cell(away if pending else None, is_stale(snapshot, symbol))),
        ("risk", Cell(risk)),
        ("size", Cell(size)),
        ("lev", Cell(leverage, "short bold" if leverage.endswith("!") else "text")),
        ("liq", Cell(liquidation)),
        _last_fact(judged, pending, valid),
    ]


def _last_fact(judged: JudgedLeg, pending: bool, valid: str) -> tuple[str, Cell]:
    """How long it may still be broken, or what the filters said."""
    if pending and judged.verdict.value == "OK":
        return "valid", Cell(valid)
    return "filter", Cell(VERDICTS[judged.verdict], "setup")


def _position_facts(snapshot: Snapshot, view: PositionView) -> Pairs:
    item = view.position
    grey = is_stale(snapshot, item.symbol)
    age_s = (snapshot.at - item.entry.at).total_seconds()
    return [
        ("entry", Cell(price_text(snapshot, item.symbol, item.entry.price), "setup")),
        ("last", Cell(price_text(snapshot, item.symbol, view.mark), "stale" if grey else "text bold")),
        ("stop", Cell(price_text(snapshot, item.symbol, item.plan.stop), "stop")),
        ("target", Cell(price_text(snapshot, item.symbol, item.plan.target), "target")),
        ("liq", Cell(price_text(snapshot, item.symbol, item.liquidation))),
        ("size", Cell(formats.size(item.size))),
        ("lev", Cell(formats.leverage(item.leverage))),
        ("margin", Cell(formats.usd(item.margin))),
        _deadline_fact(view),
        ("held", Cell(held_text(timedelta(seconds=age_s)))),
    ]


def _deadline_fact(view: PositionView) -> tuple[str, Cell]:
    """What the tier's deadline would do at this mark."""
    if view.position.tier is Tier.SWING:
        return "tier", Cell("swing")
    return "deadline", Cell("closes", "setup bold") if view.closes_at_deadline else Cell("stays")


def _trade_facts(snapshot: Snapshot, trade: ClosedTrade) -> Pairs:
    item = trade.position
    return [
        ("entry", Cell(price_text(snapshot, item.symbol, item.entry.price), "setup")),
        ("exit", Cell(price_text(snapshot, item.symbol, trade.exit.price), "text bold")),
        ("size", Cell(formats.size(item.size))),
        ("lev", Cell(formats.leverage(item.leverage))),
        ("held", Cell(held_text(trade.exit.at - item.entry.at))),
        ("gross", Cell(formats.usd(trade.gross, signed=True), money_role(trade.gross))),
        ("fees", Cell(formats.usd(-trade.fees, signed=True))),
        ("funding", Cell(formats.usd(trade.funding, signed=True))),
        ("net", Cell(formats.usd(trade.net, signed=True), f"{money_role(trade.net)} bold")),
        ("R", Cell(formats.r_multiple(trade.r_multiple), money_role(trade.net))),
    ]


def _quote_facts(snapshot: Snapshot, quote: QuoteView) -> Pairs:
    step = quote.instrument.price_increment if quote.instrument else None
    cap = next((cap for cap in snapshot.caps if cap.symbol == quote.symbol), None)
    left = (quote.next_funding_at - snapshot.at).total_seconds()
    size_step: Decimal | None = quote.instrument.size_increment if quote.instrument else None
    return [
        ("bid", Cell(formats.price(quote.bid, step))),
        ("ask", Cell(formats.price(quote.ask, step))),
        ("24h hi", Cell(formats.price(quote.day.high, step))),
        ("24h lo", Cell(formats.price(quote.day.low, step))),
        ("place", Cell(range_bar(place_in_range(quote), 8))),
        ("volume", Cell(formats.volume(quote.day.volume))),
        ("fund", Cell(formats.rate(quote.funding_rate))),
        ("paid in", Cell(formats.countdown(left))),
        ("max lev", Cell(formats.leverage(cap.effective) if cap else formats.UNKNOWN)),
        ("step", Cell(formats.size(size_step))),
    ]
