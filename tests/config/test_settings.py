"""Layers of settings, and the sentence for everything that is wrong in them."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from core.config import Known, Request, Zone, load_settings
from core.domain.errors import ConfigError
from core.domain.guards import GuardPolicy
from core.domain.patterns import Side, StopMode
from core.domain.policy import Policy
from core.domain.review import AtTimeout, ReviewPolicy, ReviewRule, Stance
from core.domain.symbols import ListingKind
from core.domain.timeframes import M15

NOWHERE = {"HOME": "/nonexistent"}
EVERY_SECTION = """
symbols = ["ETH"]
[venue]
listings = ["spot", "cde"]
[filters]
min_magnitude_pct = 0.25
stop_mode = "structural"
max_inside_bars = 5
atr_stop_floor = 1.5
[account]
start_balance = 2_500.50
risk_pct = 0.01
[fees]
slippage_bp = 2
[tiers]
deadline = "15:50"
[tiers.swing]
ETH = 2.5
[maintenance]
weekday = "Saturday"
opens = 12:00:00
[funding]
interval_hours = 1
[margin]
intx = true
[prices]
spike_pct = 4.5
[ui]
zone = "New York"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _error(folder: Path, text: str, known: Known | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(Request(config=_file(folder, text)), NOWHERE, known)
    return str(caught.value)


def test_without_a_file_the_rules_are_those_of_the_method() -> None:
    assert load_settings(Request(), NOWHERE).policy == Policy()


def test_every_section_of_a_file_reaches_the_policy(tmp_path: Path) -> None:
    path = _file(tmp_path, EVERY_SECTION)
    settings = load_settings(Request(config=path), NOWHERE)
    policy = settings.policy
    assert policy.symbols == ("ETH",)
    assert settings.venue.listings == (ListingKind.SPOT, ListingKind.CDE)
    assert (policy.filters.min_magnitude_pct, policy.filters.stop_mode) == (Decimal("0.25"), StopMode.STRUCTURAL)
    assert (policy.filters.max_inside_bars, policy.filters.atr_stop_floor) == (5, Decimal("1.5"))
    assert (policy.start_balance, policy.risk.risk_pct) == (Decimal("2500.50"), Decimal("0.01"))
    assert policy.fees.slippage_bp == 2
    assert policy.tiers.window.deadline == time(15, 50)
    assert (policy.tiers.swing["ETH"], policy.tiers.swing["BTC"]) == (Decimal("2.5"), Decimal(4))
    assert (policy.maintenance.weekday, policy.maintenance.opens) == (5, time(12))
    assert policy.funding.interval_hours == 1
    assert policy.margin.intx
    assert policy.prices.spike_pct == Decimal("4.5")
    assert settings.ui.zone is Zone.NEW_YORK


def test_money_keeps_the_digits_that_were_written(tmp_path: Path) -> None:
    path = _file(tmp_path, "[account]\nstart_balance = 1234567.123456789012345678901234567890\n")
    balance = load_settings(Request(config=path), NOWHERE).policy.start_balance
    assert str(balance) == "1234567.123456789012345678901234567890"


def test_a_preset_wins_over_the_file_and_an_option_over_both(tmp_path: Path) -> None:
    path = _file(tmp_path, '[filters]\nmin_continuity = 3\nmax_inside_bars = 2\n[ui]\nzone = "local"\n')
    request = Request(config=path, preset="demo", options={"ui.zone": ("--zone", "UTC")})
    settings = load_settings(request, NOWHERE)
    assert (settings.policy.filters.min_continuity, settings.policy.filters.max_inside_bars) == (0, 2)
    assert settings.ui.zone is Zone.UTC
    keys = ("filters.min_continuity", "filters.max_inside_bars", "ui.zone", "fees.cde")
    assert [settings.sources[key] for key in keys] == ["preset demo", "file", "--zone", "default"]


def test_the_demo_preset_loosens_the_filters_and_nothing_else() -> None:
    plain, demo = load_settings(Request(), NOWHERE), load_settings(Request(preset="demo"), NOWHERE)
    loose = demo.policy.filters
    assert (loose.min_risk_reward, loose.min_magnitude_pct) == (Decimal("0.3"), Decimal("0.1"))
    assert (loose.min_continuity, loose.veto) == (0, False)
    changed = {key for key in plain.values if plain.values[key] != demo.values[key]}
    assert changed == {key for key, source in demo.sources.items() if source == "preset demo"}


def test_the_environment_names_the_file_and_the_state_directory(tmp_path: Path) -> None:
    path = _file(tmp_path, 'symbols = ["SOL"]\n')
    environ = NOWHERE | {"ATLAS_CONFIG": str(path), "ATLAS_STATE_DIR": str(tmp_path / "state")}
    settings = load_settings(Request(), environ)
    assert (settings.policy.symbols, settings.state_dir) == (("SOL",), tmp_path / "state")


def test_other_variables_of_the_environment_change_nothing() -> None:
    environ = NOWHERE | {"ATLAS_SYMBOLS": "DOGE", "ATLAS_FILTERS_VETO": "false", "ATLAS_REST": "http://127.0.0.1:1"}
    assert load_settings(Request(), environ).values == load_settings(Request(), NOWHERE).values


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such settings file"):
        load_settings(Request(config=tmp_path / "none.toml"), NOWHERE)


def test_an_unknown_key_names_file_line_and_the_nearest_key(tmp_path: Path) -> None:
    said = _error(tmp_path, '# mine\nsymbols = ["BTC"]\n\n[filters]\nvetto = true\n')
    assert (
        said == f"{tmp_path / 'config.toml'}, line 5: filters.vetto: unknown key; the nearest known one is filters.veto"
    )


def test_an_unknown_section_is_named_with_its_line(tmp_path: Path) -> None:
    said = _error(tmp_path, "[filtres]\nveto = true\n")
    assert "line 2: filtres.veto: unknown key; the nearest known one is filters.veto" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[filters]\nmin_risk_reward = nan", "line 2: filters.min_risk_reward: NaN is not allowed; allowed: 0 to 100"),
        ("[filters]\nmin_risk_reward = inf", "not allowed; allowed: 0 to 100"),
        ("[filters]\nmin_continuity = 5", "filters.min_continuity: 5 is not allowed; allowed: 0 to 4"),
        ("[filters]\nmin_continuity = 2.0", "filters.min_continuity: 2.0 is not allowed"),
        ("[filters]\nveto = 1", "filters.veto: 1 is not allowed; allowed: true or false"),
        ('[filters]\nstop_mode = "x"', 'allowed: one of "atlas", "setup", "structural"'),
        ("[account]\nrisk_pct = 2", "above 0, up to 0.1, a fraction of the balance: 0.02 is 2 %"),
        ("[account]\nstart_balance = 0", "account.start_balance: 0 is not allowed; allowed: above 0"),
        ('[account]\nstart_balance = "1000"', 'account.start_balance: "1000" is not allowed'),
        ("[fees]\nspot = 0.6", "fees.spot: 0.6 is not allowed; allowed: 0 to 0.02, a fraction"),
        ("[fees]\nspot = 1e999999999", "fees.spot: 1E+999999999 is not allowed"),
        ("[tiers.intraday]\nBTC = 0", "line 2: tiers.intraday.BTC: 0 is not allowed; allowed: 1 to 100"),
        ('[tiers]\ncloses = "25:00"', 'tiers.closes: "25:00" is not allowed; allowed: a time of day in New York'),
        ('[maintenance]\nweekday = "someday"', 'allowed: one of "monday"'),
        ('symbols = "BTC"', 'symbols: "BTC" is not allowed; allowed: a list of 1 to 100'),
        ('symbols = ["btc"]', "not allowed"),
        ('symbols = ["BTC", "BTC"]', "not allowed"),
        ("symbols = []", "not allowed"),
        ('[venue]\nlistings = ["moon"]', 'allowed: one of "intx", "cde", "spot"'),
        ('[venue]\nrest = "http://example.com"', "http:// only for this machine"),
        ('[venue]\nrest = "https://user:pass@example.com"', "not allowed"),
        ('[venue]\nws = "ws://10.0.0.1:80"', "ws:// only for this machine"),
        ('[ui]\nzone = "Mars"', 'allowed: one of "UTC", "New York", "local"'),
        ("filters = 3", "line 1: filters: is a table: write it as a section of its own"),
        ('[tiers]\ncloses = "19:00"', "tiers.closes: must be earlier in the day than tiers.opens"),
        ('[tiers]\ndeadline = "16:30"', "tiers.deadline: must not be later than tiers.closes"),
        ('[maintenance]\nopens = "19:00"', "maintenance.closes: must be later than maintenance.opens"),
    ],
)
def test_a_bad_value_says_where_and_what_is_allowed(tmp_path: Path, text: str, says: str) -> None:
    assert says in _error(tmp_path, text)


