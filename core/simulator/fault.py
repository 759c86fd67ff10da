"""What every fault is: a small frozen value whose `kind` names it outside and whose fields are its arguments."""

from typing import Annotated, ClassVar

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Stroke(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Happens once, at once, to every open websocket connection."""

    bare: ClassVar[str] = ""
    """The argument that `KIND:VALUE` means."""


class Switch(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """Stays until switched off, or replaced by a later one of its kind and product."""

    bare: ClassVar[str] = ""
    """The argument that `KIND:VALUE` means."""
    on: bool = True


class Counted(Switch, frozen=True, kw_only=True):
    """A switch that is used up after `count` times, over all connections; without a count it stays."""

    bare: ClassVar[str] = "count"
    count: Count | None = None
