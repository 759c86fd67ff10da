"""Every key of the console, in one table: bindings, footer, help screen and the README's list are made from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from textual.binding import Binding, BindingType

from core.domain.errors import ConfigError

NAVIGATE, FIND, TRADE, SYSTEM, DETAIL = "Navigate", "Find", "Trade (paper)", "System", "Detail"
GROUPS: Final = (NAVIGATE, FIND, TRADE, SYSTEM, DETAIL)

NEVER: Final = ("ctrl+z", "ctrl+c", "ctrl+q")
"""Keys that cannot be given away: suspending would stop the stops, and ctrl+c must always end the console."""


@dataclass(frozen=True, slots=True)
class Key:
    """One action and the keys that reach it.

    Attributes:
        id: what `[keys]` in the configuration names, e.g. `scan`.
        keys: Textual's names of the keys; the first is the one shown.
        action: the screen's action.
        text: what the help screen says.
        group: heading on the help screen.
        label: word in the footer; empty keeps it out of there.
        tabs: tabs (their digits) on which the footer shows it; empty is all.
        labels: words in the footer that differ by tab.
    """

    id: str
    keys: tuple[str, ...]
    action: str
    text: str
    group: str
    label: str = ""
    tabs: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The keys as printed on a keyboard, e.g. `j ↓`."""
        return " ".join(glyph(key) for key in self.keys)

    def footer_label(self, tab: str) -> str:
        """The footer's word on a tab, or nothing."""
        if self.tabs and tab not in self.tabs:
            return ""
        return dict(self.labels).get(tab, self.label)


_GLYPHS: Final = {
    "left_square_bracket": "[", "right_square_bracket": "]", "comma": ",", "full_stop": ".", "slash": "/",
    "question_mark": "?", "space": "spc", "down": "↓", "up": "↑", "escape": "esc",
    "pagedown": "PgDn", "pageup": "PgUp", "less_than_sign": "<", "greater_than_sign": ">", "plus": "+",
    "minus": "-", "equals_sign": "=",
}  # fmt: skip

KEYS: Final = (
    Key("filter", ("slash",), "filter", "filter this list", FIND, "Filter", "0123467"),
    Key("reviewed", ("space",), "reviewed", "mark as reviewed, or not", TRADE, "Seen", "12"),
    Key("scan", ("r",), "scan", "scan now", SYSTEM, "Scan"),
    Key(
        "drop", ("x",), "drop", "dismiss, disarm, close…", TRADE, "", "123",
        (("1", "Drop"), ("2", "Disarm"), ("3", "Close…")),
    ),
    Key("open", ("enter",), "open", "open the full detail", NAVIGATE, "Detail", "012347"),
    Key("sort", ("comma",), "sort", "sort by the next column", FIND, "Sort", "012347"),
    Key("theme", ("t",), "theme", "next theme", SYSTEM, "Theme"),
    Key("help", ("question_mark",), "help", "these keys", SYSTEM, "Keys"),
    Key("quit", ("q",), "quit", "back, or quit", SYSTEM, "Quit"),
    Key("ticker", ("0",), "tab('0')", "Ticker: the live price view", NAVIGATE),
    Key("signals", ("1",), "tab('1')", "Signals", NAVIGATE),
    Key("setups", ("2",), "tab('2')", "Setups", NAVIGATE),
    Key("positions", ("3",), "tab('3')", "Positions", NAVIGATE),
    Key("trades", ("4",), "tab('4')", "Trades", NAVIGATE),
    Key("leverage", ("5",), "tab('5')", "Leverage", NAVIGATE),
    Key("performance", ("6",), "tab('6')", "Performance", NAVIGATE),
    Key("log", ("7",), "tab('7')", "Log", NAVIGATE),
    Key("previous_tab", ("left_square_bracket",), "turn(-1)", "previous tab", NAVIGATE),
    Key("next_tab", ("right_square_bracket",), "turn(1)", "next tab", NAVIGATE),
    Key("down", ("j", "down"), "move(1)", "down", NAVIGATE),
    Key("up", ("k", "up"), "move(-1)", "up", NAVIGATE),
    Key("page_down", ("pagedown",), "move(10)", "ten down", NAVIGATE),
    Key("page_up", ("pageup",), "move(-10)", "ten up", NAVIGATE),
    Key("top", ("g", "home"), "edge('top')", "first row", NAVIGATE),
    Key("bottom", ("G", "end"), "edge('bottom')", "last row", NAVIGATE),
    Key("pane", ("tab",), "pane", "next pane", NAVIGATE),
    Key("back", ("escape",), "back", "back; clears the filter", FIND),
    Key("reverse", ("full_stop",), "reverse", "reverse the order", FIND),
    Key("copy", ("y",), "copy", "copy the row (OSC 52)", SYSTEM),
    Key("bar_back", ("h", "left"), "bar(-1)", "previous bar", DETAIL),
    Key("bar_on", ("l", "right"), "bar(1)", "next bar", DETAIL),
    Key("zoom_in", ("plus", "equals_sign"), "zoom(1)", "wider candles", DETAIL),
    Key("zoom_out", ("minus",), "zoom(-1)", "narrower candles", DETAIL),
    Key("shorter", ("less_than_sign",), "timeframe(-1)", "shorter timeframe", DETAIL),
    Key("longer", ("greater_than_sign",), "timeframe(1)", "longer timeframe", DETAIL),
)  # fmt: skip