@pytest.mark.parametrize("text", ["a = = 1", "[x\n", 'symbols = ["BTC"', "a = 1\na = 2\n", "x = " + "1" * 5000])
def test_what_is_not_toml_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    said = _error(tmp_path, text)
    assert "not valid TOML" in said
    assert "\n" not in said


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8 text"):
        load_settings(Request(config=path), NOWHERE)


def test_an_option_is_named_when_its_value_is_wrong() -> None:
    with pytest.raises(ConfigError, match=r"^--rest: venue\.rest: "):
        load_settings(Request(options={"venue.rest": ("--rest", "ftp://x")}), NOWHERE)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://x.example"])
def test_plain_http_is_for_this_machine_and_https_for_all(url: str) -> None:
    assert load_settings(Request(options={"venue.rest": ("--rest", url)}), NOWHERE).venue.rest == url


def test_half_a_venue_on_this_machine_is_no_venue_for_a_desk() -> None:
    settings = load_settings(Request(options={"venue.rest": ("--rest", "http://127.0.0.1:1")}), NOWHERE)
    with pytest.raises(ConfigError, match="give --rest and --ws together"):
        settings.check_venue()
    load_settings(Request(), NOWHERE).check_venue()


def test_keys_and_themes_are_checked_against_the_words_of_the_console(tmp_path: Path) -> None:
    known = Known(themes=("dark", "light"), actions=lambda: ("scan", "quit"))
    assert "line 2: keys.scam: unknown key; the nearest known one is keys.scan" in _error(
        tmp_path, '[keys]\nscam = "f5"\n[ui]\ntheme = "dark"', known
    )
    assert '"neon" is not a theme; there are dark, light' in _error(tmp_path, '[ui]\ntheme = "neon"', known)
    path = _file(tmp_path, '[keys]\nscan = "f5"\n[ui]\ntheme = "light"')
    settings = load_settings(Request(config=path), NOWHERE, known)
    assert (dict(settings.keys), settings.ui.theme) == ({"scan": "f5"}, "light")


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="preset 'loose' is unknown; there is demo"):
        load_settings(Request(preset="loose"), NOWHERE)


