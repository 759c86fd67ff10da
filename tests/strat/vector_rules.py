"""The adapters of the kinds that need no bars of the scanner: clocks, filters, sizing, margin, exits, metrics."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from core.domain.bars import Bar, BarKind
from core.domain.calendar import MaintenanceWindow, TierWindow
from core.domain.continuity import Standing, open_score, tfc_score, veto
from core.domain.levels import FilterPolicy, judge, make_leg
from core.domain.leverage import Tier, TierPolicy
from core.domain.margin import (
    LiquidationBasis,
    MarginPolicy,
    can_open,
    funding_amount,
    funding_times,
    liquidation_price,
    rate_per_event,
)
from core.domain.patterns import Side, TargetKind
from core.domain.performance import metrics_of
from core.domain.policy import PricePolicy
from core.domain.positions import (
    ClosedTrade,
    Exit,
    ExitReason,
    Fill,
    OpenPosition,
    Plan,
    exit_in_candle,
    exit_on_tick,
    gross_profit,
)
from core.domain.sizing import RiskPolicy, Skipped, size_entry
from core.domain.timeframes import D1, H1, H4, M15, SCANNED, Timeframe
from core.strat.resample import resample
from tests.strat.bars_data import START, price

Input = Mapping[str, Any]
Fields = dict[str, Any]
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def moment(text: str | float) -> datetime:
    """ISO text or epoch seconds as an aware instant."""
    if isinstance(text, (int, float)):
        return datetime.fromtimestamp(text, UTC)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def iso(at: datetime) -> str:
    """As the vectors spell instants."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def filtered(given: Input, filters: FilterPolicy) -> Fields:
    """Verdict on a leg given by its prices; without a target it is measured."""
    target = given.get("target")
    leg = make_leg(
        Side(given["direction"]),
        price(given["entry"]),
        price(given["stop"]),
        None if target is None else price(target),
    )
    if leg is None:
        return {"verdict": None, "target": None}
    return {
        "verdict": judge(leg, filters, bool(given.get("gap", False))).value,
        "target": leg.target,
        "target_kind": leg.target_kind.value,
        "magnitude_pct": leg.magnitude_pct,
        "risk_reward": leg.risk_reward,
    }


def standings(given: Input) -> dict[Timeframe, Standing]:
    """`tfs` of a case; absent and null timeframes are missing data."""
    return {
        Timeframe.parse(name): Standing(
            BarKind(bar.get("class") or 0), price(bar.get("open", 1)), price(bar.get("close", bar.get("open", 1)))
        )
        for name, bar in given["tfs"].items()
        if bar is not None
    }


def continuity(given: Input, _: Input) -> Fields:
    """Both scores of S6."""
    side = Side(given["direction"])
    score = tfc_score(standings(given), side)
    return {"score": score, "text": f"{score}/4", "ftfc_open": open_score(standings(given), side)}


def vetoed(given: Input, _: Input) -> Fields:
    """Which timeframe vetoes, if any."""
    timeframe = veto(standings(given), Timeframe.parse(given["signal_tf"]))
    return {"veto": None if timeframe is None else str(timeframe)}


def bucket(given: Input, wanted: Input) -> Fields:
    """Bucket starts of an instant, for the scanned timeframes and whichever others are asked for."""
    names = {str(timeframe) for timeframe in SCANNED} | set(wanted)
    return {name: iso(Timeframe.parse(name).start_of(moment(given["ts"]))) for name in names}


def forming(given: Input, _: Input) -> Fields:
    """Is the bar open at `now`?"""
    return {"forming": Timeframe.parse(given["tf"]).is_forming(moment(given["start"]), moment(given["now"]))}


def resampled(given: Input, _: Input) -> Fields:
    """Rows rolled into `tf`; the base is the case's, or the longest native one the rows lie on."""
    to = Timeframe.parse(given["tf"])
    bars = [Bar(moment(row[0]), *_prices(row)) for row in given["bars"]]
    base = Timeframe.parse(given["base"]) if "base" in given else _base_of(bars, to)
    now = moment(given["now"]) if "now" in given else FAR
    return {"bars": [_bar_fields(bar) for bar in resample(bars, base, to, now)]}


def _prices(row: list[Any]) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
    volume = row[5] if len(row) > 5 else 0
    return price(row[1]), price(row[2]), price(row[3]), price(row[4]), price(volume)


def _base_of(bars: list[Bar], to: Timeframe) -> Timeframe:
    """Natively fetched are 15m, 1h and 1d; 4h is rolled from 1h, 1w from 1d (S7.2)."""
    seconds = [int(bar.start.timestamp()) for bar in bars]
    steps = [abs(b - a) for a, b in pairwise(seconds)]
    offsets = [each - to.floor_s(each) for each in seconds]
    common = math.gcd(*steps, *offsets)
    shorter = (D1, H4, H1, M15, Timeframe(5), Timeframe(1))
    fitting = [tf for tf in shorter if tf < to and to.minutes % tf.minutes == 0 and common % tf.seconds == 0]
    native = {H4: H1, D1: H1, H1: M15}.get(to)
    return next((tf for tf in fitting if native is None or tf <= native), native or to)


def _bar_fields(bar: Bar) -> Fields:
    return {
        "start": iso(bar.start),
        "open": bar.open,
        "high": bar.high,
        "low": bar.low,
        "close": bar.close,
        "volume": bar.volume,
        "children": bar.children,
        "complete": bar.complete,
        "gap_before": bar.gap_before,
    }


