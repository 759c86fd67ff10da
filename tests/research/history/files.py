"""Files for the tests of the import."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from core.research.history.importing import Asked, Import, take_in
from core.research.history.series import SeriesName
from core.research.history.store import History
from tests.research.history.stored import BTC, candles

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = "ts,open,high,low,close,volume"
EVER = (0, 2**40)


def lines_of(count: int, **options: int) -> list[str]:
    """CSV lines of so many candles."""
    rows = candles(count, **options)
    prices = [[str(Decimal(int(each)).scaleb(-rows.digits)) for each in column] for column in rows.values]
    return [",".join(map(str, each)) for each in zip(rows.start, *prices, rows.volume, strict=True)]


def taken(folder: Path, lines: Sequence[str], name: str = "X_BTC-USD_15m.csv", asked: Asked | None = None) -> Import:
    """What became of a file of these lines, in the history of the folder."""
    path = folder / name
    data = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    history = History(folder)
    with history.writing():
        return take_in(history, path, asked or Asked(), NOW)


def held(folder: Path, name: SeriesName = BTC) -> int:
    """Rows stored of a series."""
    return len(History(folder).rows(name, *EVER))
