"""A start on what was kept is the start a person knows: the same position, and a line only where something is wrong."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import AccountOpened
from core.domain.positions import OpenPosition
from tests.adapters.judged import change_rows, write
from tests.builders import TUESDAY
from tests.session.rig import Rig, bought


async def begun(state: StateDir) -> tuple[OpenPosition, list[str]]:
    """The position a start finds, and what the log says of kept states."""
    with closing(SqliteStore(state, keep_every=1)) as store:
        rig = Rig(store=store)
        async with rig.running():
            await rig.session.wait_restored()
            desk = rig.session._shell.desk.state
            (position,) = desk.account.positions.values()
            return position, [note.text for note in desk.log if "kept" in note.text]


@pytest.mark.parametrize("damage", ["UPDATE kept_state SET body = x'00'", "DELETE FROM kept_state"])
async def test_a_start_finds_the_same_position_with_and_without_what_was_kept(tmp_path: Path, damage: str) -> None:
    state = StateDir.create(tmp_path / "state")
    write(state.root, [[AccountOpened(Decimal(1000), TUESDAY)], list(bought())])
    first, _ = await begun(state)
    second, said = await begun(state)
    assert (second, said) == (first, [])
    change_rows(state.ledger, damage)
    third, said = await begun(state)
    assert third == first
    assert len(said) == 1 and "events were folded" in said[0]
