"""The peer vectorbt, in an environment of its own."""
