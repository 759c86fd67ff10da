"""The Performance tab: windows, bands, and what was not taken."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab
from atlas_tui.views import counterfactual, performance
from atlas_tui.views.curves import area, hanging, histogram, signed_bars
from atlas_tui.views.period import CROSSED, GROUPINGS, Period
from core.domain.patterns import Side
from core.domain.positions import ExitReason, Origin
from core.domain.review_views import ShadowView
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot
from core.domain.timeframes import H4
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, rich


def page(snapshot: Snapshot, width: int = 120, period: Period | None = None) -> str:
    return "\n".join(text_of(line) for line in performance.lines(snapshot, width, period or Period("all")))


def a_shadow(code: Refusal, r_multiple: str | None, number: int = 0) -> ShadowView:
    at = rich().at - timedelta(hours=number + 1)
    open_shadow = ShadowView(
        f"ETH|4h|2D-1-?|{number}", "ETH", H4, "2D-1-2U", Side.LONG, code, Decimal(100), Decimal(98), Decimal(104), at
    )
    if r_multiple is None:
        return open_shadow
    return replace(
        open_shadow, r_multiple=Decimal(r_multiple), reason=ExitReason.STOP, exit=Decimal(98), closed_at=rich().at
    )


def test_without_a_trade_the_page_says_so_and_still_tells_what_was_not_taken() -> None:
    text = page(empty())
    assert performance.EMPTY in text
    assert "Nothing was refused yet" in text


def test_n_stands_beside_every_result_with_its_band() -> None:
    text = page(rich(), 140)
    assert f"{len(rich().trades)} (" in text
    assert "95%" in text
    assert f"n = {len(rich().trades)}; brackets are 95 % bands" in text


@pytest.mark.parametrize("width", [40, 50, 62, 80, 100, 120, 200])
@pytest.mark.parametrize("by", GROUPINGS)
def test_the_page_fits_every_width_by_every_grouping(width: int, by: tuple[str, ...]) -> None:
    snapshot = replace(rich(), shadows=tuple(a_shadow(code, "-1.02", at) for at, code in enumerate(Refusal)))
    lines = performance.lines(snapshot, width, Period("all", by=by))
    assert [text_of(line) for line in lines if width_of(line) > width] == []


def test_the_window_leaves_older_trades_out_but_not_their_balance() -> None:
    last = rich().trades[-1]
    later = replace(rich(), at=last.exit.at + timedelta(days=7) - timedelta(seconds=1))
    assert Period("7").trades(later)[-1] == last
    assert Period("7").trades(replace(later, at=later.at + timedelta(seconds=2))) == ()
    assert "No trade closed in this choice" in page(replace(later, at=later.at + timedelta(days=60)), period=Period())


def test_the_strategies_tell_setups_from_hands() -> None:
    first, *others = rich().trades
    by_hand = replace(first, position=replace(first.position, origin=Origin.HAND))
    snapshot = replace(rich(), trades=(by_hand, *others))
    assert Period("all", "by hand").trades(snapshot) == (by_hand,)
    assert Period("all", "STRAT").trades(snapshot) == tuple(others)
    assert len(Period("all").trades(snapshot)) == len(others) + 1


def test_what_your_rejects_were_worth_is_summed_with_n() -> None:
    shadows = (a_shadow(Refusal.REJECTED, "-1.05"), a_shadow(Refusal.REJECTED, "-2.05", 1),
               a_shadow(Refusal.REJECTED, None, 2), a_shadow(Refusal.VETO_1D, "1.5", 3))  # fmt: skip
    lines = [text_of(line) for line in counterfactual.block(shadows, 80)]
    assert lines[1].split("mean")[0].split() == ["your", "rejects", "-3.10R", "(n=2)"]
    assert lines[1].rstrip().endswith("1 running")
    assert lines[2].split("mean")[0].split() == ["vetoed", "+1.50R", "(n=1)"]


def test_every_followed_refusal_belongs_to_one_group() -> None:
    shadows = [a_shadow(code, "1", number) for number, code in enumerate(Refusal)]
    assert sum(len(members) for _, members in counterfactual.grouped(shadows)) == len(shadows)


def test_the_equity_area_reaches_from_the_lowest_to_the_highest_value() -> None:
    assert area([Decimal(1), Decimal(2)], 4, 2) == ("  ██", "▁▁██")


def test_a_drawdown_hangs_from_the_peak() -> None:
    assert hanging([Decimal(0), Decimal(-5), Decimal(-10)], 3, 2) == (" ██", "  █")
    assert hanging([Decimal(0)], 3, 2) == ("···", "")


def test_wins_stand_and_losses_hang() -> None:
    assert signed_bars([Decimal(1), Decimal(-1), Decimal(0)], 4) == (" █  ", "  █ ")


def test_results_are_counted_between_whole_r() -> None:
    counts = dict(histogram([Decimal(value) for value in ("-2.5", "-1", "-0.2", "0", "1", "9")]))
    assert counts == {"< -2R": 1, "-2..-1R": 0, "-1..0R": 2, "0..1R": 1, "1..2R": 1, "2..3R": 0, "≥ 3R": 1}


@given(st.lists(st.decimals(-50, 50, places=2), max_size=40), st.integers(1, 60), st.integers(1, 6))
def test_curves_have_exactly_the_asked_size(values: list[Decimal], width: int, height: int) -> None:
    rows = area(values, width, height)
    assert [len(row) for row in rows] == ([width] * height if values else [])
    assert {len(row) for row in signed_bars(values, width)} == {width}


async def test_w_turns_the_window_s_the_strategy_and_b_the_groups() -> None:
    async with Console(size=(120, 40)) as console:
        await console.press("6", "W")
        assert console.screen.period == Period("7")
        await console.press("W", "S", "B")
        assert console.screen.period == Period("all", "STRAT", GROUPINGS[1])
        assert GROUPINGS[0] == CROSSED
        assert console.tab is Tab.PERFORMANCE


async def test_the_window_key_says_where_it_works() -> None:
    async with Console() as console:
        await console.press("W")
        assert console.screen.echo == "this is for the Performance tab: press 6"
