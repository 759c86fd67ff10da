"""Backtests in STRAT.md's bar mode (S13): an exact path through the desk, and a fast one that must agree with it."""
