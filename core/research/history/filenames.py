"""What a file's name tells: `COINBASE_BTC-USD_15m.csv.gz`, `BTCUSDT-15m-2024-01.csv`, `..._8h_mark.csv.gz`."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.timeframes import Timeframe
from core.research.history.series import QUOTES, Kind

_LENGTH: Final = re.compile(r"(?<![A-Za-z0-9])(\d{1,6}[mhdw])(?![A-Za-z0-9])")
_ENDINGS: Final = re.compile(r"(\.(csv|txt|gz|parquet|pq))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameTold:
    """What was told; None where the name does not say."""

    symbol: str | None
    timeframe: Timeframe | None
    kind: Kind | None


def told_by(path: Path) -> NameTold:
    """The last length in the name is the timeframe, what stands before it the symbol, after the exchange's name."""
    name = _ENDINGS.sub("", path.name)
    lengths = [match for match in _LENGTH.finditer(name) if int(match[1][:-1])]
    kind = Kind.MARK if re.search(r"[_-]mark\b", name, re.IGNORECASE) else None
    if not lengths:
        return NameTold(None, None, kind)
    words = [word for word in name[: lengths[-1].start()].strip("_- .").split("_") if word]
    if len(words) > 1 and words[-1].upper() in QUOTES:
        words[-2:] = ["-".join(words[-2:])]
    return NameTold(words[-1] if words else None, Timeframe.parse(lengths[-1][1]), kind)
