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


class TableApp(App[None]):
    """One row a symbol, every tick written into the cells it changed."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable[str]()

    def on_mount(self) -> None:
        """Rows first, then the ticks."""
        table = self.query_one(DataTable)
        table.add_column("symbol", key="symbol", width=12)
        for name in COLUMNS:
            table.add_column(name, key=name, width=12)
        for symbol in SYMBOLS:
            table.add_row(symbol, *("" for _ in COLUMNS), key=f"{symbol}-PERP-INTX")
        self.run_worker(self._listen())

    async def _listen(self) -> None:
        table = self.query_one(DataTable)
        async with connect(self._url) as socket:
            ids = [f"{symbol}-PERP-INTX" for symbol in SYMBOLS]
            await socket.send(json.dumps({"type": "subscribe", "channel": "ticker", "product_ids": ids}))
            async for raw in socket:
                frame = json.loads(raw)
                for event in frame["events"] if frame["channel"] == "ticker" else ():
                    for ticker in event["tickers"]:
                        for name in COLUMNS:
                            if table.get_cell(ticker["product_id"], name) != ticker[name]:
                                table.update_cell(ticker["product_id"], name, ticker[name])


if __name__ == "__main__":
    TableApp(sys.argv[1]).run(mouse=False)
