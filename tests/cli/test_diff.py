"""`atlas diff`: a recording on the embedded exchange's prices, its trades by ticks and by candles, and an exit code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.adapters.tape_codec import FORMAT, PartHeader, header_line, line_of
from core.research.diff.compare import Comparison, compare
from core.research.diff.evidence import Cause, Reason
from core.session.outline import outline_of
from tests.cli.said import Said
from tests.research.recorded_model import LOOSE, compared
from tests.session.model_run import ModelRun

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six hours of a desk, its trades among them."""
    run = ModelRun(LOOSE, 3)
    run.run(timedelta(hours=6))
    file = tmp_path_factory.mktemp("recorded") / "a.tape"
    file.write_bytes(b"".join([header_line(PartHeader(FORMAT, "1.0", 1)), *map(line_of, run.tape.kept)]))
    assert outline_of(run.tape).damage == ""
    return file


def test_every_trade_that_differs_is_told_with_its_causes(tape: Path, atlas: Run) -> None:
    answer = atlas("diff", tape)
    assert answer.code == 0
    head = answer.out.splitlines()[1]
    assert "trades live" in head
    assert head.endswith("0 of them unexplained.")
    assert "  FILL_AT_LEVEL: level " in answer.out
    assert max(map(len, answer.out.splitlines())) <= 120


def test_the_second_result_is_told_beside_what_the_first_leaves_out(
    tape: Path, atlas: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atlas_tui.cli.diff.compare", lambda recording: compared(ModelRun, 7))
    lines = atlas("diff", tape).out.splitlines()
    assert lines[2].startswith("The second result of bar mode (S13.3, 2nd below) enters 2 of the 2")
    (first, *_) = [number for number, line in enumerate(lines) if line.startswith("  2nd   ")]
    assert lines[first - 1] == "  bars  —"
    assert lines[first + 1].startswith("  BOTH_SIDES: ")
    found = atlas("diff", tape, "--format", "json").json["differences"]
    assert [each["second"]["direction"] for each in found if each["second"]] == ["LONG", "SHORT"]


def test_json_has_the_same_with_exact_numbers(tape: Path, atlas: Run) -> None:
    told = atlas("diff", tape, "--format", "json").json
    assert told["unexplained"] == 0
    assert told["differing"] == len(told["differences"]) > 0
    assert sum(told["causes"].values()) >= told["differing"]
    first = told["differences"][0]
    assert {
        "id",
        "symbol",
        "timeframe",
        "pattern",
        "direction",
        "explained",
        "live",
        "bars",
        "second",
        "reasons",
    } == set(first)
    assert all(reason["cause"] in set(Cause) for each in told["differences"] for reason in each["reasons"])


def test_a_difference_without_a_cause_is_exit_code_1(tape: Path, atlas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def puzzled(recording: object) -> Comparison:
        found = compare(recording)  # type: ignore[arg-type]  # it is a recording
        first = replace(found.differences[0], reasons=(Reason(Cause.UNEXPLAINED, "net 1 live, 2 in bar mode"),))
        return replace(found, differences=(first, *found.differences[1:]))

    monkeypatch.setattr("atlas_tui.cli.diff.compare", puzzled)
    answer = atlas("diff", tape)
    assert answer.code == 1
    assert "1 of them unexplained." in answer.out
    assert "  UNEXPLAINED: net 1 live, 2 in bar mode" in answer.out


def test_a_torn_end_is_said_and_left_out(tape: Path, tmp_path: Path, atlas: Run) -> None:
    torn = tmp_path / "torn.tape"
    torn.write_bytes(tape.read_bytes()[:-5])
    answer = atlas("diff", torn)
    assert answer.code == 0
    assert "the last line was cut short and is left out" in answer.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no recording"),
        (b"", "its first line is missing"),
        (b"time,open\n", "line 1 is no header"),
        (header_line(PartHeader(FORMAT, "1.0", 1)), "does not hold its beginning: it is empty"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(content: bytes | None, said: str, tmp_path: Path, atlas: Run) -> None:
    file = tmp_path / "odd"
    if content is not None:
        file.write_bytes(content)
    answer = atlas("diff", file)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_folder_is_told_from_a_recording_that_is_not_there(tmp_path: Path, atlas: Run) -> None:
    assert f"{tmp_path} is a folder" in atlas("diff", tmp_path).sentence


def test_one_trade_is_no_trades(tape: Path, atlas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_tui.cli.diff.compare", lambda recording: replace(compare(recording), live=1, later=1))
    lines = atlas("diff", tape).out.splitlines()
    assert lines[1].startswith("1 trade live, ")
    assert "1 live trade entered after the last candle: not compared." in lines


def test_damage_in_the_middle_is_named_by_its_line(tape: Path, tmp_path: Path, atlas: Run) -> None:
    lines = tape.read_bytes().splitlines(keepends=True)
    broken = tmp_path / "broken.tape"
    broken.write_bytes(b"".join([*lines[:500], b'{"ScanDone":{"signals":\n', *lines[501:]]))
    answer = atlas("diff", broken)
    assert answer.code == 2
    assert "line 501: cannot be read" in answer.err
