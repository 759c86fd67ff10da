"""Many settings over the same bars give what each gives alone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.patterns import StopMode
from core.research.backtest.kernel_loop import Laid, Loop
from core.research.backtest.kernel_sweep import Sweep
from core.research.backtest.settings import BacktestSettings
from tests.research.random_bars import loose, walks

PAIR = ("BTC", "ETH")


def variants() -> list[BacktestSettings]:
    """Settings that differ in filters, risk and slippage."""
    base, found = loose(PAIR), []
    for number in range(16):
        policy = base.policy
        filters = replace(
            policy.filters,
            min_magnitude_pct=Decimal(number % 4) / 5,
            min_risk_reward=Decimal(number // 4) / 2,
            measured_targets=number % 3 > 0,
            stop_mode=StopMode.SETUP if number % 5 == 0 else StopMode.ATLAS,
            max_inside_bars=2 + number % 2,
        )
        risk = replace(policy.risk, risk_pct=Decimal(number + 1) / 100)
        fees = replace(policy.fees, slippage_bp=Decimal(number) / 2)
        found.append(replace(base, policy=replace(policy, filters=filters, risk=risk, fees=fees)))
    return found


@pytest.mark.parametrize("second", [False, True])
def test_a_sweep_gives_what_each_setting_gives_alone(second: bool) -> None:
    laid, settings = Laid(walks(PAIR, 11, 600)), variants()
    swept = Sweep(laid, settings).run(second=second)
    assert any(len(ran.trades) for ran in swept)
    for ran, each in zip(swept, settings, strict=True):
        loop = Loop(laid, each)
        alone = loop.run(loop.table(armed_only=True), second)
        assert ran.account.tolist()[:2] == alone.account.tolist()[:2]
        assert ran.trades[:, 1:].tolist() == alone.trades[:, 1:].tolist()
