"""A backtest in the console: run by a process of its own, so that the desk beside it misses no tick."""
