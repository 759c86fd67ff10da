"""One market as a picture shows it; what has not changed is the very object it was, so that a view can tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from core.domain.continuity import Standing, tfc_score
from core.domain.margin import next_funding
from core.domain.patterns import Side
from core.domain.snapshot import QuoteView
from core.domain.timeframes import Timeframe
from core.trading.exits import funding_terms
from core.trading.market import SymbolMarket
from core.trading.state import DeskState

T = TypeVar("T")


def kept(new: T, old: T) -> T:
    """The old value where the new one equals it."""
    return old if new == old else new


class MarketPicture:
    """Quote, standings and scores of one symbol, as of the last `refresh`."""

    def __init__(self, state: DeskState, market: SymbolMarket) -> None:
        self._state = state
        self._market = market
        self._stood: tuple[Standing, ...] = ()
        self._terms: tuple[object, ...] = ()
        self.quote: QuoteView
        self.standings: Mapping[Timeframe, Standing] = {}
        self.scores: Mapping[Side, int] = {}

    def refresh(self, at: datetime) -> None:
        """Look at the market again."""
        stood = tuple(series.standing() for series in self._market.series.values())
        if stood != self._stood:
            self._stood = stood
            self.standings = self._market.standings()
            self.scores = kept({side: tfc_score(self.standings, side) for side in Side}, self.scores)
        self._quote(at)

    def _quote(self, at: datetime) -> None:
        market = self._market
        rate, hours = funding_terms(self._state, market.instrument)
        due = next_funding(at, hours)
        seen = (market.price, market.bid, market.ask, market.move, market.at, market.real_s, market.day)
        terms = (*seen, market.instrument, market.unlisted, market.lost_since, market.sampled_at, rate, hours, due)
        if terms == self._terms:
            return
        self._terms = terms
        self.quote = QuoteView(
            symbol=market.symbol,
            instrument=market.instrument,
            reason=market.unlisted,
            price=market.price,
            bid=market.bid,
            ask=market.ask,
            move=market.move,
            at=market.at,
            real_s=market.real_s,
            day=market.day,
            recent=tuple(market.recent),
            funding_rate=rate,
            funding_interval_hours=hours,
            next_funding_at=due,
            suspended=market.lost_since is not None,
        )
