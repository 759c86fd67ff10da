"""What can be done to a TCP connection itself."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Final

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


def reset(transport: asyncio.BaseTransport) -> None:
    """End the connection with RST; what is queued is lost."""
    plug = transport.get_extra_info("socket")
    if plug is not None:
        with suppress(OSError):
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    else:
        transport.close()
