"""What a table says of one of its rows."""

from textual.message import Message
from textual.widget import Widget


class RowMessage(Message):
    """A row of `table`; `key` is None where there is none."""

    def __init__(self, table: Widget, key: str | None) -> None:
        super().__init__()
        self.table = table
        self.key = key

    @property
    def control(self) -> Widget:
        """The table."""
        return self.table
