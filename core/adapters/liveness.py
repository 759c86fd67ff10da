"""Is a connection still worth having? Judged by silence alone, of everything and of each product; no socket here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ANSWER_S: Final = 5.0
"""Time for the prices to come back after a second subscribe, while heartbeats flow."""
ASKS: Final = 3
"""Unanswered subscribes after which one silent product is worth a new connection."""
RENEW_S: Final = 3600.0
"""A product that may simply not be traded costs at most one connection in so long."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What has come on a connection, real monotonic seconds.

    Attributes:
        last_s: of the last message of any kind; when it was opened, before the first.
        ticked_s: of the last ticker by product.
        products: what was asked for.
        served: what of it the venue has acknowledged, or has not denied yet.
    """

    last_s: float
    ticked_s: Mapping[str, float]
    products: frozenset[str]
    served: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Give the connection up, for a reason; or ask for these products again; or neither."""

    give_up: str = ""
    ask: frozenset[str] = frozenset()


@dataclass(slots=True)
class Liveness:
    """Judges one connection.

    Attributes:
        silent_s: seconds without a message, or without a ticker of a product, that are too many.
        opened_s: when the connection was opened.
        renewed_s: by product, when a connection was last given up for its sake; outlives the connection.
    """

    silent_s: float
    opened_s: float
    renewed_s: dict[str, float]
    _asked_s: dict[str, float] = field(default_factory=dict)
    _asks: dict[str, int] = field(default_factory=dict)

    def judge(self, heard: Heard, now_s: float) -> Verdict:
        """What is to be done now; remembers what it says to ask for."""
        quiet_s = now_s - max(heard.last_s, self.opened_s)
        if quiet_s > self.silent_s:
            return Verdict(give_up=f"no message for {quiet_s:.0f} s")
        if heard.served and all(self._unanswered(heard, product, now_s) for product in heard.served):
            return Verdict(give_up="heartbeats but no prices, even after a second subscribe")
        for product in sorted(heard.served):
            stuck = self._unanswered(heard, product, now_s) and self._asks[product] >= ASKS
            if stuck and now_s - self.renewed_s.get(product, -RENEW_S) >= RENEW_S:
                self.renewed_s[product] = now_s
                return Verdict(give_up=f"no price of {product}, even after {ASKS} more subscribes")
        return Verdict(ask=frozenset(product for product in heard.products if self._due(heard, product, now_s)))

    def _due(self, heard: Heard, product: str, now_s: float) -> bool:
        """Is the product silent, and to be asked for again? Then it counts as asked."""
        ticked_s, asked_s = heard.ticked_s.get(product, self.opened_s), self._asked_s.get(product, self.opened_s)
        if now_s - max(ticked_s, asked_s) <= self.silent_s:
            return False
        self._asks[product] = 1 if ticked_s > asked_s else self._asks.get(product, 0) + 1
        self._asked_s[product] = now_s
        return True

    def _unanswered(self, heard: Heard, product: str, now_s: float) -> bool:
        """Was it asked for again, and nothing came in good time?"""
        asked_s = self._asked_s.get(product)
        grace_s = min(ANSWER_S, self.silent_s / 3)
        return asked_s is not None and heard.ticked_s.get(product, 0.0) < asked_s and now_s - asked_s > grace_s
