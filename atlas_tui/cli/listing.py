"""Rows printed as a table, JSON or CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from atlas_tui.cli.saying import tell
from core.config import Zone
from core.domain.calendar import new_york
from core.domain.text import STEERING, clean, one_line

Row = Mapping[str, Any]

CELL = 20_000
"""Longest cell of a CSV file, characters."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_encoder = msgspec.json.Encoder(decimal_format="number")


def put_json(value: object) -> None:
    """One JSON value and a newline."""
    tell(json_text(value))


def json_text(value: object) -> str:
    """JSON on one line; a bare Decimal becomes a number with its own digits.

    What would steer a terminal is escaped: the text is the same to whoever reads the JSON, and harmless to look at.
    """
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", _encoder.encode(value).decode())


def put_rows(rows: Sequence[Row], columns: Sequence[str], style: str, zone: Zone, empty: str = "Nothing yet.") -> None:
    """Print rows.

    Args:
        rows: values by column name; instants are ISO texts in UTC with Z.
        columns: their order; for JSON each row is printed whole.
        style: table, json or csv.
        zone: the clock of the table's times; JSON and CSV stay in UTC.
        empty: what a table without rows says.
    """
    if style == "json":
        lines = ",\n ".join(json_text(row) for row in rows)
        tell(f"[{lines}]")
    elif style == "csv":
        tell(csv_text(rows, columns), nl=False)
    elif not rows:
        tell(empty)
    else:
        tell(table_text(rows, columns, zone))


def csv_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """CSV with a header line; a cell a spreadsheet would run as a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(clean(plain(row.get(name)), CELL)) for name in columns] for row in rows)
    return out.getvalue()


def safe_cell(text: str) -> str:
    """A cell starting with = + - @ or a control character gets an apostrophe, unless it is a plain number."""
    if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def plain(value: object) -> str:
    """A value as unadorned text; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping | list | tuple):
        return json_text(value)
    return str(value)


def table_text(rows: Sequence[Row], columns: Sequence[str], zone: Zone) -> str:
    """Aligned columns: numbers to the right, instants on the zone's clock with the zone named in the head."""
    cells = [[_shown(plain(row.get(name)), zone) for name in columns] for row in rows]
    timed = {name for row in rows for name in columns if _INSTANT.fullmatch(plain(row.get(name)))}
    head = [f"{name} ({zone})" if name in timed else name for name in columns]
    widths = [max(len(line[at]) for line in [head, *cells]) for at in range(len(columns))]
    right = [all(_NUMBER.fullmatch(line[at]) or not line[at] for line in cells) for at in range(len(columns))]
    return "\n".join(_line(line, widths, right) for line in [head, *cells])


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _shown(text: str, zone: Zone) -> str:
    if _INSTANT.fullmatch(text):
        return clock_text(datetime.fromisoformat(text), zone)
    return one_line(text)


def clock_text(at: datetime, zone: Zone) -> str:
    """`2026-01-05 14:30:00` on the zone's clock, without its name."""
    if zone is Zone.NEW_YORK:
        local = new_york(at)
    else:
        local = at.astimezone(UTC if zone is Zone.UTC else None)
    return local.strftime("%Y-%m-%d %H:%M:%S")