REVIEW = """
[review]
default = "ask"
ask_timeout_min = 20
on_timeout = "take"
snooze_min = 5
[review.policy]
"short 15m SOL" = "ignore"
"2u-1-?" = "auto"
[review.reasons]
z = "tired"
[guards]
daily_loss_pct = 3.5
losing_streak = 4
cool_down_min = 30
"""


def test_a_person_and_the_guards_stay_out_of_it_unless_the_file_says_otherwise() -> None:
    policy = load_settings(Request(), NOWHERE).policy
    assert policy.review.default is Stance.AUTO and policy.review.rules == ()
    assert policy.guards == GuardPolicy()


def test_review_and_guards_reach_the_policy_whatever_the_order_of_a_rules_tokens(tmp_path: Path) -> None:
    policy = load_settings(Request(config=_file(tmp_path, REVIEW)), NOWHERE).policy
    review = policy.review
    assert (review.default, review.ask_timeout_s, review.at_timeout) == (Stance.ASK, 1200, AtTimeout.TAKE)
    assert review.snooze_s == 300
    assert review.rules == (
        ReviewRule(Stance.IGNORE, symbol="SOL", timeframe=M15, side=Side.SHORT),
        ReviewRule(Stance.AUTO, pattern="2U-1-?"),
    )
    assert dict(review.reasons) == dict(ReviewPolicy().reasons) | {"z": "tired"}
    assert policy.guards == GuardPolicy(daily_loss_pct=Decimal("3.5"), losing_streak=4, cool_down_s=1800)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"SOL 15n" = "ask"', "15n is no symbol, timeframe, pattern or side; the nearest known one is 15m"),
        ('"SHRT" = "ask"', "the nearest known one is SHORT"),
        ('"3-2" = "ask"', "3-2 is no symbol, timeframe, pattern or side; the nearest known one is 3-?"),
        ('"lng" = "ask"', "the nearest known one is LONG"),
        ('"SOL!" = "ask"', "the nearest known one is SOL"),
        ('"SOL DOGE" = "ask"', "names two symbols, SOL and DOGE: write two rules"),
        ('"SOL ETH" = "ask"', "names two symbols, SOL and ETH: write two rules"),
        ('" " = "ask"', "names no symbol, timeframe, pattern or side"),
        ('"SOL" = "perhaps"', 'allowed: one of "auto", "ask", "ignore"'),
    ],
)
def test_a_bad_review_rule_says_its_line_and_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    said = _error(tmp_path, f"[review.policy]\n{text}\n")
    assert "line " in said and says in said


@pytest.mark.parametrize("symbol", ["DOGE", "ltc", "1INCH", "SHIB", "BTC-PERP-INTX"])
def test_a_rule_may_name_a_symbol_that_is_not_watched_yet(tmp_path: Path, symbol: str) -> None:
    text = f'[review.policy]\n"{symbol} 15m LONG" = "ignore"\n'
    policy = load_settings(Request(config=_file(tmp_path, text)), NOWHERE).policy
    assert policy.review.rules == (ReviewRule(Stance.IGNORE, symbol.upper(), M15, None, Side.LONG),)


def test_an_empty_text_takes_a_built_in_reason_away(tmp_path: Path) -> None:
    text = '[review.reasons]\nn = ""\nc = "choppy"\n'
    reasons = dict(load_settings(Request(config=_file(tmp_path, text)), NOWHERE).policy.review.reasons)
    assert "n" not in reasons and reasons["c"] == "choppy" and reasons["l"] == "late"
    assert "is not allowed" in _error(tmp_path, '[keys]\nscan = ""\n')


def test_a_reason_hangs_on_one_key(tmp_path: Path) -> None:
    assert "line 2: review.reasons.nn: a reason hangs on one key" in _error(tmp_path, '[review.reasons]\nnn = "news"\n')
