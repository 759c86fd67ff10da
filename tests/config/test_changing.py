"""What a second reading of the settings comes to: what a running desk takes, and what waits for a restart."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.alerts.policy import AlertKind, Severity
from core.config.changing import LIVE, change_to, is_live
from core.config.options import OPTIONS
from core.config.secrets import Found
from core.config.settings import Request, Settings, load_settings
from core.domain.guards import GuardPolicy
from core.domain.secret import Secret


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return load_settings(Request(config=path), environ={})


def test_rules_are_taken_and_what_the_desk_is_built_of_waits(written: Path) -> None:
    running = read(written, "")
    fresh = read(
        written,
        'symbols = ["BTC"]\n[venue]\nlistings = ["spot"]\n[guards]\nlosing_streak = 3\n[account]\nstart_balance = 5\n',
    )
    change = change_to(running, fresh)
    assert change.what == (
        'settings read again: now symbols = ["BTC"], guards.losing_streak = 3; '
        "after a restart: venue.listings, account.start_balance"
    )
    held = change.settings
    assert (held.policy.symbols, held.policy.guards) == (("BTC",), GuardPolicy(losing_streak=3))
    assert (held.policy.start_balance, held.venue) == (Decimal(1000), running.venue)
    assert (held.values["guards.losing_streak"], held.sources["guards.losing_streak"]) == (3, "file")
    assert held.values["account.start_balance"] == Decimal(1000)


def test_what_waits_is_told_again_and_what_was_taken_is_not(written: Path) -> None:
    fresh = read(written, "[guards]\nlosing_streak = 3\n[account]\nstart_balance = 10\n")
    held = change_to(load_settings(Request(config=written), environ={}), fresh).settings
    assert change_to(held, fresh).what == "settings read again: nothing to take"
    other = read(written, "[guards]\nlosing_streak = 3\n[account]\nstart_balance = 20\n")
    assert change_to(held, other).what == "settings read again: nothing to take; after a restart: account.start_balance"


def test_keys_and_what_a_console_can_take_of_its_looks_are_taken(written: Path) -> None:
    change = change_to(read(written, ""), read(written, '[ui]\nfps = 10\nmask = true\n[keys]\nscan = "f5"\n'))
    assert change.what == 'settings read again: now ui.fps = 10, keys.scan = "f5"; after a restart: ui.mask'
    assert (change.settings.ui.fps, change.settings.ui.mask, dict(change.settings.keys)) == (10, False, {"scan": "f5"})


def test_an_entry_of_a_table_that_is_no_longer_written_is_taken_back(written: Path) -> None:
    running = read(written, '[review.policy]\n"SOL 15m SHORT" = "ask"\n')
    change = change_to(running, read(written, ""))
    assert change.what == "settings read again: now review.policy.SOL 15m SHORT as if it were not written"
    assert change.settings.policy.review == load_settings(environ={"ATLAS_CONFIG": str(written)}).policy.review


@pytest.mark.parametrize("live", LIVE)
def test_what_is_said_to_be_live_names_settings_there_are(live: str) -> None:
    assert [key for key in OPTIONS if is_live(key) and (key == live or (key + ".").startswith(live))]


def test_another_address_of_alerts_is_taken_and_never_shown_and_other_secrets_wait(written: Path) -> None:
    def reading(**secrets: str) -> Settings:
        return replace(
            read(written, ""), secrets={name: Found(Secret(text), "key file") for name, text in secrets.items()}
        )

    running = reading(ATLAS_JSON_URL="https://old.example/planted", ATLAS_API_TOKEN="planted-token-one")
    fresh = reading(ATLAS_JSON_URL="https://new.example/planted", ATLAS_API_TOKEN="planted-token-two")
    change = change_to(running, fresh)
    assert (change.what, change.is_any) == ("settings read again: now another ATLAS_JSON_URL", True)
    held = change.settings.secrets
    assert (held["ATLAS_JSON_URL"], held["ATLAS_API_TOKEN"]) == (
        fresh.secrets["ATLAS_JSON_URL"],
        running.secrets["ATLAS_API_TOKEN"],
    )
    assert not change_to(change.settings, fresh).is_any


def test_everything_of_alerts_is_taken(written: Path) -> None:
    change = change_to(
        read(written, ""),
        read(written, '[alerts]\nchannels = ["json"]\nmask = true\n[alerts.severity]\nexit = "severe"\n'),
    )
    assert (change.waiting, change.settings.alerts.mask) == ((), True)
    assert change.settings.alerts.severities[AlertKind.EXIT] is Severity.SEVERE
