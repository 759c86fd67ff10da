"""A folded ledger as bytes and back, exactly; every coder comes from a type, so that no field can be forgotten.

A frozen dataclass is a value, which msgspec reads and writes by itself. Any other dataclass is a part with an identity:
it is written where it is met first and named by its number after that, so that what is one object stays one. A field
that is not compared follows from the others: it is left out, and begins anew. The same state gives the same bytes.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from itertools import islice
from types import GenericAlias, UnionType
from typing import Any, Final, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from core.trading.folded import Folding

Thing = Any
"""Some part of a state, or its type: only the coder of that type knows which."""
RUN: Final = 100
"""Rows that are written or read in one go: a millisecond of the interpreter."""
_ENCODER: Final = msgspec.msgpack.Encoder()
_SEQUENCES: Final = (list, deque, set, tuple)


def _on() -> None:
    """Go on at once."""


@dataclass(slots=True)
class _Walk:
    """One writing or one reading: the parts met so far, what is called between two runs of rows, and rows since."""

    rest: Callable[[], None]
    numbers: dict[int, int] = field(default_factory=dict)
    made: list[Thing] = field(default_factory=list)
    rows: int = 0

    def went(self, rows: int) -> None:
        """So many rows were written or read; after a whole run of them others may go on."""
        self.rows += rows
        if self.rows >= RUN:
            self.rows = 0
            self.rest()


class _Coder(Protocol):
    """One type: `wire` is what msgspec reads in its place."""

    wire: Thing

    def down(self, value: Thing, walk: _Walk) -> object:
        """The value for the encoder."""
        ...

    def up(self, told: Thing, walk: _Walk) -> Thing:
        """What `down` gave, as it was."""
        ...


class _Value:
    """What msgspec knows by itself."""

    def __init__(self, kind: Thing) -> None:
        self.wire: Thing = kind

    def down(self, value: Thing, walk: _Walk) -> object:
        return value

    def up(self, told: Thing, walk: _Walk) -> Thing:
        return told


class _OneOf:
    """A value of one of several classes, with its class's name."""

    wire: Thing = tuple[str, msgspec.Raw]

    def __init__(self, kinds: Iterable[Thing]) -> None:
        self._decoders = {kind.__name__: msgspec.msgpack.Decoder(kind) for kind in kinds}

    def down(self, value: Thing, walk: _Walk) -> object:
        return type(value).__name__, value

    def up(self, told: Thing, walk: _Walk) -> Thing:
        name, body = told
        return self._decoders[name].decode(body)


class _Part:
    """A dataclass that changes: its fields in order, or its number where it was met before."""

    def __init__(self, kind: Thing) -> None:
        self._class = _class_of(kind)
        if "__dict__" in dir(self._class):
            raise TypeError(f"{kind} has no slots, and could hold what no field tells")
        hints = _hints(kind)
        kept = [each for each in fields(self._class) if each.compare]
        self._anew = [each for each in fields(self._class) if not each.compare]
        self._fields = [(each.name, _coder(hints[each.name])) for each in kept]
        self.wire: Thing = int | _tuple(coder.wire for _, coder in self._fields)

    def down(self, value: Thing, walk: _Walk) -> object:
        number = walk.numbers.get(id(value))
        if number is not None:
            return number
        walk.numbers[id(value)] = len(walk.numbers)
        return [coder.down(getattr(value, name), walk) for name, coder in self._fields]

    def up(self, told: Thing, walk: _Walk) -> Thing:
        if isinstance(told, int):
            known = walk.made[told]
            if type(known) is not self._class:
                raise TypeError(f"part {told} is no {self._class.__name__}")
            return known
        made = object.__new__(self._class)
        walk.made.append(made)
        for (name, coder), part in zip(self._fields, told, strict=True):
            setattr(made, name, coder.up(part, walk))
        for each in self._anew:
            setattr(made, each.name, _beginning(each))
        return made


