"""An entry by hand: side and part of the size by one key each, with what would come of it right now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from atlas_tui import formats
from atlas_tui.lines import Line, padded, words
from atlas_tui.screens.window import Window
from atlas_tui.views.prices import price_text
from atlas_tui.views.signals import side_role
from atlas_tui.views.words import REFUSALS
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell
from core.domain.patterns import Side
from core.domain.positions import OpenPosition
from core.domain.review_views import ExpectedEntry
from core.domain.sentences import REFUSAL_SENTENCES
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot

WIDTH = 52
SIDES = {"l": Side.LONG, "s": Side.SHORT}
LEAVE = ("n", "q", "escape", "enter", "backspace", "ctrl+c")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the size that the risk would give, and the key that chooses it."""

    key: str
    fraction: Decimal
    name: str


PARTS = (
    Part("1", Decimal(1), "full"),
    Part("2", Decimal("0.5"), "1/2"),
    Part("4", Decimal("0.25"), "1/4"),
    Part("8", Decimal("0.125"), "1/8"),
)


def parts_with(fraction: Decimal) -> tuple[Part, ...]:
    """The parts, with one more for a fraction that is none of them."""
    if any(part.fraction == fraction for part in PARTS):
        return PARTS
    return (*PARTS, Part("0", fraction, f"{fraction * 100:.0f}%"))


Expect = Callable[[Side, Decimal], ExpectedEntry]
"""What the desk would do with this side and part of the size."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Side and part of the size, as a person has chosen them."""

    side: Side
    part: Part


class EntryScreen(Window[Chosen | None]):
    """Follows the market while it asks; dismisses with what y confirms, with None for no."""

    AUTO_FOCUS = None

    def __init__(self, snapshot: Snapshot, title: str, expect: Expect, parts: Sequence[Part], chosen: Chosen) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._title = title
        self._expect = expect
        self._parts = tuple(parts)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """A frame with the question."""
        with Vertical(id="frame"):
            yield Lines(id="question")

    def on_resize(self) -> None:
        """Lay it out for the room there is."""
        self._paint()

    def show(self, snapshot: Snapshot) -> None:
        """Ask again at the newest prices."""
        self._snapshot = snapshot
        self._paint()

    def take(self, event: Key) -> bool:
        """Another side, another part, yes or no; every other key does nothing."""
        if event.key == "y":
            self.dismiss(self._chosen)
        elif event.key in LEAVE:
            self.dismiss(None)
        else:
            side = SIDES.get(event.key, self._chosen.side)
            part = next((part for part in self._parts if part.key == event.key), self._chosen.part)
            self._chosen = Chosen(side, part)
            self._paint()
        return True

    def _paint(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        width = min(WIDTH, self.size.width - 6)
        expected = [(part, self._expect(self._chosen.side, part.fraction)) for part in self._parts]
        lines = entry_lines(self._snapshot, self._title, expected, self._chosen, width)
        block = self.query_one(Lines)
        block.styles.width, block.styles.height = width, len(lines)
        block.show(lines)


def entry_lines(
    snapshot: Snapshot, title: str, expected: Sequence[tuple[Part, ExpectedEntry]], chosen: Chosen, width: int
) -> tuple[Line, ...]:
    """The question, both sides, a line for each part, what the chosen one comes to, and the keys."""
    sides = [
        cell
        for key, side in SIDES.items()
        for cell in (
            Cell("▶" if side is chosen.side else " ", "open bold"),
            Cell(f"{key} ", "brand bold"),
            Cell(f"{formats.side(side)}   ", f"{side_role(side)} bold" if side is chosen.side else "readable"),
        )
    ]
    rows = [_part_line(part, entry, part is chosen.part, width) for part, entry in expected]
    told = next(entry for part, entry in expected if part is chosen.part)
    return (
        *words(f"Enter {title} by hand", width, "text bold"),
        tuple(sides),
        (Cell(f"{'part':>7}{'size':>10}{'lev':>6}{'margin':>11}"[:width], "readable"),),
        *rows,
        *_told(snapshot, told, width),
        (Cell("y", "brand bold"), Cell(" enter   "), Cell("n", "brand bold"), Cell(" no")),
    )


def _part_line(part: Part, entry: ExpectedEntry, is_chosen: bool, width: int) -> Line:
    head = (Cell("▶" if is_chosen else " ", "open bold"), Cell(f"{part.key} ", "brand bold"), Cell(f"{part.name:>4}"))
    item = entry.position
    if item is None:
        code = _refusal(entry)
        return padded((*head, Cell(f"  {REFUSALS[code] if code else 'refused'}", "short bold")), width)
    size, margin = formats.size(item.size), formats.usd(item.margin)
    return padded((*head, Cell(f"{size:>10}{formats.leverage(item.leverage):>6}{margin:>11}")), width)


def _told(snapshot: Snapshot, entry: ExpectedEntry, width: int) -> tuple[Line, ...]:
    """The chosen entry in words, or why the desk would refuse it."""
    if entry.position is not None:
        return words(_levels(snapshot, entry.position), width)
    code = _refusal(entry)
    why = f"{code}, {REFUSAL_SENTENCES[code]}" if code else entry.why_not
    numbers = ", ".join(formats.named(name, value) for name, value in entry.numbers)
    return words(f"Now refused: {why}{f' ({numbers})' if numbers else ''}.", width, "short bold")


def _levels(snapshot: Snapshot, item: OpenPosition) -> str:
    symbol, plan, entry = item.symbol, item.plan, item.entry.price
    away, reward = item.side.sign * (entry - plan.stop), item.side.sign * (plan.target - entry)
    ratio = formats.ratio(reward / away) if away > 0 else formats.UNKNOWN
    levels = (entry, plan.stop, plan.target, item.liquidation)
    at, stop, target, liquidation = (price_text(snapshot, symbol, level) for level in levels)
    return (
        f"At {at}: {formats.usd(away * item.size)} at risk to the stop {stop}, target {target}, R:R 1 : {ratio}, "
        f"liquidation {liquidation}, {item.tier} margin {formats.leverage(item.margin_leverage)}."
    )


def _refusal(entry: ExpectedEntry) -> Refusal | None:
    return Refusal(entry.why_not) if entry.why_not in {code.value for code in Refusal} else None
