"""What a desk decided explains itself: the sections' numbers add up again to what was booked, to the micro-dollar."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.domain.commands import ClosePosition, GiveVerdict, HaltEntries
from core.domain.explaining.case import Case, known_of, now_of
from core.domain.explaining.explanation import explain
from core.domain.explaining.parts import Explanation, Mark, Number, Section
from core.domain.explaining.plain import plain_text, sections_of
from core.domain.guards import HaltSource
from core.domain.levels import FilterPolicy, Verdict
from core.domain.margin import LiquidationBasis, MarginPolicy, booked
from core.domain.patterns import Side
from core.domain.policy import FeePolicy, Policy
from core.domain.review import ReviewVerdict
from core.domain.sizing import Refusal, RiskPolicy
from core.domain.timeframes import H1
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_setup, a_tick, after, with_verdict

COSTS = FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal("2.5"))
prices = st.decimals("40", "160", places=2)


def case_in(desk: Desk, item_id: str) -> Case:
    snapshot = desk.snapshot()
    case = known_of(snapshot).case(item_id)
    assert case is not None
    return replace(case, now=now_of(snapshot, case))


def told(desk: Desk, item_id: str) -> Explanation:
    return explain(case_in(desk, item_id))


def section(explanation: Explanation, title: str) -> Section:
    found = explanation.section(title)
    assert found is not None, [section.title for section in explanation.sections]
    return found


def words(found: Section) -> str:
    return " ".join(plain_text(row.how) for row in found.rows)


def an_entry(policy: Policy, width: Decimal = Decimal("1.5"), beyond: Decimal = Decimal("0.1")) -> tuple[Desk, str]:
    """A desk that broke a setup around 100 upward; the setup's id."""
    setup = a_setup(100 + width, 100 - width, (100 + 6 * width, 100 - 6 * width), H1)
    desk = a_desk(setup, policy=policy)
    desk.handle(a_tick(100 + width + beyond, after(60)))
    return desk, setup.id


widths = st.decimals("0.3", "20", places=2)
policies = st.builds(
    lambda bp, fee, basis, intx, risk: a_policy(
        fees=FeePolicy(intx=fee, slippage_bp=bp),
        margin=MarginPolicy(basis=basis, intx=intx),
        risk=RiskPolicy(risk_pct=risk),
    ),
    st.decimals("0", "20", places=1),
    st.decimals("0", "0.002", places=5),
    st.sampled_from(LiquidationBasis),
    st.booleans(),
    st.decimals("0.001", "0.05", places=4),
)


@settings(max_examples=60)
@given(policies, widths, st.decimals("0.01", "0.2", places=2))
def test_size_margin_liquidation_and_fee_add_up_again_to_what_was_booked(
    policy: Policy, width: Decimal, beyond: Decimal
) -> None:
    desk, setup_id = an_entry(policy, width, beyond)
    position = desk.state.account.positions.get("BTC")
    assume(position is not None)
    assert position is not None
    found = told(desk, setup_id)
    sizing, margin, fill = (section(found, title) for title in ("Sizing", "Margin", "Fill"))
    assert sizing.number("size") == position.size
    assert sizing.number("risk") == position.risk_usd
    assert booked(margin.number("margin")) == booked(position.margin)
    assert booked(margin.number("liquidation")) == booked(position.liquidation)
    assert (fill.number("fill"), fill.number("fee")) == (position.entry.price, position.entry.fee)
    assert all(mark is Mark.PASS for mark in section(found, "Gates").marks().values())


@settings(max_examples=60)
@given(policies, widths, st.decimals("0.01", "0.2", places=2))
def test_a_refused_entry_shows_the_sum_that_refused_it(policy: Policy, width: Decimal, beyond: Decimal) -> None:
    desk, setup_id = an_entry(policy, width, beyond)
    view = case_in(desk, setup_id).setup
    assert view is not None
    assume(view.refusal is not None)
    assert view.refusal is not None
    found = told(desk, setup_id)
    failed = [name for name, mark in section(found, "Gates").marks().items() if mark is Mark.FAIL]
    assert len(failed) == 1
    match view.refusal.code:
        case Refusal.LEVERAGE:
            assert section(found, "Sizing").marks()["leverage"] is Mark.FAIL
        case Refusal.LIQUIDATION_FIRST:
            assert section(found, "Margin").marks()["liquidation"] is Mark.FAIL
        case Refusal.MARGIN:
            assert section(found, "Margin").marks()["margin"] is Mark.FAIL
        case code:
            assert code in (Refusal.MIN_NOTIONAL, Refusal.MAX_NOTIONAL, Refusal.MIN_SIZE)


