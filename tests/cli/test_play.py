"""`atlas play` in a terminal: to the end it makes the ledger of a replay; what cannot be played is one sentence."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.tape_codec import FORMAT, PartHeader, header_line, line_of
from core.domain.facts import AccountOpened
from tests.builders import TUESDAY, a_scan, a_setup, a_tick, after
from tests.cli.said import Said
from tests.cli.terminal import Terminal
from tests.session.lives import Life

Run = Callable[..., Said]


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A desk that enters, and leaves at its target after ten minutes."""
    life = Life()
    life.take(a_tick(100, after(1)))
    life.take(a_scan(a_setup(), at=after(2)))
    for number, price in enumerate(("102.1", "103", "140", "139"), start=1):
        life.take(a_tick(price, after(300 * number)))
    file = tmp_path / "a.tape"
    lines = [header_line(PartHeader(FORMAT, "1.0", 1)), *map(line_of, life.tape.kept)]
    file.write_bytes(b"".join(lines))
    return file


def played(root: Path, *arguments: object, until: str = "ENDED") -> tuple[Terminal, int]:
    """A play that is looked at until something is shown, and left."""
    play = Terminal(root, "play", *arguments)
    play.wait_for(until)
    code, _ = play.end("q")
    return play, code


def test_a_play_to_its_end_makes_the_ledger_of_a_replay(root: Path, tmp_path: Path, tape: Path, atlas: Run) -> None:
    play = Terminal(root, "play", tape, "--speed", 100_000, "--keep", tmp_path / "played")
    play.wait_for("ENDED")
    play.press("{{:seek start\r")
    play.wait_for("seeking 2026-01-06 15:00:00")
    assert play.end("q")[0] == 0
    atlas("replay", tape, "--state-dir", tmp_path / "replayed")
    dumps = [atlas("ledger", "dump", "--state-dir", tmp_path / name).out for name in ("played", "replayed")]
    assert dumps[0] == dumps[1]
    assert "PositionClosed" in dumps[0]


def test_a_play_leaves_nothing_behind_where_nothing_is_to_be_kept(
    root: Path, tmp_path: Path, tape: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    _, code = played(root, tape, "--paused", until="PAUSED")
    assert code == 0
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "XDG_STATE_HOME").exists()


def test_candles_are_played_as_bars_and_say_so(root: Path, tmp_path: Path) -> None:
    rows = ["time,open,high,low,close,volume"]
    rows += [f"{1_767_571_200 + 900 * number},100,{101 + number % 3},{99 - number % 2},100,1" for number in range(40)]
    file = tmp_path / "BTC-USD_15m.csv.gz"
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    play, code = played(root, file, "--speed", 100_000)
    assert code == 0
    assert "BARS, NOT LIVE" in play.text
    assert "15m candles of BTC, no ticks" in play.text


def test_what_is_damaged_is_played_up_to_there_and_said(root: Path, tape: Path) -> None:
    lines = tape.read_bytes().splitlines(keepends=True)
    tape.write_bytes(b"".join([*lines[:10], b'{"PriceTick":{"symbol":\n', *lines[10:]]))
    play, code = played(root, tape, "--speed", 100_000)
    assert code == 0
    assert f"{tape.name}, line 11: cannot be read" in play.text
    assert "the play ends here" in play.text


def test_a_torn_end_is_said(root: Path, tape: Path) -> None:
    tape.write_bytes(tape.read_bytes()[:-5])
    play, _ = played(root, tape, "--speed", 100_000)
    assert "the last line was cut short and is left out" in play.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "its first line is missing; atlas play takes what --record has written"),
        (b"root:x:0:0\n", "is not a recording of ATLAS: line 1 is no header; atlas play takes what --record"),
        (header_line(PartHeader(FORMAT, "1.0", 1)), "does not hold its beginning: it is empty"),
        (header_line(PartHeader(FORMAT + 1, "9.0", 1)), "was recorded by ATLAS 9.0 in format"),
    ],
)
def test_what_is_no_recording_is_refused_in_one_sentence(root: Path, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "odd"
    file.write_bytes(content)
    play = Terminal(root, "play", file)
    play.wait_for(said)
    code, _ = play.end()
    assert code == 2
    assert play.text.count("atlas: ") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "play what? Name a recording or a candle file"),
        (("nothing.tape",), "there is no recording nothing.tape"),
        (("nothing.csv",), "what nothing.csv is of, its name does not tell: name it with --symbols BTC"),
        (("BTC-USD_15m.csv",), "there is no such file"),
        (("x.tape", "--speed", "nan"), "--speed nan: write a number such as 60"),
        (("x.tape", "--since", "2026-01-01"), "choose candles: a recording begins with --at"),
        (("nothing.parquet", "--symbols", "BTC-USD"), "nothing.parquet is refused"),
    ],
)
def test_what_cannot_be_played_says_what_can(arguments: tuple[str, ...], said: str, atlas: Run) -> None:
    answer = atlas("play", *arguments)
    assert answer.code in (1, 2)
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_play_never_goes_where_a_desk_has_its_ledger(root: Path, tmp_path: Path, tape: Path) -> None:
    state = StateDir.create(tmp_path / "desk")
    store = SqliteStore(state)
    store.append((AccountOpened(Life().policy.start_balance, TUESDAY),)).result()
    store.close()
    before = state.ledger.read_bytes()
    play = Terminal(root, "play", tape, "--keep", state.root)
    play.wait_for("holds a ledger that no play has made")
    assert play.end()[0] == 2
    assert state.ledger.read_bytes() == before


def test_a_play_needs_a_terminal(tape: Path, spawn: Run) -> None:
    answer = spawn("play", tape)
    assert answer.code == 2
    assert "atlas play opens a console and needs a terminal; without one, repeat a recording by atlas rep" in answer.err
