"""An explanation as plain values, for JSON: numbers as exact decimal text, times as ISO 8601 in UTC with Z."""

from datetime import datetime

from core.domain.explaining.parts import Explanation, Number, Part, Row, Text, Unit
from core.domain.rows import exact
from core.domain.signals import iso_z

Cell = str | None


def sections_of(explanation: Explanation) -> list[dict[str, object]]:
    """Every section: its title, and its rows by name, value, unit, how and verdict; None where there is none."""
    return [{"title": section.title, "rows": [_row(row) for row in section.rows]} for section in explanation.sections]


def plain_text(text: Text) -> str:
    """A sentence with exact numbers, dollars named, and instants in UTC."""
    return "".join(_worded(part) for part in text)


def _row(row: Row) -> dict[str, Cell]:
    unit = row.value.unit.value if isinstance(row.value, Number) else ""
    return {
        "name": row.name or None,
        "value": None if row.value is None else _plain(row.value),
        "unit": unit or None,
        "how": plain_text(row.how) or None,
        "verdict": row.mark.value or None,
    }


def _plain(part: Part) -> str:
    if isinstance(part, Number):
        return exact(part.value)
    return iso_z(part) if isinstance(part, datetime) else part


def _worded(part: Part) -> str:
    if isinstance(part, Number) and part.unit not in (Unit.COUNT, Unit.PRICE, Unit.SIZE, Unit.RATE):
        return f"{_plain(part)} {part.unit.value}"
    return _plain(part)
