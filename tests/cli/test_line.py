"""`atlas line`: one line for tmux, from a file the desk keeps."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from atlas_tui.cli.status_file import FEED_FILE, feed_told, keep_status, status_line
from atlas_tui.line import STALE_S, STATUS_FILE, WIDTH, fast_line, folders, line_of
from core.domain.guards import HaltSource
from core.domain.review_views import HaltView
from core.domain.snapshot import FeedState, LinkView, Mode, Snapshot
from tests.cli.said import Said
from tests.tui.snapshots_data import empty, rich

Run = Callable[..., Said]
NOW = 10_000.0


def desk(folder: Path, text: str = "all is well", written_s: float = NOW, pid: int | None = None) -> Path:
    """A state directory as a desk of this process leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    holder = os.getpid() if pid is None else pid
    (folder / "atlas.lock").write_text(f"{holder}\n", encoding="ascii")
    (folder / STATUS_FILE).write_text(f"{holder}\n{written_s}\n{text}\nmasked\n", encoding="utf-8")
    return folder


def gone() -> int:
    """The pid of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def line(folder: Path, now_s: float = NOW, masked: bool = False, plain: bool = False) -> str:
    return line_of([folder], now_s, masked, plain)


def test_what_the_desk_says_is_said(tmp_path: Path) -> None:
    assert line(desk(tmp_path)) == "all is well"
    assert line(tmp_path, masked=True) == "masked"


def test_without_a_desk_it_says_so(tmp_path: Path) -> None:
    assert line(tmp_path / "nowhere") == "ATLAS not running"


def test_a_desk_that_is_gone_has_stopped(tmp_path: Path) -> None:
    assert line(desk(tmp_path, pid=gone())) == "ATLAS stopped"
    desk(tmp_path)
    (tmp_path / "atlas.lock").write_text("", encoding="ascii")
    assert line(tmp_path) == "ATLAS stopped"


def test_a_desk_of_before_the_machine_was_started_has_stopped(tmp_path: Path) -> None:
    assert line(desk(tmp_path, written_s=NOW + 60)) == "ATLAS stopped"


@pytest.mark.parametrize(
    ("age_s", "said"), [(STALE_S, "all is well"), (45, "ATLAS stale 45s"), (310, "ATLAS stale 5m")]
)
def test_a_desk_that_hangs_is_stale(tmp_path: Path, age_s: float, said: str) -> None:
    assert line(desk(tmp_path), NOW + age_s) == said


@pytest.mark.parametrize("text", ["", "x\ny\nz", "1\n2", "\x00" * 50, "9" * 400])
def test_a_file_that_is_no_status_is_no_desk(tmp_path: Path, text: str) -> None:
    desk(tmp_path)
    (tmp_path / STATUS_FILE).write_text(text, encoding="utf-8")
    assert line(tmp_path) == "ATLAS not running"


def test_nothing_in_the_file_steers_the_terminal_or_tmux(tmp_path: Path) -> None:
    assert line(desk(tmp_path, "a\x1b[31m#[fg=red]b" + "c" * 90)) == ("a[31m[fg=red]b" + "c" * 90)[:WIDTH]


def test_plain_characters_alone_where_asked_for(tmp_path: Path) -> None:
    assert line(desk(tmp_path, "BTC▲ ETH▼ · $••• é"), plain=True) == "BTC^ ETHv | $*** ?"


def test_the_running_one_of_two_is_told(tmp_path: Path) -> None:
    stopped = desk(tmp_path / "a", pid=gone())
    running = desk(tmp_path / "b")
    assert line_of([stopped, running], NOW) == "all is well"
    assert line_of([stopped, tmp_path / "c"], NOW) == "ATLAS stopped"


def test_the_directory_is_that_of_the_other_verbs(home: Path, monkeypatch: pytest.MonkeyPatch, atlas: Run) -> None:
    assert folders("x") == [Path("x")]
    shown = re.search("state directory: (.*)", atlas("config", "show").out)
    assert shown is not None
    assert folders() == [Path(shown[1]), Path(shown[1]) / "demo"]
    monkeypatch.setenv("ATLAS_STATE_DIR", "named")
    assert folders() == [Path("named")]


@pytest.mark.parametrize(
    "arguments", [["line", "--help"], ["status"], ["line", "line"], ["line", "--state-dir"], ["--mask"], []]
)
def test_what_is_more_than_the_line_goes_the_long_way(arguments: list[str]) -> None:
    assert fast_line(arguments, NOW) is None


def test_both_ways_say_the_same(tmp_path: Path, atlas: Run) -> None:
    folder = desk(tmp_path / "desk", "BTC▲ · LIVE", time.monotonic())
    for options in ([], ["--mask"], ["--ascii"]):
        arguments = ["line", *options, "--state-dir", str(folder)]
        assert atlas(*arguments).out == f"{fast_line(arguments, time.monotonic())}\n"
    assert "60 characters" in atlas("line", "--help").out


def test_it_needs_none_of_the_heavy_imports(root: Path, tmp_path: Path) -> None:
    folder = desk(tmp_path / "desk", "all is well", time.monotonic())
    program = (
        f"import sys; sys.argv[1:] = ['line', '--state-dir', {str(folder)!r}]; from atlas_tui.__main__ import main; "
        "main(); print(sorted({'click', 'msgspec', 'textual', 'rich', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["all is well", "[]"], done.stderr


def test_a_full_line_tells_symbols_positions_the_day_and_the_feed() -> None:
    full = replace(rich(), inbox=("a", "b", "c"))
    assert status_line(full) == "BTC▲ ETH▼ 2/3 open +0.81R day +$12.40 · 3 to review · LIVE"
    assert status_line(full, masked=True) == "BTC▲ ETH▼ SOL▲ 2/3 open +0.81R day $••• · 3 to review · LIVE"


def test_whatever_happens_it_fits_and_keeps_the_state_of_the_feed() -> None:
    snapshot = replace(
        rich(),
        inbox=("a",) * 12345,
        link=LinkView(mode=Mode.REPLAY, state=FeedState.RECONNECTING),
        account=replace(rich().account, day_net=Decimal("-12345678901234.5")),
    )
    said = status_line(snapshot)
    assert len(said) <= WIDTH
    assert said.endswith("REPLAY RECONNECTING")


def test_a_halt_is_said_before_the_feed() -> None:
    halted = replace(empty(), halts=(HaltView("", HaltSource.HAND, empty().at),))
    assert status_line(halted).endswith("HALTED")


async def test_the_file_is_written_at_once_whole_and_for_nobody_else(tmp_path: Path) -> None:
    def picture() -> Snapshot:
        return rich()

    (tmp_path / "atlas.lock").write_text(f"{os.getpid()}\n", encoding="ascii")
    writing = asyncio.create_task(keep_status(tmp_path, picture))
    async with asyncio.timeout(5):
        while not (tmp_path / STATUS_FILE).exists():
            await asyncio.sleep(0.01)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert (tmp_path / STATUS_FILE).stat().st_mode & 0o777 == 0o600
    assert line_of([tmp_path], time.monotonic()) == status_line(rich())


async def test_how_the_feed_does_is_told_to_others_while_the_desk_runs(tmp_path: Path) -> None:
    link = LinkView(state=FeedState.STALE, age_s=11.26, counters={"bad frames": 2}, bad_frames=("no JSON: x",))
    writing = asyncio.create_task(keep_status(tmp_path, lambda: replace(empty(), link=link)))
    async with asyncio.timeout(5):
        while not (tmp_path / FEED_FILE).exists():
            await asyncio.sleep(0.01)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert (tmp_path / FEED_FILE).stat().st_mode & 0o777 == 0o600
    told = feed_told(tmp_path, os.getpid(), time.monotonic())
    assert told is not None
    assert (told["state"], told["age_s"], told["counters"], told["bad_frames"]) == (
        "STALE",
        11.3,
        {"bad frames": 2},
        ["no JSON: x"],
    )
    assert 0 <= told["told_s_ago"] < 5
    assert feed_told(tmp_path, os.getpid() + 1, time.monotonic()) is feed_told(tmp_path, None, 0.0) is None


@pytest.mark.parametrize("text", ["", "[]", "7", '{"pid":1}', "{", "null", '{"written_s":"x","pid":1}'])
def test_a_feed_file_that_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FEED_FILE).write_text(text, encoding="utf-8")
    assert feed_told(tmp_path, 1, 0.0) is None


async def test_a_folder_that_refuses_costs_only_the_file(tmp_path: Path) -> None:
    writing = asyncio.create_task(keep_status(tmp_path / "nowhere", empty))
    await asyncio.sleep(0.1)
    assert not writing.done()
    writing.cancel()
