"""The row under the cursor as text, to copy and to read."""

import re
from typing import Final

from atlas_tui.acts.stage import Stage
from atlas_tui.views.tables import table_of

_MOVED: Final = re.compile(r"^([\d,.]+)[▲▼]$")
"""The direction of the last tick behind a price: another moment's news, and no part of the number."""


def row_text(stage: Stage, separator: str) -> str:
    """The cells of the row under the cursor, blanks left out."""
    table = stage.table
    found = table_of(stage.snapshot, stage.tab, table.size.width, stage.order, stage.options.zone)
    row = next((row for row in found.rows if row.key == table.cursor_key), None)
    texts = [_MOVED.sub(r"\1", cell.text.strip()) for cell in row.cells] if row else []
    return separator.join(text for text in texts if text)
