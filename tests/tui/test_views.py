"""Rows of every tab, without a terminal."""

from dataclasses import replace
from decimal import Decimal

import pytest

from atlas_tui.lines import text_of, width_of
from atlas_tui.tabs import Tab
from atlas_tui.views import leverage, log, performance, positions, setups, signals, ticker, trades
from atlas_tui.views.evidence import evidence_lines
from atlas_tui.views.focus import chart_model, focus_of
from atlas_tui.views.listing import Entry, Memo, Order, arranged, titled
from atlas_tui.views.period import Period
from atlas_tui.views.tables import columns_of, table_of
from atlas_tui.views.words import EXITS, REFUSALS, STATUSES, VERDICTS
from atlas_tui.widgets.matrix import matrix_lines
from atlas_tui.widgets.plan import plan_lines
from atlas_tui.widgets.side import side_by_side, side_lines
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.widgets.table_shape import TableShape
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.levels import Verdict
from core.domain.positions import ExitReason, FillTag, Origin
from core.domain.review_views import ResolutionView
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot
from core.domain.timeframes import H1
from tests.tui.snapshots_data import empty, failing, rich, stale

SIGNALS = rich()
LISTS = [Tab.TICKER, Tab.SIGNALS, Tab.SETUPS, Tab.POSITIONS, Tab.TRADES, Tab.LOG]
WIDTHS = [40, 50, 80, 104, 120, 170, 200]


def texts(entry: Entry) -> dict[str, str]:
    return {key: cell.text for key, cell in entry.cells.items()}


