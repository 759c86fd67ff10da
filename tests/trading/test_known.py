"""What a desk remembers of old findings: enough that nothing comes back, and nothing new is taken for old."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.domain.bars import Bar
from core.domain.calendar import MaintenanceWindow
from core.domain.levels import FilterPolicy
from core.domain.series import SeriesBars
from core.domain.signals import Setup, Signal
from core.domain.timeframes import H1, M15
from core.strat.scanner import scan
from core.trading.known import KEPT_IDS, KnownIds
from tests.builders import TUESDAY, a_setup
from tests.strat.bars_data import bars_from
from tests.strat.walks import long_walk

LONGEST = FilterPolicy(max_inside_bars=20, directional_setups=True)
"""What makes a scan look furthest back."""
NAMES = ("2U-1-?", "2D-1-?", "3-1-?")


def a_found(bar: int, name: str = "2U-1-?", symbol: str = "BTC") -> Setup:
    """The setup of this name on a 15m bar, counted from the first."""
    return replace(a_setup(symbol=symbol), name=name, bar_start=TUESDAY + bar * M15.span)


@given(
    st.lists(
        st.tuples(st.integers(0, 2 * KEPT_IDS), st.sampled_from(NAMES), st.sampled_from(("BTC", "ETH"))),
        min_size=3 * KEPT_IDS,
        max_size=4 * KEPT_IDS,
    )
)
@settings(max_examples=25)
def test_whatever_was_found_once_is_known_for_ever_in_whatever_order_it_came(found: list[tuple[int, str, str]]) -> None:
    known = KnownIds()
    for each in found:
        known.add(a_found(*each))
    assert all(known.knows(a_found(*each)) for each in found)


def test_what_lies_further_back_than_all_that_is_remembered_counts_as_known() -> None:
    known = KnownIds()
    for bar in range(1, KEPT_IDS + 2):
        known.add(a_found(bar))
    assert known.knows(a_found(0)) and known.knows(a_found(1, "3-1-?"))
    assert not known.knows(a_found(2, "3-1-?"))


def test_other_series_are_remembered_apart() -> None:
    known = KnownIds()
    for bar in range(2 * KEPT_IDS):
        known.add(a_found(bar))
    assert not known.knows(a_found(0, symbol="ETH"))
    assert not known.knows(replace(a_found(0), timeframe=H1))


def test_what_a_ledger_tells_is_taken_however_far_back_it_lies() -> None:
    known = KnownIds()
    for bar in range(1, 2 * KEPT_IDS):
        known.add(a_found(bar))
    assert known.add(a_found(0))
    assert not known.add(a_found(2 * KEPT_IDS - 1))


def scans_of(seed: int) -> Iterator[tuple[Setup | Signal, ...]]:
    """What the scan after each close finds, over outages of weeks, candles corrected later, and some delivered late."""
    dice, walk, start = Random(seed), long_walk(500, seed), TUESDAY
    bars: list[tuple[int, Bar]] = []
    for number, row in enumerate(walk):
        start += M15.span * (dice.randrange(2, 3000) if dice.random() < 0.02 else 1)
        final = bars_from([row], M15, start)[0]
        draft = bars_from([dice.choice(walk)], M15, start)[0] if dice.random() < 0.2 else final
        yield found_at([bar for due, bar in bars[-60:] if due <= number] + [draft], start)
        bars.append((number + (dice.randrange(2, 20) if dice.random() < 0.1 else 0), final))


def found_at(bars: list[Bar], at: datetime) -> tuple[Setup | Signal, ...]:
    series = SeriesBars("BTC", "BTC-PERP-INTX", M15, tuple(bars))
    found = scan([series], LONGEST, MaintenanceWindow(), at)
    return (*found.signals, *(each.setup for each in found.setups))


@given(st.integers(0, 10_000))
@settings(max_examples=5)
def test_a_scan_sees_no_difference_to_a_memory_without_end(seed: int) -> None:
    """Nothing that a scan can find lies so far back that its id is forgotten, or is refused for its age alone."""
    setups, signals, endless, again = KnownIds(), KnownIds(), set[str](), 0
    for found in scans_of(seed):
        for each in found:
            known = setups if isinstance(each, Setup) else signals
            assert known.knows(each) == (each.id in endless)
            again += each.id in endless
            known.add(each)
            endless.add(each.id)
    event(f"more than is kept: {len(endless) > 3 * KEPT_IDS}")
    assert len(endless) > 2 * KEPT_IDS and again
