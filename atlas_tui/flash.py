"""Which prices stand out for a moment because they have just changed."""

from collections.abc import Callable, Sequence
from time import monotonic

from core.domain.snapshot import QuoteView

FLASH_S = 0.4
"""How long a changed price stands out, real seconds."""


class Flash:
    """The prices that stand out now.

    Only a price that had rested for as long as a flash takes starts one: where prices flow, a flash that never ends
    says nothing, and each would be sent twice.

    Attributes:
        flashing: symbols whose price stands out.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._changed_s: dict[str, float] = {}
        self.flashing: frozenset[str] = frozenset()

    def changed(self, before: Sequence[QuoteView], after: Sequence[QuoteView]) -> bool:
        """Take a newer picture's quotes; True when the first flash begins, which is `over` after FLASH_S."""
        now_s = self._clock()
        old = {quote.symbol: quote.price for quote in before}
        rested = set()
        for quote in after:
            was = old.get(quote.symbol)
            if was is None or was == quote.price:
                continue
            if now_s - self._changed_s.get(quote.symbol, float("-inf")) >= FLASH_S:
                rested.add(quote.symbol)
            self._changed_s[quote.symbol] = now_s
        begins = bool(rested) and not self.flashing
        self.flashing |= rested
        return begins

    def over(self) -> None:
        """Nothing stands out any more."""
        self.flashing = frozenset()
