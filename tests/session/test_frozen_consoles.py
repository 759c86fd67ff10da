"""A stop is reached while one console is dead and another stands still: the desk leaves the position all the same."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from core.adapters.desk_server import DeskServer
from core.adapters.desk_wire import PROTOCOL, Hello
from core.domain.facts import PositionClosed
from core.domain.positions import ExitReason
from tests.adapters.attached import looking, until
from tests.session.rig import Rig, bought

CONSOLE = """
import sys
from pathlib import Path
from core.adapters.desk_greeting import greeted

sock, _ = greeted(Path(sys.argv[1]), lambda: "test", 20.0)
print("there", flush=True)
while sock.recv(65536):
    pass
"""


@asynccontextmanager
async def a_console(root: Path, state: Path) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A console of another process, which takes all it is sent."""
    console = subprocess.Popen([sys.executable, "-c", CONSOLE, str(state)], cwd=root, stdout=subprocess.PIPE)
    try:
        assert console.stdout is not None
        assert await asyncio.to_thread(console.stdout.readline) == b"there\n"
        yield console
    finally:
        console.kill()
        console.communicate()


async def test_a_stop_is_taken_and_told_while_a_console_is_killed_and_another_is_frozen(
    root: Path, tmp_path: Path
) -> None:
    hello = Hello(PROTOCOL, "test", os.getpid(), str(tmp_path), "PAPER")
    async with Rig(bought()).running() as rig, DeskServer(rig.session, tmp_path, hello, lambda: None) as server:
        await rig.armed()
        async with a_console(root, tmp_path) as killed, a_console(root, tmp_path) as frozen, looking(tmp_path) as other:
            await other.until(lambda picture: len(picture.positions) == 1)
            killed.kill()
            frozen.send_signal(signal.SIGSTOP)
            await until(lambda: len(server.peers) == 2)
            turn = 0
            while not any(peer.untaken for peer in server.peers):
                turn += 1
                rig.feed.say(Decimal(100) + Decimal(turn % 9) / 10)
                await asyncio.sleep(0)
            rig.feed.say("98.9")
            await rig.until(lambda: bool(rig.kept(PositionClosed)))
            assert any(peer.untaken for peer in server.peers), "it is frozen still"
            told = await other.until(lambda picture: not picture.positions)
            assert [trade.reason for trade in told.trades] == [ExitReason.STOP]
            frozen.send_signal(signal.SIGCONT)
            await until(lambda: not any(peer.untaken for peer in server.peers))
            assert len(server.peers) == 2