@settings(max_examples=40)
@given(st.lists(st.tuples(prices, st.integers(1, 40_000)), min_size=1, max_size=12))
def test_gross_net_r_and_funding_of_a_trade_add_up_again(steps: list[tuple[Decimal, int]]) -> None:
    desk, setup_id = an_entry(a_policy(fees=COSTS))
    at = after(60)
    for price, seconds in steps:
        at += timedelta(seconds=seconds)
        desk.handle(a_tick(price, at))
    if desk.state.account.positions:
        desk.handle(ClosePosition(desk.state.account.positions["BTC"].id, at))
    (trade,) = desk.state.account.trades
    found = told(desk, setup_id)
    out, funding = section(found, "Exit"), section(found, "Funding")
    assert out.number("net") == trade.net == out.number("gross") - out.number("fees") + out.number("funding")
    assert out.number("R") == trade.net / trade.position.risk_usd
    paid = [row.value.value for row in funding.rows if row.name == "paid" and isinstance(row.value, Number)]
    assert sum(paid, Decimal(0)) == funding.number("total") == trade.funding
    assert "not at hand" not in words(funding)
    assert told(desk, trade.id).sections[:-2] == found.sections[:-2]


def test_a_trade_tells_its_fill_from_the_price_before_slippage() -> None:
    desk, setup_id = an_entry(a_policy(fees=COSTS))
    desk.handle(a_tick(98, after(120)))
    out = section(told(desk, setup_id), "Exit")
    assert out.number("price") == 98
    assert out.number("fill") == Decimal(98) * (1 - Decimal("0.00025"))
    assert "x 0.0003" in words(out)


def test_the_swing_leverage_is_told_where_the_stop_would_come_too_late() -> None:
    desk, setup_id = an_entry(a_policy(), Decimal(3))
    position = desk.state.account.positions["BTC"]
    tier = section(told(desk, setup_id), "Tier")
    assert tier.number("L") == 10
    assert tier.number("L taken") == position.margin_leverage == 4
    assert "10:01:00 in New York" in words(tier)


@pytest.mark.parametrize(("price", "breaks"), [(Decimal("101.6"), True), (Decimal(100), False)])
def test_an_open_position_tells_what_the_deadline_would_ask_of_it_now(price: Decimal, breaks: bool) -> None:
    width = Decimal("0.22") if breaks else Decimal("1.5")
    desk, setup_id = an_entry(a_policy(), width, Decimal("0.02"))
    position = desk.state.account.positions["BTC"]
    now = section(told(desk, setup_id), "Now")
    mark, equity = now.number("mark"), now.number("equity")
    assert now.number("notional") == position.size * mark
    assert now.number("leverage") == position.size * mark / equity
    (view,) = desk.snapshot().positions
    assert view.closes_at_deadline is breaks is (now.marks()["leverage"] is Mark.FAIL)
    if breaks:
        left = position.size - now.number("to cut")
        assert left <= now.number("may stay") < left + Decimal("0.0001")


def test_a_filter_that_said_no_is_told_with_its_number_and_limit() -> None:
    strict = FilterPolicy(min_magnitude_pct=Decimal(9), min_continuity=0, veto=False)
    setup = replace(a_setup(filters=strict), limits=strict.limits)
    desk = a_desk(setup, policy=a_policy(filters=strict))
    desk.handle(a_tick("102.5", after(60)))
    found = told(desk, setup.id)
    filters = section(found, "Filters")
    assert filters.marks() == {
        "MAINTENANCE_GAP": Mark.PASS,
        "MIN_MAGNITUDE": Mark.FAIL,
        "MIN_RISK_REWARD": Mark.UNASKED,
    }
    assert booked(filters.number("MIN_MAGNITUDE")) == Decimal("7.843137")
    assert "at least 9 %" in words(filters)
    assert section(found, "Gates").marks()["filters"] is Mark.FAIL
    assert found.section("Sizing") is None


