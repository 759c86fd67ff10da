"""What the service manager is told of this process: sd_notify(3), one datagram a message."""

import os
import socket
from collections.abc import MutableMapping
from typing import Final

_ADDRESS: Final = "NOTIFY_SOCKET"
_WATCHDOG: Final = "WATCHDOG_USEC"
_WATCHED: Final = "WATCHDOG_PID"


class ServiceSocket:
    """Where a service manager listens, a path or, from `@` on, an abstract name (Linux).

    Nothing is ever waited for: a message that nobody takes at once is dropped, and the desk goes on.

    Attributes:
        watchdog_s: seconds within which WATCHDOG=1 is wanted again and again; None where nobody wants it.
    """

    def __init__(self, address: str, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    @staticmethod
    def taken_from(environ: MutableMapping[str, str]) -> "ServiceSocket | None":
        """The socket these variables name, if any; they are taken out, so that no child speaks for this process."""
        address, period, pid = (environ.pop(name, "") for name in (_ADDRESS, _WATCHDOG, _WATCHED))
        if not address.startswith(("/", "@")) or len(address) < 2:
            return None
        ours = not pid or pid == str(os.getpid())
        watched = ours and period.isascii() and period.isdigit() and int(period) > 0
        return ServiceSocket(address, int(period) / 1_000_000 if watched else None)

    def tell(self, *assignments: str) -> bool:
        """Send assignments such as `READY=1` as one message; was it taken?"""
        try:
            self._socket.sendto("\n".join(assignments).encode("utf-8", "replace"), self._address)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Say no more."""
        self._socket.close()
