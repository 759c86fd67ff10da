"""The newest of a kind by key, and no more of them: what a desk that runs for months keeps of what is over."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Newest(Generic[K, V]):
    """The values that were put last, oldest first, at most `limit`."""

    limit: int
    _kept: dict[K, V] = field(default_factory=dict)

    def put(self, key: K, value: V) -> None:
        """Keep the value as the newest, and forget the oldest where there are too many."""
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > self.limit:
            del self._kept[next(iter(self._kept))]

    def get(self, key: K) -> V | None:
        """The value of this key, where it is still kept."""
        return self._kept.get(key)

    def values(self) -> Collection[V]:
        """What is kept, oldest first."""
        return self._kept.values()