@pytest.mark.parametrize("tab", LISTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_columns_fit_the_list(tab: Tab, width: int) -> None:
    for columns in TableShape(columns_of(tab, width - 1)).lines:
        assert sum(column.width + 1 for column in columns) <= width - 1


@pytest.mark.parametrize("tab", LISTS)
@pytest.mark.parametrize("snapshot", [rich(), stale(), failing(), empty()], ids=["rich", "stale", "failing", "empty"])
def test_every_row_has_a_key_of_its_own_and_a_cell_for_every_column(tab: Tab, snapshot: Snapshot) -> None:
    table = table_of(snapshot, tab, 200, Order(), UTC_ZONE)
    assert len({row.key for row in table.rows}) == len(table.rows)
    assert {len(row.cells) for row in table.rows} <= {len(table.columns)}
    assert table.empty_text


def test_signals_come_newest_first() -> None:
    times = [entry.value("time") for entry in signals.rows(rich(), UTC_ZONE)]
    assert times == sorted(times, reverse=True, key=str)


def test_the_list_tells_armed_open_and_past_apart() -> None:
    found = {entry.key: (texts(entry)["mark"], texts(entry)["status"], entry.dim) for entry in
             signals.rows(replace(rich(), inbox=()), UTC_ZONE)}  # fmt: skip
    assert found["ETH|1d|2D-1-?|2025-12-13T00:00:00Z"] == ("●", "SETUP", False)
    assert found["SOL|15m|2D-1-?|2025-12-14T19:15:00Z"] == ("▶", "OPEN", False)
    assert found["ETH|15m|3-1-?|2025-12-14T19:15:00Z"] == ("·", "LOW TFC", True)


def test_a_setup_no_leg_of_which_passes_is_listed_with_its_verdict() -> None:
    view = rich().setups[2]
    legs = tuple(replace(leg, verdict=Verdict.MIN_RISK_REWARD) for leg in view.setup.legs)
    shown = replace(rich(), setups=(replace(view, setup=replace(view.setup, legs=legs)),), signals=(), inbox=())
    entry = signals.rows(shown, UTC_ZONE)[0]
    assert (texts(entry)["status"], texts(entry)["mark"], entry.dim) == ("LOW R:R", "·", True)


def test_the_trigger_watch_shows_both_sides_armed_ones_first_and_the_nearest_first() -> None:
    found = setups.rows(rich(), UTC_ZONE)
    assert [entry.dim for entry in found] == [False, False, False, True, True, True]
    away = [entry.value("away") for entry in found[:3]]
    assert away == sorted(away, key=str)
    assert {texts(entry)["side"] for entry in found if entry.key.startswith("ETH")} == {"▲ LONG", "▼ SHORT"}


def test_distances_of_a_stale_price_are_grey() -> None:
    assert {entry.cells["away"].role for entry in setups.rows(stale(), UTC_ZONE)} == {"stale"}
    assert {entry.cells["near"].role for entry in setups.rows(stale(), UTC_ZONE)} == {"stale"}


def test_profit_of_a_stale_price_is_grey_and_the_price_gives_way_to_its_age() -> None:
    sol, btc = positions.rows(rich())
    assert (sol.cells["profit"].role, texts(sol)["last"]) == ("stale", "!11s")
    assert (btc.cells["profit"].role, texts(btc)["last"]) == ("long bold", "90,387.5")


@pytest.mark.parametrize("width", [8, 18, 60])
def test_the_track_is_as_wide_as_it_was_asked_to_be(width: int) -> None:
    for view in rich().positions:
        for mark in (view.position.plan.stop, view.position.entry.price, view.position.plan.target, Decimal(1)):
            line = positions.track(replace(view, mark=mark), width)
            assert width_of(line) == width
            assert text_of(line).startswith("S")
            assert text_of(line).count("●") == 1


def test_trades_come_newest_first_and_add_up() -> None:
    found = trades.rows(rich(), UTC_ZONE)
    assert texts(found[0])["net"] == "+$21.86"
    totals = text_of(trades.totals(rich(), 120))
    for words in ("8 trades", "net +$72.28", "win 75%", "W/L 6/2", "PF 4.27", "±4.97", "fees $4.32"):
        assert words in totals
    assert trades.totals(empty(), 120) == ()


def test_an_exit_judged_on_candles_is_marked() -> None:
    live = rich().trades[0]
    judged = replace(live, exit=replace(live.exit, tag=FillTag.RECONSTRUCTED))
    by_hand = replace(judged, position=replace(judged.position, origin=Origin.HAND))
    assert [trades.marks(trade) for trade in (live, judged, by_hand)] == ["", "C", "HC"]
    (row,) = trades.rows(replace(rich(), trades=(judged,)), UTC_ZONE)
    assert texts(row)["mark"] == "C"


def test_the_ticker_shows_the_place_in_the_day() -> None:
    assert ticker.range_bar(Decimal(0), 5) == "●────"
    assert ticker.range_bar(Decimal(1), 5) == "────●"
    assert ticker.range_bar(None) == "—"
    assert texts(ticker.rows(rich())[0])["range"] == "──────●───"


def test_the_ticker_says_why_a_symbol_has_no_price() -> None:
    base = empty()
    lost = replace(base, quotes=(replace(base.quotes[0], instrument=None, reason="BTC is not listed here"),))
    assert texts(ticker.rows(lost)[0])["listing"] == "BTC is not listed here"


def test_notes_of_one_instant_keep_keys_of_their_own() -> None:
    note = rich().log[0]
    twice = replace(rich(), log=(note, note))
    assert len({entry.key for entry in log.rows(twice, UTC_ZONE)}) == 2


def test_a_note_with_brackets_is_shown_as_it_is() -> None:
    assert texts(log.rows(rich(), UTC_ZONE)[0])["text"] == "SOL is silent for 11 s: [resubscribing]"


@pytest.mark.parametrize("reverse", [False, True])
def test_sorting_puts_what_is_not_known_last(reverse: bool) -> None:
    column = Column("n", "n", 3)
    entries = [Entry(str(value), {"n": Cell(str(value))}, {"n": value}) for value in (2.0, None, 1.0)]
    keys = [row.key for row in arranged(entries, [column], Order("n", reverse))]
    assert keys == (["2.0", "1.0", "None"] if reverse else ["1.0", "2.0", "None"])


def test_sorting_goes_through_the_columns_and_back_to_the_lists_own_order() -> None:
    columns = (Column("", "", 0), Column("a", "a", 1), Column("b", "b", 1))
    order = Order()
    seen = []
    for _ in range(3):
        order = order.turned(columns)
        seen.append(order.column)
    assert seen == ["a", "b", ""]
    assert [column.title for column in titled(columns, Order("b", reverse=True))] == ["", "a", "b▼"]


def test_a_filter_wants_every_word_anywhere_in_the_row() -> None:
    table = table_of(rich(), Tab.SIGNALS, 120, Order(filter="eth long"), UTC_ZONE)
    assert table.rows
    assert all(row.cells[3].text == "ETH" and "LONG" in row.cells[6].text for row in table.rows)
    none = table_of(rich(), Tab.SIGNALS, 120, Order(filter="doge"), UTC_ZONE)
    assert (none.rows, none.empty_text) == ([], "Nothing matches 'doge' — backspace clears the filter.")


def test_the_empty_texts_say_what_to_wait_for() -> None:
    expected = {
        Tab.SIGNALS: "No signals yet. Next scan in 12m — press r to scan now.",
        Tab.SETUPS: "No armed setups. Inside bars will appear here.",
        Tab.POSITIONS: "Flat. No setup is armed.",
        Tab.TRADES: "No closed trades.",
        Tab.LOG: "Quiet.",
    }
    assert {tab: table_of(empty(), tab, 80, Order(), UTC_ZONE).empty_text for tab in expected} == expected


@pytest.mark.parametrize("tab", LISTS[:-1])
@pytest.mark.parametrize("width", [36, 52, 100])
def test_every_row_has_a_detail_that_fits(tab: Tab, width: int) -> None:
    for row in table_of(rich(), tab, 120, Order(), UTC_ZONE).rows:
        subject = focus_of(rich(), tab, row.key)
        assert subject is not None
        lines = [
            *plan_lines(rich(), subject, width),
            *evidence_lines(rich(), subject, width, UTC_ZONE),
            *side_lines(rich(), subject, width, 18, UTC_ZONE),
        ]
        assert [text_of(line) for line in lines if width_of(line) > width] == []
        assert chart_model(rich(), subject, UTC_ZONE).bars


def test_the_plan_does_the_arithmetic_of_the_entry() -> None:
    subject = focus_of(rich(), Tab.SETUPS, "ETH|1d|2D-1-?|2025-12-13T00:00:00Z|LONG")
    text = " ".join(text_of(line) for line in plan_lines(rich(), subject, 44))
    for words in ("trigger", "3,153.75", "stop", "3,116.31", "1 : 0.90", "$21.45", "0.572"):
        assert words in text


def test_nothing_selected_is_said() -> None:
    assert text_of(plan_lines(rich(), None, 40)[0]) == "nothing selected"
    assert chart_model(rich(), None, UTC_ZONE).empty_text == "nothing selected"


def test_a_row_that_is_gone_has_no_detail() -> None:
    assert [focus_of(rich(), tab, "gone") for tab in Tab] == [None] * len(Tab)


def test_the_detail_of_a_refusal_gives_its_numbers() -> None:
    subject = focus_of(rich(), Tab.SIGNALS, "ETH|15m|3-1-?|2025-12-14T19:15:00Z")
    assert subject is not None
    text = " ".join(text_of(line).strip() for line in evidence_lines(rich(), subject, 80, UTC_ZONE))
    assert "LOW_CONTINUITY, too few timeframes stand on its side (score 1, needed 2)." in text


def test_the_chart_can_show_another_timeframe() -> None:
    subject = focus_of(rich(), Tab.POSITIONS, rich().positions[0].position.id)
    assert chart_model(rich(), subject, UTC_ZONE, H1).timeframe == H1


def test_the_matrix_shows_five_timeframes_and_a_score_of_four() -> None:
    head, *body = (text_of(line) for line in matrix_lines(rich(), 4))
    assert head.split() == ["TFC", "1w", "1d", "4h", "1h", "15m"]
    assert body[0].split() == ["BTC", "2U▲", "2U▲", "1▲", "2U▲", "3▲", "3/4▲"]


def test_the_symbol_in_focus_is_always_in_the_matrix() -> None:
    assert [text_of(line)[:3] for line in matrix_lines(rich(), 2, "SOL")] == ["TFC", "SOL"]


@pytest.mark.parametrize("width", [50, 80, 120, 200])
def test_the_pages_fit_their_width(width: int) -> None:
    lines = [*leverage.lines(rich(), width, NEW_YORK_ZONE), *performance.lines(rich(), width, Period())]
    assert [text_of(line) for line in lines if width_of(line) > width] == []


def test_plan_and_matrix_stand_side_by_side_on_the_wide_screen() -> None:
    subject = focus_of(rich(), Tab.SIGNALS, "BTC|4h|3-1-?|2025-12-14T12:00:00Z")
    lines = side_by_side(rich(), subject, 96, 8, UTC_ZONE)
    assert max(width_of(line) for line in lines) <= 96
    assert "TFC" in text_of(lines[1])
    assert "trigger" in text_of(lines[1])


def test_the_leverage_page_says_what_the_deadline_will_close() -> None:
    text = "\n".join(text_of(line) for line in leverage.lines(rich(), 120, NEW_YORK_ZONE))
    assert "INTRADAY 10x → 4x in 1h27m" in text
    assert "$1,001.17 / $1,076.44 = 0.9x of 3x !11s  would be CLOSED at 15:55 ET" in text
    assert "stays, as swing" in text
    flat = "\n".join(text_of(line) for line in leverage.lines(empty(), 80, UTC_ZONE))
    assert "Nothing is open" in flat
    assert "20:55 UTC (15:55 ET)" in flat


def test_every_code_has_a_short_word() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(STATUSES) == set(SetupStatus)
    assert set(REFUSALS) == set(Refusal)
    assert set(EXITS) == set(ExitReason)
    assert max(len(word) for words in (VERDICTS, STATUSES, REFUSALS, EXITS) for word in words.values()) <= 8


def test_rows_of_what_is_over_are_built_once() -> None:
    memo = Memo()
    first = table_of(rich(), Tab.SIGNALS, 120, Order(), UTC_ZONE, memo)
    later = replace(rich(), at=rich().at)
    same = replace(later, signals=SIGNALS.signals, setups=SIGNALS.setups, quotes=SIGNALS.quotes)
    again = [table_of(same, Tab.SIGNALS, 120, Order(), UTC_ZONE, memo) for _ in range(2)]
    assert first.rows == again[0].rows
    assert sum(a is b for a, b in zip(again[0].rows, again[1].rows, strict=True)) == 8


def test_a_remembered_row_follows_what_it_shows() -> None:
    memo = Memo()
    quiet = replace(SIGNALS, inbox=())
    table_of(quiet, Tab.SIGNALS, 120, Order(), UTC_ZONE, memo)
    reviewed = tuple(replace(view, reviewed=True) for view in SIGNALS.signals)
    after = table_of(replace(quiet, signals=reviewed), Tab.SIGNALS, 120, Order(), UTC_ZONE, memo)
    assert sum(row.cells[1].text == "✓" for row in after.rows) == 6


def test_a_setup_that_candles_show_broken_is_listed_on_its_side_at_its_bars_time() -> None:
    view = SIGNALS.setups[2]
    setup = replace(view.setup, fresh=False)
    end = ResolutionView(None, None, 0, "candles", SIGNALS.at)
    past = replace(view, setup=setup, status=SetupStatus.HISTORICAL_TRIGGERED_SHORT, resolution=end)
    entry = signals.rows(replace(SIGNALS, setups=(past,), signals=()), UTC_ZONE)[0]
    assert (texts(entry)["side"], texts(entry)["status"], entry.value("time")) == ("▼ SHORT", "PAST", setup.bar_end)
