"""The states a screen must bear: trouble of every kind, and a market of odd names and numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from core.domain.bars import SeriesKey
from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason
from core.domain.review_views import GuardView, HaltView, ShadowView
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.snapshot import FeedState, Snapshot
from core.domain.timeframes import SCANNED
from tests.tui.absence_data import NIGHT
from tests.tui.snapshots_data import empty, failing, rich, stale

_PRICES: Final = {
    "open", "high", "low", "close", "price", "bid", "ask", "entry", "exit", "stop", "target", "recent", "mark",
    "invalidation", "liquidation", "long_trigger", "short_trigger",
}  # fmt: skip
_SIZES: Final = frozenset({"size", "excess"})


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a symbol is called instead, what its prices are multiplied by, and the step they then stand on."""

    name: str
    factor: Decimal
    step: Decimal

    def price(self, value: Decimal) -> Decimal:
        """The price on the step."""
        return (value * self.factor).quantize(self.step)


Names = Mapping[str, Renamed]


def renamed(value: Any, names: Names, symbol: str = "", field: str = "") -> Any:
    """The same facts of other symbols; sizes become so much smaller as prices become larger."""
    if is_dataclass(value) and not isinstance(value, type):
        symbol = _symbol_of(value) or symbol
        return replace(
            value, **{each.name: renamed(getattr(value, each.name), names, symbol, each.name) for each in fields(value)}
        )
    if isinstance(value, Decimal) and symbol in names:
        if field == "price_increment":
            return names[symbol].step
        if field in _PRICES:
            return names[symbol].price(value)
        return (value / names[symbol].factor).quantize(Decimal("1e-8")) if field in _SIZES else value
    if type(value) is str:
        return _in_words(value, names)
    if isinstance(value, tuple):
        return tuple(renamed(each, names, symbol, field) for each in value)
    if isinstance(value, Mapping):
        return {
            _key(key, names): renamed(each, names, getattr(key, "symbol", str(key)), field)
            for key, each in value.items()
        }
    return value


def _symbol_of(value: Any) -> str:
    inner = (value, *(getattr(value, part, None) for part in ("position", "setup", "signal")))
    return next((found for each in inner if isinstance(found := getattr(each, "symbol", None), str)), "")


def _in_words(text: str, names: Names) -> str:
    for old, new in names.items():
        text = text.replace(old, new.name)
    return text


def _key(key: Any, names: Names) -> Any:
    if isinstance(key, SeriesKey):
        return SeriesKey(_in_words(key.symbol, names), key.timeframe)
    return _in_words(key, names) if type(key) is str else key


ODD_NAMES: Final = {
    "SOL": Renamed("1000PEPE", Decimal("1e-7"), Decimal("1e-8")),
    "ETH": Renamed("BTCDOM", Decimal("395.52"), Decimal("0.01")),
}


def odd_numbers() -> Snapshot:
    """A price of 0.00001321, one of 1,234,576.13, a long name, and a balance of eight digits."""
    base: Snapshot = renamed(rich(), ODD_NAMES)
    million = Decimal("12345678.90")
    account = replace(
        base.account, start=Decimal(10_000_000), balance=million, unrealised=Decimal("-1234567.89"),
        day_net=Decimal("-987654.32"), reserved=Decimal("1500000.25"),
    )  # fmt: skip
    return replace(base, account=account)


def losing() -> Snapshot:
    """Everything is under water, and a refused entry would have been a gain."""
    base = rich()
    held = tuple(
        replace(view, unrealised=-abs(view.unrealised) * 40, r_multiple=-abs(view.r_multiple) * 9)
        for view in base.positions
    )
    lost = tuple(_lost(trade) for trade in base.trades)
    account = replace(base.account, balance=Decimal("812.40"), unrealised=Decimal("-41.20"), day_net=Decimal("-187.60"))
    return replace(base, positions=held, trades=lost, account=account, shadows=shadows())


def _lost(trade: ClosedTrade) -> ClosedTrade:
    loss = -abs(trade.net)
    return replace(trade, reason=ExitReason.STOP, gross=loss + Decimal("0.54"), net=loss)


