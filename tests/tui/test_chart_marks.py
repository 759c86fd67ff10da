"""What a chart tells of its bars: signals, setups, entries and exits, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from atlas_tui.chart.drawing import FillKind
from atlas_tui.tabs import Tab
from atlas_tui.views.chart_marks import MOST_TRADES, fills_of, marks_of, setup_text, signal_text
from atlas_tui.views.focus import chart_model, focus_of
from atlas_tui.zones import UTC_ZONE
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.positions import ExitReason, Fill
from core.domain.review_views import RefusalView, ResolutionView
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.timeframes import H1, M15, SCANNED, W1
from tests.tui.series_data import NOW
from tests.tui.snapshots_data import empty, rich

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SETUP = rich().setups[0]
BROKEN = replace(
    SETUP, status=SetupStatus.TRIGGERED, resolution=ResolutionView(Side.LONG, Decimal(1), 1, "broken", NOW)
)  # fmt: skip


def test_a_signal_is_told_with_its_filters_verdict() -> None:
    signal = rich().signals[0].signal
    for verdict, words in ((Verdict.OK, "OK"), (Verdict.MIN_RISK_REWARD, "LOW R:R")):
        judged = replace(signal, judged=replace(signal.judged, verdict=verdict))
        assert signal_text(judged) == f"{signal.sequence} {signal.side} {words}"
    forming = replace(signal, in_progress=True)
    assert signal_text(forming).endswith(", still forming")


def test_a_waiting_setup_is_told_leg_by_leg() -> None:
    assert setup_text(SETUP) == "setup 2U-1-? waits: LONG armed, SHORT SMALL"
    one = replace(SETUP, setup=replace(SETUP.setup, legs=SETUP.setup.legs[:1]))
    assert setup_text(one) == "setup 2U-1-? waits: LONG armed"


def test_a_refused_setup_is_told_with_the_reason() -> None:
    refused = replace(BROKEN, refusal=RefusalView(Side.LONG, Refusal.VETO_1D, Decimal(1), (), NOW))
    assert setup_text(refused) == "setup 2U-1-? BROKEN LONG → refused VETO 1D"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SetupStatus.EXPIRED, "EXPIRED"),
        (SetupStatus.INVALIDATED_OUTSIDE, "OUTSIDE"),
        (SetupStatus.HISTORICAL_TRIGGERED_SHORT, "PAST SHORT"),
    ],
)
def test_a_setup_that_is_over_is_told_by_its_end(status: SetupStatus, words: str) -> None:
    assert setup_text(replace(SETUP, status=status)) == f"setup 2U-1-? {words}"


def test_every_mark_belongs_to_a_bar_of_its_series() -> None:
    snapshot = rich()
    for quote in snapshot.quotes:
        for timeframe in SCANNED:
            for mark in marks_of(snapshot, quote.symbol, timeframe):
                assert mark.start == timeframe.start_of(mark.start)
    found = marks_of(snapshot, "BTC", M15)
    assert [mark.text.split()[0] for mark in found] == ["2D-2U", "setup"]
    assert marks_of(empty(), "BTC", M15) == ()


def test_a_setup_says_what_its_position_came_to() -> None:
    snapshot = rich()
    held = snapshot.positions[0].position
    bound = replace(SETUP.setup, symbol=held.symbol, timeframe=held.timeframe)
    position = replace(held, setup_id=bound.id)
    opened = replace(
        snapshot, setups=(replace(BROKEN, setup=bound),),
        positions=(replace(snapshot.positions[0], position=position),), trades=(),
    )  # fmt: skip
    assert marks_of(opened, held.symbol, held.timeframe)[-1].text.endswith("BROKEN LONG → OPEN")
    trade = replace(snapshot.trades[0], position=position, reason=ExitReason.TARGET, net=position.risk_usd * 2)
    closed = replace(opened, positions=(), trades=(trade,))
    assert marks_of(closed, held.symbol, held.timeframe)[-1].text.endswith("BROKEN LONG → TGT +2.00R")


def test_entries_and_exits_of_every_timeframe_fall_in_the_bar_of_their_time() -> None:
    snapshot = rich()
    for timeframe in SCANNED:
        fills = fills_of(snapshot, "ETH", timeframe, LONG_AGO)
        trades = [trade for trade in snapshot.trades if trade.position.symbol == "ETH"]
        assert len(fills) == 2 * len(trades)
        for trade, entry, left in zip(trades, fills[::2], fills[1::2], strict=True):
            assert (entry.start, entry.price) == (
                timeframe.start_of(trade.position.entry.at), trade.position.entry.price,
            )  # fmt: skip
            assert (left.start, left.price) == (timeframe.start_of(trade.exit.at), trade.exit.price)


def test_fills_say_side_price_reason_and_result() -> None:
    snapshot = rich()
    held = snapshot.positions[0].position
    fills = fills_of(snapshot, held.symbol, H1, LONG_AGO)
    assert (fills[-1].kind, fills[-1].text) == (FillKind.LONG, f"entry LONG {held.entry.price}")
    lost = next(trade for trade in snapshot.trades if trade.net < 0)
    texts = {fill.text: fill.kind for fill in fills_of(snapshot, lost.position.symbol, H1, LONG_AGO)}
    assert texts["exit STOP -1.04R"] is FillKind.LOST
    assert texts["exit TARGET +2.28R"] is FillKind.WON
    assert texts["entry SHORT 3,080.00"] is FillKind.SHORT


def test_trades_that_no_bar_can_show_are_left_out_but_the_one_in_focus_is_not() -> None:
    snapshot = rich()
    first = next(trade for trade in snapshot.trades if trade.position.symbol == "BTC")
    many = tuple(
        replace(
            first, position=replace(first.position, id=f"{number}"),
            exit=replace(first.exit, at=first.exit.at + timedelta(minutes=number)),
        )
        for number in range(MOST_TRADES + 9)
    )  # fmt: skip
    crowd = replace(snapshot, trades=many, positions=())
    assert len(fills_of(crowd, "BTC", W1, LONG_AGO)) == 2 * MOST_TRADES
    assert len(fills_of(crowd, "BTC", W1, LONG_AGO, own=many[0])) == 2 * MOST_TRADES + 2
    assert len(fills_of(crowd, "BTC", W1, LONG_AGO, own=many[-1])) == 2 * MOST_TRADES
    assert fills_of(crowd, "BTC", W1, many[-1].exit.at + timedelta(days=1)) == ()


def test_the_chart_of_a_row_carries_marks_and_fills_on_any_timeframe() -> None:
    snapshot = rich()
    focus = focus_of(snapshot, Tab.TRADES, snapshot.trades[-1].id)
    for timeframe in SCANNED:
        model = chart_model(snapshot, focus, UTC_ZONE, timeframe)
        assert model.symbol == "ETH"
        assert model.fills
        assert model.marks == marks_of(snapshot, "ETH", timeframe)
    bare = replace(snapshot, series={})
    assert chart_model(bare, focus, UTC_ZONE).fills == ()


def test_a_fill_before_every_bar_has_none() -> None:
    snapshot = rich()
    view = snapshot.positions[0]
    old = replace(view.position, entry=Fill(Decimal(1), Decimal(0), LONG_AGO))
    aged = replace(snapshot, positions=(replace(view, position=old),), trades=())
    model = chart_model(aged, focus_of(aged, Tab.POSITIONS, old.id), UTC_ZONE)
    assert model.fills[0].start < model.bars[0].start
