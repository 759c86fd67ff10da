"""`atlas sweep`: what it says of the best of many, what it refuses before it runs, and that a kill costs nothing."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.said import Said
from tests.cli.sweep_folder import GRID, asked, sweep_folder
from tests.cli.traded_folder import SETTINGS, write_candles
from tests.research.random_bars import walk
from tests.research.sweep.worlds import rows_in

Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Candles, settings and a grid."""
    return sweep_folder(tmp_path)


def test_json_holds_everything_that_was_tried_and_what_it_is_worth(atlas: Run, folder: Path) -> None:
    told = atlas(*asked(folder, "--format", "json")).json
    assert (told["settings_tried"], told["runs_tried"], told["accounts"]) == (4, 8, ["BTC", "BTC,ETH"])
    assert told["axes"] == {"filters.min_risk_reward": ["0.5", "1.5"], "filters.min_continuity": [0, 1]}
    for best in told["best"]:
        worse = min(best[result]["average_r"] for result in ("first", "second"))
        rivals = [run["score"] for run in told["runs"] if run["account"] == best["account"] and run["role"] == "whole"]
        assert worse == max(each for each in rivals if each is not None)
        assert 0 <= best["deflated_sharpe"] <= 1
        assert best["first"]["trades"] > 0 and best["first"]["standard_error_r"] > 0
    for walked in told["walk_forward"]:
        assert len(walked["windows"]) == 11
        assert all(window["train_until"] == window["test_since"] for window in walked["windows"])
        assert walked["out_of_sample"]["first"]["trades"] > 0
    assert [len(each["median"]) for each in told["maps"]] == [2, 2]


def test_the_best_of_a_sweep_is_what_a_backtest_of_that_setting_gives(atlas: Run, folder: Path) -> None:
    best = atlas(*asked(folder, "--format", "json")).json["best"][0]
    values = "\n".join(f"{key.removeprefix('filters.')} = {value}" for key, value in best["values"].items())
    kept = "\n".join(line for line in SETTINGS.splitlines() if not line.startswith(("min_risk", "min_cont")))
    (folder / "best.toml").write_text(kept.replace("[filters]", f"[filters]\n{values}"))
    told = atlas(
        "backtest", "--data", folder, "--settings", folder / "best.toml", "--symbols", "BTC", "--format", "json"
    )
    for result, summary in (("first", told.json["summary"]), ("second", told.json["second"]["summary"])):
        assert best[result]["trades"] == summary["trades"]
        assert best[result]["net"] == summary["net"]
        assert best[result]["average_r"] == pytest.approx(summary["average_r"], abs=2e-6)


def test_the_table_promises_nothing(atlas: Run, folder: Path) -> None:
    said = atlas(*asked(folder))
    assert "Tried: 4 settings x 2 accounts x 1 period = 8 runs, both results each." in said.out
    assert said.out.count("Deflated Sharpe") == 2
    assert said.out.count("chosen for it, no proof") == said.out.count("Out of sample") == 4
    assert "columns: filters.min_continuity" in said.out
    assert "\x1b" not in said.out
    assert all(len(line) < 50 for line in said.out[said.out.index("BTC: median") :].splitlines()[:5])


def test_csv_holds_a_row_a_run(atlas: Run, folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(atlas(*asked(folder, "--format", "csv")).out)))
    assert len(rows) == 2 * 4 * (1 + 11)
    assert {row["role"] for row in rows} == {"whole", "train"}
    assert {row["filters.min_risk_reward"] for row in rows} == {"0.5", "1.5"}


def test_a_limit_draws_settings_and_says_from_how_many(atlas: Run, folder: Path) -> None:
    assert "Tried: 2 settings (drawn from 4) x" in atlas(*asked(folder, "--limit", 2)).out


