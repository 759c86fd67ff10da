"""The recorder writes behind the desk's back, in order, never later than the ledger, and never in the desk's way."""

import gzip
import os
import stat
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import pytest

from core.adapters import tape_recorder
from core.adapters.tape_reader import TapeReader
from core.adapters.tape_recorder import Recorder
from core.adapters.tape_store import TapedStore
from core.domain.errors import ConfigError, RecordingError, StoreError
from core.domain.events import Level, TimePassed
from core.domain.facts import DeskStarted, Fact
from core.domain.taped import DeskBegan, DeskEnded, Taped
from tests.builders import TUESDAY, a_policy, a_tick, after
from tests.fakes import ListStore

MB = 2**20
MARK = DeskBegan(a_policy(), 0, TUESDAY)
TICKS = [a_tick(100 + number, after(number)) for number in range(50)]


def recorder(file: Path, max_bytes: int = 100 * MB, part_bytes: int = 32 * MB) -> Recorder:
    return Recorder(file, "1.0", max_bytes, part_bytes)


def written(file: Path) -> list[Taped]:
    return [entry for _, entry in TapeReader(file).entries()]


class Witness(ListStore):
    """A store that looks into the recording at each commit."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.saw: list[list[Taped]] = []

    def append(self, facts: Sequence[Fact]) -> Future[None]:
        self.saw.append(written(self.file))
        return super().append(facts)


def test_everything_taken_before_a_fact_is_written_before_the_fact_is_committed(tmp_path: Path) -> None:
    file = tmp_path / "tape"
    tape, witness = recorder(file), Witness(file)
    store = TapedStore(witness, tape)
    tape.begin(MARK, ())
    for count, tick in enumerate(TICKS, start=1):
        tape.take(tick)
        store.append((DeskStarted(tick.at),)).result(10)
        assert witness.saw[-1] == [MARK, *TICKS[:count]]
    store.close()
    assert list(store.facts()) == [DeskStarted(tick.at) for tick in TICKS]


def test_a_failed_commit_reaches_the_desk_through_the_recorder(tmp_path: Path) -> None:
    broken = ListStore()
    broken.broken = True
    store = TapedStore(broken, recorder(tmp_path / "tape"))
    assert isinstance(store.append((DeskStarted(TUESDAY),)).exception(10), StoreError)
    store.close()


def test_the_file_is_for_our_eyes_only_and_belongs_to_one_desk(tmp_path: Path) -> None:
    file = tmp_path / "tape"
    tape = recorder(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(ConfigError, match="another desk is recording there"):
        recorder(file)
    tape.close()
    recorder(file).close()


@pytest.mark.parametrize(
    "content", ["balance = 1000\n", "no line", '{"Recording":{"format":99,"atlas":"9","part":1}}\n']
)
def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tape"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="choose another file"):
        recorder(file)
    assert file.read_text(encoding="utf-8") == content
    with pytest.raises(ConfigError, match="cannot be written"):
        recorder(tmp_path / "no" / "folder")


def test_a_second_run_goes_on_after_what_a_kill_left_torn(tmp_path: Path) -> None:
    file = tmp_path / "tape"
    tape = recorder(file)
    tape.begin(MARK, ())
    tape.take(TICKS[0])
    tape.close()
    with file.open("ab") as out:
        out.write(b'{"PriceTick":{"symb')
    assert TapeReader(file).torn == ""
    tape = recorder(file)
    tape.begin(MARK, ())
    tape.take(DeskEnded(TUESDAY))
    tape.close()
    assert written(file) == [MARK, TICKS[0], MARK, DeskEnded(TUESDAY)]


def test_a_recording_that_begins_on_a_used_ledger_holds_what_the_ledger_held(tmp_path: Path) -> None:
    file, known = tmp_path / "tape", (DeskStarted(TUESDAY), DeskStarted(after(1)))
    for _ in range(2):
        tape = recorder(file)
        tape.begin(DeskBegan(a_policy(), 2, TUESDAY), known)
        tape.close()
    mark = DeskBegan(a_policy(), 2, TUESDAY)
    assert written(file) == [*known, mark, mark]


def test_full_parts_are_packed_and_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "tape"
    entries = _two_parts_and_more(file, 100 * MB)
    again = recorder(file)
    again.close()
    _wait_for_packing(again)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["tape", "tape.000001.gz", "tape.000002.gz"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert written(file) == entries


def test_the_oldest_parts_go_beyond_the_budget_and_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "tape"
    _two_parts_and_more(file, 100 * MB)
    first = tmp_path / "tape.000001.gz"
    tape = recorder(file, max_bytes=sum(path.stat().st_size for path in tmp_path.iterdir()) - 1)
    _wait_for_packing(tape)
    assert not first.exists()
    assert any(level is Level.WARN and "tape.000001" in text for level, text in tape.news())
    tape.begin(DeskBegan(a_policy(), 1, TUESDAY), (DeskStarted(TUESDAY),))
    tape.close()
    assert written(file)[-2:] == [DeskStarted(TUESDAY), DeskBegan(a_policy(), 1, TUESDAY)]


def _two_parts_and_more(file: Path, max_bytes: int) -> list[Taped]:
    """A recording of three parts, two of them full: one by its size, one by a new day."""
    tape = recorder(file, max_bytes, part_bytes=2 * MB)
    entries: list[Taped] = [MARK, TimePassed(TUESDAY)]
    entries += TICKS * (2 * MB // 8000)
    entries.append(TimePassed(after(60)))
    entries += TICKS * (MB // 7000)
    entries.append(TimePassed(TUESDAY + timedelta(days=1)))
    entries.append(TICKS[0])
    tape.begin(MARK, ())
    for entry in entries[1:]:
        tape.take(entry)  # type: ignore[arg-type]  # none of them is a fact or a beginning
    tape.close()
    _wait_for_packing(tape)
    return entries


def _wait_for_packing(tape: Recorder) -> None:
    packing = tape._packing
    assert packing is not None
    packing.join(10)


def test_a_disk_that_refuses_ends_the_recording_and_not_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    tape = recorder(tmp_path / "tape")
    inner = ListStore()
    store = TapedStore(inner, tape)
    monkeypatch.setattr(os, "write", full)
    tape.begin(MARK, ())
    store.append((DeskStarted(TUESDAY),)).result(10)
    tape.take(TICKS[0])
    store.append((DeskStarted(after(1)),)).result(10)
    store.close()
    assert len(inner.kept) == 2
    told = [text for level, text in tape.news() if level is Level.ERROR]
    assert len(told) == 1
    assert "No space left on device; the desk goes on without it" in told[0]


def test_a_part_that_cannot_be_closed_ends_the_recording_and_not_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape_recorder, "part_path", lambda file, number: tmp_path / "none" / "tape.000001")
    tape = recorder(tmp_path / "tape", part_bytes=1)
    tape.begin(MARK, ())
    tape.take(TimePassed(TUESDAY))
    done: Future[None] = Future()
    tape.take(TimePassed(after(1)))
    tape.then(lambda: done.set_result(None))
    done.result(10)
    tape.close()
    assert written(tmp_path / "tape") == [MARK, TimePassed(TUESDAY)]
    assert "recording ended" in [*tape.news()][-1][1]


def test_what_cannot_be_written_down_ends_the_recording_and_not_the_desk(tmp_path: Path) -> None:
    tape = recorder(tmp_path / "tape")
    tape.begin(MARK, ())
    tape.take(a_tick(100, TUESDAY, symbol="\ud800"))
    done: Future[None] = Future()
    tape.then(lambda: done.set_result(None))
    done.result(10)
    tape.close()
    assert written(tmp_path / "tape") == [MARK]
    assert "recording ended" in [*tape.news()][-1][1]


def test_a_disk_that_does_not_answer_costs_a_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_recorder, "MOST_WAITING", 10)
    tape = recorder(tmp_path / "tape")
    hangs: Future[None] = Future()
    tape.then(lambda: hangs.result(10))
    for tick in TICKS:
        tape.take(tick)
    assert len(tape._waiting) <= 11
    hangs.set_result(None)
    tape.close()
    assert "does not keep up" in [*tape.news()][-1][1]


def test_a_missing_part_in_the_middle_is_named(tmp_path: Path) -> None:
    for number in (1, 3):
        (tmp_path / f"tape.00000{number}.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(RecordingError, match="has no part 2"):
        TapeReader(tmp_path / "tape")


def test_one_part_alone_can_be_read(tmp_path: Path) -> None:
    _two_parts_and_more(tmp_path / "tape", 100 * MB)
    (tmp_path / "tape.000002.gz").rename(tmp_path / "alone")
    assert len(written(tmp_path / "alone")) > len(TICKS)
