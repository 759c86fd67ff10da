"""The desk's state as a frozen Snapshot; parts that did not change are shared with the last one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.bars import SeriesKey
from core.domain.calendar import new_york_midnight
from core.domain.continuity import Standing
from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.positions import OpenPosition
from core.domain.review_views import GuardView, ReviewView
from core.domain.signals import Signal
from core.domain.snapshot import (
    AccountView,
    PositionView,
    SeriesView,
    SetupView,
    SignalView,
    Snapshot,
)
from core.domain.timeframes import Timeframe
from core.trading.account import Story
from core.trading.breakeven import even_of
from core.trading.clock_picture import ClockPicture
from core.trading.exits import swing_test
from core.trading.guards import gauges
from core.trading.inbox import Held, held_back, inbox_of
from core.trading.market import SymbolMarket
from core.trading.market_picture import MarketPicture, kept
from core.trading.setups import TrackedSetup
from core.trading.state import DeskState

_SHARED = (
    *("account", "quotes", "signals", "positions", "series", "standings", "scores", "deadline_at", "tier_change_at"),
    *("maintenance_at", "caps", "log", "inbox", "halts", "guards", "absence"),
)
"""Parts that are built with every picture; one that equals the last picture's is that one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Painter:
    """Builds snapshots of one desk."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._watched: Mapping[str, SymbolMarket] = {}
        self._markets: dict[str, MarketPicture] = {}
        self._clock = ClockPicture(state)
        self._last: Snapshot | None = None
        self._version = (-1, -1, EPOCH)
        self._setups: list[TrackedSetup] = []
        self._signals: tuple[SignalView, ...] = ()
        self._scores: Mapping[str, Mapping[Side, int]] = {}
        self._views: tuple[SetupView, ...] = ()
        self._found: list[Signal] = []
        self._held: Held = {}
        self._inbox: tuple[str, ...] = ()
        self._reviews: Mapping[str, ReviewView] = {}
        self._guards: tuple[GuardView, ...] = ()
        self._stories: Mapping[str, Story] = {}
        self._traded: Mapping[str, SetupView] = {}

    def paint(self) -> Snapshot:
        """The picture as of the last event."""
        painted, last = self._painted(), self._last
        for name in _SHARED if last is not None else ():
            # Nobody has seen this picture yet; making another one of it costs as much as all the rest.
            object.__setattr__(painted, name, kept(getattr(painted, name), getattr(last, name)))
        self._last = painted
        return painted

    def _painted(self) -> Snapshot:
        state = self._state
        at = state.at if state.at is not None else EPOCH
        clock = self._clock
        clock.refresh(at)
        markets = self._refresh_markets(at)
        standings = {symbol: market.standings for symbol, market in markets.items()}
        scores = {symbol: market.scores for symbol, market in markets.items()}
        self._refresh_lists(scores, at)
        return Snapshot(
            at=at,
            policy=state.policy,
            account=self._account(at),
            quotes=tuple(market.quote for market in markets.values()),
            signals=self._in_progress(standings) + self._signals,
            setups=self._views,
            positions=tuple(self._position(position) for position in state.account.positions.values()),
            trades=state.account.trades,
            series=self._series(),
            standings=standings,
            scores=scores,
            tier=clock.tier,
            tier_seconds=clock.tier_seconds(at),
            deadline_at=clock.deadline_at,
            tier_change_at=clock.tier_change_at,
            in_maintenance=clock.in_maintenance,
            maintenance_at=clock.maintenance_at,
            caps=clock.caps,
            last_scan=state.last_scan,
            log=tuple(state.log),
            reviews=self._reviews,
            inbox=self._inbox,
            halts=state.halts.views(),
            guards=self._guards,
            shadows=state.shadows.views(),
            stories=state.account.stories,
            traded=self._traded_setups(),
            absence=state.absence.now.view(),
            last_absence=state.absence.now.last,
        )

    def _refresh_markets(self, at: datetime) -> dict[str, MarketPicture]:
        markets = self._state.markets
        if markets is not self._watched:
            self._watched = markets
            self._markets = {symbol: MarketPicture(self._state, market) for symbol, market in markets.items()}
        for picture in self._markets.values():
            picture.refresh(at)
        return self._markets

    def _refresh_lists(self, scores: Mapping[str, Mapping[Side, int]], at: datetime) -> None:
        state, second = self._state, at.replace(microsecond=0)
        book, words, clock = self._version
        listed, said = state.book.version != book, state.reviews.version != words
        if listed or said or second != clock:
            self._version = (state.book.version, state.reviews.version, second)
            self._guards = gauges(state, at)
        if listed:
            self._setups, self._found = state.book.recent_setups(), state.book.recent_signals()
        if listed or said:
            self._reviews = state.reviews.views()
            self._signals = tuple(SignalView(s, state.reviews.is_marked(s.id)) for s in self._found)
        changed = listed or said or scores != self._scores
        if changed or second != clock:
            held = held_back(state, at)
            changed = changed or held != self._held
            self._held, self._inbox = held, inbox_of(state, self._setups, self._found, at)
        if changed:
            self._scores = scores
            self._views = tuple(self._setup(tracked, scores) for tracked in self._setups)

    def _in_progress(self, standings: Mapping[str, Mapping[Timeframe, Standing]]) -> tuple[SignalView, ...]:
        """Patterns on forming bars that still hold: the bar has not become a 3, nor closed (S3.3)."""
        found = []
        for signal in self._state.in_progress:
            market = self._state.markets[signal.symbol]
            forming = market.series[signal.timeframe].forming
            kind = standings[signal.symbol][signal.timeframe].kind
            if forming is not None and forming.start == signal.bar_start and kind is signal.side.kind:
                found.append(SignalView(signal, self._state.reviews.is_marked(signal.id)))
        return tuple(found)

    def _account(self, at: datetime) -> AccountView:
        account = self._state.account
        return AccountView(
            start=account.start,
            balance=account.balance,
            realised=account.realised,
            fees=account.fees,
            funding=account.funding,
            unrealised=sum((p.unrealised(self._state.mark_of(p)) for p in account.positions.values()), Decimal(0)),
            reserved=account.reserved,
            day_net=account.net_since(new_york_midnight(at)),
        )

    def _setup(self, tracked: TrackedSetup, scores: Mapping[str, Mapping[Side, int]]) -> SetupView:
        return SetupView(
            setup=tracked.setup,
            status=tracked.status,
            resolution=tracked.resolution,
            refusal=tracked.refusal,
            reviewed=self._state.reviews.is_marked(tracked.setup.id),
            tfc=scores.get(tracked.setup.symbol, {}),
            held=self._held.get(tracked.setup.id, {}),
        )

    def _position(self, position: OpenPosition) -> PositionView:
        mark = self._state.mark_of(position)
        unrealised = position.unrealised(mark)
        asked, intraday = swing_test(self._state, position, mark), position.tier is Tier.INTRADAY
        excess = asked.excess if intraday else Decimal(0)
        r_multiple, even = unrealised / position.risk_usd, even_of(self._state, position)
        return PositionView(position, mark, unrealised, r_multiple, intraday and asked.breaks, excess, even)

    def _traded_setups(self) -> Mapping[str, SetupView]:
        """The setups of the positions whose story is told, built anew where one has gone on."""
        stories = self._state.account.stories
        if stories is not self._stories:
            self._stories = stories
            traded = (tracked for position_id, tracked in self._state.traded.items() if position_id in stories)
            self._traded = {tracked.setup.id: self._setup(tracked, {}) for tracked in traded}
        return self._traded

    def _series(self) -> dict[SeriesKey, SeriesView]:
        return {
            SeriesKey(symbol, timeframe): series.view()
            for symbol, market in self._state.markets.items()
            for timeframe, series in market.series.items()
        }