def clock(given: Input, wanted: Input) -> Fields:
    """Tier, maintenance, seconds to the close, and the maximum leverage of every asset asked for."""
    now = moment(given["now"])
    policy = TierPolicy()
    tier = policy.tier_at(now)
    fixed = {
        "tier": tier.value,
        "maintenance": MaintenanceWindow().contains(now),
        "seconds_to_close": TierWindow().seconds_to_close(now),
    }
    return {name: policy.maximum(name, tier) for name in wanted if name not in fixed} | fixed


def gap_flag(given: Input, _: Input) -> Fields:
    """Does the maintenance window cover half of the bar?"""
    return {"gap": MaintenanceWindow().flags_gap(moment(given["start"]), Timeframe.parse(given["tf"]))}


def size(given: Input, _: Input) -> Fields:
    """The pure sizing of S9, before flooring."""
    risk = RiskPolicy(
        risk_pct=price(given.get("risk_pct", 0.02)),
        min_notional=price(given.get("min_notional", 10)),
        max_notional=price(given.get("max_notional", 100_000)),
    )
    sized = size_entry(
        price(given["balance"]), price(given["entry"]), price(given["stop"]), price(given.get("max_lev", 10)), risk
    )
    skipped = isinstance(sized, Skipped)
    numbers = sized.sizing if isinstance(sized, Skipped) else sized
    return {
        "decision": "SKIP" if skipped else "TAKE",
        "reason": sized.code.value if isinstance(sized, Skipped) else None,
        "risk_usd": numbers.risk_usd if numbers else None,
        "notional": numbers.notional if numbers else None,
        "leverage": numbers.leverage if numbers else None,
        "qty": numbers.size if numbers else None,
    }


def funding(given: Input, _: Input) -> Fields:
    """Funding events of a holding, and what they book in all."""
    hours = int(given.get("hours", 8))
    rate = price(given["rate"]) if "rate" in given else rate_per_event(price(given.get("apr", 0.1)), hours)
    times = list(funding_times(moment(given["entry"]), moment(given["exit"]), hours))
    amount = funding_amount(Side(given["direction"]), price(given["notional"]), rate)
    return {"events": len(times), "amount": amount * len(times), "rate": rate}


def liquidation(given: Input, _: Input) -> Fields:
    """The liquidation price; none where the position cannot open."""
    leverage = price(given["lev"])
    policy = MarginPolicy(intx=bool(given.get("intx", False)))
    rate = (
        price(given["mm"])
        if "mm" in given
        else policy.rate(given.get("symbol") or given.get("asset") or "BTC", leverage)
    )
    opens = can_open(leverage, rate)
    basis = LiquidationBasis(given.get("basis") or "entry")
    at = liquidation_price(Side(given["direction"]), price(given["entry"]), leverage, rate, basis) if opens else None
    return {"price": at, "can_open": opens}


def _plan(given: Input) -> tuple[Plan, Decimal]:
    """A position's levels; one that is absent lies where no price reaches it."""
    side = Side(given["direction"])
    below, above = Decimal(-1), Decimal("Infinity")
    worst, best = (below, above) if side is Side.LONG else (above, below)

    def level(name: str, otherwise: Decimal) -> Decimal:
        return otherwise if given.get(name) is None else price(given[name])

    stop, target = level("stop", worst), level("target", best)
    return Plan(side, stop, target, TargetKind.STRUCTURAL, stop, START), level("liq", worst)


def _exit_fields(reached: Exit | None) -> Fields:
    return {"reason": reached.reason.value, "fill": reached.price} if reached else {"reason": None, "fill": None}


def _held(given: Input, least: float) -> float:
    held = given.get("held_s")
    return least if held is None else float(held)


def exit_tick(given: Input, _: Input) -> Fields:
    """A tick on a position; held long enough unless the case says otherwise."""
    plan, liq = _plan(given["pos"])
    least = PricePolicy().min_hold_s
    return _exit_fields(exit_on_tick(plan, liq, price(given["price"]), _held(given, least), least))


def exit_bar(given: Input, _: Input) -> Fields:
    """A closed candle on a position: open, high, low."""
    plan, liq = _plan(given["pos"])
    least = PricePolicy().min_hold_s
    opened, high, low = (price(each) for each in given["ohl"][:3])
    return _exit_fields(exit_in_candle(plan, liq, (opened, high, low), _held(given, least) >= least))


def profit(given: Input, _: Input) -> Fields:
    """Gross, net and percent of a closed trade, not rounded."""
    side, quantity = Side(given["direction"]), price(given["qty"])
    entry, exit_price = price(given["entry"]), price(given["exit"])
    fees, paid = price(given.get("fees", 0)), price(given.get("funding", 0))
    zero = Decimal(0)
    plan = Plan(side, zero, zero, TargetKind.STRUCTURAL, zero, START)
    position = OpenPosition(
        "p", "s", "BTC", "BTC-PERP-INTX", M15, "2D-1-2U", plan, quantity, Fill(entry, fees, START), Decimal(1),
        Tier.SWING, Decimal(1), zero, zero, Decimal(1000), Decimal(20), paid,
    )  # fmt: skip
    gross = gross_profit(side, quantity, entry, exit_price)
    end = START + timedelta(hours=1)
    trade = ClosedTrade(position, Fill(exit_price, zero, end), ExitReason.TARGET, gross, gross - fees + paid)
    return {"gross": trade.gross, "net": trade.net, "pct": trade.pct, "fees": trade.fees, "funding": trade.funding}


def metrics(given: Input, _: Input) -> Fields:
    """Metrics of a run of net profits."""
    found = metrics_of([price(each) for each in given["pnls"]])
    return {
        "trades": found.trades,
        "wins": found.wins,
        "losses": found.losses,
        "win_rate": found.win_rate,
        "profit_factor": found.profit_factor,
        "expectancy": found.expectancy,
        "net": found.net,
    }
