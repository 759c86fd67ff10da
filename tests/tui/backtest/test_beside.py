"""A backtest in a process of its own: the console's loop goes on, whatever that does."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from atlas_tui.backtest import worker
from atlas_tui.backtest.talk import Answer, Found, Look, Passed, Refused, Run, Stored
from atlas_tui.backtest.worker import Beside
from atlas_tui.screens.backtest import BacktestScreen
from tests.tui.as_text import screen_text
from tests.tui.backtest.runs import kept
from tests.tui.conftest import console_over
from tests.tui.driven import Console

PATIENCE_S = 120.0
"""A machine that compiles kernels first needs some of it."""


class Listener:
    """Hears answers, and waits for one of a kind."""

    def __init__(self) -> None:
        self.heard: list[Answer] = []
        self._news = asyncio.Event()

    def __call__(self, answer: Answer) -> None:
        self.heard.append(answer)
        self._news.set()

    async def wait(self, kind: type[Answer]) -> Answer:
        """The first answer of this kind."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := next((each for each in self.heard if isinstance(each, kind)), None)) is None:
                self._news.clear()
                await self._news.wait()
        return found


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    return ("--state-dir", str(kept(tmp_path)), "--config", str(tmp_path / "loose.toml"))


@pytest.fixture
async def listener() -> Listener:
    return Listener()


@pytest.fixture
async def beside(options: tuple[str, ...], listener: Listener) -> AsyncIterator[Beside]:
    found = Beside(options, listener)
    yield found
    await ended(found)


async def ended(beside: Beside) -> None:
    """Stop it, and wait until the process is gone."""
    talk = beside._talk
    beside.stop()
    if talk is not None:
        await asyncio.wait({talk.task})


async def test_it_answers_one_question_after_the_other(beside: Beside, listener: Listener) -> None:
    beside.ask(Look())
    beside.ask(Run(("BTC",)))
    assert isinstance(await listener.wait(Stored), Stored)
    found = await listener.wait(Found)
    assert isinstance(found, Found) and found.first.trades > 0


async def test_after_a_stop_nothing_more_is_heard_and_a_new_process_answers(beside: Beside, listener: Listener) -> None:
    beside.ask(Run(("BTC",)))
    await listener.wait(Passed)
    pid, count = beside.pid, len(listener.heard)
    await ended(beside)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert len(listener.heard) == count
    beside.ask(Look())
    await listener.wait(Stored)
    assert beside.pid not in (None, pid)


async def test_a_stop_ends_what_the_process_has_started_as_well(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MODULE", "tests.tui.backtest.nested")
    beside = Beside((), listener)
    beside.ask(Look())
    await listener.wait(Passed)
    async with asyncio.timeout(30):
        await ended(beside)  # both hold the end of stderr that is read to its end


async def test_a_process_that_ends_by_itself_says_so(beside: Beside, listener: Listener) -> None:
    beside.ask(Look())
    await listener.wait(Stored)
    assert beside.pid is not None
    os.kill(beside.pid, signal.SIGKILL)
    refused = await listener.wait(Refused)
    assert refused == Refused("the backtest ended by itself, exit -9")
    beside.ask(Look())
    assert beside.pid is None


async def test_options_that_are_wrong_are_told_by_their_last_line(listener: Listener) -> None:
    beside = Beside(("--nonsense",), listener)
    beside.ask(Look())
    refused = await listener.wait(Refused)
    assert isinstance(refused, Refused)
    assert refused.why.startswith("the backtest ended by itself, exit 2: Error: No such option '--nonsense'")
    await ended(beside)


@pytest.fixture
def console(options: tuple[str, ...]) -> Console:
    found = Console(size=(80, 24))
    found.app = console_over(found.desk, same_settings=options)
    return found


async def test_ticks_and_keys_are_handled_while_a_backtest_is_under_way(console: Console) -> None:
    """The process is halted in the middle of its run: whatever is handled until it goes on, it did not wait for."""
    async with console:
        await console.press("9")
        screen = console.app.screen
        assert isinstance(screen, BacktestScreen)
        backtest = screen.backtest
        await until(lambda: backtest.stored is not None)
        await console.press("enter")
        await until(lambda: backtest.progress is not None and backtest.progress.of > 0)
        runner = backtest._worker
        assert isinstance(runner, Beside) and runner.pid is not None
        os.kill(runner.pid, signal.SIGSTOP)
        try:
            state = backtest.state
            for price in ("77777.5", "77778.5", "77779.5"):
                snapshot = console.desk.snapshot
                quote = replace(snapshot.quotes[0], price=Decimal(price))
                console.desk.publish(replace(snapshot, quotes=(quote, *snapshot.quotes[1:])))
                await console.pilot.pause()
                assert f"{Decimal(price):,}" in "\n".join(screen_text(console.app)[:3])
            await console.press("3")
            assert console.on_top == "ConsoleScreen"
            assert state == backtest.state == "running"
        finally:
            os.kill(runner.pid, signal.SIGCONT)
        await until(lambda: backtest.state == "found")
        await console.press("9")
        assert "% won" in "\n".join(screen_text(console.app))
        await ended(runner)


async def until(seen: Callable[[], bool]) -> None:
    """Let the loop turn until this is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not seen():
            await asyncio.sleep(0.01)


def test_a_loop_that_ends_amid_a_run_leaves_nothing_behind(root: Path, options: tuple[str, ...]) -> None:
    """A console that is left while a backtest runs: no process stays, and nothing is said on the terminal."""
    told = f"""
import asyncio
from atlas_tui.backtest.talk import Run
from atlas_tui.backtest.worker import Beside

async def main() -> None:
    running = asyncio.Event()
    beside = Beside({options!r}, lambda answer: running.set())
    beside.ask(Run(("BTC",)))
    await running.wait()
    print(beside.pid)
    {{end}}

asyncio.run(main())
"""
    for end in ("beside.stop()", "pass"):
        command = [sys.executable, "-c", told.replace("{end}", end)]
        ran = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        assert ran.stderr == ""
        with pytest.raises(ProcessLookupError):
            os.kill(int(ran.stdout), 0)


def test_the_screen_brings_neither_arrays_nor_compilers_nor_parquet(root: Path) -> None:
    names = ["screens.backtest", "backtest.model", "backtest.worker", "backtest.choice", "acts.registry"]
    told = "import sys;" + "".join(f"import atlas_tui.{name};" for name in names) + "print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], cwd=root, check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert loaded & {"numpy", "numba", "pandas", "pyarrow"} == set()


def test_the_console_asks_for_none_of_it_before_the_key_is_pressed(root: Path) -> None:
    told = "import sys; import atlas_tui.console; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], cwd=root, check=True, capture_output=True, text=True)
    assert [name for name in ran.stdout.split() if name.startswith(("atlas_tui.backtest", "core.research"))] == []
