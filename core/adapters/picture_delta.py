"""Pictures as bytes: what differs from the picture before, told by identity, and put together again.

Pictures share what has not changed, so a part that is the very object it was need not be sent; whoever puts the
pictures together shares the same parts, and a view there can tell by identity what changed, as it can beside the desk.
A picture without one before it is the difference from nothing.

Every coder comes from a field's type: what a `Snapshot` gains is carried without a word here.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache, cached_property
from typing import Any, Final, Protocol, Union, get_args, get_origin, get_type_hints

import msgspec

from core.domain.snapshot import Snapshot

Part = Any
"""Some part of a picture, or its type: only the coder of that type knows which."""
_NEW: Final = -1
"""In a list of rows: the next of the new ones. From 0 up: the row that was there; below: that row, patched."""


def _plain(value: object) -> object:
    """What the encoder has no word for: a mapping that cannot be changed."""
    if isinstance(value, types.MappingProxyType):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no place in a picture")


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_plain)


class _Coder(Protocol):
    """One type, as a difference and back. Decoding raises msgspec.MsgspecError, IndexError or KeyError for rubbish."""

    patches: bool
    """Can a part of it be sent alone?"""
    native: object
    """The type that msgspec reads by itself; None where it does not."""

    def fresh(self, value: Part) -> object:
        """All of it, for the encoder."""
        ...

    def read(self, raw: msgspec.Raw) -> Part:
        """What `fresh` gave."""
        ...

    def change(self, old: Part, new: Part) -> object:
        """How it became another, for the encoder; only where it `patches`."""
        ...

    def patched(self, old: Part, raw: msgspec.Raw) -> Part:
        """What `change` told, done to the old one."""
        ...


class _Whole:
    """A value that is sent as it is, or not at all."""

    patches = False

    def __init__(self, kind: Part) -> None:
        self.native: object = kind
        self._kind = kind

    def fresh(self, value: Part) -> object:
        return value

    def read(self, raw: msgspec.Raw) -> Part:
        return _decoder(self._kind).decode(raw)

    def change(self, old: Part, new: Part) -> object:
        return new

    def patched(self, old: Part, raw: msgspec.Raw) -> Part:
        return _decoder(self._kind).decode(raw)


class _OneOf:
    """A value of one of several classes, with its class's name."""

    patches = False
    native: object = None

    def __init__(self, kinds: tuple[Any, ...]) -> None:
        self._kinds = {kind.__name__: kind for kind in kinds}

    def fresh(self, value: Part) -> object:
        return type(value).__name__, value

    def read(self, raw: msgspec.Raw) -> Part:
        name, body = _PAIR.decode(raw)
        return _decoder(self._kinds[name]).decode(body)

    def change(self, old: Part, new: Part) -> object:
        return self.fresh(new)

    def patched(self, old: Part, raw: msgspec.Raw) -> Part:
        return self.read(raw)


_PAIR: Final = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
_FIELDS: Final = msgspec.msgpack.Decoder(dict[int, msgspec.Raw])
_ROWS: Final = msgspec.msgpack.Decoder(tuple[list[int], msgspec.Raw, list[msgspec.Raw]])
_EACH: Final = msgspec.msgpack.Decoder(list[msgspec.Raw])


class _Record:
    """A frozen dataclass: the fields that changed, by number."""

    patches = True

    def __init__(self, kind: Part) -> None:
        self._kind = kind
        self.native: object = kind if _is_native(kind) else None
        self._decoder = _decoder(kind) if self.native is not None else None

    @cached_property
    def _fields(self) -> list[tuple[str, _Coder]]:
        return [(name, _coder(hint)) for name, hint in _hints(self._kind).items()]

    def fresh(self, value: Part) -> object:
        if self._decoder is not None:
            return value
        return {n: coder.fresh(getattr(value, name)) for n, (name, coder) in enumerate(self._fields)}

    def read(self, raw: msgspec.Raw) -> Part:
        if self._decoder is not None:
            return self._decoder.decode(raw)
        told = _FIELDS.decode(raw)
        return self._kind(**{name: coder.read(told[n]) for n, (name, coder) in enumerate(self._fields)})

    def change(self, old: Part, new: Part) -> object:
        changed: dict[int, object] = {}
        for n, (name, coder) in enumerate(self._fields):
            was, now = getattr(old, name), getattr(new, name)
            if was is not now and (coder.patches or was != now):
                changed[n] = coder.change(was, now)
        return changed

    def patched(self, old: Part, raw: msgspec.Raw) -> Part:
        told = {self._fields[n]: body for n, body in _FIELDS.decode(raw).items() if n >= 0}
        return replace(old, **{name: coder.patched(getattr(old, name), body) for (name, coder), body in told.items()})


