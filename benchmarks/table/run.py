"""What every row is handed: how thorough to be, a folder, the peers, and what another row has measured already."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self, TypeVar

from benchmarks.table.peer import MissingPeer, Peer

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


class Run:
    """One run of the table.

    Args:
        quick: fewer rounds and shorter loads: to see that everything works, not for figures.
    """

    def __init__(self, quick: bool) -> None:
        self.quick = quick
        self._stack = ExitStack()
        self._peers: dict[str, Peer | MissingPeer] = {}
        self._once: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="atlas-bench-")))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def rounds(self, usual: int) -> int:
        """So many, or a few where the run is quick."""
        return max(3, usual // 5) if self.quick else usual

    def lasting(self, usual_s: float) -> float:
        """Seconds, or a quarter of them where the run is quick."""
        return usual_s / 4 if self.quick else usual_s

    def peer(self, name: str) -> Peer:
        """The peer, started once. Raises MissingPeer, each time for the same reason."""
        if name not in self._peers:
            try:
                self._peers[name] = self._stack.enter_context(Peer(name))
            except MissingPeer as reason:
                self._peers[name] = reason
        found = self._peers[name]
        if isinstance(found, MissingPeer):
            raise found
        return found

    def once(self, name: str, measure: Callable[[], T]) -> T:
        """What several rows tell of is measured by the first of them."""
        if name not in self._once:
            self._once[name] = measure()
        found: T = self._once[name]
        return found
