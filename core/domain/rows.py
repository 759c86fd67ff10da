"""Listings as rows of plain values, the same for console, command line and files: what JSON shows, key by key.

Money and prices are exact decimal text, ratios decimal text rounded to 6 places, times ISO 8601 in UTC with Z.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from core.domain.levels import Verdict
from core.domain.margin import MICRO, PRECISION
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.signals import JudgedLeg, SetupStatus, iso_z, short_hash
from core.domain.snapshot import PositionView, SetupView, SignalView

Cell = str | int | bool | None
Row = dict[str, Cell]


def exact(amount: Decimal) -> str:
    """The number's own digits, never with an exponent."""
    return format(amount, "f")


def ratio(value: Decimal) -> str:
    """A ratio rounded half-even to 6 places."""
    with localcontext() as context:
        context.prec = PRECISION
        return format(value.quantize(MICRO, ROUND_HALF_EVEN), "f")


def signal_row(view: SignalView) -> Row:
    """One completed signal; its status is HISTORICAL_TRIGGERED, for its entry has already happened."""
    signal = view.signal
    return {
        **_series(signal.id, signal.symbol, signal.product_id, str(signal.timeframe)),
        "pattern": signal.sequence,
        "direction": signal.side.value,
        "status": SetupStatus.HISTORICAL_TRIGGERED.value,
        **_leg(signal.judged),
        "tfc_score": signal.tfc_score,
        "bar_start": iso_z(signal.bar_start),
        "detected_at": iso_z(signal.detected_at),
        "family": signal.pattern.value,
        "subtype": signal.subtype.value,
        "in_progress": signal.in_progress,
        "fresh": signal.fresh,
        "reviewed": view.reviewed,
        "hash": short_hash(signal.id),
    }


def setup_rows(view: SetupView) -> tuple[Row, ...]:
    """A setup's legs, LONG first: both while no side is broken, then only the broken side's where it has one.

    `tfc_score` is the score at the break, before it the score now, or when it was found where no market is at hand.
    """
    setup = view.setup
    broken = view.resolution.side if view.resolution else _historical_side(view.status)
    chosen = setup.leg_on(broken) if broken else None
    return tuple(_setup_row(view, judged) for judged in ((chosen,) if chosen else setup.legs))


def position_row(view: PositionView | OpenPosition) -> Row:
    """One open position; mark, unrealised and r_multiple are None where no market is at hand."""
    marked = view if isinstance(view, PositionView) else None
    position = view.position if isinstance(view, PositionView) else view
    return {
        **_opened(position),
        "mark": exact(marked.mark) if marked else None,
        "unrealised": exact(marked.unrealised) if marked else None,
        "r_multiple": ratio(marked.r_multiple) if marked else None,
        "fees": exact(position.entry.fee),
        "funding": exact(position.funding),
        "leverage": ratio(position.leverage),
        "tier": position.tier.value,
        "margin_leverage": exact(position.margin_leverage),
        "margin": exact(position.margin),
        "liquidation": exact(position.liquidation),
        "risk_usd": exact(position.risk_usd),
        "opened_at": iso_z(position.entry.at),
        "entry_tag": position.entry.tag.value,
        "target_kind": position.plan.target_kind.value,
        "hash": short_hash(position.id),
    }


def trade_row(trade: ClosedTrade) -> Row:
    """One closed trade."""
    position = trade.position
    opened = _opened(position)
    return {
        **{key: opened[key] for key in ("id", "setup_id", "symbol", "product_id", "timeframe", "pattern")},
        **{key: opened[key] for key in ("direction", "size", "entry_price")},
        "exit_price": exact(trade.exit.price),
        "stop": opened["stop"],
        "target": opened["target"],
        "exit_reason": trade.reason.value,
        "gross": exact(trade.gross),
        "fees": exact(trade.fees),
        "funding": exact(trade.funding),
        "net": exact(trade.net),
        "r_multiple": ratio(trade.r_multiple),
        "leverage": ratio(position.leverage),
        "opened_at": iso_z(position.entry.at),
        "closed_at": iso_z(trade.exit.at),
        "pct": ratio(trade.pct),
        "tier": position.tier.value,
        "target_kind": position.plan.target_kind.value,
        "entry_tag": position.entry.tag.value,
        "exit_tag": trade.exit.tag.value,
        "hash": short_hash(trade.id),
    }


def signal_rows(views: Iterable[SignalView]) -> list[Row]:
    """A row for each signal, in the given order."""
    return [signal_row(view) for view in views]


def all_setup_rows(views: Iterable[SetupView]) -> list[Row]:
    """The rows of every setup, in the given order."""
    return [row for view in views for row in setup_rows(view)]


def _setup_row(view: SetupView, judged: JudgedLeg) -> Row:
    setup, side = view.setup, judged.leg.side
    resolution, refusal = view.resolution, view.refusal
    broken = resolution is not None and resolution.side is side
    historical = _historical_side(view.status) is side
    score = resolution.tfc_score if resolution and broken else view.tfc.get(side, judged.tfc_score)
    return {
        **_series(setup.id, setup.symbol, setup.product_id, str(setup.timeframe)),
        "pattern": setup.sequence_on(side) if broken or historical else setup.name,
        "direction": side.value,
        "status": view.status.value,
        **_leg(judged),
        "tfc_score": score,
        "bar_start": iso_z(setup.bar_start),
        "detected_at": iso_z(setup.detected_at),
        "armed": view.pending and judged.verdict is Verdict.OK,
        "fresh": setup.fresh,
        "reviewed": view.reviewed,
        "refusal": refusal.code.value if refusal else None,
        "break_price": exact(resolution.price) if resolution and resolution.price is not None else None,
        "cause": resolution.cause if resolution else None,
        "resolved_at": iso_z(resolution.at) if resolution else None,
        "hash": short_hash(setup.id),
    }


def _historical_side(status: SetupStatus) -> Side | None:
    """The side a status names by itself."""
    if status is SetupStatus.HISTORICAL_TRIGGERED_LONG:
        return Side.LONG
    return Side.SHORT if status is SetupStatus.HISTORICAL_TRIGGERED_SHORT else None


def _series(identifier: str, symbol: str, product_id: str, timeframe: str) -> Row:
    return {"id": identifier, "symbol": symbol, "product_id": product_id, "timeframe": timeframe}


def _leg(judged: JudgedLeg) -> Row:
    leg = judged.leg
    return {
        "verdict": judged.verdict.value,
        "entry_trigger": exact(leg.entry),
        "stop": exact(leg.stop),
        "target": exact(leg.target),
        "target_kind": leg.target_kind.value,
        "risk_reward": ratio(leg.risk_reward),
        "magnitude_pct": ratio(leg.magnitude_pct),
    }


def _opened(position: OpenPosition) -> Row:
    return {
        "id": position.id,
        "setup_id": position.setup_id,
        "symbol": position.symbol,
        "product_id": position.product_id,
        "timeframe": str(position.timeframe),
        "pattern": position.pattern,
        "direction": position.side.value,
        "size": exact(position.size),
        "entry_price": exact(position.entry.price),
        "stop": exact(position.plan.stop),
        "target": exact(position.plan.target),
    }
