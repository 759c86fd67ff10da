"""How a list is put in order by the sort key."""

from atlas_tui.views.listing import Order
from atlas_tui.widgets.table_rows import Column

COLUMNS = (Column("mark", "", 1), Column("time", "time", 5), Column("symbol", "sym", 4))


def test_the_sort_key_goes_through_the_titled_columns_and_back_to_the_lists_own_order() -> None:
    order, seen = Order(), []
    for _ in range(4):
        order = order.turned(COLUMNS)
        seen.append((order.column, order.reverse))
    assert seen == [("time", True), ("symbol", False), ("", False), ("time", True)]


def test_turning_the_order_keeps_the_filter() -> None:
    assert Order(filter="btc").turned(COLUMNS).filter == "btc"
