"""HTML made of elements: text is escaped unless it was made here, so what comes from outside stays text."""

from collections.abc import Iterable
from html import escape

from core.domain.text import STEERING


class Markup(str):
    """HTML that needs no escaping any more."""

    __slots__ = ()


def markup(child: object) -> Markup:
    """Markup as it is; anything else as escaped text, without what would steer a screen."""
    return child if isinstance(child, Markup) else Markup(escape(STEERING.sub("", str(child))))


def element(name: str, *children: object, **attributes: object) -> Markup:
    """`<name attributes>children</name>`.

    Args:
        name: of the tag.
        children: markup, or values shown as text; None is left out.
        attributes: `class_` is class, `data_trade` is data-trade; one of None is left out, one of True has no value.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[object], between: str = "") -> Markup:
    """All of them, one behind the other."""
    return Markup(between.join(markup(child) for child in children if child is not None))


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{markup(value)}"'
