"""What is done once a day for a desk that runs for weeks: the disk is held to its budget."""

import asyncio
from typing import Final

from core.domain.errors import StoreError
from core.domain.events import Level
from core.session.link import in_real
from core.session.shell import Shell
from core.session.threads import in_thread

DAY_S: Final = 86_400.0
"""Real seconds between two times."""
LOOK_S: Final = 60.0


class Upkeep:
    """Does `SessionOptions.upkeep` at the start and once a day; what it says goes into the log."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    async def run(self) -> None:
        """For ever; a disk that refuses is told and stops nothing."""
        clock = self._shell.ports.clock
        while self._shell.options.upkeep is not None:
            began_s = clock.real()
            await self._once()
            while clock.real() - began_s < DAY_S:
                await asyncio.sleep(LOOK_S)
        await asyncio.Event().wait()

    async def _once(self) -> None:
        shell = self._shell
        upkeep = shell.options.upkeep
        assert upkeep is not None
        try:
            for level, said in await in_thread(upkeep):
                shell.note(level, "disk", said)
            well = True
        except (OSError, StoreError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            shell.note(Level.WARN, "disk", f"the disk cannot be looked after: {why}")
            well = False
        shell.link.upkeep.ended(well, shell.ports.clock.now())
        shell.link.upkeep.next_at = in_real(shell.ports.clock, DAY_S)
