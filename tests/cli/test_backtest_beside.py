"""The process that runs a console's backtests: what it answers, and that it does not outlive the console."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas_tui.backtest.talk import (
    Answer,
    Around,
    Ask,
    Drawn,
    Found,
    Look,
    Page,
    Passed,
    Refused,
    Run,
    Stored,
    Told,
    Trade,
    Trades,
    answer_in,
    line_of,
)
from atlas_tui.backtest.worker import MODULE
from atlas_tui.cli.backtest import answers
from atlas_tui.cli.backtest.answers import Answers
from tests.cli.said import Said
from tests.research.history.kept import LOOSE, keep_walk

Command = Callable[..., Said]
BTC = Run(("BTC",))
HELD = ("pyarrow", "core.research.history", "atlas_tui.cli.backtest.shelf")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    keep_walk(tmp_path / "state")
    (tmp_path / "loose.toml").write_text(LOOSE)
    return tmp_path / "state"


class Asked:
    """The answers to what is asked here, in this process."""

    def __init__(self, state: Path) -> None:
        self.heard: list[Answer] = []
        self._answers = Answers({"state_dir": state, "config": state.parent / "loose.toml"}, self._hear)

    def __call__(self, ask: Ask) -> Answer:
        """The last answer to it."""
        self.heard.clear()
        self._answers.to(ask)
        return self.heard[-1]

    def _hear(self, answer: Answer) -> None:
        self.heard.append(answer_in(line_of(answer)))

    def trades(self, result: int) -> list[Trade]:
        """Those told of a result."""
        return [row for each in self.heard if isinstance(each, Trades) and each.result == result for row in each.rows]


@pytest.fixture
def asked(state: Path) -> Asked:
    return Asked(state)


def test_what_is_stored_is_told_with_its_span(asked: Asked) -> None:
    stored = asked(Look())
    assert isinstance(stored, Stored)
    (series,) = stored.series
    assert (series.symbol, series.minutes) == ("BTC-USD", 15)
    assert series.since < series.until and stored.damaged == ()


def test_a_run_gives_the_trades_of_the_command_in_small_parts(
    asked: Asked, atlas: Command, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 5)
    found = asked(BTC)
    assert isinstance(found, Found)
    told = atlas("backtest", "--state-dir", state, "--settings", state.parent / "loose.toml", "--symbols", "BTC",
                 "--format", "json").json  # fmt: skip
    for result, rows, half in ((0, told["trades"], found.first), (1, told["second"]["trades"], found.second)):
        assert [str(trade.net) for trade in asked.trades(result)] == [row["net"] for row in rows]
        assert half.trades == len(rows) > 5
    assert found.first.mean_r == pytest.approx(told["summary"]["average_r"], abs=1e-6)
    assert found.first.error_r == pytest.approx(told["summary"]["standard_error_r"], abs=1e-6)
    assert all(len(each.rows) <= 5 for each in asked.heard if isinstance(each, Trades))


def test_progress_counts_bars_and_ends_when_all_are_done(asked: Asked) -> None:
    asked(BTC)
    told = [each for each in asked.heard if isinstance(each, Passed) and each.of]
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert told[0].done == 0 and told[-1].done == told[-1].of > 0


def test_figures_are_told_in_lines_that_fit(asked: Asked) -> None:
    asked(BTC)
    for width in (46, 78, 118):
        told = asked(Page(1, width))
        assert isinstance(told, Told)
        texts = ["".join(text for text, _ in line) for line in told.lines]
        assert all(len(text) <= width for text in texts)
        assert texts[0].startswith("Second result: mean ") and any("pattern x timeframe" in text for text in texts)


def test_amounts_of_the_figures_can_be_masked(asked: Asked) -> None:
    asked(BTC)
    told = asked(Page(0, 118, masked=True))
    assert isinstance(told, Told)
    text = "".join(text for line in told.lines for text, _ in line)
    assert "$•" in text and "$1" not in text


def test_the_bars_around_a_trade_hold_its_entry_and_exit(asked: Asked) -> None:
    asked(BTC)
    for place, minutes in ((0, 0), (1, 0), (1, 60)):
        drawn = asked(Around(0, place, minutes))
        assert isinstance(drawn, Drawn)
        shown = drawn.trade.position.timeframe if not minutes else None
        assert drawn.minutes == (minutes or (shown.minutes if shown else 0))
        span = drawn.minutes * 60
        starts = {candle.start for candle in drawn.bars}
        for fill in (drawn.trade.position.entry, drawn.trade.exit):
            at = int(fill.at.timestamp())
            assert at // span * span in starts
        assert drawn.unit <= drawn.step


def test_a_timeframe_that_the_bars_do_not_divide_is_the_trades_own(asked: Asked) -> None:
    asked(BTC)
    drawn = asked(Around(0, 0, 20))
    assert isinstance(drawn, Drawn)
    assert drawn.minutes == drawn.trade.position.timeframe.minutes


@pytest.mark.parametrize("ask", [Page(0, 80), Around(0, 0)], ids=["figures", "bars"])
def test_before_a_run_there_is_nothing_to_tell(asked: Asked, ask: Ask) -> None:
    assert asked(ask) == Refused("nothing has been run yet: press enter to run it")


def test_what_is_not_stored_is_refused_by_name(asked: Asked) -> None:
    refused = asked(Run(("ETH",)))
    assert isinstance(refused, Refused)
    assert "no history of ETH is stored, there is BTC-USD" in refused.why


def test_a_damaged_month_is_named_with_the_way_to_mend_it(asked: Asked, state: Path) -> None:
    (part,) = state.glob("cache/history/candles/BTC-USD/15m/*.parquet")
    part.write_bytes(part.read_bytes()[:-30] + bytes(30))
    refused = asked(BTC)
    assert isinstance(refused, Refused)
    assert f"{part.stem} of BTC-USD 15m is damaged" in refused.why and "atlas history fetch BTC-USD" in refused.why


def test_a_damaged_month_is_told_when_it_is_looked_at(asked: Asked, state: Path) -> None:
    (part,) = state.glob("cache/history/candles/BTC-USD/15m/*.parquet")
    part.write_bytes(part.read_bytes()[:-30] + bytes(30))
    stored = asked(Look())
    assert isinstance(stored, Stored)
    (why,) = stored.damaged
    assert f"{part.stem} of BTC-USD 15m is damaged" in why and "atlas history fetch BTC-USD" in why


def test_without_pyarrow_it_says_what_to_install(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(HELD)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    refused = asked(Look())
    assert isinstance(refused, Refused)
    assert refused.why == "the stored history needs pyarrow: install ATLAS with the extra history"


def test_a_wrong_setting_is_refused_with_its_line(asked: Asked, state: Path) -> None:
    (state.parent / "loose.toml").write_text("[filters]\nmin_continuity = 9\n")
    refused = asked(BTC)
    assert isinstance(refused, Refused)
    assert "min_continuity" in refused.why and "loose.toml" in refused.why


@pytest.fixture(params=[False, True], ids=["in a group", "leader of its own"])
def child(root: Path, state: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    settings = ["--state-dir", str(state), "--config", str(state.parent / "loose.toml")]
    command = [sys.executable, "-P", "-m", MODULE, *settings]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=request.param
    ) as started:
        yield started
        started.kill()


def test_it_stands_back_behind_the_desk_and_ends_with_the_console(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(line_of(Look()))
    child.stdin.flush()
    assert isinstance(answer_in(child.stdout.readline()), Stored)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    child.stdin.write(line_of(BTC))
    leads = os.getpgid(child.pid) == child.pid
    child.stdin.close()
    assert child.wait(60) == (-signal.SIGKILL if leads else 0)  # a leader takes along what it may have started


def test_a_kill_leaves_nothing_behind(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    assert child.wait(60) == -signal.SIGKILL