def test_a_killed_sweep_goes_on_and_ends_like_one_that_was_not(atlas: Run, folder: Path, root: Path) -> None:
    whole = atlas(*asked(folder, "--out", folder / "whole", "--format", "json")).json
    out = folder.parent / "out"
    command = [sys.executable, "-m", "atlas_tui", *map(str, asked(folder))]
    child = subprocess.Popen(command, cwd=root, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    for line in child.stderr:
        if re.match(rb"[1-9][\d,]* of", line):
            break
    os.kill(child.pid, signal.SIGKILL)
    child.stderr.close()
    assert child.wait(30) == -signal.SIGKILL
    left = rows_in(out)
    assert 0 < len(left) < len(rows_in(folder / "whole"))
    assert atlas(*asked(folder, "--format", "json")).json == whole
    assert rows_in(out) == rows_in(folder / "whole")
    assert {name: rows_in(out)[name] for name in left} == left


def _lines(folder: Path, more: str) -> Iterator[str]:
    yield from (line for line in GRID.replace("[axes]", f"[axes]\n{more}").splitlines(keepends=True))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            "filters.min_continuty = [1, 2]",
            "filters.min_continuty: unknown key; the nearest known one is filters.min_con",
        ),
        ("filters.stop_mode = ['atlas', 'none']", "filters.stop_mode: "),
        ("ui.zone = ['UTC', 'NY']", "ui.zone changes no result of a backtest"),
        ("symbols = [['BTC']]", "symbols is no setting of a sweep: the grid's own symbols name the accounts"),
        ("filters.pattern_exit = [false, true]", "filters.pattern_exit needs the desk itself"),
        ("guards.losing_streak = [0, 3]", "guards.losing_streak needs the desk itself"),
    ],
)
def test_a_setting_that_no_sweep_can_run_is_refused_before_anything_runs(
    atlas: Run, folder: Path, more: str, sentence: str
) -> None:
    (folder / "grid.toml").write_text("".join(_lines(folder, more)))
    said = atlas(*asked(folder))
    assert said.code == 2
    assert sentence in said.sentence
    assert not (folder.parent / "out").exists()


def test_a_grid_that_is_too_large_says_its_number_before_candles_are_read(atlas: Run, folder: Path) -> None:
    (folder / "grid.toml").write_text("[axes]\naccount.risk_pct = { from = 0.00001, to = 0.1, step = 0.00001 }\n"
                                      "filters.min_risk_reward = { from = 0.1, to = 2, step = 0.1 }")  # fmt: skip
    said = atlas(*asked(folder, "--data", folder / "nowhere"))
    assert (said.code, said.sentence.split(":")[1].strip()[:40]) == (2, "the grid comes to 200,000 runs, more tha")
    assert "--yes" in said.sentence and "--limit N" in said.sentence


def test_changed_candles_are_noticed_and_thrown_away_only_when_asked(atlas: Run, folder: Path) -> None:
    first = atlas(*asked(folder, "--format", "json")).json
    write_candles(folder, walk("BTC", 4, 1_500))
    refused = atlas(*asked(folder))
    assert refused.code == 1
    assert "changed since: candles" in refused.err and "--afresh" in refused.err
    assert atlas(*asked(folder, "--afresh", "--format", "json")).json["runs"] != first["runs"]


def test_a_setting_given_by_an_option_and_the_grid_is_refused(atlas: Run, folder: Path) -> None:
    (folder / "grid.toml").write_text("[axes]\nfees.slippage_bp = [0, 2]")
    assert "fees.slippage_bp is given by --slippage, too" in atlas(*asked(folder, "--slippage", "harsh")).sentence


def test_a_period_without_bars_is_refused_by_its_name(atlas: Run, folder: Path) -> None:
    (folder / "grid.toml").write_text("[periods]\nthen = { until = 2020-01-01 }")
    assert "BTC has no bars in period then" in atlas(*asked(folder)).err.splitlines()[-1]


def test_an_axis_the_grid_does_not_have_is_no_axis_of_its_map(atlas: Run, folder: Path) -> None:
    said = atlas(*asked(folder, "--map", "filters.veto"))
    assert "there are: filters.min_risk_reward, filters.min_continuity" in said.sentence


@pytest.mark.parametrize(
    ("package", "options", "sentence"),
    [
        ("pyarrow", (), "a sweep needs pyarrow: install ATLAS with the extra history"),
        (
            "distributed",
            ("--scheduler", "tcp://127.0.0.1:9"),
            "--scheduler needs distributed: install ATLAS with the extra cluster",
        ),
    ],
)
def test_a_package_that_is_missing_is_one_sentence_with_its_extra(
    atlas: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, package: str, options: tuple[str, ...], sentence: str
) -> None:
    for module in [name for name in sys.modules if name.startswith(("atlas_tui.cli.sweep.", "core.research.sweep."))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    said = atlas(*asked(folder, *options))
    assert (said.code, said.err.splitlines()[-1].removeprefix("atlas: ")) == (2, sentence)


def test_a_scheduler_that_does_not_answer_is_one_sentence(
    atlas: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.research.sweep.cluster.WAIT_S", 0.2)
    said = atlas(*asked(folder, "--scheduler", "tcp://127.0.0.1:9"))
    assert said.code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9: start one with dask scheduler" in said.err
