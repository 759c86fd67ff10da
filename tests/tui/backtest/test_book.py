"""The trades of a backtest are rows only where they are looked at."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from atlas_tui.backtest.book import Book, columns
from atlas_tui.backtest.talk import Trade
from atlas_tui.widgets.long_table import LongTable
from atlas_tui.zones import UTC_ZONE
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from tests.tui.backtest.runs import in_an_app

FIRST = datetime(2025, 1, 1, tzinfo=UTC)


class Counted(list[Trade]):
    """Trades that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, index: Any) -> Any:
        self.looked += 1
        return super().__getitem__(index)


def trades(count: int) -> Counted:
    return Counted(
        Trade(
            FIRST + timedelta(hours=place), 3600, "BTC", 15, "2U-1-2U", Side.LONG, Decimal("100.5"), Decimal("101"),
            Decimal("1.5"), Decimal("0.5"), ExitReason.TARGET,
        )
        for place in range(count)
    )  # fmt: skip


async def test_of_a_hundred_thousand_trades_only_those_in_view_are_made() -> None:
    many, shown = trades(100_000), columns(79)
    table = LongTable()
    async with in_an_app(table, (80, 24)) as pilot:
        table.show_rows(shown, Book(many, shown, UTC_ZONE))
        await pilot.pause()
        table.move_by(99_999)
        await pilot.pause()
        assert table.cursor_key == "99999"
        assert 0 < many.looked < 200


async def test_the_cursor_stays_within_the_rows() -> None:
    shown, table = columns(49), LongTable()
    async with in_an_app(table, (50, 20)) as pilot:
        table.show_rows(shown, Book(trades(3), shown, UTC_ZONE), cursor=7)
        await pilot.pause()
        assert table.cursor_row == 2
        table.move_by(-9)
        assert table.cursor_row == 0
        table.show_rows(shown, Book(trades(0), shown, UTC_ZONE))
        table.move_by(1)
        assert (table.cursor_row, table.cursor_key) == (-1, None)


def test_a_slice_holds_the_rows_of_its_trades() -> None:
    shown = columns(119)
    book = Book(trades(10), shown, UTC_ZONE)
    assert [row.key for row in book] == [str(place) for place in range(10)]
    assert len(book[2:5]) == 3
    assert [cell.text for cell in book[3].cells][:4] == ["", "4", "25-01-01 03:00", "BTC"]
