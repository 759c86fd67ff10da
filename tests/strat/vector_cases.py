"""One adapter a kind of vector: from a case's input, through the code the product runs, to the fields it may expect."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.domain.bars import classify as classify_bar
from core.domain.calendar import MaintenanceWindow
from core.domain.events import FoundSetup, PriceTick, ScanDone
from core.domain.facts import SetupResolved
from core.domain.levels import FilterPolicy, Leg
from core.domain.patterns import StopMode
from core.domain.policy import Policy
from core.domain.series import SeriesBars
from core.domain.signals import Setup, SetupStatus, Signal
from core.strat.findings import Depth, Findings
from core.strat.kernels import classify
from core.strat.scanner import scan
from core.trading.desk import Desk
from tests.strat import vector_rules as rules
from tests.strat.bars_data import START, bars_from, price, row_of, series_from

Input = Mapping[str, Any]
Fields = dict[str, Any]
Wanted = Mapping[str, Any]


def run(case: Mapping[str, Any]) -> Fields:
    """The fields a case of the vector file may expect; an unknown kind is an error, never a pass."""
    kind = case["kind"]
    if kind not in KINDS:
        raise AssertionError(f"vector {case['id']}: no adapter for kind {kind!r}")
    return KINDS[kind](case["input"], case["expect"])


def filters_from(given: Input) -> FilterPolicy:
    """The filters a case asks for; what it does not name is STRAT.md's default."""
    return FilterPolicy(
        min_magnitude_pct=price(given.get("min_magnitude_pct", 0.5)),
        min_risk_reward=price(given.get("min_risk_reward", 1.5)),
        stop_mode=StopMode(given.get("stop_mode") or "atlas"),
        max_inside_bars=int(given.get("max_inside_bars") or 3),
        measured_targets=bool(given.get("measured_targets", True)),
        directional_setups=bool(given.get("directional_setups", False)),
        atr_stop_floor=price(given.get("atr_stop_floor", 0)),
    )


def series_of(given: Input) -> SeriesBars:
    """`hl`, or `closed` and `forming`, as a series."""
    closed = list(given.get("hl", given.get("closed", ())))
    forming = given.get("forming")
    return series_from([*closed, forming] if forming else closed, forming=bool(forming))


def found_in(series: SeriesBars, filters: FilterPolicy) -> Findings:
    """A scan that looks back over all rows."""
    rows = len(series.bars)
    return scan([series], filters, MaintenanceWindow(), START, depth=Depth(rows, rows))


def _classify(given: Input, _: Wanted) -> Fields:
    bars = bars_from(given["hl"])
    high = np.array([float(bar.high) for bar in bars], np.float64)
    low = np.array([float(bar.low) for bar in bars], np.float64)
    classes = [int(each) for each in classify(high, low)]
    assert classes == [int(classify_bar(a, b)) for a, b in zip((None, *bars), bars, strict=False)]
    return {"classes": classes}


def leg_fields(leg: Leg) -> Fields:
    """A leg as the vectors spell it."""
    return {
        "direction": leg.side.value,
        "entry": leg.entry,
        "stop": leg.stop,
        "target": leg.target,
        "target_kind": leg.target_kind.value,
        "magnitude_pct": leg.magnitude_pct,
        "risk_reward": leg.risk_reward,
    }


def _signal_fields(signal: Signal) -> Fields:
    return leg_fields(signal.judged.leg) | {
        "index": row_of(signal.bar_start),
        "pattern": signal.pattern.value,
        "sequence": signal.sequence,
        "subtype": signal.subtype.value,
        "verdict": signal.judged.verdict.value,
        "in_progress": signal.in_progress,
        "status": SetupStatus.HISTORICAL_TRIGGERED.value,
        "signal_type": "COMPLETED",
    }


def _completed(given: Input, _: Wanted) -> Fields:
    found = found_in(series_of(given), filters_from(given))
    return {"signals": [_signal_fields(signal) for signal in found.signals]}


def _setup_fields(found: FoundSetup) -> Fields:
    return {
        "setup_index": row_of(found.setup.bar_start),
        "name": found.setup.name,
        "status": found.status.value,
        "long_trigger": found.setup.long_trigger,
        "short_trigger": found.setup.short_trigger,
        "legs": [leg_fields(each.leg) | {"verdict": each.verdict.value} for each in found.setup.legs],
    }


def _setup(given: Input, _: Wanted) -> Fields:
    found = found_in(series_of(given), filters_from(given))
    return {"setups": [_setup_fields(each) for each in found.setups]}


def _ticks(given: Input, _: Wanted) -> Fields:
    """The scan's setups in a desk, the ticks one by one: the oldest setup that was pending tells."""
    series = series_of(given)
    filters = filters_from(given)
    found = found_in(series, filters).setups
    pending = [each.setup for each in found if each.status is SetupStatus.PENDING]
    if not pending:
        return _nothing_broken(found[-1].status if found else None)
    desk = Desk(Policy(filters=filters))
    at = START + len(series.bars) * series.timeframe.span
    outcomes = list(desk.handle(ScanDone((), found, (), (), 0.0, at)))
    for number in given["ticks"]:
        outcomes += desk.handle(PriceTick("BTC", price(number), None, None, at, 0.0, 0.0))
    resolved = (each for each in outcomes if isinstance(each, SetupResolved) and each.setup_id == pending[0].id)
    return _resolved_fields(pending[0], next(resolved, None))


def _nothing_broken(status: SetupStatus | None) -> Fields:
    nothing = dict.fromkeys(("direction", "fill", "stop", "target", "sequence"))
    return {"status": status.value if status else None, **nothing}


def _resolved_fields(setup: Setup, resolved: SetupResolved | None) -> Fields:
    if resolved is None or resolved.side is None:
        return _nothing_broken(SetupStatus.PENDING if resolved is None else resolved.status)
    judged = setup.leg_on(resolved.side)
    return {
        "status": resolved.status.value,
        "direction": resolved.side.value,
        "fill": resolved.price,
        "stop": judged.leg.stop if judged else None,
        "target": judged.leg.target if judged else None,
        "sequence": setup.sequence_on(resolved.side),
    }


KINDS: dict[str, Callable[[Input, Wanted], Fields]] = {
    "classify": _classify,
    "completed": _completed,
    "setup": _setup,
    "ticks": _ticks,
    "filter": lambda given, _: rules.filtered(given, filters_from(given)),
    "tfc": rules.continuity,
    "veto": rules.vetoed,
    "bucket": rules.bucket,
    "forming": rules.forming,
    "resample": rules.resampled,
    "clock": rules.clock,
    "gap_flag": rules.gap_flag,
    "size": rules.size,
    "funding": rules.funding,
    "liq": rules.liquidation,
    "exit_tick": rules.exit_tick,
    "exit_bar": rules.exit_bar,
    "pnl": rules.profit,
    "metrics": rules.metrics,
}
