"""Facts to canonical JSON and back, and the hash that chains them.

The JSON is deterministic: fields in the order of the dataclass, Decimals as their exact text, times as ISO 8601 in UTC
with Z. A timeframe is `{"minutes": 15}`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Generic, TypeVar, get_args

import msgspec

from core.domain.errors import StoreError
from core.domain.facts import Fact

T = TypeVar("T")
GENESIS: Final = "0" * 64
"""What stands in for the hash before the first event."""

_NOT_FINITE: Final = re.compile(rb'"[+-]?s?(?:NaN|nan|Inf|inf)')
"""How the text of a number that is not finite begins, and now and then a person's note."""
_NOT_UTC: Final = re.compile(rb'T\d\d:\d\d:\d\d(?:\.\d+)?(?:"|[+-]\d\d)')
"""A time that is naive or not UTC, or a note that ends with one."""
_KINDS: Final[Mapping[str, type[Fact]]] = {kind.__name__: kind for kind in get_args(Fact)}
_DECODERS: Final[Mapping[str, msgspec.json.Decoder[Fact]]] = {
    name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()
}
_ENCODER: Final = msgspec.json.Encoder()


class Codec(Generic[T]):
    """One value type to JSON text and back, for the bodies of the projections."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._name = kind.__name__

    def decode(self, text: str | bytes) -> T:
        """The value.

        Raises:
            StoreError: the text is not such a value.
        """
        try:
            return self._decoder.decode(text)
        except (msgspec.MsgspecError, ValueError) as error:
            raise StoreError(f"the ledger holds a {self._name} that cannot be read: {error}") from error


def kind_of(fact: Fact) -> str:
    """The fact's kind as the ledger spells it: the class name."""
    return type(fact).__name__


def encode(value: object) -> str:
    """Canonical JSON of a fact or of a value inside one.

    Raises:
        StoreError: a number is not finite, or a time is naive or not UTC; such a value must never be stored.
    """
    raw = _ENCODER.encode(value)
    if _NOT_UTC.search(raw) or _perhaps_not_finite(raw):
        wrong = _first(value, _never_stored)
        if wrong is not None:
            raise StoreError(f"{type(value).__name__} cannot be stored: {wrong} is no UTC time or finite number")
    return raw.decode()


def _perhaps_not_finite(raw: bytes) -> bool:
    """Is there a text that begins like a number that is not finite? Most facts have no such letters at all."""
    lettered = b"nan" in raw or b"NaN" in raw or b"inf" in raw or b"Inf" in raw
    return lettered and _NOT_FINITE.search(raw) is not None


def _never_stored(value: object) -> bool:
    return _not_finite(value) or (isinstance(value, datetime) and value.utcoffset() != timedelta(0))


def _not_finite(value: object) -> bool:
    return isinstance(value, Decimal) and not value.is_finite()


def _first(value: object, wrong: Callable[[object], bool]) -> object | None:
    """The first value that is wrong, of this one and all inside it; text is never looked into."""
    if wrong(value):
        return value
    parts: Iterable[object] = ()
    if is_dataclass(value):
        parts = (getattr(value, each.name) for each in fields(value))
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, tuple | list | frozenset):
        parts = value
    return next((found for part in parts if (found := _first(part, wrong)) is not None), None)


def body_of(value: object) -> str:
    """Canonical JSON of a value whose fact `encode` has already accepted."""
    return _ENCODER.encode(value).decode()


def decode_fact(kind: str, payload: str | bytes) -> Fact:
    """The fact of this kind.

    Raises:
        StoreError: an unknown kind, a payload that is not one of its kind, or one with a number that is not finite.
    """
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise StoreError(f"the ledger holds a fact of unknown kind {kind!r}")
    try:
        raw = payload.encode() if isinstance(payload, str) else payload
        fact = decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError) as error:
        raise StoreError(f"the ledger holds a {kind} that cannot be read: {error}") from error
    if _perhaps_not_finite(raw):
        wrong = _first(fact, _not_finite)
        if wrong is not None:
            raise StoreError(f"the ledger holds a {kind} that cannot be read: {wrong} is no finite number")
    return fact


def stamp(at: datetime) -> str:
    """An instant as fixed-width ISO 8601 in UTC with Z and microseconds, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def unstamp(text: str) -> datetime:
    """The instant `stamp` wrote.

    Raises:
        StoreError: not an ISO time.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise StoreError(f"the ledger holds {text!r} where a time belongs") from error


def chained(previous: str, kind: str, at: str, payload: str) -> str:
    """The event's hash: hex SHA-256 over the previous hash (hex), kind, time and payload, joined without separators.

    Nothing is ambiguous in that: the hash has 64 digits, the kind letters only, the time begins with a digit and ends
    with Z, the payload begins with a brace.
    """
    return hashlib.sha256(f"{previous}{kind}{at}{payload}".encode()).hexdigest()
