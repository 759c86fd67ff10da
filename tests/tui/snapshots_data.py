"""Frozen snapshots as rich as a real afternoon, and the ways they go wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.bars import SeriesKey
from core.domain.continuity import tfc_score
from core.domain.events import DayStats, Level, Noted
from core.domain.levels import FilterPolicy, judge, pattern_leg, setup_legs
from core.domain.leverage import Tier
from core.domain.patterns import Pattern, Side, StopMode, Subtype
from core.domain.policy import Policy
from core.domain.review_views import RefusalView, ResolutionView
from core.domain.signals import JudgedLeg, Setup, SetupStatus, Signal
from core.domain.sizing import Refusal
from core.domain.snapshot import (
    AccountView,
    CapView,
    FeedState,
    LinkView,
    Mode,
    QuoteView,
    ScanView,
    SetupView,
    SignalView,
    Snapshot,
)
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import SCANNED, Timeframe
from tests.tui.positions_data import positions, trades
from tests.tui.series_data import NOW, PRICES, STEPS, all_series, standings_of

SERIES = all_series()
STANDINGS = standings_of(SERIES)
LOOSE = FilterPolicy(min_magnitude_pct=Decimal("0.1"), min_risk_reward=Decimal("0.3"))


def instrument(symbol: str) -> Instrument:
    """The listing of a symbol on the embedded exchange."""
    size = {"BTC": "0.0001", "ETH": "0.001", "SOL": "0.01"}[symbol]
    return Instrument(
        symbol, f"{symbol}-PERP-INTX", ListingKind.INTX, STEPS[symbol], Decimal(size), Decimal(size),
        max_leverage=Decimal(10), why="first choice of the configured listings",
    )  # fmt: skip


def quotes() -> tuple[QuoteView, ...]:
    """BTC up, ETH down, SOL up."""
    found = []
    for symbol, change, move in (("BTC", "1.24", 1), ("ETH", "-0.31", -1), ("SOL", "2.10", 0)):
        price, step = PRICES[symbol], STEPS[symbol]
        closes = [bar.close for bar in SERIES[SeriesKey(symbol, SCANNED[0])].closed[-40:]]
        day = DayStats(
            price * Decimal("1.02"), price * Decimal("0.97"), Decimal(1_000_000_000) / price, Decimal(change)
        )
        funded = datetime(2025, 12, 15, 0, 0, tzinfo=UTC)
        found.append(
            QuoteView(
                symbol, instrument(symbol), "", price, price - step, price + step, move, NOW, 1.0, day,
                (*closes, price), Decimal("0.0001"), 8, funded,
            )
        )  # fmt: skip
    return tuple(found)


def setup_at(symbol: str, timeframe: Timeframe, back: int = 1) -> Setup:
    """The setup of the closed bar `back` rows before the forming one."""
    view = SERIES[SeriesKey(symbol, timeframe)]
    before, bar, kind = view.closed[-back - 1], view.closed[-back], view.kinds[-back - 1]
    legs = setup_legs(before, kind, bar, StopMode.ATLAS)
    judged = tuple(JudgedLeg(leg, judge(leg, LOOSE, gap=False)) for leg in legs)
    detected = min(bar.start + timeframe.span + timedelta(seconds=5), NOW)
    return Setup(
        symbol, f"{symbol}-PERP-INTX", timeframe, f"{kind.text}-1-?", bar.start, bar.high, bar.low, judged, 2, detected,
        bars=(before, bar), limits=LOOSE.limits,
    )  # fmt: skip


def setups() -> tuple[SetupView, ...]:
    """Three pending, then one of each way to end."""
    h1, h4, d1, m15 = (Timeframe.parse(text) for text in ("1h", "4h", "1d", "15m"))
    pending = [_view(setup_at(*where)) for where in (("SOL", h1), ("BTC", h4), ("ETH", d1))]
    triggered = replace(_view(setup_at("SOL", m15)), status=SetupStatus.TRIGGERED)
    opened = replace(_view(setup_at("BTC", h1)), status=SetupStatus.TRIGGERED)
    at = NOW - timedelta(minutes=70)
    refused = replace(
        _view(setup_at("ETH", m15)),
        status=SetupStatus.TRIGGERED,
        resolution=ResolutionView(Side.LONG, Decimal("3118.2"), 1, "broken upward", at),
        refusal=RefusalView(
            Side.LONG, Refusal.LOW_CONTINUITY, Decimal("3118.2"), (("score", "1"), ("needed", "2")), at
        ),
    )
    older = setup_at("BTC", m15)
    expired = replace(
        _view(older),
        setup=replace(older, bar_start=older.bar_start - timedelta(hours=3), detected_at=NOW - timedelta(hours=3)),
        status=SetupStatus.EXPIRED,
        resolution=ResolutionView(None, None, 0, "3 bars closed unbroken", NOW - timedelta(hours=2)),
    )
    return (*pending, triggered, opened, refused, expired)


def _view(setup: Setup) -> SetupView:
    scores = {side: tfc_score(STANDINGS[setup.symbol], side) for side in Side}
    return SetupView(setup, SetupStatus.PENDING, None, None, reviewed=False, tfc=scores)


def signals() -> tuple[SignalView, ...]:
    """Completed patterns, newest first."""
    found = []
    rows = (("BTC", "15m", 2), ("ETH", "1h", 3), ("SOL", "4h", 4), ("BTC", "1d", 5), ("ETH", "4h", 6), ("BTC", "1w", 7))
    for symbol, text, back in rows:
        timeframe = Timeframe.parse(text)
        view = SERIES[SeriesKey(symbol, timeframe)]
        side = Side.LONG if back % 2 == 0 else Side.SHORT
        before, setup = view.closed[-back - 2], view.closed[-back - 1]
        leg = pattern_leg(Pattern.TWO_TWO, side, before, setup, StopMode.ATLAS)
        assert leg is not None
        start = view.closed[-back].start
        signal = Signal(
            symbol, f"{symbol}-PERP-INTX", timeframe, Pattern.TWO_TWO, "2D-2U" if side is Side.LONG else "2U-2D",
            Subtype.REVERSAL, JudgedLeg(leg, judge(leg, LOOSE, gap=False)), start,
            start + timeframe.span, tfc_score(STANDINGS[symbol], side), fresh=False,
            bars=(before, setup, view.closed[-back]), limits=LOOSE.limits,
        )  # fmt: skip
        found.append(SignalView(signal, reviewed=back > 5))
    return tuple(found)


def log() -> tuple[Noted, ...]:
    """The afternoon in words, oldest first."""
    lines = (
        (34, Level.WARN, "feed", "reconnecting, try 1 of ever: socket closed (1006)"),
        (29, Level.GOOD, "trade", "ENTRY BTC 1h 3-1-2U LONG 0.0110 @ 90,120.0"),
        (17, Level.INFO, "scan", "scan 1.79 s · 15 series · 12 signals (0 new)"),
        (14, Level.GOOD, "trade", "ENTRY SOL 15m 2D-1-2U LONG 7.58 @ 131.92"),
        (2, Level.INFO, "setup", "new setup ETH 1d 2D-1-?"),
        (2, Level.INFO, "setup", "new setup BTC 4h 3-1-?"),
        (2, Level.INFO, "scan", "scan 1.84 s · 15 series · 13 signals (2 new)"),
        (0, Level.ERROR, "feed", "SOL is silent for 11 s: [resubscribing]"),
    )
    return tuple(Noted(level, topic, text, NOW - timedelta(minutes=ago)) for ago, level, topic, text in lines)


def rich(mode: Mode = Mode.PAPER) -> Snapshot:
    """A good afternoon: three setups armed, two positions open, SOL stale."""
    held, closed = positions(), trades()
    unrealised = sum((view.unrealised for view in held), Decimal(0))
    net = sum((trade.net for trade in closed), Decimal(0))
    series = SERIES
    account = AccountView(
        Decimal(1000), Decimal(1000) + net, net, Decimal(0), Decimal(0), unrealised, Decimal(150), Decimal("12.40")
    )
    caps = tuple(
        CapView(symbol, Decimal(10), Decimal(3 if symbol == "SOL" else 4), Decimal(10), Decimal(8)) for symbol in PRICES
    )
    return Snapshot(
        NOW, Policy(filters=LOOSE), account, quotes(), signals(), setups(), held, closed, series, STANDINGS,
        {symbol: {side: tfc_score(STANDINGS[symbol], side) for side in Side} for symbol in PRICES},
        Tier.INTRADAY, 5273, datetime(2025, 12, 14, 20, 55, tzinfo=UTC), datetime(2025, 12, 14, 21, 0, tzinfo=UTC),
        in_maintenance=False, maintenance_at=datetime(2025, 12, 19, 22, 0, tzinfo=UTC), caps=caps,
        last_scan=ScanView(NOW - timedelta(seconds=125), 1.84, 15, 13, 3, 2), log=log(), link=link(mode),
        inbox=tuple(view.setup.id for view in setups() if view.pending) + tuple(v.signal.id for v in signals()[:2]),
    )  # fmt: skip


def link(mode: Mode = Mode.PAPER) -> LinkView:
    """A live feed on which SOL has been silent for 11 s."""
    return LinkView(
        mode=mode, state=FeedState.LIVE, speed=60.0 if mode is Mode.DEMO else 1.0, age_s=0.3, rate=42.0,
        next_scan_at=NOW + timedelta(seconds=773), preset="demo" if mode is Mode.DEMO else "",
        ages={"BTC": 0.3, "ETH": 0.4, "SOL": 11.2}, rates={"BTC": 20.0, "ETH": 14.0, "SOL": 8.0},
        states={"BTC": FeedState.LIVE, "ETH": FeedState.LIVE, "SOL": FeedState.STALE},
    )  # fmt: skip


def empty() -> Snapshot:
    """Right after the start: no price, nothing found, still connecting."""
    bare = tuple(
        replace(quote, price=None, bid=None, ask=None, move=0, at=None, real_s=None, day=DayStats(), recent=())
        for quote in quotes()
    )
    thousand, zero = Decimal(1000), Decimal(0)
    return replace(
        rich(), account=AccountView(thousand, thousand, zero, zero, zero, zero, zero, zero), quotes=bare, signals=(),
        setups=(), inbox=(), positions=(), trades=(), series={}, standings={}, scores={}, last_scan=None, log=(),
        link=LinkView(next_scan_at=NOW + timedelta(seconds=773), loading="loading 3/15 BTC 4h"),
    )  # fmt: skip


def stale() -> Snapshot:
    """The feed is gone: nothing shown may look live."""
    base = rich()
    gone = dict.fromkeys(PRICES, 42.0)
    states = dict.fromkeys(PRICES, FeedState.STALE)
    return replace(
        base, link=replace(base.link, state=FeedState.RECONNECTING, attempt=3, retry_in_s=8.0, age_s=42.0, rate=0.0,
                           ages=gone, states=states),
        quotes=tuple(replace(quote, suspended=True) for quote in base.quotes),
    )  # fmt: skip


def failing() -> Snapshot:
    """The last scan failed and the ledger cannot be written."""
    base = rich()
    error = "scan failed 14:30: timeout on ETH 4h [503]"
    return replace(
        base, link=replace(base.link, scan_error=error, unsaved=2, problem="the ledger cannot be written: disk full")
    )
