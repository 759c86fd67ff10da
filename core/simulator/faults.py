"""What can be made to go wrong, switchable while the exchange runs.

A fault is a value of one of the classes gathered here; its `kind` is the tag under which `POST /_fault` and
`Exchange.fault` name it, its fields are the arguments. There are two sorts. **Strokes** happen once, at once, to every
connection. **Switches** stay until switched off with `on=false`, used up (`count`) or replaced by a later one of the
same kind and product; `clear` switches all of them off. To add a fault: a class in the file of its sort, its name in
the union here, and, where it is of no sort that is applied already, the one place that asks for it.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar, get_args

import msgspec

from core.domain.errors import ConfigError
from core.domain.text import one_line
from core.simulator.fault import Counted, Stroke, Switch
from core.simulator.message_faults import (
    CrossedBook,
    HeartbeatsStop,
    MessageFault,
    PriceSpike,
    StaleTimestamps,
    TickerStop,
    UnknownKeys,
    WrongTypes,
)
from core.simulator.records import Json
from core.simulator.rest_faults import (
    ClockSkew,
    Delisting,
    DuplicateBucket,
    EmptyCandles,
    Hang,
    Holes,
    Html,
    Maintenance,
    RecordFault,
    Refusal,
    Reset,
    RowsFault,
    ServerError,
    Slow,
    TooManyRequests,
    TradingDisabled,
    Truncated,
    Unavailable,
)
from core.simulator.socket_faults import (
    AcceptThenMute,
    AckWithoutProduct,
    BigFrame,
    Close,
    Delay,
    Drop,
    DropDuringSubscribe,
    Duplicate,
    ErrorFrame,
    Garbage,
    HalfOpen,
    OutOfOrder,
    RefuseConnections,
    SequenceReset,
    Skip,
    SlowHandshake,
    Stall,
    UnknownChannel,
)
from core.simulator.wire import Message


class Clear(Stroke, frozen=True, tag="clear"):
    """Switches every fault off."""


_Strokes = Drop | Close | SequenceReset | Garbage | ErrorFrame | UnknownChannel | BigFrame | Clear
_OfTheSocket = (
    Stall | HalfOpen | RefuseConnections | AcceptThenMute | SlowHandshake | DropDuringSubscribe | AckWithoutProduct
    | Delay | Duplicate | Skip | OutOfOrder
)  # fmt: skip
_OfMessages = HeartbeatsStop | TickerStop | StaleTimestamps | WrongTypes | PriceSpike | CrossedBook | UnknownKeys
_OfRest = (
    TooManyRequests | ServerError | Unavailable | Html | Slow | Hang | Truncated | Reset
    | EmptyCandles | Holes | DuplicateBucket | ClockSkew | TradingDisabled | Maintenance | Delisting
)  # fmt: skip
Fault = _Strokes | _OfTheSocket | _OfMessages | _OfRest

_RESERVED_CODES: Final = frozenset({1004, 1005, 1006, 1015})
_S = TypeVar("_S", bound=Switch)


def tag_of(fault: Stroke | Switch | type[Stroke] | type[Switch]) -> str:
    """The kind of a fault as it is written outside."""
    return str(fault.__struct_config__.tag)


KINDS: Final[Mapping[str, type[Stroke] | type[Switch]]] = {tag_of(kind): kind for kind in get_args(Fault)}
"""Every fault by its kind."""


def kind_named(name: object) -> type[Stroke] | type[Switch]:
    """The class of a kind.

    Raises:
        ConfigError: no such kind; names the nearest one, and all of them.
    """
    found = KINDS.get(name) if isinstance(name, str) else None
    if found is None:
        shown = one_line(name, 40) if isinstance(name, str) else name
        near = difflib.get_close_matches(str(shown), KINDS, n=1, cutoff=0.0)[0]
        raise ConfigError(f"fault {shown!r} is unknown; the nearest known one is {near}, of {', '.join(KINDS)}")
    return found


def parse_fault(payload: Mapping[str, object], strict: bool = True) -> Stroke | Switch:
    """The fault a payload `{kind, ...}` names.

    Args:
        payload: the kind and its arguments.
        strict: arguments have their types; else they may be written as text.

    Raises:
        ConfigError: unknown kind, unknown or wrong argument.
    """
    kind = kind_named(payload.get("kind"))
    try:
        fault = msgspec.convert(dict(payload), kind, strict=strict)
    except msgspec.ValidationError as error:
        known = ", ".join(field for field in kind.__struct_fields__) or "none"
        raise ConfigError(f"fault {tag_of(kind)!r}: {error}; its arguments: {known}") from error
    if isinstance(fault, Close) and (fault.code in _RESERVED_CODES or 1015 < fault.code < 3000):
        raise ConfigError(f"fault 'close': {fault.code} is not a code that a close frame may carry")
    return fault


class Faults:
    """The switches that are on, and whoever carries out the strokes."""

    def __init__(self) -> None:
        self._switches: dict[tuple[str, str], Switch] = {}
        self._used: dict[tuple[str, str], int] = {}
        self._stroke: Callable[[Stroke], None] | None = None

    def carried_out_by(self, stroke: Callable[[Stroke], None]) -> None:
        """Name the function that carries out strokes; it must not block."""
        self._stroke = stroke

    def apply(self, fault: Stroke | Switch) -> None:
        """Switch on, switch off or carry out."""
        if isinstance(fault, Clear):
            self._switches.clear()
        elif isinstance(fault, Switch):
            self._turn(fault)
        elif self._stroke is not None:
            self._stroke(fault)

    def _turn(self, switch: Switch) -> None:
        key = _key(switch)
        self._used.pop(key, None)
        if switch.on:
            self._switches[key] = switch
        else:
            for other in [one for one in self._switches if one[0] == key[0] and key[1] in ("", one[1])]:
                del self._switches[other]

    def find(self, kind: type[_S]) -> _S | None:
        """The first switch of a sort that is on; uses nothing up."""
        return next(self._all(kind), None) if self._switches else None

    def use(self, kind: type[_S]) -> _S | None:
        """The first switch of a sort that is on, used once."""
        found = self.find(kind)
        if found is not None:
            self._use(found)
        return found

    def _all(self, kind: type[_S]) -> Iterator[_S]:
        return (switch for switch in self._switches.values() if isinstance(switch, kind))

    def _use(self, switch: Switch) -> int:
        """Count one use, and switch off what is used up; how often it was used before."""
        key = _key(switch)
        before = self._used.get(key, 0)
        self._used[key] = before + 1
        if isinstance(switch, Counted) and switch.count is not None and before + 1 >= switch.count:
            self._switches.pop(key, None)
        return before

    @property
    def stalled(self) -> bool:
        """Is the websocket mute?"""
        return self.find(Stall) is not None

    def delisted(self, product_id: str) -> bool:
        """Has the product vanished?"""
        return ("delisting", product_id) in self._switches

    def left_out(self, product_ids: list[str]) -> set[str]:
        """Which of the products asked for a subscription passes over."""
        return {fault.product_id or min(product_ids, default="") for fault in self._all(AckWithoutProduct)}

    def said(self, message: Message) -> Message | None:
        """What is said instead of a message; None where nothing is."""
        told: Message | None = message
        for fault in tuple(self._all(MessageFault)) if self._switches else ():
            before = told
            if before is None:
                break
            told = fault.change(before, self._used.get(_key(fault), 0))
            if told is not before:
                self._use(fault)
        return told

    def rows(self, rows: list[Json], product_id: str, seconds: int) -> list[Json]:
        """The candles that are answered instead of these."""
        for fault in tuple(self._all(RowsFault)):
            if fault.product_id in ("", product_id):
                self._use(fault)
                rows = fault.rows(rows, seconds)
        return rows

    def record(self, record: Json) -> Json:
        """The product record that is answered instead of this one."""
        for fault in self._all(RecordFault):
            if fault.product_id in ("", record.get("product_id")):
                record |= {key: value for key, value in fault.says().items() if record.get(key) is not None}
        return record

    def skew_s(self) -> float:
        """Simulated seconds by which `/time` is off."""
        skew = self.use(ClockSkew)
        return skew.seconds if skew is not None else 0.0

    def refusal(self) -> Refusal | None:
        """The refusal the next REST request gets instead of its answer; counts it."""
        return self.use(Refusal)

    def active(self) -> list[Json]:
        """The switches that are on, as they were given."""
        return [msgspec.to_builtins(switch) for switch in self._switches.values()]


def _key(switch: Switch) -> tuple[str, str]:
    return tag_of(switch), str(getattr(switch, "product_id", ""))
