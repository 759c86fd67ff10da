"""Tests of the table of `make bench`: its arithmetic, never its times."""
