"""The kernels alone: classes, one byte a bar, seams, streaming, and how they are compiled."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bars import BarKind
from core.strat import kernels
from core.strat.block import Block, Recent, clean
from core.strat.codes import PATTERNS, Finding, finding_of, kind_of
from core.strat.rehearsal import kernel_names
from tests.strat import naive
from tests.strat.bars_data import bars_from
from tests.strat.naive import Row
from tests.strat.walks import long_walk, rows

NAN = float("nan")


def arrays(walk: list[Row]) -> tuple[kernels.Floats, kernels.Floats]:
    return np.array([h for h, _ in walk], np.float64), np.array([low for _, low in walk], np.float64)


def codes_of(walk: list[Row]) -> list[int]:
    high, low = clean(*arrays(walk))
    codes = np.full(len(walk), 255, np.uint8)
    kernels.write_codes(high, low, codes)
    return [int(code) for code in codes]


def streamed(walk: list[Row]) -> list[int]:
    last, history = np.full(2, NAN), np.zeros(1, np.uint8)
    return [int(kernels.append_bar(high, low, last, history)) for high, low in walk]


@given(rows())
def test_classes_are_those_of_the_naive_twin_in_every_path(walk: list[Row]) -> None:
    wanted = naive.classes(walk)
    assert [int(each) for each in kernels.classify(*arrays(walk))] == wanted
    assert [int(kind_of(code)) for code in codes_of(walk)] == wanted


@given(rows(bad=False))
def test_every_good_bar_after_a_good_one_has_exactly_one_class(walk: list[Row]) -> None:
    assert all(kind_of(code) is not BarKind.UNKNOWN for code in codes_of(walk)[1:])


@given(rows())
def test_streaming_gives_the_bytes_of_the_batch(walk: list[Row]) -> None:
    assert streamed(walk) == codes_of(walk)


@pytest.mark.parametrize("seed", range(3))
def test_streaming_gives_the_bytes_of_a_long_batch(seed: int) -> None:
    walk = long_walk(9_000, seed, holes=0.002)
    assert streamed(walk) == codes_of(walk)


@pytest.mark.parametrize("length", [2047, 2048, 2049, 2050, 4096, 4097, 4098, 4100])
@pytest.mark.parametrize("hole", [0, 1, 2046, 2047, 2048, 2049, 2050, 4095, 4096])
def test_a_hole_beside_the_edge_of_a_block_breaks_exactly_what_it_touches(length: int, hole: int) -> None:
    walk = long_walk(length, seed=7, holes=0)
    whole = codes_of(walk)
    assert [int(kind_of(code)) for code in whole] == naive.classes(walk)
    if hole < length:
        walk[hole] = (NAN, NAN)
        assert codes_of(walk) == streamed(walk)
        assert codes_of(walk)[hole + 4 :] == whole[hole + 4 :]


@given(rows())
def test_findings_of_the_byte_are_the_twins_patterns(walk: list[Row]) -> None:
    found = {i: PATTERNS[finding_of(c)].value for i, c in enumerate(codes_of(walk)) if finding_of(c) in PATTERNS}
    assert {signal.index: signal.pattern for signal in naive.signals(walk)}.items() <= found.items()


@given(st.lists(rows(most=9), max_size=6))
def test_series_laid_end_to_end_do_not_see_each_other(walks: list[list[Row]]) -> None:
    block = Block.of([bars_from(walk) for walk in walks], [False] * len(walks))
    codes, found = block.scan(Recent(5, 5, 2))
    starts = [0, *accumulate(len(walk) for walk in walks)]
    for i, walk in enumerate(walks):
        assert codes[starts[i] : starts[i + 1]].tolist() == codes_of(walk)
        alone = Block.of([bars_from(walk)], [False]).scan(Recent(5, 5, 2))[1]
        assert [each[1:] for each in found if each.series == i] == [each[1:] for each in alone]


def test_inputs_are_not_changed() -> None:
    high, low = arrays([(100.0, 95.0), (NAN, 96.0), (0.0, 0.0)])
    copies = high.copy(), low.copy()
    kernels.classify(high, low)
    clean(high, low)
    assert np.array_equal(high, copies[0], equal_nan=True)
    assert np.array_equal(low, copies[1], equal_nan=True)


def test_every_combination_of_three_classes_is_the_table_of_the_specification() -> None:
    kinds = {0: 0, 4: 1, 5: 2, 6: -2, 7: 3}
    for a, b, x in ((a, b, x) for a in kinds for b in kinds for x in kinds):
        finding = finding_of(int(kernels.code_of(a, b, x)))
        before, setup, trigger = kinds[a], kinds[b], kinds[x]
        wanted = Finding.NONE
        if trigger == 1 and setup in (2, -2, 3):
            wanted = Finding.SETUP_AFTER_THREE if setup == 3 else Finding.SETUP_AFTER_TWO
        elif trigger in (2, -2):
            if setup == 1 and before in (2, -2, 3):
                wanted = Finding.THREE_ONE_TWO if before == 3 else Finding.TWO_ONE_TWO
            elif setup == 3:
                wanted = Finding.THREE_TWO
            elif setup == -trigger:
                wanted = Finding.THREE_TWO_TWO if before == 3 else Finding.TWO_TWO
        assert finding is wanted, (before, setup, trigger)


def test_every_kernel_runs_without_the_lock_and_is_cached() -> None:
    names = kernel_names(kernels)
    assert {"classify", "write_codes", "scan_block", "append_bar"} <= set(names)
    for name in names:
        options = getattr(kernels, name).targetoptions
        assert options["nogil"], name
        assert options["error_model"] == "numpy", name
        assert type(getattr(kernels, name)._cache).__name__ != "NullCache", name
