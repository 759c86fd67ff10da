"""The verbs that read a ledger."""

import os
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.state_dir import StateDir
from tests.cli.said import Said

Run = Callable[..., Said]
SIGNAL_KEYS = [
    "id", "symbol", "product_id", "timeframe", "pattern", "direction", "status", "verdict",
    "entry_trigger", "stop", "target", "target_kind", "risk_reward", "magnitude_pct", "tfc_score", "bar_start",
    "detected_at",
]  # fmt: skip
TRADE_KEYS = [
    "id", "setup_id", "symbol", "product_id", "timeframe", "pattern", "direction", "size",
    "entry_price", "exit_price", "stop", "target", "exit_reason", "gross", "fees", "funding",
    "net", "r_multiple", "leverage", "opened_at", "closed_at",
]  # fmt: skip
LISTS = ("signals", "setups", "positions", "trades", "performance", "leverage", "status", "check")


def test_rows_carry_the_promised_keys(atlas: Run, a_day_on_paper: Path) -> None:
    for verb, keys in (("signals", SIGNAL_KEYS), ("setups", SIGNAL_KEYS), ("trades", TRADE_KEYS)):
        rows = atlas(verb, "--state-dir", a_day_on_paper, "--format", "json").json
        assert rows != []
        assert [set(keys) - set(row) for row in rows] == [set()] * len(rows)


@pytest.mark.parametrize("verb", LISTS)
@pytest.mark.parametrize("style", ["table", "json", "csv"])
def test_every_list_is_printed_in_every_form(atlas: Run, a_day_on_paper: Path, verb: str, style: str) -> None:
    said = atlas(verb, "--state-dir", a_day_on_paper, "--format", style)
    assert (said.code, said.err) == (0, "")
    assert said.out.strip() != ""
    assert said.json if style == "json" else True


@pytest.mark.parametrize("verb", [verb for verb in LISTS if verb != "leverage"])
def test_without_a_ledger_every_list_says_so_in_one_sentence(atlas: Run, tmp_path: Path, verb: str) -> None:
    said = atlas(verb, "--state-dir", tmp_path / "nothing")
    assert said.code == 1
    assert "atlas run" in said.sentence
    assert not (tmp_path / "nothing").exists()


def test_the_money_of_all_verbs_agrees(atlas: Run, a_day_on_paper: Path) -> None:
    def of(verb: str) -> object:
        return atlas(verb, "--state-dir", a_day_on_paper, "--format", "json").json

    status, performance, trades, positions = of("status"), of("performance"), of("trades"), of("positions")
    assert isinstance(status, dict) and isinstance(performance, dict)
    assert isinstance(trades, list) and isinstance(positions, list)
    net = sum(Decimal(trade["net"]) for trade in trades)
    open_costs = sum(Decimal(position["funding"]) - Decimal(position["fees"]) for position in positions)
    assert Decimal(status["balance"]) == Decimal(status["start"]) + net + open_costs
    assert (performance["balance"], Decimal(performance["net"])) == (status["balance"], net)
    assert performance["trades"] == len(trades) == sum(part["trades"] for part in performance["by_target_kind"])


def test_performance_always_names_the_doubt(atlas: Run, a_day_on_paper: Path) -> None:
    said = atlas("performance", "--state-dir", a_day_on_paper)
    assert "standard_error" in said.out
    assert "not distinguishable from nothing" in said.out


def test_only_pending_setups_when_asked(atlas: Run, a_day_on_paper: Path) -> None:
    rows = atlas("setups", "--pending", "--state-dir", a_day_on_paper, "--format", "json").json
    assert {row["status"] for row in rows} == {"PENDING"}


