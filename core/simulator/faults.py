"""What can be made to go wrong, switchable while the exchange runs.

A fault is a value of one of the classes below; its `kind` is the tag under which `POST /_fault` and `Exchange.fault`
name it, its fields are the arguments. There are two sorts. **Strokes** happen once, at once, to every connection.
**Switches** stay until switched off with `on=false`, used up (`count`) or replaced by a later one of the same kind;
`clear` switches all of them off. To add a fault: a class here, its tag in `Fault`, and the one place that asks for it.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from core.domain.errors import ConfigError
from core.simulator.records import Json


class _Stroke(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Happens once, to every open connection."""


class _Switch(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """Stays until switched off."""

    on: bool = True


class Drop(_Stroke, frozen=True, tag="drop"):
    """Every websocket connection is reset (RST), without a close frame."""


class Close(_Stroke, frozen=True, tag="close"):
    """Every websocket connection is closed with this code."""

    code: Annotated[int, msgspec.Meta(ge=1000, le=4999)] = 1000


class Garbage(_Stroke, frozen=True, tag="garbage"):
    """Every websocket connection gets one frame that is no envelope; `all` sends each variant once."""

    variant: Literal["text", "truncated", "array", "number", "binary", "empty", "all"] = "all"


class Stall(_Switch, frozen=True, tag="stall"):
    """Pings are answered, nothing else is sent; what would have been sent meanwhile is never sent."""


class TooManyRequests(_Switch, frozen=True, tag="429"):
    """REST answers 429, to the next `count` requests or until switched off."""

    count: Annotated[int, msgspec.Meta(ge=1)] | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None


class ServerError(_Switch, frozen=True, tag="500"):
    """REST answers 500, to the next `count` requests or until switched off."""

    count: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Delisting(_Switch, frozen=True, tag="delisting"):
    """A product vanishes: from the list, from its own address (404) and from the feed."""

    product_id: str


class Clear(_Stroke, frozen=True, tag="clear"):
    """Switches every fault off."""


Stroke = Drop | Close | Garbage
Switch = Stall | TooManyRequests | ServerError | Delisting
Fault = Drop | Close | Garbage | Clear | Stall | TooManyRequests | ServerError | Delisting

_RESERVED_CODES: Final = frozenset({1004, 1005, 1006, 1015})
_S = TypeVar("_S", bound=Switch)

GARBAGE: Final[Mapping[str, str | bytes]] = {
    "text": "<html>502 Bad Gateway</html>",
    "truncated": '{"channel":"ticker","timestamp":"2026-01-06T14:00:00Z","sequence_num":7,"events":[{"ty',
    "array": "[]",
    "number": "42",
    "binary": b"\x00\xff\xfe\x80",
    "empty": "",
}
"""What each variant of `garbage` sends."""


def parse_fault(payload: Mapping[str, object]) -> Fault:
    """The fault a payload `{kind, ...}` names.

    Raises:
        ConfigError: unknown kind, unknown or wrong argument.
    """
    try:
        fault: Fault = msgspec.convert(dict(payload), Fault)
    except msgspec.ValidationError as error:
        raise ConfigError(f"fault {payload.get('kind')!r}: {error}") from error
    if isinstance(fault, Close) and (fault.code in _RESERVED_CODES or 1015 < fault.code < 3000):
        raise ConfigError(f"fault 'close': {fault.code} is not a code that a close frame may carry")
    return fault


class Faults:
    """The switches that are on, and whoever carries out the strokes."""

    def __init__(self) -> None:
        self._switches: dict[tuple[str, str], Switch] = {}
        self._used: dict[str, int] = {}
        self._stroke: Callable[[Stroke], None] | None = None

    def carried_out_by(self, stroke: Callable[[Stroke], None]) -> None:
        """Name the function that carries out strokes; it must not block."""
        self._stroke = stroke

    def apply(self, fault: Fault) -> None:
        """Switch on, switch off or carry out."""
        match fault:
            case Clear():
                self._switches.clear()
            case Stall() | TooManyRequests() | ServerError() | Delisting():
                self._turn(fault)
            case Drop() | Close() | Garbage():
                if self._stroke is not None:
                    self._stroke(fault)

    def _turn(self, switch: Switch) -> None:
        key = (tag_of(switch), switch.product_id if isinstance(switch, Delisting) else "")
        self._used.pop(key[0], None)
        if switch.on:
            self._switches[key] = switch
        else:
            self._switches.pop(key, None)

    def _active(self, kind: type[_S]) -> _S | None:
        found = (switch for switch in self._switches.values() if isinstance(switch, kind))
        return next(found, None)

    @property
    def stalled(self) -> bool:
        """Is the websocket mute?"""
        return self._active(Stall) is not None

    def delisted(self, product_id: str) -> bool:
        """Has the product vanished?"""
        return ("delisting", product_id) in self._switches

    def rest_refusal(self) -> TooManyRequests | ServerError | None:
        """The refusal the next REST request gets instead of its answer; counts it."""
        refusal = self._active(TooManyRequests) or self._active(ServerError)
        if refusal is not None and refusal.count is not None:
            tag = tag_of(refusal)
            self._used[tag] = self._used.get(tag, 0) + 1
            if self._used[tag] >= refusal.count:
                self._switches.pop((tag, ""), None)
        return refusal

    def active(self) -> list[Json]:
        """The switches that are on, as they were given."""
        return [msgspec.to_builtins(switch) for switch in self._switches.values()]


def tag_of(fault: Fault) -> str:
    """The kind of a fault as it is written outside."""
    return str(fault.__struct_config__.tag)
