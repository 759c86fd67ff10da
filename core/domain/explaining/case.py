"""Everything that is known of one item, gathered by its id: the same from a console's picture and from a ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.bars import SeriesKey, average_true_range
from core.domain.continuity import Stood, stood
from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.position_facts import PositionFact, PositionOpened
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.review_views import HaltView, ReviewView, ShadowView
from core.domain.signals import JudgedLeg, Setup, Signal, short_hash
from core.domain.snapshot import SetupView, Snapshot
from core.domain.swing import SwingTest
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class Now:
    """What only a running desk knows: the market at the moment of asking.

    Attributes:
        price: the last one; None before the first.
        standings: of each timeframe.
        swing: what the next deadline asks of the open position; None where there is none.
        deadline_at: when it asks.
        size_step: the venue's, where it is listed.
        atr: ATR(14) of the item's series, in price.
        least_continuity, veto: the rules an entry would meet now.
    """

    at: datetime
    price: Decimal | None
    standings: Stood
    swing: SwingTest | None
    deadline_at: datetime
    size_step: Decimal | None
    atr: Decimal | None
    least_continuity: int
    veto: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One item and what hangs together with it; an explanation is made of nothing else.

    Attributes:
        signal: for a completed signal, then nothing of the rest but `words`.
        setup: the setup, or the one a position came from, where it is known.
        position: as it stands, or as it was closed.
        trade: where it is closed.
        story: the position's facts; empty where they are not at hand.
        words: by id.
        now: None where no market is at hand.
    """

    item_id: str
    signal: Signal | None = None
    setup: SetupView | None = None
    position: OpenPosition | None = None
    trade: ClosedTrade | None = None
    story: tuple[PositionFact, ...] = ()
    shadow: ShadowView | None = None
    words: Mapping[str, ReviewView] = field(default_factory=dict)
    halts: tuple[HaltView, ...] = ()
    now: Now | None = None

    @property
    def side(self) -> Side | None:
        """The side that was broken, traded or completed; None while both may come."""
        if self.signal is not None:
            return self.signal.side
        if self.position is not None:
            return self.position.side
        view = self.setup
        if view is None:
            return None
        if view.refusal is not None:
            return view.refusal.side
        if view.resolution is not None and view.resolution.side is not None:
            return view.resolution.side
        return view.status.side

    @property
    def legs(self) -> tuple[JudgedLeg, ...]:
        """The legs it is about: the one of its side, or all of a setup."""
        if self.signal is not None:
            return (self.signal.judged,)
        if self.setup is None:
            return ()
        chosen = self.setup.setup.leg_on(self.side) if self.side is not None else None
        return (chosen,) if chosen is not None else self.setup.setup.legs

    @property
    def opened(self) -> PositionOpened | None:
        """The entry, with the position as it was then."""
        return next((fact for fact in self.story if isinstance(fact, PositionOpened)), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What cases are taken from."""

    signals: Sequence[Signal]
    setups: Sequence[SetupView]
    positions: Sequence[OpenPosition]
    trades: Sequence[ClosedTrade]
    stories: Mapping[str, tuple[PositionFact, ...]]
    shadows: Sequence[ShadowView]
    words: Mapping[str, ReviewView]
    halts: tuple[HaltView, ...]

    def ids(self) -> Iterable[str]:
        """Every id there is a case for; positions and trades first."""
        yield from (position.id for position in self.positions)
        yield from (trade.id for trade in self.trades)
        yield from (view.setup.id for view in self.setups)
        yield from (signal.id for signal in self.signals)

    def named(self, text: str) -> list[str]:
        """The ids that are this text, or whose short hash is."""
        return sorted({item_id for item_id in self.ids() if text in (item_id, short_hash(item_id))})

    def case(self, item_id: str) -> Case | None:
        """The case of an id; None where nothing of this id is known."""
        series = _series_of(item_id)
        signal = next((each for each in self.signals if _on(each, series) and each.id == item_id), None)
        if signal is not None:
            return Case(item_id, signal=signal, words=self.words)
        trade = next((each for each in self.trades if item_id in (each.id, each.position.setup_id)), None)
        held = next((each for each in self.positions if item_id in (each.id, each.setup_id)), None)
        position = trade.position if trade is not None else held
        setup_id = position.setup_id if position is not None else item_id
        setup = next((view for view in self.setups if _on(view.setup, series) and view.setup.id == setup_id), None)
        if position is None and setup is None:
            return None
        return Case(
            item_id,
            setup=setup,
            position=position,
            trade=trade,
            story=self.stories.get(position.id, ()) if position is not None else (),
            shadow=next((shadow for shadow in self.shadows if shadow.setup_id == setup_id), None),
            words=self.words,
            halts=self.halts,
        )


def _series_of(item_id: str) -> SeriesKey | None:
    """The series an id begins with; None for what is no id."""
    symbol, _, rest = item_id.partition("|")
    try:
        return SeriesKey(symbol, Timeframe.parse(rest.partition("|")[0]))
    except ValueError:
        return None


def _on(item: Signal | Setup, series: SeriesKey | None) -> bool:
    """Is it of this series? Asked before its id, which has to be put together."""
    return series is not None and item.symbol == series.symbol and item.timeframe == series.timeframe


def known_of(snapshot: Snapshot) -> Known:
    """What a console's picture knows."""
    return Known(
        signals=[view.signal for view in snapshot.signals],
        setups=(*snapshot.setups, *snapshot.traded.values()),
        positions=[view.position for view in snapshot.positions],
        trades=snapshot.trades,
        stories=snapshot.stories,
        shadows=snapshot.shadows,
        words=snapshot.reviews,
        halts=snapshot.halts,
    )


def now_of(snapshot: Snapshot, case: Case) -> Now | None:
    """The market of the case's symbol at the moment of the picture; None for what is over."""
    pending = case.setup is not None and case.setup.pending
    if case.trade is not None or (case.position is None and not pending):
        return None
    item = case.position or (case.setup.setup if case.setup else None)
    if item is None:
        return None
    quote, series = snapshot.quote(item.symbol), snapshot.series.get(SeriesKey(item.symbol, item.timeframe))
    price = quote.price if quote else None
    policy = snapshot.policy
    swing = None
    if case.position is not None and price is not None and case.position.tier is Tier.INTRADAY:
        maximum = policy.tiers.maximum(item.symbol, Tier.SWING)
        swing = SwingTest(case.position.size, price, snapshot.account.equity, maximum)
    return Now(
        at=snapshot.at,
        price=price,
        standings=stood(snapshot.standings.get(item.symbol, {})),
        swing=swing,
        deadline_at=snapshot.deadline_at,
        size_step=quote.instrument.size_increment if quote and quote.instrument else None,
        atr=average_true_range(series.closed) if series is not None else None,
        least_continuity=policy.filters.min_continuity,
        veto=policy.filters.veto,
    )
