"""A recorded session beside the same session in bar mode: which trades differ, and why (STRAT.md S13)."""
