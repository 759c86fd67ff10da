"""The grid: what its file says, strictly, and the settings it makes."""

import textwrap
from datetime import UTC, datetime
from decimal import Decimal
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import ConfigError
from core.research.sweep.grid import Axis, Grid, Measure, Period
from core.research.sweep.grid_file import read_grid
from core.research.sweep.windows import DAY_S, WalkForward

WHOLE = """
symbols = ["btc", "BTC,ETH"]
choose_by = "sharpe"
min_trades = 12
[settings]
fees.slippage_bp = 2
[axes]
filters.min_risk_reward = { from = 1.0, to = 2.0, step = 0.5 }
filters.min_continuity = { from = 1, to = 4, step = 2 }
filters.veto = [true, false]
[periods]
spring = { since = 2025-03-01, until = 2025-06-01T00:00:00Z }
since-then = { since = "2025-06-01" }
[walk_forward]
train = "90d"
test = "4w"
warm_up = 0
"""


def _read(folder: Path, text: str) -> Grid:
    file = folder / "grid.toml"
    file.write_text(text)
    return read_grid(file)


def test_a_whole_file_says_what_is_tried(tmp_path: Path) -> None:
    assert _read(tmp_path, WHOLE) == Grid(
        base={"fees.slippage_bp": 2},
        axes=(
            Axis("filters.min_risk_reward", (Decimal("1.0"), Decimal("1.5"), Decimal("2.0"))),
            Axis("filters.min_continuity", (1, 3)),
            Axis("filters.veto", (True, False)),
        ),
        accounts=(("BTC",), ("BTC", "ETH")),
        periods=(
            Period("spring", datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)),
            Period("since-then", datetime(2025, 6, 1, tzinfo=UTC)),
        ),
        walk=WalkForward(90 * DAY_S, 28 * DAY_S, 28 * DAY_S, 0),
        choose_by=Measure.SHARPE,
        min_trades=12,
    )


def test_the_grid_of_the_manual_is_read_as_the_manual_says(tmp_path: Path, root: Path) -> None:
    text = (
        (root / "docs" / "sweep.md").read_text(encoding="utf-8").partition("## The grid")[2].partition("Only what")[0]
    )
    grid = _read(tmp_path, textwrap.dedent(text))
    assert (grid.size, grid.accounts[-1], [period.name for period in grid.periods]) == (
        15,
        ("BTC", "ETH"),
        ["first", "second"],
    )
    assert grid.walk == WalkForward(120 * DAY_S, 30 * DAY_S, 30 * DAY_S)


def test_an_empty_file_is_one_setting_over_everything_there_is(tmp_path: Path) -> None:
    grid = _read(tmp_path, "")
    assert (grid.size, grid.points(), grid.periods, grid.walk) == (1, ((),), (Period("all"),), None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("symbls = []", "line 1: symbls: unknown key; the nearest known one is symbols"),
        ("[walk_forward]\ntrain = '9d'\ntest = '1d'\nstp = '1d'", "line 4: walk_forward.stp: unknown key"),
        ("[walk_forward]\ntrain = '9d'", "walk_forward: needs test"),
        ("[walk_forward]\ntrain = '9d'\ntest = '2d'\nstep = '1d'", "bars would be tested twice"),
        ("[walk_forward]\ntrain = 9\ntest = '2d'", 'line 2: walk_forward.train: is a length such as "90d"'),
        (
            "[periods]\na = { snce = 2025-01-01 }",
            "periods.a.snce: unknown key; the nearest known one is periods.a.since",
        ),
        ("[periods]\na = { since = 2025-02-01, until = 2025-01-01 }", "periods.a: since is not before until"),
        ("[periods]\na = { since = 'soon' }", "periods.a.since: is a date"),
        ("[axes]\nfilters.veto = true", "axes.filters.veto: is a list of values"),
        ("[axes]\nfilters.veto = []", "axes.filters.veto: is a list of values"),
        ("[axes]\naccount.risk_pct = [0.1, 0.10]", "axes.account.risk_pct: holds a value twice"),
        ("[axes]\na = { from = 1, to = 2, stp = 1 }", "axes.a.stp: unknown key; the nearest known one is axes.a.step"),
        ("[axes]\na = { from = 1, to = 2 }", "axes.a: a range has from, to and step"),
        ("[axes]\na = { from = 2, to = 1, step = 1 }", "axes.a: a range goes up"),
        ("[axes]\na = { from = 0, to = 1, step = 0.00001 }", "axes.a: comes to 100,001 values"),
        ("[settings]\na = 1\n[axes]\na = [1, 2]", "settings.a: is an axis, too"),
        ("settings = 3", "settings: is a table"),
        ("symbols = ['BTC', 'btc']", "symbols: holds an account twice"),
        ("symbols = ['BTC,']", 'symbols: "BTC," is no account'),
        ("symbols = 'BTC'", "symbols: is a list"),
        ("choose_by = 'luck'", "choose_by: is one of average_r, net, sharpe"),
        ("min_trades = 1", "min_trades: is a whole number, 2 or more"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        _read(tmp_path, text)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


grids = st.lists(st.integers(1, 5), max_size=4).map(
    lambda lengths: Grid({}, tuple(Axis(f"a{i}", tuple(range(n))) for i, n in enumerate(lengths)), (), (), None)
)


@given(grids)
def test_every_combination_is_a_setting_exactly_once(grid: Grid) -> None:
    points = grid.points()
    assert len(points) == len(set(points)) == grid.size == prod(len(axis.values) for axis in grid.axes)
    assert points == tuple(sorted(points))
    assert all(dict(grid.changes(point)).keys() == {axis.key for axis in grid.axes} for point in points)


@given(grids, st.integers(1, 700))
def test_a_limit_draws_so_many_of_them_and_always_the_same(grid: Grid, limit: int) -> None:
    drawn = grid.points(limit)
    assert len(drawn) == len(set(drawn)) == min(limit, grid.size)
    assert set(drawn) <= set(grid.points())
    assert drawn == grid.points(limit)