def shadows() -> tuple[ShadowView, ...]:
    """Refused entries on paper: of each code one, every other one a gain, the last still open."""
    at, hour = rich().at, SCANNED[1]
    entry, stop, target = Decimal(90000), Decimal(89000), Decimal(92000)
    return tuple(
        ShadowView(
            f"BTC|1h|{number}", "BTC", hour, "2D-1-2U", Side.LONG, code, entry, stop, target,
            at - timedelta(hours=30 - number),
            None if number == len(Refusal) - 1 else Decimal("1.92") if number % 2 else Decimal("-1.05"),
        )
        for number, code in enumerate(Refusal)
    )  # fmt: skip


def crowd() -> Snapshot:
    """Eleven symbols, three hundred setups and as many signals."""
    base = rich()
    found = base
    for number in range(8):
        old = ("BTC", "ETH", "SOL")[number % 3]
        copy: Snapshot = renamed(base, {old: Renamed(f"X{number}{old}", Decimal(1), Decimal("0.01"))})
        new = f"X{number}{old}"
        found = replace(
            found,
            quotes=(*found.quotes, *(each for each in copy.quotes if each.symbol == new)),
            caps=(*found.caps, *(each for each in copy.caps if each.symbol == new)),
            positions=(*found.positions, *(each for each in copy.positions if each.position.symbol == new)),
            series={**found.series, **copy.series}, standings={**found.standings, **copy.standings},
            scores={**found.scores, **copy.scores},
        )  # fmt: skip
    setups, signals = base.setups, base.signals
    many = tuple(
        replace(view, setup=replace(view.setup, bar_start=view.setup.bar_start - timedelta(days=number)))
        for number in range(300 // len(setups) + 1)
        for view in setups
    )[:300]
    more = tuple(
        replace(view, signal=replace(view.signal, bar_start=view.signal.bar_start - timedelta(days=7 * number)))
        for number in range(300 // len(signals) + 1)
        for view in signals
    )[:300]
    waiting = tuple(view.setup.id for view in many if view.pending)
    policy = replace(base.policy, symbols=tuple(quote.symbol for quote in found.quotes))
    return replace(found, setups=many, signals=more, inbox=waiting, policy=policy)


def down() -> Snapshot:
    """The feed has been given up: every price is old."""
    base = stale()
    problem = "the feed is down after 12 tries: getaddrinfo failed for advanced-trade-ws.coinbase.com"
    return replace(
        base, link=replace(base.link, state=FeedState.DOWN, attempt=12, retry_in_s=0.0, age_s=754.0, problem=problem)
    )


def maintenance() -> Snapshot:
    """Friday, 17 h in New York: the venue is in maintenance."""
    base = rich()
    states = dict.fromkeys(base.link.states, FeedState.MAINT)
    return replace(
        base, in_maintenance=True, link=replace(base.link, state=FeedState.MAINT, states=states, next_scan_at=None)
    )


def halted() -> Snapshot:
    """All entries are halted, one symbol is paused, one guard has tripped and another warns; the clock is off."""
    base = rich()
    halts = (
        HaltView("", HaltSource.FILE, base.at - timedelta(hours=2)),
        HaltView("SOL", HaltSource.HAND, base.at - timedelta(minutes=7)),
    )
    guards = (
        _guard(Guard.DAILY_LOSS, "10.2", "10", "%", tripped=True),
        _guard(Guard.DRAWDOWN, "8.4", "10", "%"),
        _guard(Guard.LOSING_STREAK, "2", "5", "trades"),
        _guard(Guard.EXPOSURE, "0", "0", "x"),
    )
    return replace(base, halts=halts, guards=guards, link=replace(base.link, clock_skew_s=-3.4))


def _guard(guard: Guard, value: str, limit: str, unit: str, tripped: bool = False) -> GuardView:
    return GuardView(guard, "", Decimal(value), Decimal(limit), unit, tripped, "entries", None, "at New York midnight")


def all_over() -> Snapshot:
    """Flat, and every setup is over: lists with rows, none of which waits."""
    base = rich()
    over = tuple(replace(view, status=SetupStatus.EXPIRED) for view in base.setups)
    return replace(base, setups=over, positions=(), inbox=())


def night() -> Snapshot:
    """Nobody was there for a night in which everything happened."""
    return replace(rich(), absence=NIGHT)


STATES: Final[Mapping[str, Callable[[], Snapshot]]] = {
    "rich": rich,
    "empty": empty,
    "failing": failing,
    "reconnecting": stale,
    "down": down,
    "maintenance": maintenance,
    "halted": halted,
    "losing": losing,
    "odd numbers": odd_numbers,
    "crowd": crowd,
    "all over": all_over,
    "since the last key": night,
}