def test_low_continuity_tells_how_every_timeframe_stood() -> None:
    setup = a_setup()
    desk = a_desk(setup, policy=a_policy(filters=FilterPolicy(min_continuity=2, veto=False)))
    desk.handle(a_tick("102.5", after(60)))
    view = case_in(desk, setup.id).setup
    assert view is not None and view.refusal is not None and view.resolution is not None
    found = told(desk, setup.id)
    continuity = section(found, "Continuity")
    counted = [name for name, mark in continuity.marks().items() if mark is Mark.PASS]
    assert continuity.number("score") == len(counted) == view.resolution.tfc_score < 2
    assert "At least 2 must count" in words(continuity)
    gates = section(found, "Gates")
    assert list(gates.marks())[-2:] == ["CONTINUITY", "not asked"]
    assert gates.marks()["CONTINUITY"] is Mark.FAIL
    assert "POSITION_OPEN, STALE_PRICE, LEVERAGE" in words(gates)


def test_an_inside_day_is_told_to_veto_what_is_below_it() -> None:
    setup = a_setup(timeframe=H1)
    desk = a_desk(setup, policy=a_policy(filters=FilterPolicy(min_continuity=0)))
    desk.handle(a_tick("102.5", after(60)))
    veto = section(told(desk, setup.id), "Veto")
    assert veto.marks()["1w"] is Mark.FAIL
    assert "inside: vetoes" in words(veto)


def test_a_waiting_setup_tells_what_it_waits_for_and_what_holds_it() -> None:
    setup = a_setup()
    desk = a_desk(setup)
    desk.handle(GiveVerdict(setup.id, ReviewVerdict.REJECTED, after(5), reason="chop"))
    desk.handle(HaltEntries("", HaltSource.HAND, after(6)))
    found = told(desk, setup.id)
    assert section(found, "In short").marks() == {"LONG": Mark.FAIL, "SHORT": Mark.FAIL}
    assert "102 breaks it LONG" in words(section(found, "Rule"))
    word = words(section(found, "Your word"))
    assert "chop" in word and "entries of every symbol, by hand" in word
    assert booked(section(found, "Levels LONG").number("R:R")) == Decimal("2.666667")
    assert section(found, "Levels SHORT").number("entry") == 99


def test_what_was_not_kept_is_said_and_never_invented() -> None:
    desk, setup_id = an_entry(a_policy(fees=COSTS))
    desk.handle(a_tick(98, after(120)))
    case = case_in(desk, setup_id)
    assert case.setup is not None and case.setup.resolution is not None
    bare = replace(case.setup, resolution=replace(case.setup.resolution, standings=()))
    found = explain(replace(case, setup=bare, story=(), now=None))
    assert found.section("Sizing") is None
    for title in ("Bars", "Filters", "Continuity", "Entry", "Exit"):
        assert "did not keep" in words(section(found, title)), title
    assert section(found, "Entry").number("fee") == desk.state.account.trades[0].position.entry.fee


def test_every_section_is_plain_text_with_money_as_digits_and_times_with_z() -> None:
    desk, setup_id = an_entry(a_policy(fees=COSTS))
    plain = sections_of(told(desk, setup_id))
    assert [part["title"] for part in plain][:5] == ["In short", "Bars", "Rule", "Levels", "Filters"]
    rows = [row for part in plain for row in part["rows"]]  # type: ignore[attr-defined]
    risk = next(row for row in rows if row["name"] == "risk" and row["unit"] == "USD")
    assert risk == {
        "name": "risk", "value": "20.0000", "unit": "USD", "how": "= 1000.00 USD x 0.02", "verdict": None,
    }  # fmt: skip
    assert {"name": "filled", "value": "2026-01-06T15:01:00Z", "unit": None, "how": "live", "verdict": None} in rows


def test_a_short_explains_itself_with_its_signs_turned() -> None:
    setup = a_setup()
    desk = a_desk(setup, policy=a_policy(fees=COSTS))
    desk.handle(a_tick("98.9", after(60)))
    desk.handle(a_tick("90", after(600)))
    (trade,) = desk.state.account.trades
    assert trade.position.side is Side.SHORT
    found = told(desk, trade.id)
    assert "= -(90 - " in words(section(found, "Exit"))
    assert "x (1 + (1 / " in words(section(found, "Margin"))
    assert found.title == "BTC 15m 2U-1-2D SHORT TARGET"


def test_a_gap_is_no_filter_number() -> None:
    setup = with_verdict(a_setup(), Verdict.MAINTENANCE_GAP)
    found = told(a_desk(setup, at=TUESDAY), setup.id)
    assert section(found, "Filters LONG").marks()["MAINTENANCE_GAP"] is Mark.FAIL
