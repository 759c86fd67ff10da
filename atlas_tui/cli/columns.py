"""The columns of the lists, in the order they are printed; apart from the verbs, for a backtest has no ledger."""

SAID = ["review", "review_reason", "review_at", "notes"]
SIGNALS = [
    "symbol", "timeframe", "pattern", "direction", "status", "verdict", "entry_trigger", "stop",
    "target", "target_kind", "risk_reward", "magnitude_pct", "tfc_score", "bar_start", "detected_at", *SAID, "hash",
]  # fmt: skip
SETUPS = [*SIGNALS[:-5], "armed", "refusal", "break_price", "resolved_at", *SAID, "hash"]
POSITIONS = [
    "symbol", "timeframe", "pattern", "direction", "size", "entry_price", "stop", "target",
    "liquidation", "leverage", "tier", "margin", "fees", "funding", "opened_at", "origin", *SAID, "hash",
]  # fmt: skip
TRADES = [
    "symbol", "timeframe", "pattern", "direction", "size", "entry_price", "exit_price", "exit_reason",
    "gross", "fees", "funding", "net", "r_multiple", "leverage", "opened_at", "closed_at",
    "origin", *SAID, "hash",
]  # fmt: skip
