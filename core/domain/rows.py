"""Listings as rows of plain values, the same for console, command line and files: what JSON shows, key by key.

Money and prices are exact decimal text, ratios decimal text rounded to 6 places, times ISO 8601 in UTC with Z.

`verdict` is the filters' verdict on a leg. A person's own is `review`, with `review_reason`, `review_at` and `notes`;
they are None where nobody has spoken.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from types import MappingProxyType

from core.domain.margin import MICRO, PRECISION
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.review_views import AbsenceView, NoteView, ReviewView, ShadowView, StopKind
from core.domain.signals import JudgedLeg, SetupStatus, iso_z, short_hash
from core.domain.snapshot import PositionView, SetupView, SignalView

Cell = str | int | bool | None
Row = dict[str, Cell]
Words = Mapping[str, ReviewView]
"""What a person has said, by id of a signal, setup or position."""
NO_WORDS: Words = MappingProxyType({})


def exact(amount: Decimal) -> str:
    """The number's own digits, never with an exponent."""
    return format(amount, "f")


def ratio(value: Decimal) -> str:
    """A ratio rounded half-even to 6 places."""
    with localcontext() as context:
        context.prec = PRECISION
        return format(value.quantize(MICRO, ROUND_HALF_EVEN), "f")


def absence_row(view: AbsenceView) -> Row:
    """What happened since the last key, by name; `link_dropped_at` is the last time a desk ended with its terminal."""
    dropped = [stop.at for stop in view.stops if stop.kind is StopKind.HANGUP]
    return {
        "since": iso_z(view.since) if view.since else None,
        "signals": view.signals,
        "triggers": view.triggered,
        "entries": view.entries,
        "exits": view.exits,
        "refused": view.refused,
        "missed": view.missed,
        "net": exact(view.net),
        "r_multiple": ratio(view.r_multiple),
        "funding": exact(view.funding),
        "gaps": view.gaps,
        "gap_s": round(view.gap_s),
        "restarts": view.restarts,
        "hard_stops": view.crashes,
        "alerts_failed": view.alerts_failed,
        "down_s": round(view.down_s),
        "link_dropped_at": iso_z(dropped[-1]) if dropped else None,
    }


def signal_row(view: SignalView, words: Words = NO_WORDS) -> Row:
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
        **_said(words, signal.id),
        "hash": short_hash(signal.id),
    }


def setup_rows(view: SetupView, words: Words = NO_WORDS) -> tuple[Row, ...]:
    """A setup's legs, LONG first: both while no side is broken, then only the broken side's where it has one.

    `armed` is false too where a person's word, or the lack of one, holds the leg back, as far as `view.held` knows.

    `tfc_score` is the score at the break, before it the score now, or when it was found where no market is at hand.
    """
    setup = view.setup
    broken = view.resolution.side if view.resolution else view.status.side
    chosen = setup.leg_on(broken) if broken else None
    return tuple(_setup_row(view, judged, words) for judged in ((chosen,) if chosen else setup.legs))


def position_row(view: PositionView | OpenPosition, words: Words = NO_WORDS) -> Row:
    """One open position with its setup's review and the notes on both.

    mark, unrealised and r_multiple are None where no market is at hand.
    """
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
        "origin": position.origin.value,
        **_said(words, position.setup_id, position.id),
        "hash": short_hash(position.id),
    }


def trade_row(trade: ClosedTrade, words: Words = NO_WORDS) -> Row:
    """One closed trade with its setup's review and the notes on both."""
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
        "origin": position.origin.value,
        **_said(words, position.setup_id, trade.id),
        "hash": short_hash(trade.id),
    }


def shadow_row(shadow: ShadowView) -> Row:
    """One refused entry followed on paper; r_multiple, reason, exit and closed_at are None while it is open."""
    return {
        "setup_id": shadow.setup_id,
        "symbol": shadow.symbol,
        "timeframe": str(shadow.timeframe),
        "pattern": shadow.pattern,
        "direction": shadow.side.value,
        "code": shadow.code.value,
        "entry": exact(shadow.entry),
        "stop": exact(shadow.stop),
        "target": exact(shadow.target),
        "opened_at": iso_z(shadow.opened_at),
        "r_multiple": ratio(shadow.r_multiple) if shadow.r_multiple is not None else None,
        "reason": shadow.reason.value if shadow.reason else None,
        "exit": exact(shadow.exit) if shadow.exit is not None else None,
        "closed_at": iso_z(shadow.closed_at) if shadow.closed_at else None,
        "hash": short_hash(shadow.setup_id),
    }


def signal_rows(views: Iterable[SignalView], words: Words = NO_WORDS) -> list[Row]:
    """A row for each signal, in the given order."""
    return [signal_row(view, words) for view in views]


def all_setup_rows(views: Iterable[SetupView], words: Words = NO_WORDS) -> list[Row]:
    """The rows of every setup, in the given order."""
    return [row for view in views for row in setup_rows(view, words)]


def _setup_row(view: SetupView, judged: JudgedLeg, words: Words) -> Row:
    setup, side = view.setup, judged.leg.side
    resolution, refusal = view.resolution, view.refusal
    broken = resolution is not None and resolution.side is side
    historical = view.status.side is side
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
        "armed": view.pending and view.is_armed_on(side),
        "fresh": setup.fresh,
        "reviewed": view.reviewed,
        "refusal": refusal.code.value if refusal else None,
        "break_price": exact(resolution.price) if resolution and resolution.price is not None else None,
        "cause": resolution.cause if resolution else None,
        "resolved_at": iso_z(resolution.at) if resolution else None,
        **_said(words, setup.id),
        "hash": short_hash(setup.id),
    }


def _said(words: Words, judged: str, *also: str) -> Row:
    """The verdict that stands on `judged`, and the notes on it and on the others in the order they were written."""
    spoken = [words[item] for item in (judged, *also) if item in words]
    review = words[judged].review if judged in words else None
    notes: list[NoteView] = sorted((note for word in spoken for note in word.notes), key=lambda note: note.at)
    return {
        "review": review.verdict.value if review else None,
        "review_reason": review.reason or None if review else None,
        "review_at": iso_z(review.at) if review else None,
        "notes": " / ".join(note.text for note in notes) or None,
    }


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
