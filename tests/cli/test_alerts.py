"""`atlas alerts`, and what `status`, `config` and the strip tell of alerts."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.adapters.absence_reader import read_absence
from core.adapters.ledger_outbox import LedgerOutbox
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.alerts.outbox import AlertRules
from core.alerts.policy import AlertPolicy, Channel
from tests.adapters.ledger_story import NOON, a_day
from tests.alerts.sink import a_sink
from tests.cli.said import Said

Run = Callable[..., Said]
POLICY = AlertPolicy(channels=(Channel.JSON,))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[alerts]\nchannels = ["json"]\n')
    return path


@pytest.fixture
def desk(tmp_path: Path) -> StateDir:
    """A day's ledger whose first message has failed."""
    state = StateDir.create(tmp_path / "desk")
    store = SqliteStore(state, AlertRules(POLICY))
    for batch in a_day():
        store.append(batch).result(5)
    store.close()
    outbox = LedgerOutbox(state, AlertRules(POLICY))
    parcel = outbox.parcel(Channel.JSON, ())
    assert parcel is not None
    outbox.failed(parcel, NOON + timedelta(days=2), "HTTP 404: there is no such address")
    return state


def test_a_test_message_tells_what_each_channel_answered(
    atlas: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_sink([500]) as sink:
        monkeypatch.setenv("ATLAS_JSON_URL", f"{sink.url}/planted-hook")
        refused, taken = (atlas("alerts", "test", "--config", config, "--format", "json") for _ in range(2))
    assert (refused.code, refused.json) == (1, [{"channel": "json", "taken": False, "answer": "HTTP 500"}])
    assert (taken.code, taken.json) == (0, [{"channel": "json", "taken": True, "answer": "ok"}])
    assert [body["alerts"][0]["title"] for body in sink.taken] == ["TEST"]
    assert "planted" not in refused.out + refused.err + taken.out + taken.err


def test_without_a_channel_or_its_address_there_is_nothing_to_test(atlas: Run, config: Path) -> None:
    bare = atlas("alerts", "test")
    assert (bare.code, "alerts.channels is empty" in bare.err) == (2, True)
    missing = atlas("alerts", "test", "--config", config)
    assert (missing.code, "needs its address as the secret ATLAS_JSON_URL" in missing.err) == (2, True)


def test_what_failed_is_listed_with_its_reason_and_put_up_again(atlas: Run, desk: StateDir) -> None:
    rows = atlas("alerts", "pending", "--state-dir", desk.root, "--format", "json").json
    assert [row["state"] for row in rows] == ["failed"] * 3 + ["waiting"] * 8
    assert rows[0]["reason"] == "HTTP 404: there is no such address"
    assert rows[0]["title"] == "SETUP ▲ LONG BTC 1h 2D-1-?"
    assert atlas("alerts", "retry", "--state-dir", desk.root).out == "3 put up again.\n"
    again = atlas("alerts", "pending", "--state-dir", desk.root, "--format", "json").json
    assert {row["state"] for row in again} == {"waiting"}


def test_no_alert_and_no_ledger_are_told_apart(atlas: Run, a_day_on_paper: Path, tmp_path: Path) -> None:
    said = atlas("alerts", "pending", "--state-dir", a_day_on_paper)
    assert (said.code, said.out) == (0, "No alert waits, and none has failed.\n")
    for verb in ("pending", "retry"):
        none = atlas("alerts", verb, "--state-dir", tmp_path / "none")
        assert (none.code, "No ledger" in none.err) == (1, True)


def test_status_counts_alerts_by_channel(atlas: Run, desk: StateDir) -> None:
    told = atlas("status", "--state-dir", desk.root, "--format", "json").json["alerts"]
    reason = "HTTP 404: there is no such address"
    assert told == [{"channel": "json", "waiting": 8, "sent": 0, "failed": 3, "reason": reason}]
    assert "8 waiting, 3 failed, 0 sent; HTTP 404" in atlas("status", "--state-dir", desk.root).out


def test_since_you_left_counts_the_alerts_that_reached_nobody(desk: StateDir, atlas: Run) -> None:
    view = read_absence(desk.ledger)
    assert view is not None
    assert view.alerts_failed == 3
    assert "3 alerts failed" in atlas("status", "--state-dir", desk.root).out


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[alerts]\nchannels = ["telegram"]', "alerts.channels"),
        ("[alerts]\nkinds = []", "alerts.kinds"),
        ('[alerts]\nchanels = ["json"]', "the nearest known one is alerts.channels"),
        ('[alerts.severity]\nentree = "low"', "is no kind of alert; there are armed, entry"),
        ('[alerts.severity]\nentry = "loud"', "alerts.severity.entry"),
        ('[alerts]\nquiet_from = "25:00"', "on the clock of alerts.zone"),
        ('[alerts]\nzone = "local"', "alerts.zone"),
        ("[alerts]\nfeed_down_after_s = 1", "alerts.feed_down_after_s"),
    ],
)
def test_settings_of_alerts_that_cannot_be_are_refused_with_their_line(
    text: str, named: str, atlas: Run, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    said = atlas("config", "show", "--config", path)
    assert said.code == 2
    assert f"line {len(text.splitlines())}" in said.err
    assert named in said.err


def test_an_address_never_stands_in_the_settings_file(atlas: Run, config: Path) -> None:
    config.write_text('[alerts]\nurl = "https://discord.com/api/webhooks/1/x"')
    assert atlas("config", "show", "--config", config).code == 2
    assert "ATLAS_JSON_URL" not in os.environ
