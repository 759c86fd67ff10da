"""What a refused entry would have come to: candles judge it, the stop first, both fees paid."""

from decimal import Decimal

import pytest

from core.domain.facts import EntryRefused
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.sizing import Refusal
from core.domain.timeframes import M15
from core.trading.shadows import ShadowBook, judged_shadow
from tests.builders import TUESDAY, a_bar, a_setup, after

RATE = Decimal("0.001")


def followed(code: Refusal = Refusal.REJECTED) -> ShadowBook:
    """A long refused at 103, with its stop at 99 and its target at 110."""
    book = ShadowBook()
    book.begin(a_setup(), EntryRefused(a_setup().id, Side.LONG, code, Decimal(103), (), after(60)))
    return book


@pytest.mark.parametrize(
    ("bar", "high", "low", "reason"),
    [
        (0, 111, 100, None),
        (0, 104, 98, ExitReason.STOP),
        (1, 111, 100, ExitReason.TARGET),
        (1, 111, 98, ExitReason.STOP),
        (1, 109, 100, None),
    ],
)
def test_the_entry_bar_can_only_stop_and_later_ones_stop_first(
    bar: int, high: int, low: int, reason: ExitReason | None
) -> None:
    (shadow,) = followed().views()
    start = TUESDAY + bar * M15.span
    ended = judged_shadow(shadow, a_bar(start, 103, high, low, 103), start + M15.span, RATE)
    assert (ended.reason if ended else None) is reason


def test_its_r_pays_both_fees() -> None:
    book = followed()
    (shadow,) = book.views()
    start = TUESDAY + M15.span
    ended = judged_shadow(shadow, a_bar(start, 103, 111, 100, 103), start + M15.span, RATE)
    assert ended is not None
    assert abs(ended.r_multiple - (7 - RATE * 213) / 4) < Decimal("0.0001")
    book.fold(ended)
    assert book.open_of("BTC") == () and book.views()[0].exit == 110


@pytest.mark.parametrize("code", [Refusal.POSITION_OPEN, Refusal.STALE_PRICE, Refusal.LEVERAGE])
def test_an_entry_that_could_not_have_been_taken_is_not_followed(code: Refusal) -> None:
    assert followed(code).views() == ()
