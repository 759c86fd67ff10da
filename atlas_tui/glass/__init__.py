"""The terminal's side: the driver on the event loop, what the glass shows by now, and only the cells that differ."""