def glyph(key: str) -> str:
    """How a key is printed, e.g. `[` for `left_square_bracket`."""
    return _GLYPHS.get(key, key)


def resolve(overrides: Mapping[str, str]) -> tuple[Key, ...]:
    """The table with `[keys]` of the configuration applied: `scan = "f5,s"`.

    Raises:
        ConfigError: an unknown action, a key that cannot be given away, or two actions on one key; named.
    """
    table = {key.id: key for key in KEYS}
    for action, text in overrides.items():
        if action not in table:
            near = get_close_matches(action, table, n=1, cutoff=0.0)
            raise ConfigError(f"[keys] {action}: there is no such action; the nearest is {near[0]}")
        keys = tuple(_named(part.strip()) for part in text.split(",") if part.strip()) or _only_comma(text)
        if not keys:
            raise ConfigError(f"[keys] {action}: give at least one key")
        for key in keys:
            if key in NEVER:
                raise ConfigError(f"[keys] {action} = {key!r}: this key cannot be given away")
        table[action] = replace(table[action], keys=keys)
    _refuse_clashes(tuple(table.values()))
    return tuple(table.values())


def bindings(detail: bool = False) -> list[BindingType]:
    """Textual's bindings of the console, or of its full detail; each with its id."""
    return [
        Binding(",".join(key.keys), key.action, key.text, show=False, id=key.id)
        for key in KEYS
        if (key.group == DETAIL) == detail
    ]


def textual_keymap(keys: Sequence[Key]) -> dict[str, str]:
    """What `App.set_keymap` takes: only what differs from the defaults."""
    defaults = {key.id: key.keys for key in KEYS}
    return {key.id: ",".join(key.keys) for key in keys if key.keys != defaults[key.id]}


def markdown_table() -> str:
    """The README's table of keys."""
    rows = [f"| `{key.shown}` | {key.text} | {key.id} |" for group in GROUPS for key in KEYS if key.group == group]
    return "\n".join(["| key | does | name in `[keys]` |", "|---|---|---|", *rows])


def _refuse_clashes(keys: Sequence[Key]) -> None:
    taken: dict[tuple[bool, str], Key] = {}
    for entry in keys:
        for key in entry.keys:
            other = taken.setdefault((entry.group == DETAIL, key), entry)
            if other is not entry:
                names = f"{other.id} ({other.text}) and {entry.id} ({entry.text})"
                raise ConfigError(f"[keys] {glyph(key)!r} would do two things: {names}")


def _named(text: str) -> str:
    """Textual's name of a key written as a character, e.g. `slash` for `/`."""
    by_glyph = {shown: name for name, shown in _GLYPHS.items()}
    return by_glyph.get(text, text)


def _only_comma(text: str) -> tuple[str, ...]:
    return ("comma",) if text.strip() == "," else ()
