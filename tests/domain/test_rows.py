"""The rows of the listings: which keys, in which order, and every number exact."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.levels import Leg, Verdict
from core.domain.leverage import Tier
from core.domain.patterns import Pattern, Side, Subtype, TargetKind
from core.domain.positions import ClosedTrade, ExitReason, Fill, OpenPosition, Origin, Plan
from core.domain.review import Review, ReviewVerdict
from core.domain.review_views import NoteView, RefusalView, ResolutionView, ReviewView, ShadowView
from core.domain.rows import (
    all_setup_rows,
    position_row,
    ratio,
    setup_rows,
    shadow_row,
    signal_row,
    signal_rows,
    trade_row,
)
from core.domain.signals import JudgedLeg, Setup, SetupStatus, Signal
from core.domain.sizing import Refusal
from core.domain.snapshot import PositionView, SetupView, SignalView
from core.domain.timeframes import H4

SHARED = [
    "id",
    "symbol",
    "product_id",
    "timeframe",
    "pattern",
    "direction",
    "status",
    "verdict",
    "entry_trigger",
    "stop",
    "target",
    "target_kind",
    "risk_reward",
    "magnitude_pct",
    "tfc_score",
    "bar_start",
    "detected_at",
]
TRADE = [
    "id",
    "setup_id",
    "symbol",
    "product_id",
    "timeframe",
    "pattern",
    "direction",
    "size",
    "entry_price",
    "exit_price",
    "stop",
    "target",
    "exit_reason",
    "gross",
    "fees",
    "funding",
    "net",
    "r_multiple",
    "leverage",
    "opened_at",
    "closed_at",
]
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
D = Decimal
LONG = JudgedLeg(Leg(Side.LONG, D("105.10"), D("98"), D("110"), TargetKind.STRUCTURAL), Verdict.OK)
SHORT = JudgedLeg(Leg(Side.SHORT, D("98"), D("105.10"), D("87.35"), TargetKind.MEASURED), Verdict.MIN_MAGNITUDE)
SETUP = Setup("BTC", "BTC-PERP-INTX", H4, "3-1-?", START, D("105.10"), D("98"), (LONG, SHORT), 2, START + H4.span)
PENDING = SetupView(SETUP, SetupStatus.PENDING, None, None, False, {})
POSITION = OpenPosition(
    id=f"{SETUP.id}|LONG",
    setup_id=SETUP.id,
    symbol="BTC",
    product_id="BTC-PERP-INTX",
    timeframe=H4,
    pattern="3-1-2U",
    plan=Plan(Side.LONG, D("98"), D("110"), TargetKind.STRUCTURAL, D("98"), START + 2 * H4.span),
    size=D("2.8"),
    entry=Fill(D("105.20"), D("0.10"), START + H4.span),
    leverage=D("0.29456"),
    tier=Tier.INTRADAY,
    margin_leverage=D(10),
    margin=D("29.456"),
    liquidation=D("99.94"),
    entry_balance=D(1000),
    risk_usd=D(20),
    funding=D("-0.000001"),
)


def resolved(status: SetupStatus, side: Side | None) -> SetupView:
    resolution = ResolutionView(side, D("105.2"), 3, "broke", START + H4.span)
    return replace(PENDING, status=status, resolution=resolution)


def test_a_signal_has_the_promised_keys_first() -> None:
    signal = Signal(
        "SOL", "SOL-USD", H4, Pattern.TWO_TWO, "2D-2U", Subtype.REVERSAL, LONG, START, START + H4.span, tfc_score=2
    )
    row = signal_row(SignalView(signal, reviewed=True))
    assert list(row)[: len(SHARED)] == SHARED
    assert (row["id"], row["pattern"], row["status"]) == (signal.id, "2D-2U", "HISTORICAL_TRIGGERED")
    assert (row["entry_trigger"], row["risk_reward"], row["tfc_score"]) == ("105.10", "0.690141", 2)
    assert (row["bar_start"], row["detected_at"]) == ("2026-03-02T08:00:00Z", "2026-03-02T12:00:00Z")
    assert row["reviewed"] is True
    assert signal_rows([SignalView(signal), SignalView(signal)]) == [{**row, "reviewed": False}] * 2


def test_a_pending_setup_gives_a_row_for_each_leg() -> None:
    rows = setup_rows(replace(PENDING, tfc={Side.LONG: 4}))
    assert [list(row)[: len(SHARED)] for row in rows] == [SHARED, SHARED]
    assert [row["direction"] for row in rows] == ["LONG", "SHORT"]
    assert [row["verdict"] for row in rows] == ["OK", "MIN_MAGNITUDE"]
    assert [row["armed"] for row in rows] == [True, False]
    assert [row["tfc_score"] for row in rows] == [4, 0]
    assert {row["pattern"] for row in rows} == {"3-1-?"}
    assert len({row["id"] for row in rows}) == 1


def test_a_triggered_setup_gives_its_broken_leg_only() -> None:
    (row,) = setup_rows(resolved(SetupStatus.TRIGGERED, Side.SHORT))
    assert (row["direction"], row["pattern"], row["status"]) == ("SHORT", "3-1-2D", "TRIGGERED")
    assert (row["tfc_score"], row["break_price"], row["armed"]) == (3, "105.2", False)


def test_a_setup_broken_before_it_was_found_gives_the_side_its_status_names() -> None:
    for side in Side:
        status = SetupStatus(f"HISTORICAL_TRIGGERED_{side}")
        (row,) = setup_rows(replace(PENDING, status=status))
        assert (row["direction"], row["pattern"]) == (side.value, SETUP.sequence_on(side))


def test_a_setup_that_ended_without_a_side_keeps_both_rows() -> None:
    for status in (SetupStatus.EXPIRED, SetupStatus.INVALIDATED_OUTSIDE):
        rows = setup_rows(resolved(status, None))
        assert [row["status"] for row in rows] == [status.value, status.value]
        assert [row["pattern"] for row in rows] == ["3-1-?", "3-1-?"]


def test_a_break_of_a_side_without_a_leg_shows_the_leg_there_is() -> None:
    view = replace(resolved(SetupStatus.INVALIDATED, Side.SHORT), setup=replace(SETUP, legs=(LONG,)))
    (row,) = setup_rows(view)
    assert (row["direction"], row["pattern"], row["status"]) == ("LONG", "3-1-?", "INVALIDATED")


def test_a_refusal_is_named() -> None:
    refusal = RefusalView(Side.LONG, Refusal.VETO_1D, D("105.2"), (), START)
    rows = all_setup_rows([replace(resolved(SetupStatus.TRIGGERED, Side.LONG), refusal=refusal), PENDING])
    assert [row["refusal"] for row in rows] == ["VETO_1D", None, None]


def test_a_trade_has_the_promised_keys_first_and_exact_amounts() -> None:
    trade = ClosedTrade(
        POSITION,
        Fill(D("110.00"), D("0.20"), START + timedelta(hours=9)),
        ExitReason.TARGET,
        D("13.440000"),
        D("13.139999"),
    )
    row = trade_row(trade)
    assert list(row)[: len(TRADE)] == TRADE
    assert (row["gross"], row["fees"], row["funding"], row["net"]) == ("13.440000", "0.30", "-0.000001", "13.139999")
    assert D(str(row["net"])) == D(str(row["gross"])) - D(str(row["fees"])) + D(str(row["funding"]))
    assert (row["r_multiple"], row["exit_reason"], row["setup_id"]) == ("0.657000", "TARGET", SETUP.id)
    assert (row["opened_at"], row["closed_at"]) == ("2026-03-02T12:00:00Z", "2026-03-02T17:00:00Z")


def test_a_position_shows_its_mark_where_there_is_one() -> None:
    plain = position_row(POSITION)
    assert (plain["mark"], plain["unrealised"], plain["r_multiple"]) == (None, None, None)
    marked = position_row(PositionView(POSITION, D("106.2"), D("2.80"), D("0.14"), False))
    assert (marked["mark"], marked["unrealised"], marked["r_multiple"]) == ("106.2", "2.80", "0.140000")
    assert {**plain, **{key: marked[key] for key in ("mark", "unrealised", "r_multiple")}} == marked


def test_rows_are_plain_json_without_exponents() -> None:
    tiny = replace(POSITION, funding=D("-1E-7"), size=D("1E+3"))
    row = json.loads(json.dumps(position_row(tiny)))
    assert (row["funding"], row["size"]) == ("-0.0000001", "1000")
    assert ratio(D(2) / 3) == "0.666667"


SAID = ["review", "review_reason", "review_at", "notes"]
REJECTED = Review(ReviewVerdict.REJECTED, None, "chop", None, START + timedelta(hours=5))
WORDS = {
    SETUP.id: ReviewView(REJECTED, (NoteView("wide", START), NoteView("=late", START + timedelta(hours=9)))),
    POSITION.id: ReviewView(None, (NoteView("runner", START + timedelta(hours=8)),)),
}


def test_a_row_tells_a_persons_verdict_beside_the_filters() -> None:
    for row in setup_rows(PENDING, WORDS):
        assert [row[key] for key in SAID] == ["REJECTED", "chop", "2026-03-02T13:00:00Z", "wide / =late"]
    assert [row["verdict"] for row in all_setup_rows([PENDING], WORDS)] == ["OK", "MIN_MAGNITUDE"]
    assert [[row[key] for key in SAID] for row in setup_rows(PENDING)] == [[None] * 4] * 2


def test_a_signal_that_only_has_a_verdict_without_a_reason_says_no_more() -> None:
    signal = Signal("SOL", "SOL-USD", H4, Pattern.TWO_TWO, "2D-2U", Subtype.REVERSAL, LONG, START, START + H4.span)
    seen = ReviewView(Review(ReviewVerdict.WATCHED, None, "", None, START))
    (row,) = signal_rows([SignalView(signal)], {signal.id: seen})
    assert [row[key] for key in SAID] == ["WATCHED", None, "2026-03-02T08:00:00Z", None]


def test_a_position_and_its_trade_show_their_setups_review_and_the_notes_on_both_by_time() -> None:
    trade = ClosedTrade(POSITION, Fill(D(110), D(0), START + timedelta(hours=9)), ExitReason.TARGET, D(13), D(13))
    for row in (position_row(POSITION, WORDS), trade_row(trade, WORDS)):
        assert [row[key] for key in SAID] == ["REJECTED", "chop", "2026-03-02T13:00:00Z", "wide / runner / =late"]
        assert row["origin"] == "setup"
    assert position_row(replace(POSITION, origin=Origin.HAND))["origin"] == "hand"


def test_a_leg_that_is_held_back_is_not_armed() -> None:
    held = replace(PENDING, held={Side.LONG: Refusal.REJECTED})
    assert [row["armed"] for row in setup_rows(held)] == [False, False]


def test_a_refused_entry_on_paper_is_open_until_it_has_left() -> None:
    prices = (D("105.20"), D("98"), D("110"))
    shadow = ShadowView(SETUP.id, "BTC", H4, "3-1-2U", Side.LONG, Refusal.VETO_1D, *prices, START)
    row = shadow_row(shadow)
    assert (row["code"], row["entry"], row["opened_at"]) == ("VETO_1D", "105.20", "2026-03-02T08:00:00Z")
    ends = ["r_multiple", "reason", "exit", "closed_at"]
    assert [row[key] for key in ends] == [None] * 4
    left = replace(shadow, r_multiple=D("-1.01"), reason=ExitReason.STOP, exit=D("98"), closed_at=START + H4.span)
    assert [shadow_row(left)[key] for key in ends] == ["-1.010000", "STOP", "98", "2026-03-02T12:00:00Z"]
