"""The bars a finding keeps, for whoever asks how it came about."""

from core.domain.bars import bad_bar
from core.domain.series import evidence
from tests.strat.bars_data import START, bars_from, series_from
from tests.strat.test_scanner import SETUP, found_in, only_setup


def test_a_setup_keeps_the_bar_before_and_its_own_and_a_signal_its_pattern() -> None:
    series = series_from([*SETUP, (93, 88)])
    found = found_in(series)
    assert only_setup(found).setup.bars == series.bars[1:3]
    assert [signal.bars for signal in found.signals] == [series.bars[1:4]]


def test_a_bar_without_numbers_is_not_kept() -> None:
    good = bars_from([(100, 90)])
    assert evidence((bad_bar(START), *good)) == good
