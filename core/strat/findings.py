"""What a scan is asked for and what it hands back."""

from dataclasses import dataclass

from core.domain.events import FoundSetup
from core.domain.signals import Signal


@dataclass(frozen=True, slots=True)
class Depth:
    """How far back a scan looks.

    Attributes:
        signal_rows: patterns whose trigger bar is among this many last rows (S3.3).
        setup_rows: setups whose setup bar is among this many last closed rows; None takes max_inside_bars + 2, beyond
            which a setup is resolved or expired.
    """

    signal_rows: int = 5
    setup_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of one scan: by series as given, older bars first."""

    signals: tuple[Signal, ...]
    setups: tuple[FoundSetup, ...]
