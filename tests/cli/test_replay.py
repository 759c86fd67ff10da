"""`atlas replay`: what a desk did over real sockets, killed and begun again, comes out once more to the byte."""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.adapters.ledger_reader import LedgerReader
from tests.cli.processes import Child
from tests.cli.said import Said

Run = Callable[..., Said]
TAKEN_LITERALLY = {"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "12345"}


@dataclass(frozen=True)
class Recorded:
    """The state directory of a desk that was killed while it held a position, and begun again; and its recording."""

    state: Path
    recording: Path


@pytest.fixture(scope="module")
def recorded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """Two lives of one desk on one embedded exchange: it enters, is killed, comes back, leaves, and ends."""
    folder = tmp_path_factory.mktemp("recorded")
    made = Recorded(folder / "desk", folder / "tape")
    with Child(root, "exchange", "--speed", 60, "--seed", 13) as exchange:
        where = exchange.json()
        desk = (made.state, made.recording, where["rest"], where["ws"])
        with Child(root, *desk, "enter", module="tests.cli.recorded_desk") as first:
            assert first.line(240) == "done"
            first.process.kill()
            first.process.wait()
        with Child(root, *desk, "leave", module="tests.cli.recorded_desk") as second:
            assert second.line(240) == "done"
            assert second.end(signal.SIGTERM)[0] == 0
    yield made


def dump(state: Path, *options: str, environment: dict[str, str] | None = None) -> str:
    return said(["ledger", "dump", "--state-dir", str(state), *options], environment)


def said(arguments: list[str], environment: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-m", "atlas_tui", *arguments]
    return subprocess.run(
        command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=180, check=True
    ).stdout


def test_two_replays_under_two_hash_seeds_give_the_bytes_of_the_desk_that_was_killed(
    recorded: Recorded, tmp_path: Path
) -> None:
    live = dump(recorded.state)
    kinds = [line.split("\t")[2] for line in live.splitlines()]
    assert kinds.count("DeskStarted") == 2
    assert b'\n{"Frame":"{' in recorded.recording.read_bytes()
    assert {"PositionOpened", "PositionClosed", "OutageEnded", "NoteWritten"} <= set(kinds)
    for number, environment in enumerate(TAKEN_LITERALLY):
        state = tmp_path / str(number)
        said(["replay", str(recorded.recording), "--state-dir", str(state)], environment)
        assert dump(state, environment=environment) == live


def test_rows_of_a_process_can_be_left_out(recorded: Recorded) -> None:
    rows = [line.split("\t") for line in dump(recorded.state, "--no-chain", "--no-process-rows").splitlines()]
    assert {len(row) for row in rows} == {3}
    kinds, every = [row[1] for row in rows], dump(recorded.state)
    assert {"DeskStarted", "DeskStopped", "MarketSeen"}.isdisjoint(kinds)
    assert kinds.count("OutageEnded") < every.count("\tOutageEnded\t")  # the kill's is gone
    assert dump(recorded.state, "--sha256") != dump(recorded.state, "--sha256", "--no-chain")


def test_a_replay_that_is_killed_is_taken_up_by_the_next(recorded: Recorded, root: Path, tmp_path: Path) -> None:
    state = tmp_path / "replayed"
    with Child(root, "replay", recorded.recording, "--state-dir", state) as replaying:
        while not _events(state) and replaying.process.poll() is None:
            pass
        replaying.process.kill()
        replaying.process.wait()
    left = _events(state)
    whole = dump(recorded.state)
    assert 0 < left <= len(whole.splitlines())
    said(["replay", str(recorded.recording), "--state-dir", str(state)])
    assert dump(state) == whole


def _events(state: Path) -> int:
    if not (state / "ledger.db").exists():
        return 0
    with LedgerReader(state) as reader:
        return sum(1 for _ in reader.facts())


def test_a_packed_recording_is_the_same_recording(recorded: Recorded, tmp_path: Path, atlas: Run) -> None:
    lines = recorded.recording.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    (tmp_path / "tape.000001.gz").write_bytes(gzip.compress(b"".join(lines[:half])))
    (tmp_path / "tape").write_bytes(b"".join([lines[0], *lines[half:]]))
    told = atlas("replay", tmp_path / "tape", "--state-dir", tmp_path / "desk", "--format", "json").json
    assert told["sha256"] == dump(recorded.state, "--sha256").strip()
    assert (told["desks"], told["trades"] >= 1, told["open_positions"]) == (2, True, 0)


def test_until_stops_early_and_a_later_replay_goes_on(recorded: Recorded, tmp_path: Path, atlas: Run) -> None:
    began = dump(recorded.state).split("\t")[1]
    early = atlas("replay", recorded.recording, "--state-dir", tmp_path, "--until", began, "--format", "json").json
    assert early["ledger_events"] == 2
    late = atlas("replay", recorded.recording, "--state-dir", tmp_path, "--format", "json").json
    assert late["sha256"] == dump(recorded.state, "--sha256").strip()
    again = atlas("replay", recorded.recording, "--state-dir", tmp_path, "--until", began)
    assert again.code == 2
    assert "goes on beyond this replay" in again.sentence


def test_a_ledger_that_is_not_of_this_recording_is_refused(
    recorded: Recorded, tmp_path: Path, a_day_on_paper: Path, atlas: Run
) -> None:
    said = atlas("replay", recorded.recording, "--state-dir", a_day_on_paper)
    assert (said.code, "that no replay has made" in said.sentence) == (2, True)
    (a_day_on_paper / "desk.json").write_text('{"replay_of": "another"}', encoding="utf-8")
    said = atlas("replay", recorded.recording, "--state-dir", a_day_on_paper)
    assert (said.code, "is not of this recording: its event 1 is AccountOpened" in said.sentence) == (2, True)


def test_what_is_no_recording_is_one_sentence(recorded: Recorded, tmp_path: Path, atlas: Run) -> None:
    state = tmp_path / "desk"
    file = tmp_path / "tape"
    header, *lines = recorded.recording.read_bytes().splitlines(keepends=True)
    ruined = {
        "line 1 is no header": b'{"balance":1000}\n',
        "its first line is missing": b"",
        "in format 99, this ATLAS reads 1": header.replace(b'"format":1', b'"format":99'),
        "line 3: cannot be read: it is not a line": b"".join([header, lines[0], b"garbage\n", *lines[1:]]),
        "line 3: cannot be read: the kind 'PriceTock' is unknown": b"".join([header, lines[0], b'{"PriceTock":{}}\n']),
        "line 2: cannot be read: Object missing required field": header + b'{"DeskBegan":{}}\n',
        "the compressed part is cut short": gzip.compress(recorded.recording.read_bytes())[:-3000],
        "does not hold its beginning": b"".join([header, *lines[1:9]]),
        "part of the recording is missing": b"".join([header, *(each for each in lines if b"EnterByHand" not in each)]),
    }
    for says, content in ruined.items():
        file.write_bytes(content)
        said = atlas("replay", file, "--state-dir", state)
        assert (said.code, says in said.sentence) == (2, True), said.err
    assert atlas("replay", tmp_path / "none", "--state-dir", state).sentence.endswith(f"no recording {tmp_path}/none")
    assert "choose a directory" in atlas("replay", recorded.recording).sentence
    assert "ISO 8601" in atlas("replay", file, "--state-dir", state, "--until", "noon").sentence


def test_a_torn_last_line_is_said_and_left_out(recorded: Recorded, tmp_path: Path, atlas: Run) -> None:
    content = recorded.recording.read_bytes()
    (tmp_path / "tape").write_bytes(content[: len(content) - 5])
    said = atlas("replay", tmp_path / "tape", "--state-dir", tmp_path / "desk")
    assert said.code == 0
    assert "the last line was cut short" in said.sentence
    lines = dump(recorded.state).splitlines()
    assert dump(tmp_path / "desk").splitlines() == lines[: _before_the_end(lines)]


def _before_the_end(lines: list[str]) -> int:
    """Without what the desk said as it ended: once of each market up to where it has seen it, and that it stopped."""
    count, seen = len(lines) - 1, set[str]()
    while (row := lines[count - 1].split("\t"))[2] == "MarketSeen" and (symbol := row[3].split('"')[3]) not in seen:
        seen.add(symbol)
        count -= 1
    return count
