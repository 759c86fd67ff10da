"""Sweeps: many settings over accounts and periods, walk-forward windows, and what the best of many is worth."""
