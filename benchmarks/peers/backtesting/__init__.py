"""The peer backtesting, in an environment of its own."""
