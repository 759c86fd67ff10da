"""The sections of the settings file that become the desk's policy.

Defaults come from the domain's policies, which name their sources.
"""

from datetime import time
from decimal import Decimal
from typing import Annotated

from msgspec import Struct, field

from core.config.allowed import WEEKDAYS, Between, ClockTime, OneOf, Switch, Text
from core.domain.calendar import MaintenanceWindow, TierWindow
from core.domain.guards import GuardPolicy
from core.domain.levels import FilterPolicy
from core.domain.leverage import TierPolicy
from core.domain.margin import FundingPolicy, LiquidationBasis, MarginPolicy
from core.domain.patterns import StopMode
from core.domain.policy import FeePolicy, Policy, PricePolicy
from core.domain.review import AtTimeout, ReviewPolicy, Stance
from core.domain.sizing import RiskPolicy

_FEE = Between(0, Decimal("0.02"), "a fraction of notional: 0.0003 is 0.03 %")
_LEVERAGE = Between(1, 100, "times")
_HOUR = ClockTime()
_ON = Switch()

_filters = FilterPolicy()
_risk = RiskPolicy()
_tiers = TierPolicy()
_window = TierWindow()
_margin = MarginPolicy()
_funding = FundingPolicy()
_fees = FeePolicy()
_maintenance = MaintenanceWindow()
_review = ReviewPolicy()
_guards = GuardPolicy()


class FiltersSection(Struct, frozen=True):
    """What a leg must show to be armed."""

    min_magnitude_pct: Annotated[
        Decimal, Between(0, 100, "percent"), "least way from entry to target, percent of the entry"
    ] = _filters.min_magnitude_pct
    min_risk_reward: Annotated[Decimal, Between(0, 100, "R"), "least reward over risk"] = _filters.min_risk_reward
    min_continuity: Annotated[int, Between(0, 4), "least of the four timeframes 1w 1d 4h 1h that agree"] = (
        _filters.min_continuity
    )
    veto: Annotated[bool, _ON, "an inside week or day above the signal's timeframe refuses the entry"] = _filters.veto
    stop_mode: Annotated[StopMode, OneOf(tuple(StopMode)), "which bar the stop of 3-1-2 and 2-1-2 stands behind"] = (
        _filters.stop_mode
    )
    max_inside_bars: Annotated[int, Between(1, 20, "bars"), "how many bars a setup may live, its own counted"] = (
        _filters.max_inside_bars
    )
    measured_targets: Annotated[bool, _ON, "take legs whose target is 1.5 R instead of a level"] = (
        _filters.measured_targets
    )
    directional_setups: Annotated[bool, _ON, "arm 2-2, 3-2-2 and 3-2 for one bar, too"] = _filters.directional_setups
    pattern_exit: Annotated[bool, _ON, "leave when the entry bar breaks the other side of the setup bar"] = (
        _filters.pattern_exit
    )
    atr_stop_floor: Annotated[Decimal, Between(0, 10, "ATR(14)"), "least way from entry to stop; 0 is off"] = (
        _filters.atr_stop_floor
    )


class AccountSection(Struct, frozen=True):
    """The paper account, in USD."""

    start_balance: Annotated[
        Decimal, Between(0, 1_000_000_000, "USD", above=True), "balance a new ledger begins with"
    ] = Policy().start_balance
    risk_pct: Annotated[
        Decimal,
        Between(0, Decimal("0.1"), "a fraction of the balance: 0.02 is 2 %", above=True),
        "fraction of the balance risked per trade",
    ] = _risk.risk_pct
    max_leverage: Annotated[Decimal, _LEVERAGE, "your own cap on notional over balance"] = _risk.max_leverage
    max_notional: Annotated[Decimal, Between(10, 1_000_000_000, "USD"), "largest position"] = _risk.max_notional


class FeesSection(Struct, frozen=True):
    """Taker fees, fractions of notional, and slippage."""

    intx: Annotated[Decimal, _FEE, "INTX perpetuals"] = _fees.intx
    cde: Annotated[Decimal, _FEE, "US perpetual-style futures"] = _fees.cde
    spot: Annotated[Decimal, _FEE, "spot"] = _fees.spot
    slippage_bp: Annotated[Decimal, Between(0, 100, "basis points"), "how much worse a market fill is"] = (
        _fees.slippage_bp
    )


