"""What readers of the API feel, and what the desk feels of them: `python -m benchmarks.api [--seconds N]`.

A real desk without a screen on the embedded exchange, with its API; the readers are in this process. `/health` is timed
on a connection of its own each: with nobody else there, then with 60 connections that never end their request, then
with two readers asking for every setup besides. Once a second the desk is asked how late its event loop is. Exit 1
where the median of `/health` took 50 ms beside the slow connections.
"""

import argparse
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Final

from benchmarks.screen_child import ROOT
from benchmarks.screen_report import table
from tests.cli.processes import Child

SLOW: Final = 60
BOUND_S: Final = 0.05
_PAUSE: Final = threading.Event()


class Reader:
    """Asks one API, a connection a question."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: localhost:{port}\r\nAuthorization: Bearer {token}\r\n"

    def connect(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self._port), 10)

    def get(self, path: str) -> bytes:
        """The whole reply."""
        with self.connect() as line, line.makefile("rb") as file:
            line.sendall(f"GET {path} HTTP/1.1\r\n{self._head}Connection: close\r\n\r\n".encode())
            return file.read()

    def seconds(self, path: str) -> float:
        """How long it took."""
        began_s = perf_counter()
        assert self.get(path).startswith(b"HTTP/1.1 200 ")
        return perf_counter() - began_s

    def lag_s(self) -> float:
        """How late the desk's loop was just now."""
        lines = self.get("/metrics").decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("atlas_loop_lag_seconds "))


@contextmanager
def slow(reader: Reader) -> Iterator[None]:
    """Connections that never end the head of their request; those that are given up are opened again."""
    over = threading.Event()

    def drip() -> None:
        with ExitStack() as stack:
            lines = [stack.enter_context(reader.connect()) for _ in range(SLOW)]
            while not over.wait(0.1):
                for number, line in enumerate(lines):
                    try:
                        line.sendall(b"GET /status HTTP/1.1\r\n" if not number else b"X")
                    except OSError:
                        lines[number] = stack.enter_context(reader.connect())

    dripping = threading.Thread(target=drip, daemon=True)
    dripping.start()
    try:
        yield
    finally:
        over.set()
        dripping.join()


@contextmanager
def asking(reader: Reader) -> Iterator[None]:
    """Two readers that ask for every setup, again and again."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            reader.get("/setups?limit=1000")

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, Child(ROOT, "exchange", "--speed", 60) as exchange:
        where, settings = exchange.json(), Path(folder) / "config.toml"
        with socket.socket() as plug:
            plug.bind(("127.0.0.1", 0))
            port: int = plug.getsockname()[1]
        settings.write_text(f"[api]\nport = {port}\n", encoding="utf-8")
        venue = ["--rest", where["rest"], "--ws", where["ws"], "--preset", "demo"]
        with Child(ROOT, "run", "--api", "--config", settings, "--state-dir", Path(folder) / "desk", *venue) as desk:
            desk.line()
            reader = Reader(port, Path(desk.json()["api_token"]).read_text("ascii").strip())
            return told(reader, seconds)


def told(reader: Reader, seconds: int) -> int:
    """The rows, and whether the bound was held."""
    rows: list[list[str]] = []

    def row(name: str) -> float:
        times, lags = list[float](), list[float]()
        for _ in range(seconds):
            ends_s = perf_counter() + 1
            while perf_counter() < ends_s:
                times.append(reader.seconds("/health"))
                _PAUSE.wait(0.01)
            lags.append(reader.lag_s())
        figures = (median(times), quantiles(times, n=100)[98], max(times), median(lags), max(lags))
        rows.append([name, *(f"{1000 * one:.1f}" for one in figures)])
        return median(times)

    row("nobody else")
    with slow(reader):
        beside = row(f"{SLOW} slow connections")
        with asking(reader):
            row("and two who ask for all setups")
    print("\n".join(table(("/health, ms", "p50", "p99", "most", "desk's lag p50", "most"), rows)))
    return beside >= BOUND_S


if __name__ == "__main__":
    sys.exit(main())
