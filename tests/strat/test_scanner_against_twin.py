"""The scanner against a naive twin, and what must hold of its findings whatever the bars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strat import naive
from tests.strat.naive import NaiveSetup, NaiveSignal, Row
from tests.strat.walks import (
    good_rows,
    long_walk,
    mirrored,
    mirrored_leg,
    ordered,
    plain_setups,
    plain_signals,
    rows,
    scanned,
    swapped,
)

MODES = st.sampled_from(["atlas", "setup", "structural"])


@given(rows(), st.booleans(), MODES, st.integers(1, 5))
def test_the_scanner_finds_what_the_naive_twin_finds(
    walk: list[Row], forming: bool, mode: str, max_inside: int
) -> None:
    found = scanned(walk, forming, mode, max_inside)
    assert plain_signals(found) == naive.signals(walk, mode)
    assert plain_setups(found) == naive.setups(walk, forming, max_inside, mode)


@pytest.mark.parametrize("seed", range(4))
def test_long_walks_with_holes_agree_with_the_twin(seed: int) -> None:
    walk = long_walk(4_500, seed)
    found = scanned(walk, forming=seed % 2 == 0)
    assert len(found.signals) > 500
    assert plain_signals(found) == naive.signals(walk)
    assert plain_setups(found) == naive.setups(walk, forming=seed % 2 == 0)


@pytest.mark.parametrize("length", range(7))
def test_every_short_length_is_legal(length: int) -> None:
    walk = long_walk(length, seed=length, holes=0)
    found = scanned(walk, forming=True)
    assert plain_signals(found) == naive.signals(walk)
    assert plain_setups(found) == naive.setups(walk, forming=True)


@given(rows(bad=False), st.booleans())
def test_mirrored_bars_give_mirrored_findings(walk: list[Row], forming: bool) -> None:
    found, other = scanned(walk, forming), scanned(mirrored(walk), forming)
    assert plain_signals(other) == [
        NaiveSignal(s.index, s.pattern, swapped(s.sequence), mirrored_leg(s.leg)) for s in plain_signals(found)
    ]
    sides = {"HISTORICAL_TRIGGERED_LONG": "HISTORICAL_TRIGGERED_SHORT"}
    sides |= {short: long for long, short in sides.items()}
    assert plain_setups(other) == [
        NaiveSetup(s.index, swapped(s.name), sides.get(s.status, s.status), tuple(map(mirrored_leg, reversed(s.legs))))
        for s in plain_setups(found)
    ]


@given(rows(), good_rows())
def test_an_appended_bar_changes_no_earlier_signal(walk: list[Row], last: Row) -> None:
    before, after = plain_signals(scanned(walk)), plain_signals(scanned([*walk, last]))
    assert [signal for signal in after if signal.index < len(walk)] == before


@given(rows(), good_rows())
def test_an_appended_bar_revives_no_resolved_setup(walk: list[Row], last: Row) -> None:
    before = {s.index: s.status for s in plain_setups(scanned(walk)) if s.status != "PENDING"}
    after = {s.index: s.status for s in plain_setups(scanned([*walk, last]))}
    assert {index: after[index] for index in before} == before


@given(rows(most=14), st.integers(3, 8))
def test_a_suffix_that_starts_three_bars_earlier_gives_the_same_signal(walk: list[Row], back: int) -> None:
    whole = {s.index: (s.pattern, s.leg) for s in plain_signals(scanned(walk))}
    for i in range(3, len(walk)):
        first = max(0, i - back)
        part = {s.index + first: (s.pattern, s.leg) for s in plain_signals(scanned(walk[first:]))}
        assert part.get(i) == whole.get(i)


@given(rows(), MODES)
def test_stop_entry_and_target_stand_in_order(walk: list[Row], mode: str) -> None:
    found = scanned(walk, mode=mode)
    legs = [s.judged.leg for s in found.signals]
    legs += [judged.leg for each in found.setups for judged in each.setup.legs]
    assert all(ordered(leg) for leg in legs)


@given(rows())
def test_a_bar_completes_at_most_one_pattern(walk: list[Row]) -> None:
    indices = [signal.index for signal in plain_signals(scanned(walk))]
    assert indices == sorted(set(indices))
