"""What the console is measured against: Textual's DataTable, updated with every tick.

`python -m benchmarks.screen_table WS_URL`
"""

import json
import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import DataTable
from websockets.asyncio.client import connect

from benchmarks.screen_venue import SYMBOLS

COLUMNS = ("price", "best_bid", "best_ask", "price_percent_chg_24_h", "volume_24_h", "low_24_h", "high_24_h")


FOUND = 30
"""Setups listed below the prices, as on the console's first tab; each tick moves the distance of a third of them."""


class TableApp(App[None]):
    """What the console's first tab shows, in DataTables: every tick is written into the cells it changed."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._first: dict[str, float] = {}

    def compose(self) -> ComposeResult:
        """Prices, and setups with their distance."""
        yield DataTable[str](id="prices")
        yield DataTable[str](id="setups")

    def on_mount(self) -> None:
        """Rows first, then the ticks."""
        table = self.query_one("#prices", DataTable)
        table.add_column("symbol", key="symbol", width=12)
        for name in COLUMNS:
            table.add_column(name, key=name, width=12)
        for symbol in SYMBOLS:
            table.add_row(symbol, *("" for _ in COLUMNS), key=f"{symbol}-PERP-INTX")
        setups = self.query_one("#setups", DataTable)
        for name in ("symbol", "tf", "pattern", "side", "status", "trigger", "away", "stop", "target", "reward"):
            setups.add_column(name, key=name, width=9)
        for number in range(FOUND):
            symbol = SYMBOLS[number % len(SYMBOLS)]
            setups.add_row(symbol, "1h", "2D-1-?", "LONG", "SMALL", "1", "", "1", "1", "0.35", key=str(number))
        self.run_worker(self._listen())

    async def _listen(self) -> None:
        async with connect(self._url) as socket:
            ids = [f"{symbol}-PERP-INTX" for symbol in SYMBOLS]
            await socket.send(json.dumps({"type": "subscribe", "channel": "ticker", "product_ids": ids}))
            async for raw in socket:
                frame = json.loads(raw)
                for event in frame["events"] if frame["channel"] == "ticker" else ():
                    for ticker in event["tickers"]:
                        self._take(ticker)

    def _take(self, ticker: dict[str, str]) -> None:
        table, setups = self.query_one("#prices", DataTable), self.query_one("#setups", DataTable)
        for name in COLUMNS:
            if table.get_cell(ticker["product_id"], name) != ticker[name]:
                table.update_cell(ticker["product_id"], name, ticker[name])
        price, symbol = float(ticker["price"]), ticker["product_id"].partition("-")[0]
        first = self._first.setdefault(symbol, price)
        for number in range(SYMBOLS.index(symbol), FOUND, len(SYMBOLS)):
            away = f"{abs(price / first * (1 + number / 1000) - 1.01) * 100:.2f}%"
            if setups.get_cell(str(number), "away") != away:
                setups.update_cell(str(number), "away", away)


if __name__ == "__main__":
    TableApp(sys.argv[1]).run(mouse=False)
