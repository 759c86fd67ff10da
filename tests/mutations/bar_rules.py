"""Rules of bar mode, broken one at a time (STRAT.md S13)."""

from tests.mutations.mutation import Edit, Mutation

_MODE, _INSTANTS = "tests/trading/test_bar_mode.py::", "tests/trading/test_bar_instants.py::"

BARS = (
    Mutation(
        "the entry bar never takes the target",
        Edit(
            "core/trading/candles.py",
            "return span.bar.start > position.entry.at and held_s >= state.policy.prices.min_hold_s",
            "return True",
        ),
        _MODE + "test_a_position_is_stopped_in_the_bar_of_its_entry_but_never_takes_its_target_there",
        quick=True,
    ),
    Mutation(
        "the entry bar may stop",
        Edit(
            "core/trading/bar_mode.py",
            "    if _triggers(state, market, span, closed_now):\n        exits_in_candle(state, market.symbol, span)\n",
            "    _triggers(state, market, span, closed_now)\n",
        ),
        _MODE + "test_a_position_is_stopped_in_the_bar_of_its_entry_but_never_takes_its_target_there",
    ),
    Mutation(
        "an open beyond one side has broken that side alone",
        Edit(
            "core/domain/signals.py",
            "return at_open if at_open is not SetupStatus.PENDING else self.broken_in(bar.high, bar.low)",
            "return self.broken_in(bar.high, bar.low)",
        ),
        _MODE + "test_an_open_beyond_one_side_has_broken_that_side_alone",
    ),
    Mutation(
        "the nearer side is LONG on a tie",
        Edit(
            "core/trading/bar_mode.py",
            "setup.long_trigger - opened <= opened - setup.short_trigger",
            "setup.long_trigger - opened < opened - setup.short_trigger",
        ),
        _MODE + "test_the_second_result_enters_them_on_the_side_nearer_to_the_open_and_their_own_bar_stops_them",
    ),
    Mutation(
        "the bar that holds the deadline enters with the swing tier",
        Edit("core/domain/leverage.py", "next_deadline(start) < end", "next_deadline(start) < start"),
        _MODE + "test_the_bar_that_holds_the_deadline_enters_with_the_swing_tier",
    ),
    Mutation(
        "gates see the forming bar as of the close before",
        Edit(
            "core/trading/market.py",
            "high, low, first = max(high, forming.high), min(low, forming.low), forming.open",
            "high, low, first = forming.high, forming.low, forming.open",
        ),
        _INSTANTS + "test_gates_see_the_forming_bars_as_of_the_close_before_and_of_the_bar_itself_its_open_"
        "and_the_fill_alone",
    ),
    Mutation(
        "instants of a hole are funded at the last close",
        Edit(
            "core/trading/candles.py",
            "fund_until(state, position.symbol, market.price or position.entry.price, bar.start)",
            "fund_until(state, position.symbol, bar.open, bar.start)",
        ),
        _INSTANTS + "test_instants_of_a_hole_are_funded_at_the_last_close_before_the_next_bar",
    ),
    Mutation(
        "a partial first bucket is dropped",
        Edit(
            "core/trading/market.py",
            "self._partial = self._base is None and start < bar.start",
            "self._partial = False",
        ),
        _INSTANTS + "test_base_bars_roll_into_longer_ones_and_a_partial_first_bucket_is_dropped",
    ),
)
