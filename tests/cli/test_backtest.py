"""`atlas backtest`: both results, what they cost, and no sentence beyond what n and the standard error allow."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from core.research.report.words import verdict
from tests.cli.said import Said
from tests.cli.traded_folder import SETTINGS, asked, traded_folder

Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Candles that trade."""
    return traded_folder(tmp_path)


def test_json_holds_both_results_and_what_they_rest_on(atlas: Run, folder: Path) -> None:
    told = atlas(*asked(folder, "--format", "json")).json
    wanted = {"settings", "summary", "ambiguous", "trades", "open", "refusals", "setups", "second"}
    assert wanted <= set(told)
    assert told["settings"]["instruments"]["BTC"] == {
        "price_increment": "0.1", "base_increment": "0.001", "market": "intx",
    }  # fmt: skip
    assert told["settings"]["filters.min_magnitude_pct"] == "0.1"
    assert told["ambiguous"] > 0
    trade = told["trades"][0]
    assert {"entry_price", "net", "target_kind", "tier", "exit_reason"} <= set(trade)
    assert isinstance(trade["net"], str) and trade["opened_at"].endswith("Z")
    triggered = [setup for setup in told["setups"] if setup["status"] == "TRIGGERED"]
    assert len(triggered) == len(told["trades"]) + len(told["open"]) + len(told["refusals"])
    assert told["summary"]["trades"] == len(told["trades"])
    assert told["second"]["summary"]["trades"] == len(told["second"]["trades"]) != 0
    assert sum(part["trades"] for part in told["summary"]["by_target_kind"]) == len(told["trades"])
    for name in ("timeframe", "pattern", "direction", "tier", "hour", "tfc"):
        assert sum(part["trades"] for part in told["summary"][f"by_{name}"]) == len(told["trades"])


def test_csv_holds_the_trades_of_both_results(atlas: Run, folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(atlas(*asked(folder, "--format", "csv")).out)))
    assert {row["result"] for row in rows} == {"first", "second"}
    assert all(row["target_kind"] in ("structural", "measured") and row["tier"] for row in rows)


def test_the_table_always_shows_the_pair_the_costs_and_the_doubt(atlas: Run, folder: Path) -> None:
    out = atlas(*asked(folder)).out
    assert "500 bars" not in out and "BTC: " in out
    assert "Costs: fees 0.03 % a side (intx), slippage 0 bp, funding 10 % a year in payments every 8 h" in out
    for name in ("first", "second"):
        assert f"\n{name} " in out
        assert f"{name}, structural targets" in out and f"{name}, measured targets" in out
    assert "± s.e." in out
    assert "First result: mean" in out and "Second result: mean" in out
    assert "Neither stands alone." in out
    assert "Refused entries, of setups that the filters took: " in out


def test_fees_and_slippage_of_the_command_line_win(atlas: Run, folder: Path) -> None:
    free = atlas(*asked(folder, "--fees", "0", "--format", "json")).json
    assert {trade["fees"] for trade in free["trades"]} == {"0.000000"}
    dear = atlas(*asked(folder, "--fees", "0.001", "--slippage", "harsh")).out
    assert "fees 0.1 % a side (intx), slippage 10 bp" in dear


def test_symbols_and_period_are_chosen(atlas: Run, folder: Path) -> None:
    chosen = asked(folder, "--symbols", "eth", "--since", "2026-01-06", "--until", "2026-01-07", "--format", "json")
    (bars,) = atlas(*chosen).json["settings"]["bars"]
    assert bars["symbol"] == "ETH"
    assert "2026-01-06T00:00:00Z" <= bars["since"] < bars["until"] <= "2026-01-07T00:00:00Z"


def test_rows_that_cannot_be_used_are_told(atlas: Run, folder: Path) -> None:
    said = atlas(*asked(folder))
    assert "price not above zero" in said.err and "kept out as a hole" in said.err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--symbols", "DOGE"), "there are no candles of DOGE in --data; there are some of: BTC, ETH"),
        (("--timeframe", "1h"), "there are no 1h candles of BTC, there are 15m: choose with --timeframe"),
        (("--since", "2030-01-01"), "there are no candles within this period; there are some from 2026-01-05"),
        (("--fees", "much"), "--fees 'much': write a number such as 0 or 0.0003"),
        (("--fees", "5"), "--fees: fees.intx: 5 is not allowed"),
        (("--data", "gone"), "--data gone: there is no such file or folder"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(atlas: Run, folder: Path, more: tuple[str, ...], sentence: str) -> None:
    said = atlas(*asked(folder, *more))
    assert said.code == 2
    assert [line for line in said.err.splitlines() if line.startswith("atlas: ")] == [said.err.splitlines()[-1]]
    assert sentence in said.err


def test_a_file_whose_name_tells_nothing_is_the_one_symbol_asked_for(atlas: Run, folder: Path) -> None:
    file = (folder / "TEST_BTC-USD_15m.csv").rename(folder / "mine.csv")
    line = ("backtest", "--data", file, "--settings", folder / "loose.toml")
    assert "mine.csv cannot be BTC and ETH: choose one with --symbols" in atlas(*line).err
    assert atlas(*line, "--symbols", "BTC").out.startswith("BTC: ")
    another = atlas(*line, "--symbols", "BTC", "--timeframe", "1h")
    assert (another.code, another.sentence) == (2, "atlas: mine.csv holds 15m candles: choose with --timeframe")


def test_without_candles_it_says_where_they_come_from(atlas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_DATA_DIR", raising=False)
    assert "name a file or folder with --data" in atlas("backtest").err


def test_the_bias_guard_is_run_and_told_where_it_is_asked_for(atlas: Run, folder: Path) -> None:
    assert "Bias guard: not run" in atlas(*asked(folder)).out
    told = atlas(*asked(folder, "--guard", "--format", "json")).json["bias_guard"]
    assert told["cuts"] > 3 and told["changed"] == 0


def test_rules_that_only_the_desk_knows_are_run_by_the_desk(atlas: Run, folder: Path) -> None:
    (folder / "loose.toml").write_text(SETTINGS.replace("[instruments", "[guards]\nlosing_streak = 1\n[instruments"))
    said = atlas(*asked(folder, "--guard"))
    assert "LOSING_STREAK" in said.out and "0 trades changed" in said.out


@pytest.mark.parametrize(
    ("trades", "mean", "error", "words"),
    [
        (0, None, None, "0 trades: too few to say anything."),
        (1, 2.0, None, "1 trade: too few to say anything."),
        (179, 0.12, 0.11, "mean +0.12 R over 179 trades, standard error 0.11: not distinguishable from nothing."),
        (3801, -0.08, 0.01, "mean -0.08 R over 3,801 trades"),
        (50, -0.5, 0.2, "2.5 standard errors from zero on these bars; of other bars it says nothing."),
        (2, -1.0, 0.0, "not distinguishable from nothing."),
    ],
)
def test_a_verdict_says_no_more_than_n_and_the_standard_error_allow(
    trades: int, mean: float | None, error: float | None, words: str
) -> None:
    assert words in verdict({"trades": trades, "average_r": mean, "standard_error_r": error})