class _Rows:
    """Rows of a collection, or of pairs where it is a mapping, in its order: written and read in runs."""

    wire: Thing = list[msgspec.Raw]

    def __init__(self, make: Thing, places: Sequence[_Coder]) -> None:
        self._make = make
        self._places = places
        self._plain = all(isinstance(place, _Value) for place in places)
        row = places[0].wire if len(places) == 1 else _tuple(place.wire for place in places)
        self._decoder = msgspec.msgpack.Decoder(GenericAlias(list, (row,)))

    def down(self, value: Thing, walk: _Walk) -> object:
        told, rows = [], iter(_rows(value))
        while run := list(islice(rows, RUN)):
            told.append(
                msgspec.Raw(_ENCODER.encode(run if self._plain else [self._row_down(row, walk) for row in run]))
            )
            walk.went(len(run))
        return told

    def up(self, told: Thing, walk: _Walk) -> Thing:
        rows: list[Thing] = []
        for raw in told:
            run = self._decoder.decode(raw)
            rows += run if self._plain else [self._row_up(row, walk) for row in run]
            walk.went(len(run))
        return self._make(rows)

    def _row_down(self, row: Thing, walk: _Walk) -> object:
        if len(self._places) == 1:
            return self._places[0].down(row, walk)
        return [place.down(one, walk) for place, one in zip(self._places, row, strict=True)]

    def _row_up(self, told: Thing, walk: _Walk) -> Thing:
        if len(self._places) == 1:
            return self._places[0].up(told, walk)
        return tuple(place.up(one, walk) for place, one in zip(self._places, told, strict=True))


def _rows(value: Thing) -> Iterable[Thing]:
    """The rows of a collection, in an order that the same collection always has."""
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, deque) and value.maxlen is not None:
        raise TypeError("a deque with a bound would come back without it")
    return sorted(value) if isinstance(value, set) else value


def _beginning(each: "Field[Thing]") -> Thing:
    made: Thing = each.default if each.default is not MISSING else each.default_factory
    return made() if each.default is MISSING else made


def _class_of(kind: Thing) -> Thing:
    """The class of a type, without what a generic one was given."""
    origin: Thing = get_origin(kind)
    return origin or kind


def _tuple(places: Iterable[Thing]) -> Thing:
    """The type of a tuple with exactly these places."""
    return GenericAlias(tuple, tuple(places))


def _hints(kind: Thing) -> dict[str, Thing]:
    """The type of every field, with what a generic class was given in its place."""
    origin = _class_of(kind)
    given = dict(zip(getattr(origin, "__parameters__", ()), get_args(kind), strict=True))
    return {name: _given(hint, given) for name, hint in get_type_hints(origin).items()}


def _given(hint: Thing, given: Mapping[Thing, Thing]) -> Thing:
    if isinstance(hint, TypeVar):
        return given[hint]
    open_ones = getattr(hint, "__parameters__", ()) if get_origin(hint) is not None else ()
    return hint[tuple(given[one] for one in open_ones)] if open_ones else hint


def _is_part(kind: Thing) -> bool:
    told: Thing = getattr(_class_of(kind), "__dataclass_params__", None)
    return told is not None and not told.frozen


def _is_value(kind: Thing) -> bool:
    """May msgspec alone read and write it: no part with an identity in it, however deep?"""
    if kind is ...:
        return True
    if _is_part(kind) or kind in (Any, object) or _class_of(kind) in (deque, Counter):
        return False
    if is_dataclass(kind) and not all(map(_is_value, _hints(kind).values())):
        raise TypeError(f"{kind} is a value and holds what changes")
    try:
        msgspec.msgpack.Decoder(kind)
    except TypeError:
        return False
    return all(map(_is_value, get_args(kind)))


@cache
def _coder(kind: Thing) -> _Coder:
    """The coder of a type. Raises TypeError for one that could not be written down exactly."""
    origin, inside = _class_of(kind), get_args(kind)
    if _is_part(kind):
        return _Part(kind)
    if origin is Counter:
        return _Rows(_counted, [_coder(one) for one in (*inside, int)])
    if origin is dict:
        return _Rows(dict, [_coder(one) for one in inside])
    if origin in _SEQUENCES and (origin is not tuple or inside[1:] == (...,)):
        return _Rows(origin, [_coder(inside[0])])
    if _is_value(kind):
        return _Value(kind)
    if origin in (Union, UnionType) and all(is_dataclass(one) and _is_value(one) for one in inside):
        return _OneOf(inside)
    raise TypeError(f"{kind} has no place in a kept state")


def _counted(rows: Iterable[tuple[Thing, int]]) -> "Counter[Thing]":
    return Counter(dict(rows))


def encode_state(folding: Folding, rest: Callable[[], None] = _on) -> bytes:
    """All of it. `rest` is called every now and then, for a thread that others wait beside."""
    return _ENCODER.encode(_coder(Folding).down(folding, _Walk(rest)))


def decode_state(raw: bytes, rest: Callable[[], None] = _on) -> Folding:
    """What `encode_state` told.

    Raises:
        ValueError: these are no such bytes.
    """
    coder = _coder(Folding)
    try:
        folding: Folding = coder.up(msgspec.msgpack.Decoder(coder.wire).decode(raw), _Walk(rest))
    except (msgspec.MsgspecError, LookupError, TypeError) as error:
        raise ValueError(f"no folded ledger: {error}") from error
    return folding