class _Rows:
    """A tuple of values, or a mapping of them by key: which of the old rows stand where, the new ones, the patched."""

    patches = True
    native: object = None

    def __init__(self, item: _Coder, key: Part = None) -> None:
        self._item = item
        self._key = key
        row: Part = item.native if item.native is not None else msgspec.Raw
        self._listed: Part = list[row] if key is None else list[tuple[key, row]]

    def fresh(self, value: Part) -> object:
        return self.change((), value)

    def read(self, raw: msgspec.Raw) -> Part:
        return self.patched((), raw)

    def change(self, old: Part, new: Part) -> object:
        places: list[int] = []
        news: list[object] = []
        patches: list[object] = []
        finds = self._by_key(old) if self._key is not None else self._by_place(old)
        for place, (key, value) in enumerate(_pairs(new)):
            index, was = finds(place, key, value)
            if index is None:
                places.append(_NEW)
                told = self._item.fresh(value)
                news.append(told if self._key is None else (key, told))
            elif was is value:
                places.append(index)
            else:
                places.append(_NEW - 1 - index)
                patches.append(self._item.change(was, value))
        return places, news, patches

    def patched(self, old: Part, raw: msgspec.Raw) -> Part:
        places, told, bodies = _ROWS.decode(raw)
        was, news, patches = list(_pairs(old)), iter(self._told(told)), iter(bodies)
        made: list[tuple[Part, Part]] = []
        for place in places:
            if place >= 0:
                made.append(was[place])
            elif place == _NEW:
                made.append(next(news))
            else:
                key, value = was[_NEW - 1 - place]
                made.append((key, self._item.patched(value, next(patches))))
        return tuple(value for _, value in made) if self._key is None else dict(made)

    def _told(self, raw: msgspec.Raw) -> list[tuple[Part, Part]]:
        rows = _decoder(self._listed).decode(raw)
        pairs = [(None, row) for row in rows] if self._key is None else rows
        return pairs if self._item.native is not None else [(key, self._item.read(body)) for key, body in pairs]

    def _by_key(self, old: Part) -> Part:
        """Finds the old row of a key; one that changed is patched where its kind can be."""
        at = {key: (index, value) for index, (key, value) in enumerate(_pairs(old))}

        def find(place: int, key: Part, value: Part) -> tuple[int | None, Part]:
            index, was = at.get(key, (None, None))
            return (index, was) if was is value or self._item.patches else (None, None)

        return find

    def _by_place(self, old: Part) -> Part:
        """Finds the very row wherever it stood, else what stands at this place where its kind can be patched."""
        at = {id(value): index for index, value in enumerate(old)}

        def find(place: int, key: Part, value: Part) -> tuple[int | None, Part]:
            if (index := at.get(id(value))) is not None:
                return index, value
            return (place, old[place]) if self._item.patches and place < len(old) else (None, None)

        return find


def _pairs(rows: Part) -> Part:
    return rows.items() if isinstance(rows, Mapping) else ((None, row) for row in rows)


def _hints(kind: Part) -> Mapping[str, Part]:
    """The type of every field; where none is written as text, they are at hand."""
    at_hand = {each.name: each.type for each in fields(kind)}
    return get_type_hints(kind) if any(isinstance(hint, str) for hint in at_hand.values()) else at_hand


def _is_native(kind: Part) -> bool:
    try:
        _decoder(kind)
    except TypeError:
        return False
    return True


@cache
def _decoder(kind: Part) -> "msgspec.msgpack.Decoder[Any]":
    """Made when something of the type is first read: a start reads few of the types there are."""
    return msgspec.msgpack.Decoder(kind)


@cache
def _coder(kind: Part) -> _Coder:
    """The coder of a type: rows where whole values stand in it, a record where there are such rows or values inside."""
    origin: Part = get_origin(kind)
    inside = get_args(kind)
    if origin in (Union, types.UnionType) and sum(is_dataclass(one) for one in inside) > 1:
        return _OneOf(inside)
    if origin is tuple and len(inside) == 2 and inside[1] is ... and _is_row(inside[0]):
        return _Rows(_coder(inside[0]))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) and _is_row(inside[1]):
        return _Rows(_coder(inside[1]), inside[0])
    if is_dataclass(kind) and not all(_is_flat(hint) for hint in _hints(kind).values()):
        return _Record(kind)
    return _Whole(kind)


def _is_row(kind: Part) -> bool:
    """Is it worth being found again one by one? A dataclass, one of several, or rows of such."""
    return is_dataclass(kind) or not isinstance(_coder(kind), _Whole)


def _is_flat(kind: Part) -> bool:
    return not is_dataclass(kind) and not get_args(kind)


def encode_picture(new: Snapshot, old: Snapshot | None = None) -> bytes:
    """How `old` becomes `new`; without `old`, all of `new`."""
    coder = _coder(Snapshot)
    return _ENCODER.encode(coder.fresh(new) if old is None else coder.change(old, new))


def decode_picture(raw: bytes | msgspec.Raw, old: Snapshot | None = None) -> Snapshot:
    """The picture `encode_picture` told, on top of `old`.

    Raises:
        ValueError: these are no such bytes, or they belong on top of another picture.
    """
    coder, body = _coder(Snapshot), msgspec.Raw(raw)
    try:
        made: Snapshot = coder.read(body) if old is None else coder.patched(old, body)
    except (msgspec.MsgspecError, LookupError, StopIteration, TypeError) as error:
        raise ValueError(f"no picture of a desk: {error}") from error
    return made
