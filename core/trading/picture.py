"""The desk's state as a frozen Snapshot; parts that did not change are shared with the last one."""

from datetime import UTC, datetime
from decimal import Decimal

from core.domain.bars import SeriesKey
from core.domain.calendar import new_york_midnight
from core.domain.continuity import Standing, tfc_score
from core.domain.leverage import Tier
from core.domain.margin import next_funding
from core.domain.patterns import Side
from core.domain.positions import OpenPosition
from core.domain.snapshot import (
    AccountView,
    CapView,
    PositionView,
    QuoteView,
    SeriesView,
    SetupView,
    SignalView,
    Snapshot,
)
from core.domain.timeframes import Timeframe
from core.trading.exits import breaks_swing_cap, funding_terms, mark_of
from core.trading.gates import leverage_cap, venue_cap
from core.trading.market import SymbolMarket
from core.trading.setups import TrackedSetup
from core.trading.state import DeskState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Painter:
    """Builds snapshots of one desk."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._version = -1
        self._setups: list[TrackedSetup] = []
        self._signals: tuple[SignalView, ...] = ()
        self._scores: dict[str, dict[Side, int]] = {}
        self._views: tuple[SetupView, ...] = ()

    def paint(self) -> Snapshot:
        """The picture as of the last event."""
        state = self._state
        at = state.at if state.at is not None else EPOCH
        tiers = state.policy.tiers
        standings = {symbol: market.standings() for symbol, market in state.markets.items()}
        scores = {symbol: {side: tfc_score(found, side) for side in Side} for symbol, found in standings.items()}
        self._refresh_lists(scores)
        return Snapshot(
            at=at,
            policy=state.policy,
            account=self._account(at),
            quotes=tuple(self._quote(market, at) for market in state.markets.values()),
            signals=self._in_progress(standings) + self._signals,
            setups=self._views,
            positions=tuple(self._position(position) for position in state.account.positions.values()),
            trades=state.account.trades,
            series=self._series(),
            standings=standings,
            scores=scores,
            tier=tiers.tier_at(at),
            tier_seconds=tiers.window.seconds_to_close(at),
            deadline_at=tiers.window.next_deadline(at),
            tier_change_at=tiers.window.next_change(at),
            in_maintenance=state.policy.maintenance.contains(at),
            maintenance_at=state.policy.maintenance.next_start(at),
            caps=tuple(self._cap(market, at) for market in state.markets.values()),
            last_scan=state.last_scan,
            log=tuple(state.log),
        )

    def _refresh_lists(self, scores: dict[str, dict[Side, int]]) -> None:
        book = self._state.book
        changed = book.version != self._version
        if changed:
            self._version = book.version
            self._setups = book.recent_setups()
            self._signals = tuple(SignalView(signal, book.is_reviewed(signal.id)) for signal in book.recent_signals())
        if changed or scores != self._scores:
            self._scores = scores
            self._views = tuple(self._setup(tracked, scores) for tracked in self._setups)

    def _in_progress(self, standings: dict[str, dict[Timeframe, Standing]]) -> tuple[SignalView, ...]:
        """Patterns on forming bars that still hold: the bar has not become a 3, nor closed (S3.3)."""
        found = []
        for signal in self._state.in_progress:
            market = self._state.markets[signal.symbol]
            forming = market.series[signal.timeframe].forming
            kind = standings[signal.symbol][signal.timeframe].kind
            if forming is not None and forming.start == signal.bar_start and kind is signal.side.kind:
                found.append(SignalView(signal, self._state.book.is_reviewed(signal.id)))
        return tuple(found)

    def _account(self, at: datetime) -> AccountView:
        account = self._state.account
        return AccountView(
            start=account.start,
            balance=account.balance,
            realised=account.realised,
            fees=account.fees,
            funding=account.funding,
            unrealised=sum((p.unrealised(mark_of(self._state, p)) for p in account.positions.values()), Decimal(0)),
            reserved=account.reserved,
            day_net=account.net_since(new_york_midnight(at)),
        )

    def _quote(self, market: SymbolMarket, at: datetime) -> QuoteView:
        rate, hours = funding_terms(self._state, market.instrument)
        return QuoteView(
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
            next_funding_at=next_funding(at, hours),
            suspended=market.lost_since is not None,
        )

    def _setup(self, tracked: TrackedSetup, scores: dict[str, dict[Side, int]]) -> SetupView:
        return SetupView(
            setup=tracked.setup,
            status=tracked.status,
            resolution=tracked.resolution,
            refusal=tracked.refusal,
            reviewed=self._state.book.is_reviewed(tracked.setup.id),
            tfc=scores.get(tracked.setup.symbol, {}),
        )

    def _position(self, position: OpenPosition) -> PositionView:
        mark = mark_of(self._state, position)
        unrealised = position.unrealised(mark)
        at_risk = position.tier is Tier.INTRADAY and breaks_swing_cap(self._state, position, mark)
        return PositionView(position, mark, unrealised, unrealised / position.risk_usd, at_risk)

    def _series(self) -> dict[SeriesKey, SeriesView]:
        return {
            SeriesKey(symbol, timeframe): series.view()
            for symbol, market in self._state.markets.items()
            for timeframe, series in market.series.items()
        }

    def _cap(self, market: SymbolMarket, at: datetime) -> CapView:
        policy = self._state.policy
        tier = policy.tiers.entry_tier_at(at)
        return CapView(
            symbol=market.symbol,
            intraday=policy.tiers.maximum(market.symbol, Tier.INTRADAY),
            swing=policy.tiers.maximum(market.symbol, Tier.SWING),
            venue=venue_cap(market.instrument, tier),
            effective=leverage_cap(policy, market.instrument, tier, market.symbol),
        )
