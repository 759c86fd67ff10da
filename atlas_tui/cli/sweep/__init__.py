"""`atlas sweep`: many settings over the same bars, told with what the best of many is worth."""
