"""A value that nobody may see: no repr, no format, no pickle, no JSON (RELIABILITY.md section 3)."""

import hmac
from typing import Final, NoReturn, SupportsIndex

from core.domain.hiding import MASK, hide_from_now_on


class Secret:
    """A key or token. Shown it is `***`; whoever must send it asks for it by `reveal`, at the place where it is sent.

    It is compared in constant time. JSON refuses it, and so does msgspec, for it is none of their types.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """
        Args:
            value: the secret; from here on it is taken out of every text that is shown, logged or stored.
        """
        self._value: Final = value
        hide_from_now_on(value)

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def matches(self, offered: bytes) -> bool:
        """Is this the secret? The time it takes tells nothing of where the two differ."""
        return hmac.compare_digest(self._value.encode("utf-8", "surrogatepass"), offered)

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self.matches(other.reveal().encode("utf-8", "surrogatepass"))

    __hash__ = None  # type: ignore[assignment] # a dictionary would compare hashes first, and those tell

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret is not written down")
