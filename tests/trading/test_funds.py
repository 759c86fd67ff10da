from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import MoveFunds
from core.domain.events import Noted
from core.domain.facts import FundsMoved
from core.domain.funds import funds_refusal
from core.domain.guards import Guard, GuardPolicy
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick, after

BAD = ["0", "NaN", "Infinity", "1e10", "-1e10", "0.0000001"]


def moved(desk: Desk, amount: str, reason: str = "") -> list[FundsMoved]:
    return [f for f in desk.handle(MoveFunds(Decimal(amount), reason, after(5))) if isinstance(f, FundsMoved)]


def refusal(desk: Desk, amount: str) -> str:
    (line,) = desk.handle(MoveFunds(Decimal(amount), "", after(5)))
    assert isinstance(line, Noted)
    return line.text


def opened() -> Desk:
    """A desk with a long position in BTC."""
    desk = a_desk()
    desk.handle(a_tick(Decimal(100), TUESDAY))
    desk.handle(a_scan(a_setup(Decimal(101), Decimal(99), (Decimal(106), Decimal(94))), at=TUESDAY))
    desk.handle(a_tick(Decimal("101.01"), after(1)))
    assert desk.state.account.positions
    return desk


def test_a_deposit_raises_the_balance_and_what_was_begun_with_and_is_no_profit() -> None:
    desk = a_desk()
    assert [(fact.amount, fact.reason) for fact in moved(desk, "250.50", "savings\x1b[2J")] == [
        (Decimal("250.50"), "savings[2J")
    ]
    account = desk.snapshot().account
    assert (account.start, account.balance) == (Decimal("1250.50"), Decimal("1250.50"))
    assert [account.realised, account.day_net, account.return_pct] == [0, 0, 0]


def test_a_withdrawal_takes_no_more_than_is_free() -> None:
    desk = a_desk()
    assert refusal(desk, "-1000.01").startswith("$1,000.01 cannot be withdrawn: $1,000.00 is free")
    assert len(moved(desk, "-1000")) == 1
    assert desk.snapshot().account.balance == 0


def test_margin_and_open_losses_stay_on_the_account() -> None:
    desk = opened()
    desk.handle(a_tick(Decimal("100.5"), after(2)))
    account = desk.snapshot().account
    assert account.unrealised < 0
    free = (account.balance + account.unrealised - account.reserved).quantize(Decimal("0.01"))
    assert "margin and losses" in refusal(desk, str(-free - Decimal("0.02")))
    assert len(moved(desk, str(Decimal("0.02") - free))) == 1


@pytest.mark.parametrize("amount", BAD)
def test_what_is_no_amount_of_money_is_refused_in_words(amount: str) -> None:
    assert refusal(a_desk(), amount).startswith("an amount of money is above 0")


def test_the_drawdown_guard_takes_a_withdrawal_for_no_fall() -> None:
    desk = a_desk(policy=a_policy(guards=GuardPolicy(drawdown_pct=Decimal(10))))
    moved(desk, "-500")
    (gauge,) = [view for view in desk.snapshot().guards if view.guard is Guard.DRAWDOWN]
    assert gauge.value == 0 and not gauge.tripped


def test_an_entry_after_a_deposit_is_sized_on_the_whole() -> None:
    desk = a_desk()
    moved(desk, "1000")
    desk.handle(a_tick(Decimal(100), after(6)))
    desk.handle(a_scan(a_setup(Decimal(101), Decimal(99), (Decimal(106), Decimal(94))), at=after(6)))
    desk.handle(a_tick(Decimal("101.01"), after(7)))
    (position,) = desk.state.account.positions.values()
    assert position.entry_balance == 2000


@given(st.decimals(allow_nan=True, allow_infinity=True), st.decimals(0, 10**9, places=6))
def test_no_amount_makes_the_rule_fail_nor_leaves_less_than_nothing(amount: Decimal, free: Decimal) -> None:
    if not funds_refusal(amount, free):
        assert amount != 0
        assert free + min(amount, Decimal(0)) >= 0
