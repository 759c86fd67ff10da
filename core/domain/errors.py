"""One error tree.

AtlasError
├── ConfigError     a setting, option or path that cannot be used (exit 2)
│   └── RecordingError  a recording that is none, or is damaged
├── FeedError       the venue did not answer, or answered nonsense
│   └── NotListed   the venue does not list the symbol
├── CandleFileError a candle or recording file that cannot be read
├── HistoryError    stored history, or a file for it, that cannot be used
│   └── SeveralListings  one of several has to be named
├── SweepError      a sweep that cannot go on, or its stored results
├── StoreError      the ledger cannot be opened, written or trusted
│   ├── FactRefused what the ledger holds contradicts a fact
│   └── StateLocked another process holds the state directory
└── ScanError       the scanner failed
"""

from collections.abc import Sequence


class AtlasError(Exception):
    """Base of every error a person may see; its text is one sentence with what, which, and what to do."""


class ConfigError(AtlasError):
    """A setting, option or path that cannot be used."""


class RecordingError(ConfigError):
    """A recording that is none, is damaged, or does not fit what it is replayed on."""


class FeedError(AtlasError):
    """The venue did not answer, or answered what cannot be used."""


class NotListed(FeedError):
    """The venue lists no product for the symbol."""


class CandleFileError(AtlasError):
    """A candle or recording file that cannot be read."""


class HistoryError(AtlasError):
    """Stored candles or funding rates, or a file that should become such, cannot be used."""


class SeveralListings(HistoryError):
    """A base asset of which several listings are stored, where one is meant."""

    def __init__(self, symbol: str, listings: Sequence[str]) -> None:
        super().__init__(f"{symbol} may mean {' or '.join(listings)}: say which")


class SweepError(AtlasError):
    """A sweep that cannot go on: its folder, its stored results, or its cluster."""


class StoreError(AtlasError):
    """The ledger cannot be opened, written or trusted."""


class FactRefused(StoreError):
    """What the ledger holds contradicts a fact: it cannot be stored now or later."""


class StateLocked(StoreError):
    """Another process holds the state directory."""


class ScanError(AtlasError):
    """The scanner could not finish."""
