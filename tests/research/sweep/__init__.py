"""Sweeps: grids, windows, what the best of many is worth, and results that survive a kill."""
