"""What a terminal shows: text only, for reading a console's output back. Colours are passed over."""

import re
from typing import Final

_SEQUENCE: Final = re.compile(
    r"\x1b\[([?>=<]?)([\d;:]*)([ -/]*)([@-~])|\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
)
_CUT: Final = re.compile(r"\x1b(?:\[[?>=<]?[\d;:]*[ -/]*)?$|\x1b[\]P_^][^\x07\x1b]*\x1b?$")


class Glass:
    """A screen of `width` x `height` cells; every character is taken to be one cell wide."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [[" "] * width for _ in range(height)]
        self._x = self._y = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take what was written; a sequence that is cut off waits for its end."""
        text = self._rest + text
        cut = _CUT.search(text)
        self._rest = text[cut.start() :] if cut else ""
        text = text[: cut.start()] if cut else text
        at = 0
        for found in _SEQUENCE.finditer(text):
            self._put(text[at : found.start()])
            if found[4] and not found[1]:
                self._move(found[4], [int(number) if number.isdigit() else 0 for number in found[2].split(";")])
            at = found.end()
        self._put(text[at:])

    def row(self, y: int) -> str:
        """The text of a row, 0 at the top."""
        return "".join(self._rows[y])

    def text(self) -> str:
        """Every row, one a line."""
        return "\n".join(self.row(y) for y in range(self.height))

    def _put(self, text: str) -> None:
        for char in text:
            if char == "\n":
                self._y = min(self.height - 1, self._y + 1)
                self._x = 0  # the terminal driver makes CR LF of it
            elif char == "\r":
                self._x = 0
            elif char >= " ":
                if self._x < self.width:
                    self._rows[self._y][self._x] = char
                self._x += 1

    def _move(self, kind: str, numbers: list[int]) -> None:
        first = numbers[0] or 1
        match kind:
            case "H":
                column = numbers[1] if len(numbers) > 1 and numbers[1] else 1
                self._y, self._x = min(self.height, first) - 1, min(self.width, column) - 1
            case "A":
                self._y = max(0, self._y - first)
            case "B":
                self._y = min(self.height - 1, self._y + first)
            case "C":
                self._x = min(self.width - 1, self._x + first)
            case "D":
                self._x = max(0, self._x - first)
            case "G":
                self._x = min(self.width, first) - 1
            case "J" if numbers[0] == 2:
                self._rows = [[" "] * self.width for _ in range(self.height)]
