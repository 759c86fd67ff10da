"""Rules of the desk, broken one at a time (RELIABILITY.md section 2, STRAT.md)."""

from tests.mutations.mutation import Edit, Mutation

_TRIGGERS, _EXITS = "tests/trading/test_triggers.py::", "tests/trading/test_exits.py::"
_OUTAGE, _INVARIANTS, _SCANS = (
    "tests/trading/test_outage.py::",
    "tests/trading/test_invariants.py::",
    "tests/trading/test_scans.py::",
)
_MONTHS = "tests/trading/test_months.py::"
_MONEY, _MACHINE = "tests/domain/test_money.py::", "tests/adapters/test_desk_machine.py"

TRADING = (
    Mutation(
        "a touch of the level is no break",
        Edit("core/domain/signals.py", "if price > self.long_trigger:", "if price >= self.long_trigger:"),
        _TRIGGERS + "test_the_first_strict_break_opens_at_the_tick_and_cancels_the_other_side",
        quick=True,
    ),
    Mutation(
        "in a candle the stop comes first",
        Edit(
            "core/domain/positions.py",
            "    if sign * (worst - plan.stop) <= 0:",
            "    if sign * (worst - plan.stop) <= 0 and sign * (best - plan.target) < 0:",
        ),
        _OUTAGE + "test_a_candle_that_holds_stop_and_target_is_a_stop",
        quick=True,
    ),
    Mutation(
        "the exit's fee is paid once",
        Edit("core/trading/account.py", "self.fees += trade.exit.fee", "self.fees += 2 * trade.exit.fee"),
        _INVARIANTS + "test_the_balance_is_start_plus_realised_minus_fees_plus_funding_at_every_event",
        quick=True,
    ),
    Mutation(
        "funding is paid once for an instant (T3)",
        Edit(
            "core/trading/exits.py",
            "max(position.entry.at, state.account.funded_until.get(position.id, position.entry.at))",
            "position.entry.at",
        ),
        _INVARIANTS + "test_no_trade_pays_the_same_funding_instant_twice",
    ),
    Mutation(
        "a symbol has at most one position (O3)",
        Edit("core/trading/entering.py", "symbol_taken=market.symbol in state.account.positions", "symbol_taken=False"),
        _INVARIANTS + "test_at_most_one_position_a_symbol_and_its_margin_is_what_is_reserved",
    ),
    Mutation(
        "a symbol closed on a tick takes no entry on it",
        Edit(
            "core/trading/triggers.py",
            "taken = seen.closed_now or request.symbol_taken",
            "taken = request.symbol_taken",
        ),
        _TRIGGERS + "test_a_symbol_closed_on_a_tick_takes_no_entry_on_it",
    ),
    Mutation(
        "a price that is no number changes nothing",
        Edit("core/trading/desk.py", "if not (tick.price.is_finite() and tick.price > 0):", "if tick.price is None:"),
        _MACHINE,
    ),
    Mutation(
        "no entry on a stale price (P1)",
        Edit("core/trading/gates.py", "if request.age_s > policy.prices.stale_after_s:", "if request.age_s < 0:"),
        _TRIGGERS + "test_an_old_price_opens_nothing",
        quick=True,
    ),
    Mutation(
        "no exit on a stale price (P1)",
        Edit(
            "core/trading/exits.py",
            "if position is None or tick.age_s > state.policy.prices.stale_after_s:",
            "if position is None:",
        ),
        _EXITS + "test_a_stale_price_closes_nothing_and_the_next_fresh_one_does",
    ),
    Mutation(
        "an exit ends the whole position (O6)",
        Edit(
            "core/trading/account.py",
            "self.positions.pop(trade.position.symbol, None)",
            "self.positions.get(trade.position.symbol)",
        ),
        _INVARIANTS + "test_at_most_one_position_a_symbol_and_its_margin_is_what_is_reserved",
    ),
    Mutation(
        "an intraday position is judged at the deadline",
        Edit("core/trading/exits.py", "next_deadline(position.entry.at) > at:", "next_deadline(at) > at:"),
        _EXITS + "test_a_position_over_the_swing_cap_is_closed_at_the_deadline",
    ),
    Mutation(
        "amounts are rounded half-even (M5)",
        Edit(
            "core/domain/margin.py",
            "amount.quantize(MICRO, ROUND_HALF_EVEN)",
            'amount.quantize(MICRO, "ROUND_HALF_UP")',
        ),
        _MONEY + "test_half_a_micro_dollar_goes_to_the_even_neighbour",
    ),
    Mutation(
        "a size is rounded down to the increment (M5)",
        Edit("core/domain/sizing.py", ".to_integral_value(ROUND_FLOOR)", '.to_integral_value("ROUND_CEILING")'),
        _MONEY + "test_a_size_is_floored_to_whole_increments",
    ),
    Mutation(
        "the own timeframe never vetoes",
        Edit("core/domain/continuity.py", "if timeframe > signal_timeframe:", "if timeframe >= signal_timeframe:"),
        _TRIGGERS + "test_the_own_timeframe_never_vetoes",
    ),
    Mutation(
        "the target waits for the minimum hold",
        Edit("core/domain/positions.py", "if held_s >= min_hold_s and sign", "if sign"),
        _EXITS + "test_a_target_waits_for_the_minimum_hold_and_a_stop_never_does",
    ),
    Mutation(
        "ids derive from setup and leg (O2)",
        Edit("core/trading/gates.py", 'id=f"{setup.id}|{leg.side}"', 'id=f"{setup.symbol}|{leg.side}"'),
        _INVARIANTS + "test_every_position_has_one_setup_an_id_of_it_and_at_most_one_exit_of_its_whole_size",
    ),
    Mutation(
        "a resolved setup is never armed again (O4)",
        Edit(
            "core/trading/scans.py",
            "    if state.book.knows(setup):\n        tracked = state.book.get(setup.id)\n",
            "    if (tracked := state.book.get(setup.id)) is not None and tracked.pending:\n",
        ),
        _MACHINE,
    ),
    Mutation(
        "a setup that is forgotten is never found again (O4)",
        Edit("core/trading/known.py", "found.bar_start <= series.horizon", "found.id in series.ids"),
        _MONTHS + "test_a_desk_restored_after_months_takes_nothing_old_for_new",
    ),
    Mutation(
        "too much leverage is skipped",
        Edit(
            "core/domain/sizing.py",
            "if sizing.leverage > max_leverage + LEVERAGE_TOLERANCE:",
            "if sizing.leverage < 0:",
        ),
        _TRIGGERS + "test_a_stop_too_near_needs_more_leverage_than_allowed_and_is_skipped_not_shrunk",
    ),
    Mutation(
        "triggers wait until an outage is judged (P4)",
        Edit(
            "core/trading/desk.py",
            "        if market.lost_since is None:\n            triggers_on_tick",
            "        if market:\n            triggers_on_tick",
        ),
        _OUTAGE + "test_triggers_wait_until_the_candles_are_judged",
    ),
    Mutation(
        "fills of an outage are tagged (P4)",
        Edit(
            "core/trading/candles.py",
            "max(bar.start, current.entry.at), FillTag.RECONSTRUCTED)",
            "max(bar.start, current.entry.at), FillTag.LIVE)",
        ),
        _OUTAGE + "test_a_candle_that_holds_stop_and_target_is_a_stop",
    ),
    Mutation(
        "nothing is entered in the maintenance",
        Edit("core/trading/gates.py", "if policy.maintenance.contains(request.at) or not", "if not"),
        _TRIGGERS + "test_nothing_is_entered_in_the_friday_maintenance_but_setups_resolve",
    ),
    Mutation(
        "a liquidation loses at most the margin",
        Edit(
            "core/trading/exits.py",
            "ExitReason.LIQUIDATION and net < -position.margin:",
            "ExitReason.LIQUIDATION and not net:",
        ),
        _EXITS + "test_a_liquidation_never_loses_more_than_the_margin",
    ),
)
