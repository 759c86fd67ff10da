"""The file HALT beside the ledger: entries stop while it is there, over restarts too."""

from pathlib import Path

from core.adapters.halt_file import HaltFile
from core.domain.facts import EntryRefused, PositionOpened
from core.domain.guards import HaltSource
from core.domain.oversight import EntriesHalted, EntriesResumed
from core.domain.sizing import Refusal
from tests.builders import TUESDAY
from tests.session.rig import Rig


def test_the_brake_is_pulled_while_the_file_is_there(tmp_path: Path) -> None:
    brake = HaltFile(tmp_path)
    seen = [brake.pulled()]
    (tmp_path / "HALT").write_text("storm")
    seen.append(brake.pulled())
    (tmp_path / "HALT").unlink()
    seen.append(brake.pulled())
    assert seen == [False, True, False]
    assert not HaltFile(tmp_path / "nowhere").pulled()


async def test_a_brake_pulled_before_the_start_refuses_the_first_entry(tmp_path: Path) -> None:
    (tmp_path / "HALT").touch()
    async with Rig(brake=HaltFile(tmp_path)).running() as rig:
        await rig.armed()
        assert [halt.source for halt in rig.session.snapshot.halts] == [HaltSource.FILE]
        rig.feed.say(103)
        await rig.until(lambda: bool(rig.kept(EntryRefused)))
        refused = [fact.code for fact in rig.store.kept if isinstance(fact, EntryRefused)]
        assert refused == [Refusal.HALTED]
        assert not rig.kept(PositionOpened)


async def test_the_running_desk_sees_the_file_come_and_go(tmp_path: Path) -> None:
    async with Rig(brake=HaltFile(tmp_path)).running() as rig:
        await rig.armed()
        assert not rig.kept(EntriesHalted)
        (tmp_path / "HALT").touch()
        await rig.until(lambda: bool(rig.kept(EntriesHalted)))
        (tmp_path / "HALT").unlink()
        await rig.until(lambda: bool(rig.kept(EntriesResumed)))
        await rig.until(lambda: not rig.session.snapshot.halts)


async def test_a_halt_of_a_file_that_is_gone_ends_with_the_next_start_and_one_by_hand_does_not(tmp_path: Path) -> None:
    halts = tuple(EntriesHalted("", source, TUESDAY) for source in HaltSource)
    async with Rig(halts, brake=HaltFile(tmp_path)).running() as rig:
        await rig.until(lambda: bool(rig.kept(EntriesResumed)))
        await rig.until(lambda: bool(rig.session.snapshot.halts))
        assert [halt.source for halt in rig.session.snapshot.halts] == [HaltSource.HAND]
