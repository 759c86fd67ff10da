"""Why an item is what it is: the stored facts of a signal, setup, position or trade as sections with exact numbers."""