class TiersSection(Struct, frozen=True):
    """Maximum leverage by tier and base asset; times are New York's."""

    opens: Annotated[time, _HOUR, "the intraday tier opens"] = _window.opens
    closes: Annotated[time, _HOUR, "the intraday tier closes"] = _window.closes
    deadline: Annotated[time, _HOUR, "positions above the swing maximum are closed"] = _window.deadline
    unknown: Annotated[Decimal, _LEVERAGE, "maximum of a base asset that is not listed here"] = _tiers.unknown
    intraday: Annotated[dict[str, Decimal], _LEVERAGE, "maximum leverage by base asset, intraday"] = field(
        default_factory=lambda: dict(_tiers.intraday)
    )
    swing: Annotated[dict[str, Decimal], _LEVERAGE, "maximum leverage by base asset, swing"] = field(
        default_factory=lambda: dict(_tiers.swing)
    )


class MaintenanceSection(Struct, frozen=True):
    """The weekly hour in which the venue is closed; times are New York's."""

    weekday: Annotated[str, OneOf(WEEKDAYS), "day of the week"] = WEEKDAYS[_maintenance.weekday]
    opens: Annotated[time, _HOUR, "maintenance begins"] = _maintenance.opens
    closes: Annotated[time, _HOUR, "maintenance ends"] = _maintenance.closes


class FundingSection(Struct, frozen=True):
    """When and how much funding is paid."""

    interval_hours: Annotated[int, Between(1, 24, "hours"), "payments fall on multiples of this since the epoch"] = (
        _funding.interval_hours
    )
    apr: Annotated[Decimal, Between(-10, 10, "a fraction: 0.10 is 10 % a year"), "the yearly rate"] = _funding.apr
    use_venue_rate: Annotated[bool, _ON, "take the venue's live rate and interval instead"] = _funding.use_venue_rate


class MarginSection(Struct, frozen=True):
    """Maintenance margin and the liquidation price."""

    basis: Annotated[
        LiquidationBasis, OneOf(tuple(LiquidationBasis)), "charge maintenance on the entry's or the mark's notional"
    ] = _margin.basis
    intx: Annotated[bool, _ON, "maintenance is two thirds of 1/L instead of the table"] = _margin.intx
    unknown: Annotated[Decimal, Between(0, Decimal("0.5"), "a fraction"), "rate of a base asset not listed here"] = (
        _margin.unknown
    )
    maintenance: Annotated[dict[str, Decimal], Between(0, Decimal("0.5"), "a fraction"), "rate by base asset"] = field(
        default_factory=lambda: dict(_margin.maintenance)
    )


class PricesSection(Struct, frozen=True):
    """When a price is believed."""

    spike_pct: Annotated[
        Decimal, Between(0, 100, "percent", above=True), "a jump beyond this waits for a second tick"
    ] = PricePolicy().spike_pct


class ReviewSection(Struct, frozen=True):
    """Who decides on a leg that passed the filters: the desk alone, or a person."""

    default: Annotated[Stance, OneOf(tuple(Stance)), "what the desk does with a leg nobody has decided on"] = (
        _review.default
    )
    ask_timeout_min: Annotated[
        int, Between(0, 10_080, "minutes; 0 waits until the setup is over"), "how long ask waits for a verdict"
    ] = _review.ask_timeout_s // 60
    on_timeout: Annotated[AtTimeout, OneOf(tuple(AtTimeout)), "what becomes of an ask nobody answered"] = (
        _review.at_timeout
    )
    snooze_min: Annotated[int, Between(1, 10_080, "minutes"), "how long a snooze lasts"] = _review.snooze_s // 60
    policy: Annotated[
        dict[str, Stance],
        OneOf(tuple(Stance)),
        'stance by symbol, timeframe, pattern and side, as in "SOL 15m SHORT"; the narrowest wins',
    ] = field(default_factory=dict)
    reasons: Annotated[
        dict[str, str], Text("takes the key's reason away"), "reason by the one key that gives it with a reject"
    ] = field(default_factory=lambda: dict(_review.reasons))


class GuardsSection(Struct, frozen=True):
    """Limits that stop entries, never exits; 0 is off."""

    daily_loss_pct: Annotated[
        Decimal, Between(0, 100, "percent"), "loss since New York midnight, open profit counted"
    ] = _guards.daily_loss_pct
    drawdown_pct: Annotated[Decimal, Between(0, 100, "percent"), "fall of the balance from its peak"] = (
        _guards.drawdown_pct
    )
    losing_streak: Annotated[int, Between(0, 1000, "losses"), "losses in a row"] = _guards.losing_streak
    exposure: Annotated[Decimal, Between(0, 1000, "times"), "notional of all positions over equity"] = _guards.exposure
    cool_down_min: Annotated[int, Between(0, 10_080, "minutes"), "no entry of a symbol so long after its exit"] = (
        _guards.cool_down_s // 60
    )
    clock_skew_s: Annotated[Decimal, Between(0, 3600, "seconds"), "the venue's clock against this machine's"] = (
        _guards.clock_skew_s
    )
