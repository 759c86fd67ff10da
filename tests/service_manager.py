"""A stand-in for systemd: the socket that NOTIFY_SOCKET names, and what is said to it."""

import socket
import time
from pathlib import Path
from types import TracebackType


class ServiceManager:
    """Listens on a path, or on an abstract name where `place` begins with `@`."""

    def __init__(self, place: Path | str) -> None:
        self.place = str(place)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + self.place[1:] if self.place.startswith("@") else self.place)

    def next(self, within_s: float = 60) -> dict[str, str]:
        """The assignments of the next message; empty when none comes in time."""
        self._socket.settimeout(within_s)
        try:
            text = self._socket.recv(4096).decode()
        except TimeoutError:
            return {}
        return dict(line.split("=", 1) for line in text.split("\n"))

    def until(self, name: str, within_s: float = 60) -> list[dict[str, str]]:
        """All messages up to the first with this assignment, that one included; fails when none comes in time."""
        heard: list[dict[str, str]] = []
        deadline = time.monotonic() + within_s
        while not heard or name not in heard[-1]:
            left_s = deadline - time.monotonic()
            assert left_s > 0, f"no {name} among {heard[-5:]}"
            heard.append(self.next(left_s))
        return heard

    def overheard(self) -> list[dict[str, str]]:
        """What has been said and not been read yet."""
        heard: list[dict[str, str]] = []
        while message := self.next(0.001):
            heard.append(message)
        return heard

    def __enter__(self) -> "ServiceManager":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
