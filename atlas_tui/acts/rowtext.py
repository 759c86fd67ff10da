"""The row under the cursor as text, to copy and to read."""

from atlas_tui.acts.stage import Stage
from atlas_tui.views.tables import table_of


def row_text(stage: Stage, separator: str) -> str:
    """The cells of the row under the cursor, blanks left out."""
    table = stage.table
    found = table_of(stage.snapshot, stage.tab, table.size.width, stage.order, stage.options.zone)
    row = next((row for row in found.rows if row.key == table.cursor_key), None)
    return separator.join(cell.text.strip() for cell in row.cells if cell.text.strip()) if row else ""
