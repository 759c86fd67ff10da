"""Programs of different age must notice that they are: the protocol's number goes with the shape of what is said."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from core.adapters.desk_talk import Request, Said
from core.adapters.desk_wire import PROTOCOL
from core.domain.commands import Command
from core.domain.snapshot import Snapshot

SHAPE_OF = {1: "0e6b971734d43579", 2: "65821cf57aef53ab"}
"""By protocol, what stands behind it: the names and types of all fields, in their order, and the values of words."""


def told(kind: Any, known: set[Any]) -> Iterator[str]:
    """A type in words, and once all types it is made of."""
    inside = get_args(kind)
    yield getattr(get_origin(kind) or kind, "__name__", str(kind))
    if not inside and kind not in known:
        known.add(kind)
        if is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
            hints = get_type_hints(kind)
            names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind.__struct_fields__)
            for name in names:
                yield name
                yield from told(hints[name], known)
        elif isinstance(kind, type) and issubclass(kind, Enum):
            yield from (str(word.value) for word in kind)
    for each in inside:
        yield from told(each, known)


def digest_of(*kinds: Any) -> str:
    known: set[Any] = set()
    text = "\n".join(line for kind in kinds for line in told(kind, known))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_the_protocols_number_goes_up_with_every_change_of_what_is_said() -> None:
    found = digest_of(Said, Request, Command, Snapshot)
    assert SHAPE_OF.get(PROTOCOL) == found, (
        f"what a desk and a console say has another shape: raise PROTOCOL, and write {found!r} beside its number here"
    )


@dataclass(frozen=True)
class Before:
    price: int
    side: "Word"


@dataclass(frozen=True)
class After:
    price: str
    side: "Word"


class Word(StrEnum):
    LONG = "LONG"


class Words(StrEnum):
    LONG = "LONG"
    SHORT = "SHORT"


def test_a_field_of_another_type_and_a_word_more_are_another_shape() -> None:
    shapes = [digest_of(kind) for kind in (Before, After, Word, Words)]
    assert len(set(shapes)) == len(shapes)
    assert digest_of(tuple[Before, ...]) != digest_of(tuple[After, ...])
