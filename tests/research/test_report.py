"""The page of a backtest: what comes from outside stays text, and no sentence promises more than it may."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.research.backtest.bars import Bars
from core.research.backtest.desk import by_desk
from core.research.backtest.summary import summary, trade_rows
from core.research.report.markup import element
from core.research.report.page import Report, page
from core.research.report.words import among
from tests.research.random_bars import loose, walks
from tests.research.read_page import ReadPage

EVIL = "</script><b onclick=x>\"'&\u202e\x1b[2J"


def _report(name: str) -> Report:
    """A backtest of one symbol of this name, with the same text in a setting."""
    bars = walks(("BTC",), 4, 220)
    outcome = by_desk(bars, loose(("BTC",)))
    trades = [{**row, "symbol": name, "pattern": name} for row in trade_rows(outcome.first)]
    assert trades
    told: dict[str, Any] = {
        "settings": {
            "symbols": [name],
            "fees.intx": "0.0003",
            "fees.slippage_bp": "0",
            "funding.interval_hours": 8,
            "funding.apr": "0.1",
            "instruments": {name: {"market": "intx", "price_increment": "0.1", "base_increment": "0.001"}},
            "funding_recorded": {},
            "bars": [{"symbol": name, "timeframe": "15m", "count": 220, "since": None, "until": None}],
        },
        "summary": summary(outcome.first),
        "ambiguous": 0,
        "ambiguous_open_beyond": 0,
        "trades": trades,
        "open": [],
        "bias_guard": None,
        "second": {"summary": summary(outcome.second), "trades": trade_rows(outcome.second), "open": []},
    }
    return Report(told, outcome, Bars(tuple(replace(each) for each in bars.series)))


def test_text_from_outside_stays_text() -> None:
    plain, evil = (ReadPage(page(_report(name), "library();")) for name in ("BTC", EVIL))
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(attributes) for _, attributes in evil.tags] == [sorted(attributes) for _, attributes in plain.tags]
    assert evil.scripts == plain.scripts
    assert "</script><b onclick=x>\"'&[2J" in evil.text
    assert evil.data["trades"][0]["symbol"] == EVIL


@given(st.text(), st.text())
def test_an_element_reads_back_as_the_text_it_was_given(child: str, value: str) -> None:
    read = ReadPage(element("p", child, title=value))
    ((tag, attributes),) = read.tags
    assert tag == "p" and set(attributes) == {"title"} and read.closed
    assert set(read.text) <= set(child) | {"\n"}


@pytest.mark.parametrize(
    ("means", "out"),
    [([(9, 1.0, 0.4), (9, 0.1, 0.4)], 1), ([(1, 5.0, None), (0, None, None)], 0), ([(3, -1.0, 0.0)], 0)],
)
def test_groups_that_stand_out_are_counted_and_no_finding(
    means: list[tuple[int, float | None, float | None]], out: int
) -> None:
    rows = [{"trades": n, "average_r": mean, "standard_error_r": error} for n, mean, error in means]
    told = among(rows)
    assert f"{out} lie two standard errors or more from zero" in told
    assert "no finding" in told
