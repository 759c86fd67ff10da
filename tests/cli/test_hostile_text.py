"""Text that steers a terminal, in whatever comes from outside, reaches no screen, no answer, no file and no title."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.adapters.fact_codec import decode_fact, encode, kind_of
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact
from tests.adapters.ledger_story import a_day
from tests.cli.said import Said

Run = Callable[..., Said]
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What `clean` drops."""
ESCAPED = r"B\u001b]52;c;aGk=\u0007\u001b[2J\u009b31m\u202e\u2066<b>&\u200fC"
"""As JSON: a clipboard write, a cleared screen, a color, turned text, and markup."""


def _hostile(fact: Fact) -> Fact:
    """The fact with such a symbol, in its ids too."""
    return decode_fact(kind_of(fact), encode(fact).replace("BTC", ESCAPED))


@pytest.fixture
def hostile_desk(tmp_path: Path) -> Path:
    """A ledger that is sound but for its texts, as another program might have written it."""
    state = StateDir.create(tmp_path / "desk")
    store = SqliteStore(state)
    for batch in a_day():
        store.append([_hostile(fact) for fact in batch]).result(10)
    store.close()
    return state.root


@pytest.mark.parametrize("style", ["table", "json", "csv"])
def test_a_ledger_s_texts_are_listed_without_what_steers(atlas: Run, hostile_desk: Path, style: str) -> None:
    told = ""
    for verb in ("signals", "setups", "positions", "trades", "shadows"):
        said = atlas(verb, "--state-dir", hostile_desk, "--format", style)
        assert said.code == 0
        assert STEERING.findall(said.out + said.err) == []
        told += said.out
    assert "]52;c;aGk=" in told


@pytest.mark.parametrize(
    "arguments", [["status"], ["performance"], ["leverage"], ["check"], ["status", "--format", "json"], ["line"]]
)
def test_a_ledger_s_texts_are_summed_up_without_what_steers(
    atlas: Run, hostile_desk: Path, arguments: list[str]
) -> None:
    said = atlas(*arguments, "--state-dir", hostile_desk)
    assert STEERING.findall(said.out + said.err) == []


def test_a_ledger_s_texts_are_explained_without_what_steers(atlas: Run, hostile_desk: Path) -> None:
    rows = atlas("setups", "--state-dir", hostile_desk, "--format", "json").json
    assert rows
    for identifier in {row["id"] for row in rows}:
        for style in ("table", "json"):
            said = atlas("explain", identifier, "--state-dir", hostile_desk, "--format", style)
            assert STEERING.findall(said.out + said.err) == []


def test_a_ledger_s_texts_are_drawn_without_what_steers(atlas: Run, hostile_desk: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    for tab in "123456":
        assert atlas("screenshot", "--state-dir", hostile_desk, "--tab", tab, picture).code == 0
        assert STEERING.findall(picture.read_text(encoding="utf-8")) == []


NAME = "x\x1b]52;c;aGk=\x07\x9b2J\u202ey"


@pytest.mark.parametrize(
    "arguments",
    [
        ["bars", NAME],
        ["bars", NAME + ".csv"],
        ["explain", NAME],
        [NAME],
        ["status", "--" + NAME],
        ["status", "--zone", NAME],
        ["status", "--config", NAME],
        ["status", "--state-dir", NAME],
        ["scan", "--symbol", NAME, "--rest", "http://127.0.0.1:9"],
        ["run", "--rest", "http://" + NAME],
        ["screenshot", NAME],
        ["config", "path", "--config", NAME],
    ],
)
def test_names_that_are_no_good_are_refused_without_what_steers(
    atlas: Run, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = atlas(*arguments)
    assert said.code != 0
    assert STEERING.findall(said.out + said.err) == []


@pytest.mark.parametrize(
    "text",
    [
        '[ui]\ntheme = "x\\u001b]0;y\\u0007"',
        '"a\\u001b[2J" = 1',
        '[keys]\n"x\\u009b" = "\\u202e"',
        'symbols = ["\\u001b[2J"]',
        "broken \x1b[2J",
        '[review.policy]\n"\\u001b]52" = "\\u202e"',
    ],
)
def test_settings_are_refused_without_what_steers(atlas: Run, tmp_path: Path, text: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")
    said = atlas("config", "show", "--config", config)
    assert said.code == 2
    assert STEERING.findall(said.out + said.sentence) == []


def test_files_with_such_names_are_written_and_told_without_what_steers(
    atlas: Run, a_day_on_paper: Path, tmp_path: Path
) -> None:
    for arguments in (
        ["screenshot", "--state-dir", a_day_on_paper, tmp_path / f"{NAME}.svg"],
        ["config", "init", tmp_path / f"{NAME}.toml"],
        ["config", "path", "--config", tmp_path / f"{NAME}.toml"],
        ["config", "show", "--config", tmp_path / f"{NAME}.toml"],
    ):
        said = atlas(*arguments)
        assert said.code == 0
        assert STEERING.findall(said.out + said.err) == []
