"""A sweep as plain values: what `--format json` prints, and the report is made of."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from atlas_tui.cli.backtest.document import instant_text, plain_value, settings_row
from atlas_tui.cli.sweep.inputs import Prepared
from core.domain.rows import exact
from core.domain.signals import iso_z
from core.research.sweep.choosing import Best, Walked, score
from core.research.sweep.heat import HeatMap, heat_of
from core.research.sweep.run import Figures, Run
from core.research.sweep.sweeping import Swept

Row = dict[str, Any]
RESULTS: Final = ("first", "second")
_MICRO: Final = Decimal("0.000001")
_DIGITS: Final = 6


def document(prepared: Prepared, swept: Swept, axes: tuple[str, str]) -> Row:
    """All of it.

    Args:
        prepared: what was run on.
        swept: what it gave.
        axes: of the maps, rows and columns; the rows' may be empty, and both for no map.
    """
    grid, trials = prepared.grid, swept.trials
    return {
        "settings": settings_row(prepared.inputs) | {key: plain_value(value) for key, value in grid.base.items()},
        "axes": {axis.key: list(map(plain_value, axis.values)) for axis in grid.axes},
        "choose_by": grid.choose_by.value,
        "min_trades": grid.min_trades,
        "settings_tried": len(prepared.points),
        "settings_of_the_grid": grid.size,
        "accounts": [account.name for account in prepared.world.accounts],
        "periods": [period.name for period in grid.periods],
        "runs_tried": trials.tried,
        "undecided": sum(run.results is None for run in swept.runs),
        "luckiest_sharpe": dict(zip(RESULTS, map(_round, trials.lucky), strict=True)),
        "best": [best_row(prepared, each) for each in swept.bests],
        "walk_forward": [walk_row(prepared, each) for each in swept.walks],
        "maps": [map_row(name, each) for name, each in maps(prepared, swept, axes)],
        "runs": run_rows(prepared, swept.runs),
    }


def run_rows(prepared: Prepared, runs: Sequence[Run]) -> list[Row]:
    """Runs as the files hold them, times and money as text, with the score."""
    names = prepared.names
    return [
        {key: _told(value) for key, value in names.run_row(run).items()} | {"score": _round(score(run, prepared.grid))}
        for run in runs
    ]


def best_row(prepared: Prepared, best: Best) -> Row:
    """The best setting of a place with both results, and what that is worth."""
    run = best.run
    row: Row = {**_place(prepared, best.place.account, best.place.period), "setting": None}
    if run is None or run.results is None:
        return row
    return row | {
        "setting": run.setting,
        "values": dict(prepared.texts[run.setting]),
        **{result: figures_row(each) for result, each in zip(RESULTS, run.results, strict=True)},
        "deflated_sharpe": _round(best.probability),
    }


def walk_row(prepared: Prepared, walked: Walked) -> Row:
    """A walk forward: what was chosen, how that looked in sample, and what came of it out of sample."""
    windows = []
    for train, test, run in zip(walked.place.train, walked.place.test, walked.chosen, strict=True):
        window = {
            "train_since": instant_text(train.since_s), "train_until": instant_text(train.until_s),
            "test_since": instant_text(test.since_s), "test_until": instant_text(test.until_s),
        }  # fmt: skip
        values = None if run is None else dict(prepared.texts[run.setting])
        windows.append(window | {"setting": None if run is None else run.setting, "values": values})
    in_sample = zip(RESULTS, walked.in_sample, strict=True)
    return {
        **_place(prepared, walked.place.account, walked.place.period),
        "windows": windows,
        "sat_out": sum(each is None for each in walked.chosen),
        "undecided": sum(each is not None and each.trades is None for each in walked.tried),
        "in_sample": {result: {"trades": count, "average_r": _round(mean)} for result, (count, mean) in in_sample},
        "out_of_sample": {result: figures_row(walked.out_of_sample(side)) for side, result in enumerate(RESULTS)},
    }


def figures_row(figures: Figures) -> Row:
    """One result with n and its standard error."""
    moments = figures.moments
    return {
        "trades": moments.count,
        "wins": figures.wins,
        "win_rate": round(100 * figures.wins / figures.trades, _DIGITS) if figures.trades else 0.0,
        "net": exact(figures.net_micros * _MICRO),
        "average_r": _round(moments.mean) if moments.count else None,
        "standard_error_r": _round(moments.error),
        "sharpe": _round(moments.sharpe),
        "skew_r": _round(moments.skew),
        "kurtosis_r": _round(moments.kurtosis),
        "max_drawdown_pct": _round(figures.drawdown_pct),
        "open": figures.open,
    }


def maps(prepared: Prepared, swept: Swept, axes: tuple[str, str]) -> list[tuple[str, HeatMap]]:
    """A map for every account."""
    if not axes[1]:
        return []
    found = []
    for number, account in enumerate(prepared.world.accounts):
        runs = [run for run in swept.wholes if run.job.account == number]
        found.append((account.name, heat_of(runs, prepared.grid, prepared.texts, *axes)))
    return found


def map_row(account: str, found: HeatMap) -> Row:
    """A map as values."""
    return {
        "account": account, "down": found.down, "across": found.across, "rows": list(found.rows),
        "columns": list(found.columns), "median": [list(map(_round, row)) for row in found.cells],
    }  # fmt: skip


def _place(prepared: Prepared, account: int, period: int) -> Row:
    return {"account": prepared.world.accounts[account].name, "period": prepared.grid.periods[period].name}


def _told(value: object) -> object:
    return iso_z(value) if isinstance(value, datetime) else plain_value(value)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
