"""The peer talib, in an environment of its own."""
