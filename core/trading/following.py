"""Candles to the shadows: what each closed candle makes of the refused entries that are followed."""

from datetime import datetime

from core.domain.bars import Bar
from core.trading.shadows import judged_shadow
from core.trading.state import DeskState


def follow_candle(state: DeskState, symbol: str, bar: Bar, end: datetime) -> None:
    """Judge one closed candle, or one of an outage, on every open shadow of the symbol."""
    shadows = state.shadows.open_of(symbol)
    if not shadows:
        return
    instrument = state.markets[symbol].instrument
    if instrument is None:
        return
    rate = state.policy.fees.taker(instrument.kind)
    for shadow in shadows:
        ended = judged_shadow(shadow, bar, end, rate)
        if ended is not None:
            state.emit(ended)
