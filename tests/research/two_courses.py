"""Two courses of one setup, made by hand: a live one and one of bar mode, with candles and ticks to judge them by."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from core.domain.bars import Bar
from core.domain.facts import Numbers, PositionClosed, PositionOpened, SetupFound
from core.domain.leverage import Tier
from core.domain.patterns import Side, TargetKind
from core.domain.positions import ClosedTrade, ExitReason, Fill, FillTag, OpenPosition, Plan
from core.domain.signals import Setup, SetupStatus
from core.domain.timeframes import M15
from core.research.diff.course import Course, Held
from core.research.diff.evidence import Evidence
from core.research.diff.rerun import Known
from tests.builders import TUESDAY, a_bar, a_setup, after

SETUP: Setup = a_setup(bar_end=TUESDAY)
"""Breaks above 102 and below 99; LONG stops at 99."""
LEVEL, STOP, TARGET = Decimal(102), Decimal(99), Decimal(110)
ENTRY = after(120)
Exit = tuple[ExitReason, object, datetime]


def held(
    price: object = "102.1",
    at: datetime = ENTRY,
    left: Exit | None = None,
    tag: FillTag = FillTag.LIVE,
    balance: object = 1000,
    terms: Numbers = (),
) -> Held:
    """A LONG position of the setup at its own size: 2 % of the balance at risk, on steps of a thousandth."""
    raw, money = Decimal(str(price)), Decimal(str(balance))
    step = Decimal("0.001")
    size = (money * Decimal("0.02") / (raw - STOP) / step).to_integral_value(ROUND_FLOOR) * step
    plan = Plan(Side.LONG, STOP, TARGET, TargetKind.STRUCTURAL, Decimal(99), TUESDAY + M15.span)
    position = OpenPosition(
        f"{SETUP.id}|LONG", SETUP.id, "BTC", "BTC-PERP-INTX", M15, "3-1-2U", plan, size, Fill(raw, Decimal(0), at),
        size * raw / money, Tier.INTRADAY, Decimal(10), size * raw / 10, Decimal(90), money, money * Decimal("0.02"),
    )  # fmt: skip
    asked = (("price", str(raw)), ("risk_pct", "0.02"), ("increment", "0.001"), ("balance", str(money)), *terms)
    opened = PositionOpened(position, at, asked)
    if left is None:
        return Held(opened)
    reason, out, when = left
    leaving = Decimal(str(out))
    trade = ClosedTrade(position, Fill(leaving, Decimal(0), when, tag), reason, Decimal(0), leaving - raw)
    return Held(opened, PositionClosed(trade, when, (("price", str(leaving)),)))


def candle(number: int, opened: object, high: object, low: object, close: object) -> tuple[datetime, Bar]:
    """The candle so many quarters after the first."""
    start = TUESDAY + number * M15.span
    return start, a_bar(start, opened, high, low, close)


def evidence(
    live: Held | None,
    bars: Held | None,
    candles: Sequence[tuple[datetime, Bar]] = (),
    ticks: Sequence[tuple[float, object]] = (),
    armed: datetime = TUESDAY,
) -> Evidence:
    """All there is to judge the two by.

    Args:
        live: the live position.
        bars: that of bar mode.
        candles: of BTC.
        ticks: seconds after the first candle's opening, and price.
        armed: when the live scan found the setup.
    """
    courses = []
    for each, at in ((live, armed), (bars, TUESDAY)):
        course = Course()
        course.take((SetupFound(SETUP, SetupStatus.PENDING, at),))
        if each is not None:
            course.held[each.position.id] = each
        courses.append(course)
    known = Known(
        {("BTC", start): bar for start, bar in candles}, switch=TUESDAY, until=TUESDAY + timedelta(days=1),
        steps={"BTC": Decimal("0.1")}, min_hold_s=300.0,
    )  # fmt: skip
    heard: dict[tuple[str, datetime], list[tuple[datetime, Decimal]]] = {}
    for seconds, price in ticks:
        at = after(seconds)
        heard.setdefault(("BTC", M15.start_of(at)), []).append((at, Decimal(str(price))))
    return Evidence(courses[0], courses[1], heard, known)
