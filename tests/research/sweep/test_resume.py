"""Results that survive: a part is there whole or run again, and never of another sweep."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import SweepError
from core.research.sweep.crew import Threads
from core.research.sweep.grid import Grid, Measure
from core.research.sweep.plan import World, jobs_of, places_of
from core.research.sweep.sweeping import Swept, sweep
from tests.research.sweep.worlds import GRID, OneByOne, Stopped, parts, rows_in, world

WORLD = world()
PLACES = places_of(GRID, WORLD.accounts)


def swept(
    folder: Path, crew: OneByOne | Threads, made: World = WORLD, grid: Grid = GRID, afresh: bool = False
) -> Swept:
    kept = parts(folder, made, grid)
    with kept.writing(afresh):
        return sweep(grid, len(made.policies), PLACES, kept, crew, lambda done, whole: None)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Swept]:
    """A sweep that nothing has disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return folder, swept(folder, OneByOne(WORLD))


def test_a_sweep_stopped_anywhere_and_resumed_gives_the_same_files_and_result(
    undisturbed: tuple[Path, Swept], tmp_path: Path
) -> None:
    whole, result = undisturbed
    stops = 0
    while (again := _until_stopped(tmp_path)) is None:
        stops += 1
    assert stops > 5
    assert again == result
    assert rows_in(tmp_path) == rows_in(whole)


def _until_stopped(folder: Path) -> Swept | None:
    """Four jobs more, or what the sweep gave when they were the last."""
    crew = OneByOne(WORLD, most=4)
    try:
        return swept(folder, crew)
    except Stopped:
        assert len(crew.ran) == 4
        return None


def test_threads_give_the_same_to_the_last_byte(undisturbed: tuple[Path, Swept], tmp_path: Path) -> None:
    whole, result = undisturbed
    assert swept(tmp_path, Threads(WORLD, 2)) == result
    assert rows_in(tmp_path) == rows_in(whole)


def test_what_is_stored_is_not_run_again(undisturbed: tuple[Path, Swept]) -> None:
    folder, result = undisturbed
    crew = OneByOne(WORLD)
    assert swept(folder, crew) == result
    assert crew.ran == []


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_part_cut_short_or_changed_anywhere_is_not_taken(
    undisturbed: tuple[Path, Swept], data: st.DataObject
) -> None:
    folder, _ = undisturbed
    job = jobs_of(PLACES, len(WORLD.policies))[0]
    path = folder / "runs" / "000000.parquet"
    good = path.read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    hurt = good[:place] if data.draw(st.booleans()) else good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
    path.write_bytes(hurt)
    try:
        assert parts(folder, WORLD).runs(job) is None
    finally:
        path.write_bytes(good)
    assert parts(folder, WORLD).runs(job) is not None


def test_other_candles_and_another_grid_are_noticed_by_name_and_nothing_is_mixed(
    undisturbed: tuple[Path, Swept], tmp_path: Path
) -> None:
    swept(tmp_path, OneByOne(WORLD))
    before = rows_in(tmp_path)
    others = world(seed=6)
    with pytest.raises(SweepError, match=r"changed since: candles: .*--afresh"):
        swept(tmp_path, OneByOne(others), others)
    with pytest.raises(SweepError, match="changed since: grid: "):
        swept(tmp_path, OneByOne(WORLD), grid=replace(GRID, choose_by=Measure.NET))
    assert rows_in(tmp_path) == before
    fresh = OneByOne(others)
    swept(tmp_path, fresh, others, afresh=True)
    assert fresh.ran and rows_in(tmp_path) != before


def test_a_folder_is_one_sweeps_at_a_time(tmp_path: Path) -> None:
    with parts(tmp_path, WORLD).writing(afresh=False), pytest.raises(SweepError, match="another sweep is at work"):
        swept(tmp_path, OneByOne(WORLD))


def test_the_files_are_one_table_for_whoever_reads_parquet(undisturbed: tuple[Path, Swept]) -> None:
    folder, result = undisturbed
    table = pq.read_table(folder / "runs")
    assert len(table) == len(result.runs)
    assert {"account", "filters.veto", "first_average_r", "second_trades"} <= set(table.column_names)
    trades = pq.read_table(folder / "trades").to_pylist()
    told = [trade for walk in result.walks for each in walk.tried if each and each.trades for trade in each.trades[0]]
    assert [trade["id"] for trade in trades if trade["result"] == "first"] == [trade.id for trade in told] != []
