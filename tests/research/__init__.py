"""Backtests: what the desk makes of bars, and that the fast path makes the same."""
