"""The verbs that read a ledger."""

import csv
import io
import os
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import SetupFound
from core.domain.signals import SetupStatus
from tests.adapters.ledger_story import a_setup
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
LISTS = ("signals", "setups", "positions", "trades", "shadows", "performance", "leverage", "status", "check")


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


def test_what_a_person_said_is_in_every_list(atlas: Run, a_day_on_paper: Path) -> None:
    def rows(verb: str) -> list[dict[str, object]]:
        return list(atlas(verb, "--state-dir", a_day_on_paper, "--format", "json").json)

    assert [row["review"] for row in rows("signals")] == ["REJECTED", None]
    (position,) = rows("positions")
    assert (position["review"], position["origin"], position["notes"]) == ("TAKEN", "setup", "runner")
    waiting = [row for row in rows("setups") if row["status"] == "PENDING"]
    assert {row["review_reason"] for row in waiting} == {"chop"}
    assert [row["verdict"] for row in waiting] == ["OK", "MIN_MAGNITUDE"]
    assert [row["armed"] for row in waiting] == [False, False]
    assert {"review", "review_reason", "review_at", "notes", "origin"} <= set(rows("trades")[0])


def test_a_note_that_looks_like_a_formula_is_text_in_csv(atlas: Run, a_day_on_paper: Path) -> None:
    said = atlas("setups", "--pending", "--state-dir", a_day_on_paper, "--format", "csv")
    lines = list(csv.DictReader(io.StringIO(said.out)))
    assert {line["notes"] for line in lines} == {"'=wide stop"}
    as_json = atlas("setups", "--pending", "--state-dir", a_day_on_paper, "--format", "json").json
    assert {row["notes"] for row in as_json} == {"=wide stop"}


def test_a_policy_that_asks_disarms_what_nobody_has_approved(
    atlas: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = a_setup()
    store = SqliteStore(StateDir.create(tmp_path / "desk"))
    store.append([SetupFound(setup, SetupStatus.PENDING, setup.detected_at)]).result(10)
    store.close()
    settings = tmp_path / "atlas.toml"
    for stance, armed, waits in (("auto", 1, 1), ("ask", 0, 1), ("ignore", 0, 0)):
        settings.write_text(f'[review]\ndefault = "{stance}"\n')
        given = ("--state-dir", tmp_path / "desk", "--config", settings, "--format", "json")
        status = atlas("status", *given).json
        assert (status["armed_setups"], status["to_review"]) == (armed, waits)
        assert [row["armed"] for row in atlas("setups", *given).json] == [bool(armed), False]


def test_refused_entries_are_listed_with_totals_by_code(atlas: Run, a_day_on_paper: Path) -> None:
    (row,) = atlas("shadows", "--state-dir", a_day_on_paper, "--format", "json").json
    assert (row["symbol"], row["code"], row["r_multiple"], row["reason"]) == (
        "ETH", "LOW_CONTINUITY", "-1.002000", "STOP",
    )  # fmt: skip
    table = atlas("shadows", "--state-dir", a_day_on_paper).out.splitlines()
    assert table[-2].split() == ["code", "followed", "open", "sum_r", "average_r"]
    assert table[-1].split() == ["LOW_CONTINUITY", "1", "0", "-1.002000", "-1.002000"]
    header, *lines = atlas("shadows", "--state-dir", a_day_on_paper, "--format", "csv").out.splitlines()
    assert header.startswith("setup_id,symbol")
    assert len(lines) == 1


def test_status_tells_what_is_halted_and_tripped_and_who_was_there_last(atlas: Run, a_day_on_paper: Path) -> None:
    status = atlas("status", "--state-dir", a_day_on_paper, "--format", "json").json
    assert [(halt["scope"], halt["source"]) for halt in status["halted"]] == [("BTC", "hand")]
    assert (status["tripped"], status["to_review"], status["armed_setups"]) == (["DRAWDOWN"], 0, 0)
    assert status["last_seen_at"].endswith("Z")
    table = atlas("status", "--state-dir", a_day_on_paper).out
    assert f"entries of BTC, by hand since {status['halted'][0]['since']}" in table


def test_status_tells_what_the_disk_holds_and_what_is_beyond_its_budget(
    atlas: Run, a_day_on_paper: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "atlas.toml"
    settings.write_text("[retention]\nlog_mb = 1\n")
    (a_day_on_paper / "atlas.log").write_bytes(b"x" * 1_200_000)
    given = ("--state-dir", a_day_on_paper, "--config", settings)
    disk = atlas("status", *given, "--format", "json").json["disk"]
    assert (disk["log_mb"], disk["budget_mb"], disk["over_budget"]) == (1.2, 3001, ["log_mb"])
    assert set(disk) >= {"ledger_mb", "recordings_mb", "backups_mb", "archive_mb", "free_mb"}
    assert "beyond its budget: log_mb" in atlas("status", *given).out


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
    assert "too few timeframes stand on its side (score 1, needed 2)" in " ".join(said.out.split())
    rows = list(csv.DictReader(io.StringIO(atlas(
        "explain", refused["hash"], "--state-dir", a_day_on_paper, "--format", "csv"
    ).out)))  # fmt: skip
    assert {"of": "setup", "what": "refusal_numbers", "value": '{"score":"1","needed":"2"}'} in rows


def test_explain_tells_a_trade_in_sections_whose_numbers_are_the_booked_ones(atlas: Run, a_day_on_paper: Path) -> None:
    trade = atlas("trades", "--state-dir", a_day_on_paper, "--format", "json").json[0]
    told, *kin = atlas("explain", trade["id"], "--state-dir", a_day_on_paper, "--format", "json").json
    assert {name: told[name] for name in TRADE_KEYS} == {name: trade[name] for name in TRADE_KEYS}
    assert all("sections" not in item for item in kin)
    out = next(section for section in told["sections"] if section["title"] == "Exit")
    values = {row["name"]: row["value"] for row in out["rows"] if row["name"]}
    assert (values["net"], values["fees"], values["funding"]) == (trade["net"], trade["fees"], trade["funding"])
    assert values["closed"] == trade["closed_at"]
    text = " ".join(atlas("explain", trade["hash"], "--state-dir", a_day_on_paper).out.split())
    assert "2026-03-02 16:00 UTC: -1.98 x mark 107.33 x 0.009132%" in text
    assert "tier swing" in text and "L 4x" in text


def test_explain_works_beside_a_running_desk(atlas: Run, a_day_on_paper: Path) -> None:
    position = atlas("positions", "--state-dir", a_day_on_paper, "--format", "json").json[0]
    with StateDir(a_day_on_paper).lock():
        said = atlas("explain", position["hash"], "--state-dir", a_day_on_paper)
    assert said.code == 0
    assert "press e on the position there" in said.out


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
