"""The tier's tape, and what the deadline will do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.lines import text_of, width_of
from atlas_tui.views import deadline, leverage, tape
from atlas_tui.zones import NEW_YORK_ZONE, UTC_ZONE
from core.domain.leverage import Tier
from core.domain.snapshot import Snapshot
from core.domain.timeframes import D1, H1, H4, W1, Timeframe
from tests.tui.series_data import NOW
from tests.tui.snapshots_data import empty, failing, rich, stale

FRIDAY = datetime(2025, 12, 19, 21, 30, tzinfo=UTC)
"""Half past four in New York, half an hour before the maintenance."""


def moved(at: datetime, snapshot: Snapshot | None = None) -> Snapshot:
    """The same desk at another moment."""
    found = snapshot or rich()
    window, maintenance = found.policy.tiers.window, found.policy.maintenance
    return replace(
        found, at=at, deadline_at=window.next_deadline(at), tier_change_at=window.next_change(at),
        maintenance_at=maintenance.next_start(at), in_maintenance=maintenance.contains(at),
        quotes=tuple(replace(quote, next_funding_at=at + timedelta(minutes=40)) for quote in found.quotes),
    )  # fmt: skip


def drawn(snapshot: Snapshot, width: int = 96) -> list[str]:
    return [text_of(line) for line in tape.lines(snapshot, width, NEW_YORK_ZONE)]


def test_the_tape_runs_from_18_00_to_18_00_and_is_swing_from_16_00() -> None:
    window = drawn(rich())[0]
    assert window == "█" * 88 + "░" * 8
    assert drawn(rich())[2].startswith("18:00       21:00       00:00")


def test_now_is_a_mark_under_its_cell_with_its_time_and_zone() -> None:
    pointer = drawn(rich())[1]
    assert pointer.index("▲") == int((20 * 60 + 32) / 15)
    assert pointer.endswith("▲ now 14:32 ET")
    assert drawn(rich(), 38)[1].endswith("now 14:32 ET ▲")


def test_closes_of_bars_carry_the_letter_of_the_longest() -> None:
    closes = drawn(rich())[3]
    assert (closes[4], closes[8], closes[20], closes[0], closes[1]) == ("D", "·", "4", "·", " ")
    assert closes.count("4") == 5
    sunday = drawn(moved(datetime(2025, 12, 15, 3, 0, tzinfo=UTC)))[3]
    assert sunday[4] == "W"


def test_the_cut_and_the_funding_instants_stand_below() -> None:
    instants = drawn(rich())[4]
    assert instants.index("x") == int((21 * 60 + 55) / 15)
    assert [at for at, letter in enumerate(instants) if letter == "f"] == [4, 36, 68]


def test_friday_shows_the_maintenance_and_says_when_it_begins() -> None:
    window, *_, last = drawn(moved(FRIDAY))
    assert window.index("▒") == 92
    assert window.count("▒") == 4
    text = " ".join(drawn(moved(FRIDAY)))
    assert "▒ maintenance" in text
    assert "maintenance Fri 17:00 ET in 30m" in text
    assert "maintenance now" in " ".join(drawn(moved(FRIDAY + timedelta(minutes=45))))
    assert last


def test_what_comes_next_is_told_in_words() -> None:
    text = " ".join(drawn(rich()))
    assert "next: cut in 1h22m; funding in 4h27m; 1h close in 27m; 4h close in 27m; 1d close in 4h27m" in text


@pytest.mark.parametrize(("frame", "count"), [(H1, 24), (H4, 6), (D1, 1)])
def test_every_close_is_in_exactly_one_cell(frame: Timeframe, count: int) -> None:
    start = tape.opening(rich())
    for width in (24, 37, 96):
        step = timedelta(hours=24) / width
        found = sum(tape.closes_in(frame, start + step * at, start + step * (at + 1)) for at in range(width))
        assert found == count
    assert not tape.closes_in(W1, start, start + timedelta(hours=1))


@given(
    minutes=st.integers(0, 60 * 24 * 400), width=st.integers(20, 200),
    state=st.sampled_from([rich, empty, stale, failing]),
)  # fmt: skip
def test_the_tape_fits_at_every_moment_and_width(minutes: int, width: int, state: Callable[[], Snapshot]) -> None:
    snapshot = moved(NOW + timedelta(minutes=minutes), state())
    lines = tape.lines(snapshot, width, UTC_ZONE)
    assert max(map(width_of, lines)) <= width
    assert sum(text_of(line).count("▲") for line in lines[:2]) == 1
    assert width_of(lines[0]) == min(width, tape.WIDEST)


def too_large(excess: str) -> Snapshot:
    held = tuple(
        replace(view, excess=Decimal(excess)) if view.closes_at_deadline else view for view in rich().positions
    )
    return replace(rich(), positions=held)


def test_positions_that_would_break_the_swing_maximum_come_first_with_the_size_to_cut() -> None:
    first, second = (text_of(line) for line in deadline.lines(too_large("2.2031"), 120, NEW_YORK_ZONE))
    assert first.startswith("SOL   ▲ LONG")
    assert first.endswith("0.9x of 3x !11s  would be CLOSED at 15:55 ET: 2.21 of 7.58 too much")
    assert second.endswith("stays, as swing")


def test_the_size_to_cut_is_rounded_up_to_the_venues_step() -> None:
    snapshot = too_large("2.2031")
    assert deadline.to_cut(snapshot, snapshot.positions[0]) == Decimal("2.21")
    gone = replace(snapshot, quotes=tuple(replace(quote, instrument=None) for quote in snapshot.quotes))
    assert deadline.to_cut(gone, gone.positions[0]) == Decimal("2.2031")


def test_a_swing_position_has_no_deadline() -> None:
    held = tuple(replace(view, position=replace(view.position, tier=Tier.SWING)) for view in rich().positions)
    lines = deadline.lines(replace(rich(), positions=held), 120, NEW_YORK_ZONE)
    assert all("stays: it is a swing position" in text_of(line) for line in lines)
    assert "nothing will be closed" in text_of(deadline.lines(empty(), 120, NEW_YORK_ZONE)[0])


@given(width=st.integers(40, 220), state=st.sampled_from([rich, empty, stale, failing]))
def test_the_page_fits_every_width(width: int, state: Callable[[], Snapshot]) -> None:
    assert [text_of(line) for line in leverage.lines(state(), width, UTC_ZONE) if width_of(line) > width] == []
