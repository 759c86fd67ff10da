"""A desk of its own in a process of its own, recorded, that does what a person might: `STATE RECORDING REST WS WHAT`.

WHAT is `enter`: enter the first pending leg that can be, by hand; or `leave`: close every position. It says `done`.
"""

import asyncio
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from atlas_tui.cli.ending import end_desk, stop_on_signals
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.cli.wiring import hold_desk
from core.adapters.state_dir import StateDir
from core.config import Request, load_settings
from core.domain.commands import ClosePosition, EnterByHand, WriteNote
from core.domain.snapshot import Mode
from core.session import Session

HALF = Decimal("0.5")


async def act(session: Session, what: str) -> None:
    """Ask again and again until it is so, for a price may be stale or on the wrong side at first."""
    await session.wait_armed()
    while (what == "leave") is bool(session.snapshot.positions):
        shown = session.snapshot
        for position in shown.positions:
            session.send(ClosePosition(position.position.id, shown.at))
        for view in shown.setups if what == "enter" else ():
            for judged in view.setup.legs if view.pending else ():
                session.send(WriteNote(view.setup.id, "tried by hand", shown.at))
                session.send(EnterByHand(view.setup.id, judged.leg.side, HALF, shown.at))
        await asyncio.sleep(0.1)


async def main(state: StateDir, recording: Path, rest: str, ws: str, what: str) -> None:
    """Run until a signal."""
    options = {"venue.rest": ("test", rest), "venue.ws": ("test", ws)}
    settings = load_settings(Request(state_dir=state.root, preset="demo", options=options), environ={})
    built: asyncio.Future[Built] = asyncio.get_running_loop().create_future()
    plan = DeskPlan(settings, state, Mode.DEMO, record=recording)
    desk = asyncio.create_task(hold_desk(plan, built.set_result, lambda text: None))
    until_signal = stop_on_signals()
    either: set[asyncio.Future[Any]] = {desk, built}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    await act((await built).session, what)
    sys.stdout.write("done\n")
    sys.stdout.flush()
    await until_signal
    await end_desk(desk, await built)


if __name__ == "__main__":
    folder = StateDir.create(Path(sys.argv[1]))
    with folder.lock():
        asyncio.run(main(folder, Path(sys.argv[2]), *sys.argv[3:6]))