def test_the_state_directory_may_come_from_the_environment(
    atlas: Run, a_day_on_paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_STATE_DIR", str(a_day_on_paper))
    assert len(atlas("trades", "--format", "json").json) == 1


def test_without_a_ledger_of_its_own_a_list_reads_the_demos_and_says_so(
    atlas: Run, a_day_on_paper: Path, home: Path
) -> None:
    folder = home / "XDG_STATE_HOME" / "atlas"
    folder.mkdir(parents=True)
    a_day_on_paper.rename(folder / "demo")
    said = atlas("trades", "--format", "json")
    assert len(said.json) == 1
    assert said.sentence == f"Reading the demo's ledger in {folder / 'demo'}."


def test_check_finds_a_broken_ledger_and_exits_1(atlas: Run, a_day_on_paper: Path) -> None:
    ledger = StateDir(a_day_on_paper).ledger
    with sqlite3.connect(ledger) as db:
        db.execute("UPDATE account SET balance = '999999'")
    db.close()
    said = atlas("check", "--state-dir", a_day_on_paper, "--format", "json")
    assert said.code == 1
    assert not said.json["ok"]
    assert {one["id"] for one in said.json["checks"] if not one["ok"]} >= {"M1", "M2"}


def test_explain_takes_a_whole_id_or_its_short_hash(atlas: Run, a_day_on_paper: Path) -> None:
    trade = atlas("trades", "--state-dir", a_day_on_paper, "--format", "json").json[0]
    by_id = atlas("explain", trade["id"], "--state-dir", a_day_on_paper, "--format", "json").json
    by_hash = atlas("explain", trade["hash"], "--state-dir", a_day_on_paper, "--format", "json").json
    assert by_id == by_hash
    assert {item["kind"] for item in by_id} == {"trade", "setup"}


def test_explain_shows_the_numbers_of_a_refusal(atlas: Run, a_day_on_paper: Path) -> None:
    rows = atlas("setups", "--state-dir", a_day_on_paper, "--format", "json").json
    refused = next(row for row in rows if row["refusal"])
    said = atlas("explain", refused["hash"], "--state-dir", a_day_on_paper)
    assert "LOW_CONTINUITY" in said.out
    assert '{"score":"1","needed":"2"}' in said.out


def test_explain_of_an_unknown_id_names_the_nearest(atlas: Run, a_day_on_paper: Path) -> None:
    said = atlas("explain", "BTC|1h|2D-1-?|2026-03-02T12:00:00", "--state-dir", a_day_on_paper)
    assert said.code == 1
    assert "did you mean BTC|1h|2D-1-?|2026-03-02T12:00:00Z" in said.sentence
    assert "is no id in this ledger" in atlas("explain", "deadbeef", "--state-dir", a_day_on_paper).sentence


def test_reset_asks_archives_and_leaves_nothing_behind(atlas: Run, spawn: Run, a_day_on_paper: Path) -> None:
    assert spawn("reset", "--state-dir", a_day_on_paper).code == 130
    assert StateDir(a_day_on_paper).ledger.exists()
    said = atlas("reset", "--yes", "--state-dir", a_day_on_paper)
    assert said.code == 0
    assert not StateDir(a_day_on_paper).ledger.exists()
    assert len(list((a_day_on_paper / "archive").glob("*.db"))) == 1
    assert "nothing to reset" in atlas("reset", "--yes", "--state-dir", a_day_on_paper).out


def test_reset_refuses_while_a_desk_holds_the_directory(atlas: Run, a_day_on_paper: Path) -> None:
    with StateDir(a_day_on_paper).lock():
        said = atlas("reset", "--yes", "--state-dir", a_day_on_paper)
    assert said.code == 1
    assert "in use by the ATLAS with pid" in said.sentence


def test_status_names_the_living_holder(atlas: Run, a_day_on_paper: Path) -> None:
    with StateDir(a_day_on_paper).lock():
        held = atlas("status", "--state-dir", a_day_on_paper, "--format", "json").json
    free = atlas("status", "--state-dir", a_day_on_paper, "--format", "json").json
    assert (held["running"], held["pid"]) == (True, os.getpid())
    assert (free["running"], free["pid"]) == (False, None)


def test_an_unreadable_ledger_is_one_sentence_with_its_path(atlas: Run, a_day_on_paper: Path) -> None:
    ledger = StateDir(a_day_on_paper).ledger
    ledger.write_bytes(b"not a database" * 100)
    said = atlas("trades", "--state-dir", a_day_on_paper)
    assert said.code == 1
    assert str(ledger) in said.sentence
