"""Recorded sessions over the embedded exchange's price model: in bad weather, and with a person at hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.adapters.candle_rows import bars_of
from core.domain.bars import Bar
from core.domain.commands import ClosePosition, GiveVerdict
from core.domain.events import Event, Gap, OutageBegan, OutageJudged, PriceTick, SeriesLoaded
from core.domain.facts import PositionOpened, SetupFound
from core.domain.levels import FilterPolicy
from core.domain.policy import FeePolicy, Policy
from core.domain.review import ReviewVerdict
from core.domain.timeframes import M1
from core.research.diff.compare import Comparison, compare
from tests.session.model_run import ModelRun

LOOSE = Policy(
    symbols=("BTC", "ETH", "SOL"),
    filters=FilterPolicy(
        min_magnitude_pct=Decimal("0.1"), min_risk_reward=Decimal("0.3"), min_continuity=0, veto=False
    ),
    fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)),
)
SPAN = timedelta(hours=12)


class Refusing(ModelRun):
    """Somebody rejects every setup of BTC at once."""

    def hear(self, event: Event) -> None:
        before = len(self.facts)
        super().hear(event)
        for fact in self.facts[before:]:
            if isinstance(fact, SetupFound) and fact.setup.symbol == "BTC" and fact.status == "PENDING":
                super().hear(GiveVerdict(fact.setup.id, ReviewVerdict.REJECTED, event.at))


class Leaving(ModelRun):
    """Somebody closes every position at the next price."""

    def hear(self, event: Event) -> None:
        before = len(self.facts)
        super().hear(event)
        for fact in self.facts[before:]:
            if isinstance(fact, PositionOpened):
                super().hear(ClosePosition(fact.position.id, event.at))


class Deaf(ModelRun):
    """The feed is away every other hour, and comes back with candles of a minute."""

    def hear(self, event: Event) -> None:
        away = (event.at - self.start) // timedelta(hours=1) % 2 == 1
        market = self.desk.state.markets.get(event.symbol) if isinstance(event, PriceTick) else None
        if market is None or not isinstance(event, PriceTick):
            super().hear(event)
        elif away:
            if market.lost_since is None and market.at is not None:
                super().hear(OutageBegan(event.symbol, market.at, event.at))
        else:
            if market.lost_since is not None:
                self._catch_up(event, market.lost_since.timestamp())
            super().hear(event)

    def _catch_up(self, event: PriceTick, since_s: float) -> None:
        now = event.at.timestamp()
        rows = self.products[event.symbol].candles(60, int(since_s) // 60 * 60, int(now), now)
        lost = self.desk.state.markets[event.symbol].lost_since or event.at
        gap = Gap(event.symbol, M1, bars_of(rows, M1).bars, lost, event.at)
        super().hear(OutageJudged((gap,), event.at))


class Wrong(ModelRun):
    """The venue's candles of SOL show a fifth less of each wick than its ticks did."""

    def hear(self, event: Event) -> None:
        if isinstance(event, SeriesLoaded) and event.symbol == "SOL":
            event = replace(event, bars=tuple(map(_narrowed, event.bars)))
        super().hear(event)


def _narrowed(bar: Bar) -> Bar:
    top, bottom = max(bar.open, bar.close), min(bar.open, bar.close)
    return replace(bar, high=top + (bar.high - top) * 4 / 5, low=bottom - (bottom - bar.low) * 4 / 5)


_KEPT: dict[tuple[str, int], Comparison] = {}


def compared(kind: type[ModelRun], seed: int) -> Comparison:
    """A session of so many hours, and the same by its candles; each is made once."""
    place = kind.__name__, seed
    if place not in _KEPT:
        run = kind(LOOSE, seed)
        run.run(SPAN)
        _KEPT[place] = compare(run.tape)
    return _KEPT[place]
