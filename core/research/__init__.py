"""History, backtests and sweeps: the desk's own rules over years of bars."""
