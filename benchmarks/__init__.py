"""Benchmarks: ratios inside one run, never a test that can fail on a slow machine."""
